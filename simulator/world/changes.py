"""Calls that are dropped, cut short or come in another order, with all that hangs on them."""

from random import Random
from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world import exports, onward
from simulator.world.calls import Call
from simulator.world.instants import whole
from simulator.world.planning import know
from simulator.world.port import Port, Steps
from simulator.world.rotations import Rotation
from simulator.world.telling import of_boxes as say_box
from simulator.world.telling import of_ships as say
from simulator.world.trucks import replanned

CHANGED: Final = 0.05
"""Share of calls: omitted 3 %, called in another order 2 %."""
CUT_SHORT: Final = 0.008
"""Share of calls of which the ship cuts and runs: she sails before all that is booked is loaded."""
LEFT: Final = (0.1, 0.6)
"""Shares of her loads that such a ship leaves behind (common practice: to be on time again)."""
IN_ANOTHER_ORDER: Final = 0.4
"""Share of what is changed."""
SEEN_FIRST: Final = 0.3
"""Share of omissions that a ship's destination betrays before her carrier says so."""
SEEN_WITHIN: Final = 70 * HOUR
"""So near ships send where they are bound."""


def changed(port: Port, call: Call, chance: Random) -> Steps:
    """Let a call be omitted some days before it, or made after the port that follows it."""
    is_swap = chance.random() < IN_ANOTHER_ORDER
    yield port.wait(call.announced_at - chance.randint(20, 110) * HOUR)
    if call.stage != "FAR" or call.rotation is None:
        return
    if is_swap and _may_swap(call.rotation, call):
        yield from in_another_order(port, call, call.rotation, chance)
    else:
        yield from dropped(port, call, call.rotation, chance)


def dropped(port: Port, call: Call, way: Rotation, chance: Random) -> Steps:
    """Let a call be omitted: told by the carrier, and betrayed by where the ship is bound."""
    call.stage, call.status, call.root, call.status_at = "DROPPED", "OMIT", "call-changed", port.now
    after = way.after(call)
    is_seen = bool(after) and call.berths_at - port.now < SEEN_WITHIN
    if is_seen and chance.random() < SEEN_FIRST:
        to = after[0].system
        call.status_told_at = _told(port, say.bound_for(port.voices, call, port.now, chance, to))
        _look(port, call)
        yield port.wait(port.now + chance.randint(4 * 60, 16 * 60) * MINUTE)
        is_seen = False
    told = _told(port, say.status_changed(port.voices, call, port.now))
    call.status_told_at = call.status_told_at or told
    way.leg_of(call).is_skipped = True
    listed_anew(way, port.now)
    _look(port, call)
    yield port.wait(port.now + chance.randint(60, 420) * MINUTE)
    if is_seen:
        say.bound_for(port.voices, call, port.now, chance, after[0].system)
    exports.roll_all(port, call)
    port.watch.ship(call)


def cut_short(port: Port, call: Call) -> Steps:
    """Let a ship cut and run: while she is discharged it is decided to leave boxes behind."""
    chance = port.stream("cut", call.service, call.voyage)
    decided = chance.uniform(0.3, 0.8) * call.discharges
    yield port.wait(call.comes_at)
    while call.is_open and call.done < decided:
        yield port.wait(port.now + 30 * MINUTE)
    if call.stage != "ALONGSIDE" or call.done >= call.discharges:
        return
    call.status, call.root, call.status_at = "CUTR", "call-changed", port.now
    _leave_behind(call, chance, port.now)
    call.status_told_at = _told(port, say.status_changed(port.voices, call, port.now))
    _leaves_sooner(port, call)
    port.watch.ship(call)
    yield port.wait(port.now + chance.randint(30, 70) * MINUTE)  # then it is known which
    call.is_cut_listed = True
    exports.unlist(port, call, call.left_behind)
    port.watch.ship(call)
    yield port.wait(port.now + chance.randint(60, 420) * MINUTE)
    for box in list(call.left_behind):
        if box.outbound is call and box.place == "YARD":
            port.count("rolled")
            exports.roll(port, box)
    port.watch.ship(call)


def _leave_behind(call: Call, chance: Random, now: int) -> None:
    """Choose what stays: as large a share of the booked boxes as of those of other ships."""
    share = chance.uniform(*LEFT)
    among = exports.ready(call)
    chance.shuffle(among)
    call.left_behind = dict.fromkeys(among[: max(1, round(share * len(among)))])
    onward.leave(call, share)
    left = call.moves - call.done
    call.moves -= round(share * (call.moves - call.discharges))
    if call.ends_at:
        call.ends_at = now + whole((call.ends_at - now) * (call.moves - call.done) / left)


def _leaves_sooner(port: Port, call: Call) -> None:
    """Agree on an earlier departure, by when the boxes are done that she still takes."""
    now, plan = port.now, call.plan
    assert plan is not None, "she lies at a planned berth"
    say.forecast(port.voices, call, now)
    call.progress_told_at = say.progressed(port.voices, call, now)
    sooner = whole((call.ends_at or now) + 2 * HOUR, 30 * MINUTE)
    if sooner < plan.leaves_at:
        plan.leaves_at = sooner
        plan.first_told_at, plan.told_at = say.agreed(port.voices, call, now)


def _told(port: Port, at: int) -> int | None:
    """Return when a word is received; None of one before the run, which nobody hears."""
    return at if port.hand.is_open else None


def _look(port: Port, call: Call) -> None:
    port.watch.ship(call)
    for box in list(call.exports):
        port.watch.export(box)


def _may_swap(way: Rotation, call: Call) -> bool:
    """Tell whether a ship may call first at the port behind: one of which nothing is simulated."""
    after = way.after(call)
    return bool(after) and after[0].call is None and after[0].late is None


def in_another_order(port: Port, call: Call, way: Rotation, chance: Random) -> Steps:
    """Let a ship call first at the port behind: all that hangs on the call is planned anew."""
    call.status, call.root, call.status_at = "ROTC", "call-changed", port.now
    later = way.swapped(call)
    call.announced_at, call.comes_at = call.announced_at + later, call.comes_at + later
    call.status_told_at = _told(port, say.status_changed(port.voices, call, port.now))
    listed_anew(way, port.now)
    port.watch.ship(call)
    yield port.wait(port.now + chance.randint(20, 120) * MINUTE)
    if call.stage == "FAR":
        know(port, call, max(call.comes_at - call.error, port.now + 20 * MINUTE))
    yield port.wait(port.now + chance.randint(60, 420) * MINUTE)
    for booking in list(call.bookings):
        if booking.boxes and not booking.is_cancelled and booking.said_at <= call.status_at:
            say_box.booked(port.voices, booking, port.now, "AMENDED")
    yield from replanned(port, call, chance)
    port.watch.ship(call)


def listed_anew(way: Rotation, now: int) -> None:
    """Let the carrier list a voyage as it is now, in every port of it that knows her."""
    way.version += 1
    for leg in way.legs:
        if leg.port and leg.call and leg.call.is_told:
            say.rotation(leg.port.voices, leg.call, way, now)
