"""Imports: consigned, discharged, cleared by customs or held, and fetched by a truck."""

from math import exp, log
from random import Random
from typing import Final

from correlation.instants import DAY, HOUR, MINUTE
from simulator.world.boxes import DG_SHARE, REEFER_SHARE, Box, iso_type, sizes
from simulator.world.calls import Call
from simulator.world.chance import clipped, lognormal, share
from simulator.world.dangerous import permits
from simulator.world.instants import whole
from simulator.world.onward import foreseen
from simulator.world.onward import made as made_onward
from simulator.world.port import Port, Steps
from simulator.world.slots import near
from simulator.world.telling import of_boxes as say
from simulator.world.telling import of_ships as say_ship
from simulator.world.trucks import book, trip

MANIFEST: Final = 46 * HOUR
"""Before the ship berths: when bills and boxes are known."""
AHEAD: Final = 0.20
"""Share of pick-ups that are booked before the box can be had."""
DWELL_MEAN: Final = 72.0
DWELL_VARIANCE: Final = 50.0
"""Variance over the mean, in hours (ConFlowGen); cut at three times the mean, at least 3 h."""
HELD: Final = 0.04
HOLD_MEDIAN: Final = 20.0
HOLDS: Final = ("CUSTOMS", "SANITARY", "CARRIER_FREIGHT", "PHYTOSANITARY")
REVOKED: Final = 0.006
WAVE: Final = 3.0
SHORT, LONG = 0.1, 0.05
"""Shares of contracts with 3, with 7, and with 21 free days; the others have what is usual."""
REEFER_DAYS: Final = 3
MINDS_THE_CLOCK: Final = 0.8
"""Share of pick-ups that are planned and booked for before the free days end."""


def manifest(port: Port, call: Call) -> Steps:
    """Let the boxes that a ship brings be known two days before she berths."""
    chance = port.stream("manifest", call.service, call.voyage)
    while call.stage == "FAR" and port.now < call.berths_at - MANIFEST:
        yield port.wait(min(call.berths_at - MANIFEST, port.now + 12 * HOUR))
    if call.stage == "DROPPED":
        return
    comes = share(chance, call.discharges * port.density)
    number = share(chance, comes * (1 - port.volumes.transship))
    call.arrivals += [made_onward(port, call) for _ in range(max(0, comes - number))]
    for box in call.arrivals:
        if box.cargo == "DG":
            port.start(permits(port, [box]))
    while number > 0:
        boxes = _bill(port, call, min(number, chance.choice((1, 1, 1, 2, 3))), chance)
        number -= len(boxes)
        call.arrivals += boxes
        told = say.consigned(port.voices, call, boxes, port.now)
        if dangerous := [box for box in boxes if box.cargo == "DG"]:
            port.start(permits(port, dangerous))
        for box in boxes:
            box.told["consigned"] = told
            port.imports[box] = None
            port.start(clearing(port, box))
            port.start(collected(port, box))
    chance.shuffle(call.arrivals)
    foreseen(port, call)
    port.watch.ship(call)
    say.to_discharge(port.voices, call, port.now)


def _bill(port: Port, call: Call, count: int, chance: Random) -> list[Box]:
    bill, who = f"bl:{call.carrier}:{port.next_paper()}", port.picked("FWD", chance)
    days = _free_days(port, bill)
    boxes = []
    for _ in range(count):
        drawn = chance.random()
        cargo = "REEFER" if drawn < REEFER_SHARE else "DG" if drawn > 1 - DG_SHARE else "DRY"
        boxes.append(
            Box(
                number=next(port.numbers),
                kind="IMPORT",
                iso=iso_type(sizes().pick(chance), cargo),
                cargo=cargo,
                is_empty=False,
                kg=chance.randint(6_000, 28_500),
                place="SHIP",
                inbound=call,
                bill=bill,
                forwarder=who,
                blockers={"UNRELEASED": port.now},
                freed=port.env.event(),
                root=call.root,
                free_days=min(days, REEFER_DAYS) if cargo == "REEFER" else days,
            )
        )
    return boxes


def _free_days(port: Port, bill: str) -> int:
    """Draw the free days of a contract: mostly what is usual in the port."""
    drawn = port.stream("free days", bill).random()
    usual = port.volumes.free_days
    return 3 if drawn < SHORT else 7 if drawn < 2 * SHORT else 21 if drawn > 1 - LONG else usual


def arrived(port: Port, box: Box) -> None:
    """Note that an import has come off its ship."""
    box.happened["discharged"] = port.now
    box.free_until = port.now + box.free_days * DAY
    box.told["clock"] = say.freed(port.voices, box, port.now)
    changed(port, box)
    if box.inbound:
        port.watch.trucks(box.inbound)


def changed(port: Port, box: Box) -> None:
    """Look at the truth of a box whose availability changed, and wake who waits for it."""
    if box.is_available:
        box.told.pop("blocked", None)
        if box.freed and not box.freed.triggered:
            box.freed.succeed()
    port.watch.pickup(box)


def clearing(port: Port, box: Box) -> Steps:
    """Let customs and carrier clear a box: most before it is off the ship, some long after."""
    chance, call = port.stream("clearing", box.number), box.inbound
    assert call is not None, "it comes with a ship"
    yield port.wait(port.now + chance.randint(10, 20 * 60) * MINUTE)
    say.customs_said(port.voices, box, port.now, "DECLARED")
    carrier = say_ship.carrier(port.voices, call, "clearance")
    say.release(carrier, box, port.now, ("release-granted", "CARRIER"))
    drawn = chance.random()
    is_wave = port.disruptions.at("customs-wave", port.now) is not None
    more = WAVE if is_wave else 1.0
    red, orange = port.volumes.red * more, port.volumes.orange * more
    box.channel = "PHYS" if drawn < red else "DOC" if drawn < red + orange else "AUTO"
    if box.channel != "AUTO":
        box.root = "customs-wave" if is_wave else "customs-selection"
    yield port.wait(port.now + chance.randint(20, 12 * 60) * MINUTE)
    say.customs_said(port.voices, box, port.now, "SELECTED")
    if chance.random() < HELD * more:
        # In a wave, agencies also stop boxes that are released and booked.
        port.start(held(port, box, chance.randint(1, 110 if is_wave else 40) * HOUR))
    yield from _examined(port, box, call, chance)
    box.blockers.pop("UNRELEASED", None)
    box.told["released"] = say.customs_said(port.voices, box, port.now, "RELEASED")
    changed(port, box)
    if chance.random() < REVOKED * more * more:
        yield from revoked(port, box, chance)


def _examined(port: Port, box: Box, call: Call, chance: Random) -> Steps:
    """Wait for customs: hours if green, a day around the arrival if orange, two days if red."""
    if box.channel == "AUTO":
        yield port.wait(port.now + chance.randint(1, 20) * HOUR)
        return
    while "alongside" not in call.happened and call.is_open:
        yield port.wait(port.now + 2 * HOUR)
    if box.channel == "DOC":
        yield port.wait(call.berths_at + chance.randint(2, 30) * HOUR)
        return
    while "discharged" not in box.happened and call.stage != "DROPPED":
        yield port.wait(port.now + 2 * HOUR)
    yield port.wait(port.now + chance.randint(30, 64) * HOUR)


def held(port: Port, box: Box, after: int) -> Steps:
    """Let an authority or the carrier stop a box, and let it go again."""
    yield port.wait(port.now + after)
    if box.place in ("TRUCK", "GONE"):
        return
    chance = port.stream("hold", box.number)
    kind = chance.choice(HOLDS)
    box.blockers[kind] = port.now
    is_wave = port.disruptions.at("customs-wave", port.now) is not None
    box.root = "customs-wave" if is_wave else "hold"
    box.told["blocked"] = say.held(port.voices, box, port.now, kind)
    changed(port, box)
    yield port.wait(port.now + whole(clipped(lognormal(chance, HOLD_MEDIAN, 0.7), 2, 150) * HOUR))
    box.blockers.pop(kind, None)
    say.held(port.voices, box, port.now, kind, is_lifted=True)
    changed(port, box)


def revoked(port: Port, box: Box, chance: Random) -> Steps:
    """Let customs take a release back, and grant it again hours later."""
    yield port.wait(port.now + chance.randint(2, 40) * HOUR)
    if box.place in ("TRUCK", "GONE"):
        return
    box.blockers["REVOKED"], box.is_revoked = port.now, True
    box.root = "release-revoked"
    voice, kind = say.customs(port.voices), "CUSTOMS"
    revoke = ("release-revoked", kind)
    box.told["blocked"] = say.release(voice, box, port.now, revoke)
    changed(port, box)
    yield port.wait(port.now + whole(clipped(lognormal(chance, 7, 0.6), 1, 40) * HOUR))
    box.blockers.pop("REVOKED", None)
    box.is_revoked = False
    say.release(voice, box, port.now, ("release-granted", kind))
    changed(port, box)


def dwell(chance: Random) -> int:
    """Return how long an import stays, ms."""
    spread = log(1 + DWELL_VARIANCE / DWELL_MEAN) ** 0.5
    hours = lognormal(chance, DWELL_MEAN * exp(-(spread**2) / 2), spread)
    return whole(clipped(hours, 3, 3 * DWELL_MEAN) * HOUR)


def collected(port: Port, box: Box) -> Steps:
    """Live through the collection of a box, and let go of it."""
    yield from _collected(port, box)
    port.imports.pop(box, None)


def _collected(port: Port, box: Box) -> Steps:
    """Fetch a box: most when it can be had, some book before, and try again if it fails."""
    chance, call = port.stream("collecting", box.number), box.inbound
    assert call is not None, "it comes with a ship"
    assert box.freed is not None, "imports can be waited for"
    zone = port.community.timezone
    if chance.random() < AHEAD:
        yield port.wait(port.now + chance.randint(2, 30) * HOUR)
        soon = max(call.berths_at, port.now) + whole(call.stays * chance.uniform(0.3, 1))
        slot_at = near(soon + chance.randint(8, 36) * HOUR, zone, chance)
    else:
        yield from _available(port, box)
        yield port.wait(port.now + chance.randint(20, 90) * MINUTE)
        ends = _minded(port, box)
        slot_at = near(max(port.now + 4 * HOUR, _wish(port, box, chance, ends)), zone, chance)
        books_at = slot_at - chance.randint(5, 40) * HOUR
        yield port.wait(min(books_at, ends - 50 * HOUR) if ends else books_at)
        if box.place == "GONE":
            return
        slot_at = max(slot_at, whole(port.now + 4 * HOUR, HOUR))
    while box.place in ("SHIP", "YARD") and call.stage != "DROPPED":
        made = book(port, call.terminal, [box], "COLLECT", slot_at)
        outcome = yield from trip(port, made, call.terminal)
        if outcome == "DONE":
            return
        yield port.wait(port.now + chance.randint(1, 6) * HOUR)
        yield from _available(port, box)
        yield port.wait(port.now + chance.randint(20, 90) * MINUTE)
        slot_at = near(port.now + chance.randint(4, 16) * HOUR, zone, chance)


def _available(port: Port, box: Box) -> Steps:
    while not box.is_available:
        assert box.freed is not None, "imports can be waited for"
        if box.freed.triggered:
            box.freed = port.env.event()
        yield box.freed | port.wait(port.now + 5 * DAY)
        if box.inbound and box.inbound.stage == "DROPPED":
            return


def _minded(port: Port, box: Box) -> int | None:
    """Return the end of the free days of a box, if whoever fetches it minds that."""
    minds = port.stream("clock", box.number).random() < MINDS_THE_CLOCK
    return box.free_until if minds else None


def _wish(port: Port, box: Box, chance: Random, ends: int | None) -> int:
    wish = box.happened.get("discharged", port.now) + dwell(chance) - 12 * HOUR
    return wish if ends is None else min(wish, ends - 30 * HOUR)
