"""Pilots and tugs: ordered for a movement, re-ordered when it shifts, short or declined at times.

What is ordered stands in the pilots' system; how fast an order follows is common port practice.
"""

from random import Random
from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world import rosters
from simulator.world.calls import Call, Order
from simulator.world.port import Port, Steps
from simulator.world.telling import of_ships as say

ORDERED_AHEAD: Final = (14, 26)
"""Hours before a ship comes in; before she leaves it is OUT_AHEAD."""
OUT_AHEAD: Final = 7 * HOUR
LOOKS: Final = 10 * MINUTE
BORNE: Final = 20 * MINUTE
SLOW: Final = 0.12
DECLINED: Final = 0.03
SHORT: Final = 0.015
LONG_SHIP: Final = 260.0
"""A ship longer than this takes a third tug."""


def nautical(port: Port, call: Call) -> Steps:
    """Order pilot and tugs on the way in, then a pilot on the way out."""
    chance = port.stream("nautical", call.service, call.voyage, call.ship.imo)
    ahead = chance.randint(*ORDERED_AHEAD) * HOUR
    while call.stage == "FAR" and (call.plan is None or call.moves_in_at - port.now > ahead):
        yield port.wait(port.now + HOUR)
    if call.stage in ("FAR", "WAITING"):
        yield from _served(port, call, "INBD", chance)
    while call.stage == "ALONGSIDE" and call.leaves_at - port.now > OUT_AHEAD:
        yield port.wait(port.now + 30 * MINUTE)
    if call.stage == "ALONGSIDE":
        yield from _served(port, call, "OUTB", chance)


def _served(port: Port, call: Call, direction: str, chance: Random) -> Steps:
    """Keep the orders of a movement up to it, more or less, until it begins."""
    tugs = 3 if call.ship.loa_m > LONG_SHIP else 2
    _order(port, call, ("PILOTAGE", direction), Order(0, 1, 1))
    if direction == "INBD":
        missing = chance.random() < SHORT * port.scenario.rate("pilot-shortage")
        _order(port, call, ("TOWAGE", direction), Order(0, tugs - missing, tugs))
    declines_at = chance.randint(2, 8) * HOUR
    declines = chance.random() < DECLINED * port.scenario.rate("pilot-shortage")
    while _is_ahead(call, direction):
        yield port.wait(port.now + LOOKS)
        if not _is_ahead(call, direction):
            return
        left = _moves_at(call, direction) - port.now
        pilot = call.orders["PILOTAGE", direction]
        if declines and left < declines_at:
            declines = False
            yield from _declined(port, call, direction, chance)
        elif abs(pilot.starts_at - _moves_at(call, direction)) > BORNE:
            slow = 6 if chance.random() < SLOW else 1
            yield port.wait(port.now + slow * chance.randint(8, 70) * MINUTE)
            if _is_ahead(call, direction):
                _all(port, call, direction)
        elif left < declines_at:
            _completed(port, call)


def _declined(port: Port, call: Call, direction: str, chance: Random) -> Steps:
    order = call.orders["PILOTAGE", direction]
    order.is_given, order.declined_at = False, port.now
    _say(port, call, ("PILOTAGE", direction))
    rosters.told_again(port)
    yield port.wait(port.now + chance.randint(40, 200) * MINUTE)
    order.is_given, order.declined_at = True, None
    rosters.told_again(port)
    if _is_ahead(call, direction):
        _all(port, call, direction)


def _completed(port: Port, call: Call) -> None:
    """Order the tugs that were forgotten, hours before they are needed."""
    for name, order in call.orders.items():
        if order.units < order.required:
            order.units = order.required
            _say(port, call, name)


def _order(port: Port, call: Call, name: tuple[str, str], order: Order) -> None:
    order.starts_at = _moves_at(call, name[1])
    call.orders[name] = order
    _say(port, call, name)


def _all(port: Port, call: Call, direction: str) -> None:
    for name, order in call.orders.items():
        if name[1] == direction:
            order.starts_at = _moves_at(call, direction)
            _say(port, call, name)


def _say(port: Port, call: Call, name: tuple[str, str]) -> None:
    voice = port.voices.of("NAU", "vessel")
    subject, data = f"{call.part}/{name[0]}/{name[1]}", say.service(call, name)
    call.orders[name].told_at = voice.say(port.now, "vessel.service-changed", subject, data)
    port.watch.services(call)


def _is_ahead(call: Call, direction: str) -> bool:
    if direction == "OUTB":
        return call.stage == "ALONGSIDE"
    return call.stage in ("FAR", "WAITING") and "moving" not in call.happened


def _moves_at(call: Call, direction: str) -> int:
    """Return when a movement is expected, in whole five minutes."""
    at = call.moves_in_at if direction == "INBD" else call.leaves_at
    return at // (5 * MINUTE) * 5 * MINUTE
