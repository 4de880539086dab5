"""T01 and T05 as they truly are: exports that will miss a cut-off, pick-ups that cannot be done."""

from typing import Final

from simulator.world.boxes import SLOT, Appointment, Booking, Box
from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import carriers
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest, off_time_key
from simulator.world.labels.thresholds import by_horizon
from simulator.world.slots import is_open
from simulator.world.telling.voices import Chorus

FULL: Final = {"REEFER": "RCO", "DG": "DGC"}
"""The cut-off by which a box of a special cargo must be inside; others: FCO."""


def _cutoff_key(box: Box, booking: Booking, code: str) -> str:
    return f"T01|{booking.id}|{box.number}|{code}"


def cutoffs(
    ledger: Ledger, voices: Chorus, box: Box, now: int, left_key: str | None = None
) -> int | None:
    """T01: judge a box against its cut-offs; return when to look again if it will miss one.

    `left_key` is of the T03 of its ship, which stands behind it while it is so.
    """
    call, booking = box.outbound, box.booking
    assert call is not None, "exports leave with a ship"
    assert booking is not None, "exports are booked"
    wakes: list[int | None] = []
    misses = False
    for code in (FULL.get(booking.cargo, "FCO"), "VCO", "DCO"):
        cutoff = call.windows.get(code)
        if cutoff is None:
            continue
        is_owed = call.is_open and not booking.is_cancelled and now < cutoff
        lacks = _lacks(box, code, cutoff) if is_owed else None
        watched_from = cutoff - at_most.CUTOFF_WATCH
        wakes += [watched_from, cutoff]
        if lacks is None or now < watched_from:
            if box.has_missed:
                ledger.over(_cutoff_key(box, booking, code), now)
            continue
        wakes += [cutoff - at_most.CUTOFF_ORANGE, cutoff - at_most.CUTOFF_RED]
        misses = box.has_missed = True
        root, known = lacks
        ledger.so(
            Truth(
                key=_cutoff_key(box, booking, code),
                severity=by_horizon(cutoff - now, at_most.CUTOFF_ORANGE, at_most.CUTOFF_RED),
                known_at=latest(known, call.windows_told_at, box.told.get("booked")),
                impact_at=cutoff,
                act_by_at=cutoff - at_most.TRAVEL - at_most.GATE_P80,
                audience=_concerned(voices, box, call),
                root=root,
                root_key=ledger.root_of(left_key, off_time_key(call)),
            ),
            now,
        )
    return earliest_after(now, *wakes) if misses else None


def _lacks(box: Box, code: str, cutoff: int) -> tuple[str, int | None] | None:
    """Return why a box will not make a cut-off and when that was told, or None if it will."""
    booking = box.booking
    assert booking is not None, "exports are booked"
    if code == "VCO":
        return None if box.is_weighed else (box.root_of("VCO"), box.told.get("booked"))
    if code == "DCO":
        return None if booking.papers_done else (box.root_of("DCO"), box.told.get("booked"))
    if box.place != "OUTSIDE" and "gated_in" in box.happened:
        return None
    made = box.appointment
    if made is None or not made.is_live:
        return box.root_of("FCO"), box.told.get("no_appointment", box.told.get("booked"))
    if made.due_at + at_most.GATE_P80 <= cutoff - at_most.CUTOFF_MARGIN:
        return None
    told = made.comes_told_at if made.comes_at is not None else made.told_at
    return box.root_of("FCO"), told


def _concerned(voices: Chorus, box: Box, call: Call) -> set[str]:
    found = {call.terminal.operator, *carriers(voices, (call.carrier,))}
    if box.booking:
        found.add(box.booking.forwarder)
    if box.appointment and box.appointment.is_live:
        found.add(box.appointment.haulier)
    return found


def pickup_key(box: Box, made: Appointment) -> str:
    """Return the key of a pick-up that cannot be done."""
    return f"T05|{box.number}|{made.id}"


def pickup(
    ledger: Ledger, voices: Chorus, box: Box, now: int, left_key: str | None = None
) -> int | None:
    """T05: judge the appointment of an import box; return when to look again."""
    made = box.appointment
    if made is None:
        return None
    key = pickup_key(box, made)
    lost_at = made.slot_at + SLOT + at_most.PICKUP_LOST
    watched_from = made.slot_at - at_most.PICKUP_WATCH
    shut = box.is_available and _finds_it_shut(voices, made)
    is_over = not made.is_live or box.place in ("TRUCK", "GONE")
    is_over |= box.is_available and not shut
    soon = now >= watched_from or made.is_moving or box.is_revoked
    if is_over or now >= lost_at or not soon:
        ledger.over(key, now)
        return None if is_over else earliest_after(now, watched_from, lost_at)
    orange, red = made.slot_at - at_most.PICKUP_ORANGE, made.slot_at - at_most.PICKUP_RED
    severity = by_horizon(made.slot_at - now, at_most.PICKUP_ORANGE, at_most.PICKUP_RED)
    if made.is_moving or made.is_here:
        severity = "RED"
    elif severity == "YELLOW" and box.is_revoked:
        severity = "ORANGE"
    call, blocked = box.inbound, box.told.get("blocked", now)
    ledger.so(
        Truth(
            key=key,
            severity=severity,
            known_at=latest(made.told_at, made.comes_told_at if shut else blocked),
            impact_at=_comes(made),
            act_by_at=made.slot_at - at_most.TRAVEL,
            audience={
                made.haulier,
                box.forwarder,
                made.gate_operator,
                *voices.codes["AUT"],
            },
            root="gate-hours" if shut else box.root,
            root_key=ledger.root_of(left_key, off_time_key(call)) if call and call.id else None,
        ),
        now,
    )
    return earliest_after(now, orange, red, made.slot_at, lost_at)


def _comes(made: Appointment) -> int:
    """Return when a truck stands at the gate in vain: as it was seen, else by its slot."""
    return made.comes_at if made.is_seen and made.comes_at is not None else made.slot_at


def _finds_it_shut(voices: Chorus, made: Appointment) -> bool:
    """Tell whether a truck that was seen on its way comes while its gate is closed."""
    if not made.is_seen or made.comes_at is None:
        return False
    facility, _, named = made.gate.partition("/gate/")
    community = voices.community
    place = next(each for each in community.facilities if each.code == facility)
    gate = next(each for each in place.gates if each.id == named)
    return not is_open(gate, made.comes_at, community.timezone)
