"""Exports: booked, documented, weighed, brought within the window, loaded; or rolled."""

from collections.abc import Iterable
from random import Random
from typing import Final

from correlation.instants import DAY, HOUR, MINUTE
from simulator.world.boxes import DG_SHARE, Booking, Box, iso_type, sizes
from simulator.world.calls import Call
from simulator.world.chance import share
from simulator.world.dangerous import permits
from simulator.world.export_papers import (
    LATE_PAPERS,
    drawn,
    prepared,
    until_before,
    weighed_again,
)
from simulator.world.instants import whole
from simulator.world.labels.of_land import FULL
from simulator.world.labels.of_lists import is_ready
from simulator.world.onward import old_stock
from simulator.world.port import Port, Steps
from simulator.world.slots import between
from simulator.world.telling import of_boxes as say
from simulator.world.trucks import book, change, trip, unbooked

LATE_BOOKERS: Final = 0.015
LISTED_AHEAD: Final = 11 * HOUR
"""Before the work on a ship begins: when its load list is sent."""
EAGER: Final = 0.12
"""Share of trucks that are to be the first in when a window opens (common practice)."""
RISES: Final = 1.5
"""More boxes come at the end of a window than at its beginning."""
CODES: Final = ("DGC", "DCO", "FCO", "VCO", "RCO")
"""The cut-offs that boxes are watched for."""
PAIRED: Final = 0.75
"""Of boxes of a booking that could share a truck, how many do; with imports 0.85 trucks a box."""


def demand(port: Port, call: Call) -> Steps:
    """Book what is to leave with a ship: boxes from the gate, and room for those of other ships."""
    chance = port.stream("demand", call.service, call.voyage)
    loads = (call.moves - call.discharges) * port.density
    call.onward_wanted = share(chance, loads * port.volumes.transship)
    old_stock(port, call, port.hand.begins - port.lead)
    yield port.wait(port.now + chance.randint(32, 50) * HOUR)
    while not call.windows and call.stage == "FAR":
        yield port.wait(port.now + HOUR)
    if call.stage != "FAR":
        return
    if call.comes_at + call.stays < port.hand.begins - DAY:
        return  # she is gone before anything is told: what she loads leaves no trace
    left = share(chance, loads * (1 - port.volumes.transship))
    port.start(closing(port, call))
    while left > 0 and call.stage == "FAR":
        booking = _booking(port, call, min(left, chance.choice((1, 1, 2, 2, 3, 4))), chance)
        left -= len(booking.boxes)
        port.start(papers(port, booking))
        for boxes in _on_trucks(booking.boxes, chance):
            port.start(delivered(port, boxes, call))
        yield port.wait(port.now + chance.randint(1, 8) * 20_000)


def _booking(port: Port, call: Call, count: int, chance: Random) -> Booking:
    luck, reefer = chance.random(), port.volumes.reefer_exports
    cargo = "REEFER" if luck < reefer else "DG" if luck > 1 - DG_SHARE else "DRY"
    number = f"bkg:{call.carrier}:{port.next_paper()}"
    booking = Booking(number, call, cargo, port.picked("FWD", chance), booked_at=port.now)
    for _ in range(count):
        box = Box(
            number=next(port.numbers),
            kind="EXPORT",
            iso=iso_type(sizes().pick(chance), cargo),
            cargo=cargo,
            is_empty=False,
            kg=chance.randint(6_000, 28_500),
            outbound=call,
            booking=booking,
            forwarder=booking.forwarder,
        )
        booking.boxes.append(box)
        call.exports.append(box)
    call.bookings.append(booking)
    told = say.booked(port.voices, booking, port.now)
    if cargo == "DG":
        port.start(permits(port, booking.boxes[:]))
    for box in booking.boxes:
        box.told["booked"] = told
        if call.is_watched:
            port.watch.export(box)
    return booking


def _on_trucks(boxes: list[Box], chance: Random) -> list[list[Box]]:
    """Put some boxes of a booking two on a truck."""
    loads: list[list[Box]] = []
    for box in boxes:
        if loads and len(loads[-1]) == 1 and chance.random() < PAIRED:
            loads[-1].append(box)
        else:
            loads.append([box])
    return loads


def papers(port: Port, booking: Booking) -> Steps:
    """Let the papers of a booking be in order in time, mostly."""
    chance = port.stream("papers", booking.id)
    lead = chance.uniform(27, 80)
    if (luck := chance.random()) < LATE_PAPERS:
        lead = chance.uniform(1, 22) if luck > LATE_PAPERS / 10 else -6
        for box in booking.boxes:
            box.roots["DCO"] = "late-papers"
    yield from until_before(port, booking.call, "DCO", whole(lead * HOUR))
    booking.papers_done = True
    booking.papers_told_at = say.papers(port.voices, booking, port.now)
    for box in booking.boxes:
        port.watch.export(box)


def delivered(port: Port, boxes: list[Box], call: Call) -> Steps:
    """Bring the boxes of one truck into the window of their ship, again if it fails."""
    chance = port.stream("delivery", boxes[0].number)
    is_late = chance.random() < LATE_BOOKERS
    comes_unbooked = chance.random() < port.scenario.walk_ins
    for box in boxes:
        port.start(prepared(port, box, call, drawn(box, chance)))
    tries = 0
    while _is_wanted(boxes, call):
        if tries > 0:
            yield port.wait(port.now + chance.randint(20, 180) * MINUTE)
            if not _is_wanted(boxes, call):
                return
        tries += 1
        slot_at = _slot(port, boxes, chance, is_late=is_late, is_retry=tries > 1)
        if comes_unbooked:
            yield port.wait(slot_at - 4 * HOUR)
            if not _is_wanted(boxes, call):
                return
            comes_unbooked = False
            made = unbooked(port, call.terminal, boxes, slot_at)
        else:
            yield from _before_booking(port, boxes, slot_at, chance, is_now=is_late or tries > 1)
            if not _is_wanted(boxes, call):
                return
            slot_at = _kept(port, boxes, slot_at, chance)
            made = book(port, call.terminal, boxes, "DELIVER", slot_at)
        is_late = False
        outcome = yield from trip(port, made, call.terminal)
        if outcome in ("DONE", "CANCELLED"):
            return


def _is_wanted(boxes: list[Box], call: Call) -> bool:
    box = boxes[0]
    return call.stage == "FAR" and box.outbound is call and box.place == "OUTSIDE"


def _closes(boxes: list[Box], call: Call) -> int:
    """Return by when boxes of a cargo have to be inside."""
    return call.windows[FULL.get(boxes[0].cargo, "FCO")]


def _slot(port: Port, boxes: list[Box], chance: Random, *, is_late: bool, is_retry: bool) -> int:
    call = boxes[0].outbound
    assert call is not None, "exports leave with a ship"
    opens, closes = call.windows["EFC"], min(call.windows["FCO"], _closes(boxes, call))
    soonest = max(opens, port.now + (3 if is_retry else 9) * HOUR)
    if is_late:
        soonest = max(port.now + 4 * HOUR, closes - chance.randint(2, 16) * HOUR)
        return whole(soonest, HOUR)
    if not is_retry and soonest == opens and chance.random() < EAGER:
        return whole(opens + HOUR - 1, HOUR)
    return between(soonest, closes - 3 * HOUR, port.community.timezone, RISES).pick(chance)


def _before_booking(
    port: Port, boxes: list[Box], slot_at: int, chance: Random, *, is_now: bool
) -> Steps:
    """Wait until the truck is booked: a day or two ahead, and a day before the cut-off."""
    call = boxes[0].outbound
    assert call is not None, "exports leave with a ship"
    if is_now:
        yield port.wait(min(slot_at - 4 * HOUR, max(port.now, _closes(boxes, call) - 18 * HOUR)))
        return
    ahead = chance.randint(10, 70) * HOUR
    yield port.wait(min(slot_at - ahead, _closes(boxes, call) - chance.randint(30, 44) * HOUR))


def _kept(port: Port, boxes: list[Box], slot_at: int, chance: Random) -> int:
    """Return a slot, or another if the window has moved away from it meanwhile."""
    call = boxes[0].outbound
    assert call is not None, "exports leave with a ship"
    if call.windows["EFC"] <= slot_at < _closes(boxes, call) and slot_at > port.now:
        return slot_at
    return _slot(port, boxes, chance, is_late=False, is_retry=True)


def listed(port: Port, call: Call) -> Steps:
    """Let the carrier list what a ship is to load, half a day before it."""
    while call.stage in ("FAR", "WAITING") and port.now < call.works_at - LISTED_AHEAD:
        yield port.wait(min(call.works_at - LISTED_AHEAD, port.now + 2 * HOUR))
    if call.is_open and call.exports:
        call.list_to_load([box for box in call.exports if box.booking])
        _tell_list(port, call)


def _tell_list(port: Port, call: Call) -> None:
    call.load_list_version += 1
    call.load_list_told_at = say.to_load(port.voices, call, port.now)
    port.watch.load_list(call)


def unlist(port: Port, call: Call, boxes: Iterable[Box]) -> None:
    """Let the carrier list anew what a ship is to load, without some boxes."""
    without = dict.fromkeys(boxes)
    call.list_to_load([box for box in call.load_list if box not in without])
    if call.is_open:
        _tell_list(port, call)


def closing(port: Port, call: Call) -> Steps:
    """Watch the boxes of a ship from a day before each cut-off on; at the end roll who missed."""
    watched: set[str] = set()
    closed: set[str] = set()
    while call.is_open and (call.stage == "FAR" or len(closed) < len(CODES)):
        following = []
        for code in CODES:
            at = call.windows[code]
            if at - port.now > DAY:
                watched.discard(code)
                following.append(at - DAY)
                continue
            if code not in watched:
                watched.add(code)
                _watch(port, call)
            if at > port.now:
                following.append(at)
            elif code not in closed:
                closed.add(code)
                _close(port, call, code)
        call.moved = port.env.event()
        yield call.moved | port.wait(min(following, default=port.now + HOUR))


def _watch(port: Port, call: Call) -> None:
    call.is_watched = True
    for box in call.exports:
        port.watch.export(box)


def _close(port: Port, call: Call, code: str) -> None:
    """At a cut-off, roll the boxes that had to be inside by it and are not."""
    for box in list(call.exports):
        port.watch.export(box)
        if code in ("VCO", "DCO") or FULL.get(box.cargo, "FCO") != code:
            continue
        if box.place == "OUTSIDE":
            port.count("missed cut-off")
            roll(port, box)


def roll(port: Port, box: Box) -> None:
    """Take a box off its booking and put it on the next ship that can take it."""
    call, before = box.outbound, box.booking
    if call is None or before is None:
        return
    made = box.appointment
    if made and made.is_live and not made.is_here:
        change(port, made, "CANCELLED")
        port.over(made)
    before.boxes.remove(box)
    if box in call.exports:
        call.exports.remove(box)
    if box in call.load_list:
        call.strike(box)
        if call.is_open:
            _tell_list(port, call)
    if not before.boxes:
        before.is_cancelled = True
    status = "CANCELLED" if before.is_cancelled else "AMENDED"
    say.booked(port.voices, before, port.now, status)
    port.watch.export(box)
    box.booking, box.outbound, box.appointment = None, None, None
    following = port.later_call(call.terminal, port.now, call.carrier)
    if following is None:
        _given_up(port, box)
        return
    _rebook(port, box, following, before)


def _given_up(port: Port, box: Box) -> None:
    if box.place == "YARD":
        terminal = next(t for t in port.terminals if box.block.startswith(t.code + "/"))
        terminal.unbound.append(box)
    elif box.place == "OUTSIDE":
        box.go("GONE")
        port.count("given up")


def _rebook(port: Port, box: Box, call: Call, before: Booking) -> None:
    number = f"bkg:{call.carrier}:{port.next_paper()}"
    booking = Booking(number, call, box.cargo, before.forwarder, [box], port.now)
    booking.papers_done = True
    box.booking, box.outbound = booking, call
    call.exports.append(box)
    call.bookings.append(booking)
    box.told["booked"] = say.booked(port.voices, booking, port.now)
    box.roots = {}
    if box.place == "OUTSIDE":
        port.start(delivered(port, [box], call))
    elif not box.is_weighed:
        port.start(weighed_again(port, box, call))


def ready(call: Call) -> list[Box]:
    """Return the exports to be loaded: inside, weighed, cleared, documented, not left behind."""
    behind = call.left_behind
    return [
        box for box in call.exports if box.place == "YARD" and box not in behind and is_ready(box)
    ]


def roll_all(port: Port, call: Call) -> None:
    """Roll everything that a ship did not take."""
    for box in list(call.exports):
        if box.place in ("YARD", "OUTSIDE"):
            port.count("rolled")
            roll(port, box)
