"""How a booking changes the picture: its ship, its boxes, and whose box is under which."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.picture.entities import Booking, Visit
from correlation.picture.fact import Fact
from correlation.picture.gate import join_booking, link
from correlation.picture.matching import booking_named, find_terminal_call, touch_visit, visit_for
from correlation.picture.port import Fold, Port
from correlation.picture.shelf import shelve, shelved
from correlation.picture.vessel import touch_booking

CANCELLED: Final = "CANCELLED"


def booking_changed(port: Port, fact: Fact) -> bool:
    """C10: a booking is confirmed, changed, rolled to another call or cancelled."""
    name = fact.event.subject
    booking = booking_named(port, name)
    if fact.is_withdrawn:
        status = fact.put(port, booking.status, None)
        if status is not booking.status:
            port.deleted["booking", name] = None
            port.bookings.put(name, replace(booking, status=status))
            touch_booking(port, name)
        return True
    data = fact.data
    status = fact.put(port, booking.status, data.status)
    if status is booking.status:
        return True
    port.bookings.put(name, replace(booking, status=status))
    ruling = port.ruling(status)
    if ruling and ruling.event_id == fact.event.id:
        _as_said(port, fact, name)
    if data.status == CANCELLED:
        port.deleted["booking", name] = None
    touch_booking(port, name)
    return True


def _as_said(port: Port, fact: Fact, name: str) -> None:
    """Let a booking be as its newest statement says: its ship, its boxes."""
    data, booking = fact.data, port.bookings[name]
    terminal_call = find_terminal_call(port, fact, data.rolled_to or _ref(data))
    if terminal_call is None and (data.rolled_to or _ref(data)):
        _wait_for_call(port, fact, data.rolled_to or _ref(data))
    moved = terminal_call.id if terminal_call else booking.terminal_call
    booking = replace(
        booking,
        terminal_call=moved,
        carrier=data.carrier or booking.carrier,
        cargo=data.cargo or booking.cargo,
        discharge_port=data.discharge_port or booking.discharge_port,
        boxes=tuple(data.boxes or booking.boxes),
    )
    port.bookings.put(name, booking)
    if terminal_call and name not in terminal_call.bookings:
        kept = port.terminal_calls[terminal_call.id]
        port.terminal_calls.put(kept.id, replace(kept, bookings=(*kept.bookings, name)))
    if data.status == CANCELLED:
        _hand_on(port, name)
        return
    _part_from_boxes_left_out(port, name)
    aboard = _aboard(port, port.bookings[name])
    for number in booking.boxes:
        visit = None if number in aboard else visit_for(port, fact, number, may_open=True)
        if visit:
            join_booking(port, visit.id, name)
    for identity in port.bookings[name].visits:
        join_booking(port, identity, name)
    for identity in booking.appointments:
        link(port, identity)


def _aboard(port: Port, booking: Booking) -> frozenset[str]:
    """Return the boxes of a booking that are on board: said again, they begin no other stay."""
    visits = [port.visits[identity] for identity in booking.visits]
    return frozenset(visit.box for visit in visits if visit.closed_at is not None and visit.loaded)


def _part_from_boxes_left_out(port: Port, name: str) -> None:
    """Let go of boxes that a booking no longer names, unless one has been seen with it.

    What came under another booking stays there, even if that was heard first.
    """
    booking = port.bookings[name]
    for identity in booking.visits:
        visit = port.visits[identity]
        seen = (visit.gate_in, visit.discharged, visit.placed, visit.stocked, visit.loaded)
        if not booking.boxes or visit.box in booking.boxes:
            continue
        if visit.booking in ("", name):  # else it went elsewhere by itself
            if other := _another(port, visit, name):
                join_booking(port, identity, other)
            elif any(seen):
                continue
            else:
                port.visits.put(identity, replace(visit, booking="", outbound=""))
                touch_visit(port, visit)
        booking = replace(
            booking, visits=tuple(held for held in booking.visits if held != identity)
        )
    port.bookings.put(name, booking)


def _hand_on(port: Port, name: str) -> None:
    """Leave the boxes of a booking that is no more to whichever other one names them."""
    for identity in port.bookings[name].visits:
        visit = port.visits[identity]
        if visit.booking == name and (other := _another(port, visit, name)):
            join_booking(port, identity, other)


def _another(port: Port, visit: Visit, name: str) -> str:
    """Return the newest other booking that a box was under, still names it and holds; or ""."""
    for other in reversed(port.boxes[visit.box].bookings):
        booking = port.bookings.get(other)
        if other == name or booking is None or visit.box not in booking.boxes:
            continue
        status = port.ruling(booking.status)
        if status and status.value != CANCELLED:
            return other
    return ""


def _ref(data: Any) -> str:
    refs = data.refs
    if data.terminal_call or refs is None:
        return data.terminal_call or ""
    return refs.terminal_call or refs.call or refs.carrier_call_ref or ""


def _wait_for_call(port: Port, fact: Fact, name: str) -> None:
    """Let the booking come back when its ship's call is known."""
    shelve(port, shelved(port, fact, (name,)))


FOLDS: Final[dict[str, Fold]] = {"rada.clearance.booking-changed": booking_changed}
