"""Trucks left behind by a ship that moved: kept per terminal call, not counted anew each time.

A change of the ship's times looks at all of its appointments once; after that each appointment
that changes is looked at alone. What changed is judged on the next tick, so a batch that answers
within one second is one change.
"""

from bisect import bisect_left, insort

from msgspec import Struct

from correlation.instants import HOUR
from correlation.picture.corridors import of_appointment
from correlation.picture.entities import Appointment, TerminalCall
from correlation.picture.matching import open_visit_of
from correlation.picture.milestones import berth_arrival, window_of
from correlation.picture.nominations import nominated_aboard
from correlation.picture.port import Port, Stranded
from correlation.statements import Statement

HERE = ("LANE_IN", "SERVED", "LEFT")
"""Steps after which a truck needs no other slot."""


class Bounds(Struct, frozen=True, array_like=True, gc=False):
    """The times outside of which a truck stands: the receiving window, and ready for pick-up."""

    opens_at: int | None
    closes_at: int | None
    ready_at: int | None


def bounds_of(port: Port, part: TerminalCall) -> Bounds:
    """Return the times that the land side should plan by, as said now."""
    arrival = berth_arrival(port, part)
    lead = int(port.policy.discharge_to_pickup_hours * HOUR)
    return Bounds(
        window_of(port, part, "EFC"),
        window_of(port, part, "FCO"),
        arrival.at + lead if arrival else None,
    )


def follow(port: Port, appointment: Appointment) -> None:
    """Bring the stranded of the ships of an appointment up to date."""
    for name in appointment.terminal_calls:
        part = port.terminal_calls.get(name)  # an appointment may outlive its forgotten ship
        if part is not None and part.shift is not None:
            _count_one(port, part, appointment)


def is_left_behind(port: Port, part_id: str, appointment: Appointment) -> bool:
    """Tell whether an appointment is among the stranded of a ship."""
    entries = port.stranded.get(part_id, ())
    at = bisect_left(entries, (appointment.slot_from, appointment.id))
    return at < len(entries) and entries[at][1] == appointment.id


def decision_on(port: Port, part: TerminalCall) -> Statement | None:
    """Return what the terminal decided about the change that is counted now, if it did."""
    said, shift = port.ruling(part.decision), part.shift
    if said is None or said.value is None or shift is None:
        return None
    seq = said.get("change_seq")
    applies = said.known_at >= shift.counted_at if seq is None else seq == shift.seq
    return said if applies else None


def is_honoured(port: Port, part: TerminalCall, appointment: Appointment) -> bool:
    """Tell whether the terminal receives a truck on its old slot all the same."""
    said = decision_on(port, part)
    if said is None or said.value == "MOVE":
        return False
    until = said.get("grace_until_at")
    if isinstance(until, int) and appointment.slot_from > until:
        return False
    listed = str(said.get("honoured") or "").split(",")
    return said.value == "HONOUR" or appointment.id in listed


def leave(port: Port, part_id: str, appointment_id: str) -> None:
    """Take an appointment out of the stranded of a ship that it is no longer for."""
    before = port.stranded.get(part_id, ())
    after = tuple(entry for entry in before if entry[1] != appointment_id)
    if len(after) != len(before):
        port.stranded.put(part_id, after)
        port.recounted.put(part_id, value=True)


def count(port: Port, part: TerminalCall) -> None:
    """Count the stranded of a ship whose times changed anew."""
    if part.shift is None:
        port.stranded.drop(part.id)
        return
    bounds = bounds_of(port, part)
    names = [name for _, name in _outside(part, bounds)]
    found = {
        _entry(port, appointment)
        for name in names
        if _is_stranded(port, part, appointment := port.appointments[name], bounds)
    }
    port.stranded.put(part.id, tuple(sorted(found)))


def _entry(port: Port, appointment: Appointment) -> Stranded:
    eta = port.ruling(appointment.truck_eta)
    says_so = eta is not None and eta.get("state") == "MOVING"
    moving = says_so or of_appointment(port, appointment) is not None
    nominated = nominated_aboard(port, appointment)
    return appointment.slot_from, appointment.id, appointment.haulier, moving, nominated


def _outside(part: TerminalCall, bounds: Bounds) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if bounds.opens_at is not None:
        found += part.deliveries[: bisect_left(part.deliveries, (bounds.opens_at, ""))]
    if bounds.closes_at is not None:
        found += part.deliveries[bisect_left(part.deliveries, (bounds.closes_at, "")) :]
    if bounds.ready_at is not None:
        found += part.pickups[: bisect_left(part.pickups, (bounds.ready_at, ""))]
    return found


def _count_one(port: Port, part: TerminalCall, appointment: Appointment) -> None:
    before = port.stranded.get(part.id, ())
    was = next((entry for entry in before if entry[1] == appointment.id), None)
    is_stranded = _is_stranded(port, part, appointment, bounds_of(port, part))
    now = _entry(port, appointment) if is_stranded else None
    if now == was:
        return
    after = [entry for entry in before if entry is not was]
    if now is not None:
        insort(after, now)
    port.stranded.put(part.id, tuple(after))
    port.recounted.put(part.id, value=True)


def _is_stranded(port: Port, part: TerminalCall, appointment: Appointment, bounds: Bounds) -> bool:
    """Tell whether a truck stands outside the times and has not answered the change.

    An appointment that was said again after the change counted is settled: moved, confirmed or
    cancelled by someone who knew.
    """
    if not appointment.is_live or any(step in appointment.steps for step in HERE):
        return False
    said = port.ruling(appointment.status)
    if said is None or part.shift is None or said.known_at > part.shift.counted_at:
        return False
    if is_honoured(port, part, appointment):
        return False
    entry, slot = (appointment.slot_from, appointment.id), appointment.slot_from
    if _holds(part.deliveries, entry) and (
        (bounds.opens_at is not None and slot < bounds.opens_at)
        or (bounds.closes_at is not None and slot >= bounds.closes_at)
    ):
        return True
    waits = bounds.ready_at is not None and slot < bounds.ready_at
    return waits and _holds(part.pickups, entry) and not _is_discharged(port, appointment)


def _holds(entries: tuple[tuple[int, str], ...], entry: tuple[int, str]) -> bool:
    at = bisect_left(entries, entry)
    return at < len(entries) and entries[at] == entry


def _is_discharged(port: Port, appointment: Appointment) -> bool:
    for task in appointment.tasks:
        visit = open_visit_of(port, task.box) if task.box else None
        if visit and visit.discharged:
            return True
    return False
