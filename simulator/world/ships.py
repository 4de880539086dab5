"""A ship's call from its announcement to its sailing: waits, berths, is worked, leaves."""

from random import Random
from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world import changes, exports, imports, onward
from simulator.world.calls import Call, Said
from simulator.world.chance import clipped, gamma
from simulator.world.conditions import condition_id
from simulator.world.formalities import formalities
from simulator.world.instants import whole
from simulator.world.nautical import nautical
from simulator.world.network import PASSAGE
from simulator.world.planning import agree, carrier_repeats, knowing, planning, watched_by_ais
from simulator.world.port import Port, Steps
from simulator.world.positions import tracked
from simulator.world.quayside import worked
from simulator.world.second_words import also_declared, noted
from simulator.world.telling import of_ships as say
from simulator.world.voyages import discharge_share

WAIT_SHARE: Final = 0.7
"""Of a port's mean wait: tide, authorities, pilots. The rest comes from berths that are taken."""
PATIENCE: Final = HOUR
IDLE_AFTER: Final = 50.0
BUNKER_OVERRUN: Final = 0.05
PILOT_SHORT: Final = 0.03


def life(port: Port, call: Call) -> Steps:
    """Live through a call."""
    chance = port.stream("ship", call.service, call.voyage, call.ship.imo)
    call.discharges = round(call.moves * discharge_share(chance))
    call.known = Said(call.announced_at - PASSAGE, port.now, port.now)
    port.calls.append(call)
    call.terminal.calls.append(call)
    announce(port, call)
    for steps in (knowing, carrier_repeats, watched_by_ais, planning, formalities, also_declared):
        port.start(steps(port, call))
    port.start(nautical(port, call))
    port.start(tracked(port, call))
    port.start(exports.demand(port, call))
    port.start(exports.listed(port, call))
    port.start(imports.manifest(port, call))
    rate, drawn = port.scenario.rate("call-changed"), chance.random()
    if drawn < changes.CHANGED * rate:
        port.start(changes.changed(port, call, chance))
    elif drawn < (changes.CHANGED + changes.CUT_SHORT) * rate:
        port.start(changes.cut_short(port, call))
    while call.stage == "FAR" and port.now < call.comes_at:
        yield port.wait(call.comes_at)
    if call.stage != "DROPPED":
        yield from waits(port, call, chance)
        yield from berths(port, call, chance)
        yield from worked(port, call)
        yield from leaves(port, call, chance)
    yield from finished(port, call)


def announce(port: Port, call: Call) -> None:
    """Let the carrier announce her."""
    call.name_it(call.berths_at)
    call.is_told = True
    told = say.announced(port.voices, call, port.now)
    if call.known:
        call.known.told_at = told
    if call.rotation:
        say.rotation(port.voices, call, call.rotation, port.now)
    port.watch.ship(call)


def waits(port: Port, call: Call, chance: Random) -> Steps:
    """Come to the pilot boarding place, and wait for whatever keeps her from the berth."""
    call.stage = "WAITING"
    call.happened["came"] = port.now
    pilots = port.voices.of("NAU", "vessel")
    say.happened(pilots, call, port.now, ("PILOT_BOARDING_PLACE", "ARRI"), port.now)
    yield port.wait(port.now + chance.randint(9, 20) * MINUTE)  # who plans hears of it first
    extra = whole(gamma(chance, 0.6, port.volumes.wait_days * WAIT_SHARE * 24) * HOUR)
    earliest = port.now + extra + PASSAGE
    if call.plan and call.plan.berth_at > earliest:
        wish = call.terminal.place(call, earliest, port.now)
        # She may come earlier than agreed only where that is in nobody's way.
        earliest = min(wish.berth_at, call.plan.berth_at)
    replan(port, call, earliest)
    port.watch.ship(call)
    assert call.plan is not None, "a ship that waits has a plan"
    if call.plan.pilot_at > port.now + 2 * HOUR:
        say.happened(pilots, call, port.now, ("ANCHORAGE", "ARRI"), port.now)
    while port.now < call.plan.pilot_at:
        yield call.terminal.freed | port.wait(call.plan.pilot_at)
        if port.now < call.plan.pilot_at - 2 * HOUR:
            sooner(port, call, max(port.now + PASSAGE, call.happened["came"] + extra + PASSAGE))


def sooner(port: Port, call: Call, earliest: int) -> None:
    """Take a berth that has become free before the agreed time."""
    wish = call.terminal.place(call, earliest, port.now)
    if call.plan and wish.berth_at < call.plan.berth_at - HOUR:
        agree(port, call, earliest)


def replan(port: Port, call: Call, earliest: int) -> None:
    """Agree anew if time or place would be another."""
    wish = call.terminal.place(call, earliest, port.now)
    if call.plan is None or abs(wish.berth_at - call.plan.berth_at) > 45 * MINUTE:
        agree(port, call, earliest)


def berths(port: Port, call: Call, chance: Random) -> Steps:
    """Come alongside once port, pilots and quay allow it."""
    yield from movement(port, chance, call.kept_off)
    while not call.terminal.is_free_for(call):
        yield call.terminal.freed | port.wait(port.now + PATIENCE)
        if not call.terminal.is_free_for(call):
            replan(port, call, port.now + PASSAGE)
        yield from movement(port, chance, call.kept_off)
    call.happened["moving"] = port.now
    pilots = port.voices.of("NAU", "vessel")
    say.happened(pilots, call, port.now, ("PILOTAGE", "STRT"), port.now)
    port.watch.services(call)
    yield port.wait(port.now + PASSAGE + chance.randint(-15, 25) * MINUTE)
    call.stage = "ALONGSIDE"
    call.happened["alongside"] = port.now
    call.ends_at = call.said_end_at = port.now + call.stays - HOUR
    voice = say.terminal(port.voices, call)
    for service, point in (("PILOTAGE", "CMPL"), ("TOWAGE", "CMPL")):
        say.happened(pilots, call, port.now, (service, point), port.now)
    berthed = say.happened(voice, call, port.now, ("BERTH", "ARRI"), port.now)
    call.berthed_told_at = berthed
    port.start(noted(port, call, "ARRI", berthed))
    told = say.happened(voice, call, port.now, ("ALL_FAST", "CMPL"), port.now)
    call.alongside_told_at = told
    port.watch.ship(call)


def movement(port: Port, chance: Random, kept_by: list[str]) -> Steps:
    """Wait while the port is closed to ships, then for a pilot where they are short.

    `kept_by` takes up the conditions for which she waited.
    """
    while spell := port.disruptions.closure(port.now):
        kept_by.append(condition_id(port, spell))
        yield port.wait(spell.end + chance.randint(10, 150) * MINUTE)
    if chance.random() < PILOT_SHORT * port.scenario.rate("pilot-shortage"):
        yield port.wait(port.now + chance.randint(30, 180) * MINUTE)


def leaves(port: Port, call: Call, chance: Random) -> Steps:
    """Leave the berth after the cargo: papers, lashing, bunkers, pilot, an open port."""
    idle = clipped(gamma(chance, 2.0, IDLE_AFTER), 10, 240)
    if chance.random() < BUNKER_OVERRUN * port.scenario.rate("bunker-overrun"):
        idle += chance.uniform(60, 240)
        call.held_by = "bunker-overrun"
    yield port.wait(port.now + whole(idle * MINUTE))
    yield from movement(port, chance, [])
    call.stage = "SAILED"
    call.happened["left"] = port.now
    port.count("sailed")
    port.count("minutes at berth", (port.now - call.happened["alongside"]) // MINUTE)
    voice = say.terminal(port.voices, call)
    sailed = say.happened(voice, call, port.now, ("BERTH", "DEPA"), port.now)
    port.start(noted(port, call, "DEPA", sailed))
    pilots = port.voices.of("NAU", "vessel")
    say.happened(pilots, call, port.now, ("PILOTAGE", "STRT"), port.now)
    if call.rotation:
        call.rotation.left(call, port.now, sailed if port.hand.is_open else None)
    port.watch.ship(call)


def finished(port: Port, call: Call) -> Steps:
    """Let go of a call once nothing more can be said of it."""
    onward.left_over(call)
    exports.roll_all(port, call)
    port.watch.ship(call)
    for other in call.terminal.calls:
        if other is not call:
            port.watch.ship(other)
    call.terminal.freed_now()
    yield port.wait(port.now + HOUR)
    call.terminal.calls.remove(call)
    port.calls.remove(call)
    port.watch.forget(call)
    call.list_to_load([])
    call.exports, call.onward, call.bookings, call.connections = [], [], [], []
    if call.rotation:
        call.rotation.leg_of(call).call = None
        call.rotation = None
