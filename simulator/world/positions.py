"""Where ships are as the AIS receiver hears them near a port; now and then also a second one.

A transponder that sends the number of another ship makes her be in two places (alert catalogue,
D04). The ship herself comes straight in along one bearing.
"""

from math import cos, radians, sin
from typing import Final, NamedTuple

from contracts.identifiers import PORT_SYSTEMS
from correlation.instants import HOUR, MINUTE
from simulator.world.calls import Call
from simulator.world.labels.of_faults import Twin
from simulator.world.port import Port, Steps
from simulator.world.telling import of_ships as say

HEARD_WITHIN: Final = 60.0
"""Nautical miles: to a port are sent the positions of ships that are so near (events.md, V06)."""
SPEED: Final = 16.0
"""Knots of a ship that comes in (common practice)."""
APPROACH: Final = int(HEARD_WITHIN / SPEED * HOUR)
EACH: Final = 15 * MINUTE
"""Receivers hear a ship every few minutes; so often her position is handed on."""
BEHIND: Final = 2 * MINUTE
"""After her own position, that of the other transponder."""
TWINS: Final = 0.004
"""Share of calls of ships whose number somebody else sends as well."""
ROADSTEAD: Final = 2.0
"""Miles off the port at which she waits."""
MILES_A_DEGREE: Final = 60.0


class Place(NamedTuple):
    """A place at sea in decimal degrees."""

    lat: float
    lon: float


def tracked(port: Port, call: Call) -> Steps:
    """Let the receiver tell where a ship is, from the approach until she is at the berth."""
    chance = port.stream("position", call.service, call.voyage)
    bearing, has_twin = chance.uniform(0, 360), chance.random() < TWINS * port.scenario.noise
    away, lasts = chance.uniform(30, 300), chance.randint(40, 120) * MINUTE
    while call.stage == "FAR" and port.now < call.comes_at - APPROACH:
        yield port.wait(call.comes_at - APPROACH)
    twin_until: int | None = None
    while call.stage in ("FAR", "WAITING"):
        miles = max(ROADSTEAD, SPEED * (call.comes_at - port.now) / HOUR)
        say.position(port.voices, call, port.now, _place(port.system, bearing, miles))
        if has_twin and port.hand.is_open and (twin_until is None or port.now < twin_until):
            yield port.wait(port.now + BEHIND)
            there = _place(port.system, bearing, miles + away)
            told = say.position(port.voices, call, port.now, there)
            if twin_until is None:
                twin_until = port.now + lasts
                port.watch.twin(Twin(call.ship.imo, told, twin_until + EACH))
            yield port.wait(port.now + EACH - BEHIND)
        else:
            yield port.wait(port.now + EACH)


def _place(system: str, bearing: float, miles: float) -> Place:
    """Return the place so many miles off a port: near enough on a flat sea."""
    off, where = miles / MILES_A_DEGREE, PORT_SYSTEMS[system]
    north, east = off * cos(radians(bearing)), off * sin(radians(bearing))
    lat = where.latitude + north
    return Place(round(lat, 4), round(where.longitude + east / cos(radians(where.latitude)), 4))
