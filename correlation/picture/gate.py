"""How gate events change the picture: appointments, trucks, gate moves, queues, lanes."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import SECOND, instant
from correlation.picture import (
    clashes,
    clocks,
    offers,
    promises,
    queues,
    returns,
    travelling,
    waypoints,
)
from correlation.picture.aspects import ALL, ETA, GATE, LINKS, TRUCK
from correlation.picture.cargo_kinds import box_described, note_dangerous
from correlation.picture.corridors import aboard_of
from correlation.picture.entities import Appointment, Task, Visit
from correlation.picture.fact import Fact
from correlation.picture.matching import (
    booking_named,
    booking_of,
    box_of,
    open_visit_of,
    touch_visit,
    visit_for,
)
from correlation.picture.port import Fold, Port
from correlation.picture.sources import is_backlog
from correlation.picture.stranding import leave
from correlation.picture.travelling import AT_GATE, GATED_IN
from correlation.statements import Slot

BOOKINGS_MAX: Final = 4
"""Of the bookings between which one box went, so many are kept."""
COUNTS_SAID_EACH: Final = 30 * SECOND
"""A call's count of trucks is shown so long after it changed, with whatever else changed."""
_KEPT: Final = ("facility", "gate", "haulier", "expects_departure_at")


def appointment_changed(port: Port, fact: Fact) -> bool:
    """G02: an appointment is requested, booked, moved, cancelled, served or missed."""
    identity = fact.event.subject
    before = port.appointments.get(identity) or Appointment(id=identity)
    if fact.is_withdrawn:
        status = fact.put(port, before.status, None)
    else:
        data = fact.data
        tasks = ",".join(
            f"{task.direction}~{task.box or ''}~{task.booking or ''}" for task in data.tasks or ()
        )
        detail = {name: getattr(data, name) for name in _KEPT}
        detail |= {"from_at": data.slot.from_at, "to_at": data.slot.to_at, "tasks": tasks}
        status = fact.put(port, before.status, data.status, detail)
    if status is before.status:
        return True
    ruling = port.ruling(status)
    if fact.is_withdrawn or (ruling and ruling.value == "CANCELLED"):
        port.deleted["appointment", identity] = None
    after = _as_ruled(replace(before, status=status), ruling)
    if (after.slot_from, after.tasks) != (before.slot_from, before.tasks):
        _unlink(port, before, before.terminal_calls)
    port.appointments.put(identity, queues.expected(port, after))
    if after.steps:
        promises.mark(port, "truck", identity)
    port.arrived(identity)
    link(port, identity)
    if port.journeys_of:
        travelling.follow(port, port.appointments[identity])
    return True


def _as_ruled(appointment: Appointment, ruling: Any) -> Appointment:
    if ruling is None:
        return replace(appointment, state="", tasks=())
    said = dict(ruling.detail)
    tasks = tuple(
        [Task(*part.split("~")) for part in str(said.get("tasks") or "").split(",") if part]
    )
    return replace(
        appointment,
        state=str(ruling.value),
        facility=str(said.get("facility") or ""),
        gate=str(said.get("gate") or ""),
        haulier=str(said.get("haulier") or ""),
        slot_from=int(said.get("from_at") or 0),
        slot_to=int(said.get("to_at") or 0),
        leaves_at=said.get("expects_departure_at"),
        tasks=tasks or appointment.tasks,
    )


def _unlink(port: Port, appointment: Appointment, names: Iterable[str]) -> None:
    """Take an appointment out of the order of trucks of these terminal calls."""
    for identity in names:
        _index(port, identity, appointment, ())
        leave(port, identity, appointment.id)


def link(port: Port, identity: str) -> None:
    """Join an appointment to the boxes, bookings and terminal calls that its tasks are for."""
    appointment = port.appointments[identity]
    served: dict[str, tuple[str, ...]] = {}
    for task in appointment.tasks:
        name = _served_by(port, appointment, task)
        if name in port.terminal_calls:  # a box may wait long after its ship is forgotten
            served[name] = (*served.get(name, ()), task.direction)
    if tuple(served) != appointment.terminal_calls:
        _unlink(port, appointment, [n for n in appointment.terminal_calls if n not in served])
        appointment = replace(appointment, terminal_calls=tuple(served))
        port.appointments.put(identity, appointment)
    for name, directions in served.items():
        _index(port, name, appointment, directions if appointment.is_live else ())
    port.touch("appointment", identity)


def _served_by(port: Port, appointment: Appointment, task: Task) -> str:
    """Note the appointment with its box and booking; return the terminal call it is for."""
    if task.booking:
        booking = booking_named(port, task.booking)
        if appointment.id not in booking.appointments:
            booking = replace(booking, appointments=(*booking.appointments, appointment.id))
            port.bookings.put(task.booking, booking)
    visit = _note_box(port, appointment, task) if task.box else None
    if task.direction == "DELIVER":
        known = booking_of(port, task)
        return known.terminal_call if known else ""
    return visit.inbound if visit else ""


def _note_box(port: Port, appointment: Appointment, task: Task) -> Visit | None:
    box = box_of(port, task.box)
    if appointment.id not in box.appointments:
        port.boxes.put(task.box, replace(box, appointments=(*box.appointments, appointment.id)))
    visit = open_visit_of(port, task.box)
    if visit is None:
        return None
    if appointment.id not in visit.appointments:
        visit = replace(visit, appointments=(*visit.appointments, appointment.id))
        port.visits.put(visit.id, visit)
    touch_visit(port, visit, TRUCK)
    return visit


def _index(port: Port, name: str, appointment: Appointment, directions: tuple[str, ...]) -> None:
    """Keep an appointment in the order of trucks of a terminal call, in these directions only."""
    terminal_call = port.terminal_calls.get(name)
    if terminal_call is None:
        return
    entry = (appointment.slot_from, appointment.id)
    deliveries = _kept(terminal_call.deliveries, entry, wanted="DELIVER" in directions)
    pickups = _kept(terminal_call.pickups, entry, wanted="COLLECT" in directions)
    if deliveries is terminal_call.deliveries and pickups is terminal_call.pickups:
        return
    port.terminal_calls.put(name, replace(terminal_call, deliveries=deliveries, pickups=pickups))
    port.show(terminal_call.call, port.now + COUNTS_SAID_EACH)


def _kept(
    entries: tuple[tuple[int, str], ...], entry: tuple[int, str], *, wanted: bool
) -> tuple[tuple[int, str], ...]:
    at = bisect_left(entries, entry)
    is_there = at < len(entries) and entries[at] == entry
    if is_there == wanted:
        return entries
    return (*entries[:at], entry, *entries[at:]) if wanted else entries[:at] + entries[at + 1 :]


def truck_eta_stated(port: Port, fact: Fact) -> bool:
    """G04: when a truck says, or is seen, to reach the gate."""
    appointment = _appointment_of(port, fact)
    if appointment is None:
        return False
    at = None if fact.is_withdrawn else instant(fact.data.eta_at)
    detail = {} if fact.is_withdrawn else {"state": fact.data.state}
    after = fact.put(port, appointment.truck_eta, at, detail)
    if after is not appointment.truck_eta:
        _keep(port, queues.expected(port, replace(appointment, truck_eta=after)))
        for task in appointment.tasks:
            if task.box and (visit := open_visit_of(port, task.box)):
                port.touch("visit", visit.id, ETA)
    return True


def truck_progressed(port: Port, fact: Fact) -> bool:
    """G06: a truck is in the queue, in a lane, served, turned away or gone."""
    appointment = _appointment_of(port, fact)
    if appointment is None:
        if not _names_appointment(fact):
            _note_truck(port, fact, None)
            return True
        return False
    _note_truck(port, fact, appointment)
    appointment = _with_truck(port, fact, appointment)
    if fact.is_withdrawn:
        steps = {
            step: after
            for step, slot in appointment.steps.items()
            if (after := fact.put(port, slot, None))
        }
    else:
        step = fact.data.step
        after = fact.put(port, appointment.steps.get(step, ()), fact.occurred_at)
        steps = {**appointment.steps, step: after}
    if steps != appointment.steps:
        promises.mark(port, "truck", appointment.id)
        _keep(port, queues.expected(port, replace(appointment, steps=steps)))
    return True


def _with_truck(port: Port, fact: Fact, appointment: Appointment) -> Appointment:
    """Let an appointment be found by its truck: what is taken back names no more than that."""
    truck = fact.event.subject
    if fact.is_withdrawn or truck == appointment.id or truck in appointment.trucks:
        return appointment
    appointment = replace(appointment, trucks=tuple(sorted((*appointment.trucks, truck))))
    port.appointments.put(appointment.id, appointment)
    port.know(truck, appointment.id)
    return appointment


def _note_truck(port: Port, fact: Fact, appointment: Appointment | None) -> None:
    """Note a truck with its gate, whether or not it has an appointment."""
    queues.truck_passed(port, fact, appointment)
    if port.journeys_of and (fact.is_withdrawn or fact.data.step in AT_GATE):
        _note_arrival(port, fact, appointment)
    gate = getattr(fact.data, "gate", None) or ""
    facility = getattr(getattr(fact.data, "refs", None), "facility", None) or ""
    named = gate if ":" in gate else facility
    clashes.plate_seen(port, fact, appointment.facility if appointment else named.partition("/")[0])


def _note_arrival(port: Port, fact: Fact, appointment: Appointment | None) -> None:
    step = "" if fact.is_withdrawn else fact.data.step
    aboard = aboard_of(appointment) if appointment else []
    names = (fact.event.subject, appointment.id if appointment else None, *aboard)
    waypoints.arrived(port, fact, step, names, appointment.facility if appointment else "")


def _names_appointment(fact: Fact) -> bool:
    refs = getattr(fact.data, "refs", None)
    named = getattr(fact.data, "appointment", None) or getattr(refs, "appointment", None)
    return bool(named) or fact.event.subject.startswith("apt:")


def _appointment_of(port: Port, fact: Fact) -> Appointment | None:
    if getattr(fact.data, "walk_in", None):
        return None
    refs = getattr(fact.data, "refs", None)
    for name in (
        getattr(fact.data, "appointment", None),
        getattr(refs, "appointment", None),
        fact.event.subject,
    ):
        if name and (known := port.appointments.get(port.aliases.get(name, name))):
            return known
    return None


def _keep(port: Port, appointment: Appointment) -> None:
    port.appointments.put(appointment.id, appointment)
    port.touch("appointment", appointment.id)


def gated_in(port: Port, fact: Fact) -> bool:
    """G07: a container came in by a gate; opens its visit."""
    name = fact.event.subject if fact.is_withdrawn else fact.data.box.box
    visit = visit_for(port, fact, name, may_open=not fact.is_withdrawn)
    if visit is None:
        return False
    after = put_seen(port, fact, visit.gate_in)
    if after is visit.gate_in:
        return True
    if port.journeys_of:
        data = fact.data
        facility = "" if fact.is_withdrawn else data.facility
        carriers = [getattr(data, name, None) for name in ("truck_visit", "train_visit")]
        waypoints.arrived(port, fact, GATED_IN, (visit.box, *carriers), facility)
    box_described(port, visit.id, fact, None if fact.is_withdrawn else fact.data.box)
    changes: dict[str, Any] = {"gate_in": after}
    if not fact.is_withdrawn:
        changes |= described(visit, fact.data)
    keep_visit(port, visit, replace(visit, **changes), GATE if len(changes) == 1 else GATE | LINKS)
    clocks.seen(port, visit.box)
    return True


def put_seen(port: Port, fact: Fact, slot: Slot, facility: str = "") -> Slot:
    """Return a slot after a box was seen there: when, and what its source read on it."""
    if fact.is_withdrawn:
        return fact.put(port, slot, None)
    data, box = fact.data, fact.data.box
    detail = {
        "facility": getattr(data, "facility", None) or facility or None,
        "iso": box.iso_type,
        "kg": box.gross_kg,
        "dg": ",".join(sorted(goods.un_no for goods in box.dg)) or None,
        "booking": getattr(data, "booking", None),
        "backlog": is_backlog(port, fact, fact.occurred_at) or None,
    }
    return fact.put(port, slot, fact.occurred_at, detail)


def described(visit: Visit, data: Any) -> dict[str, Any]:
    """Return what an event about a container tells of it that is not known yet."""
    box = data.box
    said = {
        "category": box.category,
        "iso_type": box.iso_type,
        "facility": getattr(data, "facility", None) or getattr(data.refs, "facility", None),
        "booking": getattr(data, "booking", None) or getattr(data.refs, "booking", None),
        "bl": getattr(data, "bl", None) or getattr(data.refs, "bl", None),
    }
    found = {name: value for name, value in said.items() if value and not getattr(visit, name)}
    if box.is_empty:
        found["is_empty"] = True
    return found


def join_booking(port: Port, visit_id: str, name: str) -> None:
    """Let a visit and its booking know each other."""
    booking = booking_named(port, name)
    if visit_id not in booking.visits:
        booking = replace(booking, visits=(*booking.visits, visit_id))
        port.bookings.put(name, booking)
    if booking.cargo == "DG":
        note_dangerous(port, visit_id)
    visit = port.visits[visit_id]
    outbound = booking.terminal_call or visit.outbound
    if visit.booking not in ("", name):
        _note_bookings(port, visit.box, visit.booking, name)
    if visit.booking != name or visit.outbound != outbound:
        visit = replace(visit, booking=name, outbound=outbound)
        port.visits.put(visit_id, visit)
        relink(port, visit)
    touch_visit(port, visit)


def _note_bookings(port: Port, number: str, *names: str) -> None:
    # A box that went from one booking to another may have to go back, or on.
    box = port.boxes[number]
    others = [held for held in box.bookings if held not in names]
    port.boxes.put(number, replace(box, bookings=(*others, *names)[-BOOKINGS_MAX:]))


def keep_visit(port: Port, before: Visit, visit: Visit, aspects: int = ALL) -> None:
    """Put a visit back of which these aspects changed; booking and appointments follow."""
    port.visits.put(visit.id, visit)
    touch_visit(port, visit, aspects)
    if visit.booking != before.booking:
        join_booking(port, visit.id, visit.booking)
        relink(port, port.visits[visit.id])
    elif visit.inbound != before.inbound:
        relink(port, visit)


def relink(port: Port, visit: Visit) -> None:
    """Let the appointments of a box follow it to another booking or ship."""
    for identity in visit.appointments:
        link(port, identity)


def gated_out(port: Port, fact: Fact) -> bool:
    """G08: a container left by a gate; its visit ends."""
    name = fact.event.subject if fact.is_withdrawn else fact.data.box.box
    visit = visit_for(port, fact, name, may_open=False)
    if visit is None:
        return False
    after = put_seen(port, fact, visit.gate_out)
    if after is not visit.gate_out:
        ended = port.ruling(after)
        closed_at = int(ended.value) if ended and ended.value is not None else None
        visit = replace(visit, gate_out=after, closed_at=closed_at)
        port.visits.put(visit.id, visit)
        promises.mark(port, "box", visit.id)
        touch_visit(port, visit, GATE)
        clocks.left_the_port(port, fact, visit)
    return True


FOLDS: Final[dict[str, Fold]] = {
    "rada.gate.appointment-changed": appointment_changed,
    "rada.gate.truck-eta-stated": truck_eta_stated,
    "rada.gate.truck-progressed": truck_progressed,
    "rada.gate.container-gated-in": gated_in,
    "rada.gate.container-gated-out": gated_out,
    **queues.FOLDS,
    **offers.FOLDS,
    **returns.FOLDS,
    **waypoints.FOLDS,
}
