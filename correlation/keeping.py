"""What leaves the picture and when: ended calls, visits, appointments, dead facts."""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from correlation.instants import DAY, HOUR
from correlation.picture import (
    berths,
    conditions,
    connections,
    delays,
    dependants,
    disorder,
    leaving,
    lists,
    promises,
    queues,
    reslotting,
    rotations,
    services,
    stranding,
    travelling,
)
from correlation.picture.aspects import ALL, OWN, QUAY
from correlation.picture.cargo import forget_work
from correlation.picture.entities import Appointment, BillOfLading, Visit
from correlation.picture.milestones import berth_departure, is_dropped
from correlation.picture.port import Port

DEAD_KEPT: Final = 48 * HOUR
DROPPED: Final = {
    "obligation": "obligations",
    "offer": "offers",
    "ruling": "rulings",
    "taken_back": "taken_back",
    "orphan": "orphans",
    "plate": "plates",
    "roster": "rosters",
    "box": "mistyped",
}
"""The kinds that nothing else refers to, and their tables."""


def mark_dead(port: Port, mark: str, at: int) -> None:
    """Remember a withdrawn fact, so that a late original or older version has no effect."""
    port.dead.put(mark, at)
    if mark in port.orphans:
        port.orphans.drop(mark)
        port.touch("orphan", mark)
    port.set_timer(f"D|{mark}", at + DEAD_KEPT)


def follow(port: Port) -> None:
    """Bring up to date what is worked out of the things touched: berths, stranded, ends."""
    if port.undone:
        disorder.note_taken_back(port)
    for (kind, identity), aspects in list(port.touched.items()):
        if (known := FOLLOWERS.get(kind)) and known[1] & aspects:
            known[0](port, identity)
    if port.stranded:
        reslotting.propose_for_touched(port)
    if port.measured:
        promises.follow(port)


def _follow_visit(port: Port, identity: str) -> None:
    visit = port.visits.get(identity)
    if visit is None:
        return
    if visit.closed_at is not None:
        kept = int(port.policy.visit_kept_hours * HOUR)
        port.set_timer(f"V|visit|{identity}", visit.closed_at + kept)
    if visit.box in port.listed:
        lists.follow(port, visit)
    if visit.booking:
        dependants.follow_one(port, visit.booking)
    leaving.follow(port, visit)


def _follow_appointment(port: Port, identity: str) -> None:
    if appointment := port.appointments.get(identity):
        # A truck that nobody wrote off may stand before a road block for two days and come then.
        policy = port.policy
        is_live, over = appointment.is_live, max(appointment.slot_to, port.now)
        hours = policy.appointment_late_hours if is_live else policy.appointment_kept_hours
        port.set_timer(f"V|appointment|{identity}", over + int(hours * HOUR))
        stranding.follow(port, appointment)
    dependants.follow_one(port, identity)


def _follow_part(port: Port, identity: str) -> None:
    port.stays.pop(identity, None)
    promises.mark(port, "ship", identity)
    if part := port.terminal_calls.get(identity):
        stranding.count(port, part)
    berths.follow_quay(port, identity)
    services.follow_units(port, identity)
    dependants.follow_part(port, identity)
    for name in port.connecting.get(identity, ()):
        port.touch("connection", name)


def _follow_call(port: Port, identity: str) -> None:
    if call := port.calls.get(identity):
        for name in call.terminal_calls:
            port.stays.pop(name, None)
            promises.mark(port, "ship", name)
        port.set_timer(f"V|call|{identity}", _call_ends(port, identity))
        for voyage in port.delays_of.get(call.vessel, ()):
            port.touch("voyage", voyage)
        if call.vessel in port.rotations_of:
            port.untold.put(identity, port.now)
    conditions.follow_call(port, identity)


FOLLOWERS: Final[dict[str, tuple[Callable[[Port, str], None], int]]] = {
    "visit": (_follow_visit, ALL),
    "appointment": (_follow_appointment, OWN | QUAY),
    "booking": (dependants.follow_one, ALL),
    "terminal_call": (_follow_part, ALL),
    "call": (_follow_call, ALL),
}
"""What else must follow when these aspects of a thing of this kind were touched."""


def _call_ends(port: Port, identity: str) -> int:
    policy, call = port.policy, port.calls[identity]
    departures = []
    for name in call.terminal_calls:
        best = berth_departure(port, port.terminal_calls[name])
        departures.append(best.at if best and best.classifier == "ACT" else None)
    if departures and all(departures):
        return max(at for at in departures if at) + int(policy.call_kept_hours * HOUR)
    if is_dropped(port, call):
        return call.opened_for + int(policy.call_kept_hours * HOUR)
    return call.opened_for + int(policy.call_unseen_days * DAY)


def forget(port: Port, kind: str, identity: str, now: int) -> None:
    """Let an ended thing go, unless an open alert still rests on it; then ask again in a day."""
    kinds = ("visit", "reefer", "dangerous") if kind == "visit" else (kind,)
    if any(f"{name}|{identity}" in port.watch for name in kinds):
        port.set_timer(f"V|{kind}|{identity}", now + DAY)
    elif kind == "appointment":
        _forget_appointment(port, identity)
    elif kind in FORGOTTEN:
        FORGOTTEN[kind](port, identity)
    elif kind in DROPPED:
        getattr(port, DROPPED[kind]).drop(identity)


def _forget_visit(port: Port, identity: str) -> None:
    visit = port.visits.get(identity)
    if visit is None or visit.closed_at is None:
        return  # gone already, or its end was taken back
    promises.settle(port, "box", identity)
    port.visits.drop(identity)
    port.reefers.drop(identity)
    port.dangerous.drop(identity)
    leaving.forget(port, identity)
    box = port.boxes.get(visit.box)
    if box:
        visits = tuple(name for name in box.visits if name != identity)
        if visits or box.appointments:
            port.boxes.put(visit.box, replace(box, visits=visits))
        else:
            port.boxes.drop(visit.box)
    booking = port.bookings.get(visit.booking)
    if booking:
        left = tuple(name for name in booking.visits if name != identity)
        port.bookings.put(booking.id, replace(booking, visits=left))
    _forget_papers(port, visit)
    bill = port.bills.get(visit.bl)
    if bill and not any(number in port.boxes for number in bill.boxes):
        port.bills.drop(bill.id)
        _forget_papers(port, bill)


def _forget_papers(port: Port, holder: Visit | BillOfLading) -> None:
    for number in holder.holds:
        port.aliases.drop(f"holds:{number}")
    for number in holder.releases:
        port.aliases.drop(f"releases:{number}")


def _forget_appointment(port: Port, identity: str) -> None:
    appointment = port.appointments.get(identity)
    if appointment is None:
        return
    for name in appointment.terminal_calls:
        if terminal_call := port.terminal_calls.get(name):
            port.terminal_calls.put(
                name,
                replace(
                    terminal_call,
                    deliveries=tuple(e for e in terminal_call.deliveries if e[1] != identity),
                    pickups=tuple(e for e in terminal_call.pickups if e[1] != identity),
                ),
            )
    for task in appointment.tasks:
        if box := port.boxes.get(task.box):
            left = tuple(name for name in box.appointments if name != identity)
            port.boxes.put(task.box, replace(box, appointments=left))
            for name in box.visits:
                visit = port.visits[name]
                named = tuple(held for held in visit.appointments if held != identity)
                port.visits.put(name, replace(visit, appointments=named))
        if booking := port.bookings.get(task.booking):
            left = tuple(name for name in booking.appointments if name != identity)
            port.bookings.put(booking.id, replace(booking, appointments=left))
    queues.expected(port, replace(appointment, state=""))
    promises.settle(port, "truck", identity)
    _forget_trucks(port, appointment)
    port.appointments.drop(identity)


def _forget_trucks(port: Port, appointment: Appointment) -> None:
    for truck in appointment.trucks:
        if port.aliases.get(truck) == appointment.id:
            port.aliases.drop(truck)


def _forget_call(port: Port, identity: str) -> None:
    call = port.calls.get(identity)
    if call is None:
        return
    for name in call.terminal_calls:
        terminal_call = port.terminal_calls.get(name)
        if terminal_call is None:
            continue
        here = port.at_terminal.get(terminal_call.facility, ())
        port.at_terminal.put(terminal_call.facility, tuple(n for n in here if n != name))
        for booking in terminal_call.bookings:
            if (known := port.bookings.get(booking)) and not known.visits:
                port.bookings.drop(booking)
        berths.leave_quay(port, terminal_call.facility, name)
        lists.forget_lists(port, name)
        forget_work(port, terminal_call)
        services.release_units(port, terminal_call)
        dependants.leave_all(port, name)
        connections.forget_connections(port, name)
        promises.settle_ship(port, name)
        port.terminal_calls.drop(name)
        port.stays.pop(name, None)
        port.stranded.drop(name)
        port.recounted.drop(name)
        port.unsettled.drop(name)
        port.openings.drop(name)
        if name in port.proposals:
            port.proposals.drop(name)
            port.show(f"proposal:{name}")
    for alias in call.aliases:
        port.aliases.drop(alias)
    if vessel := port.vessels.get(call.vessel):
        left = tuple(name for name in vessel.calls if name != identity)
        port.vessels.put(vessel.id, replace(vessel, calls=left))
    port.calls.drop(identity)
    port.untold.drop(identity)
    conditions.follow_call(port, identity)
    port.show(identity)


FORGOTTEN: Final[dict[str, Callable[[Port, str], None]]] = {
    "visit": _forget_visit,
    "call": _forget_call,
    "tally": promises.forget_tally,
    "condition": conditions.forget_condition,
    "rotation": rotations.forget_rotation,
    "voyage": delays.forget_delay,
    "journey": travelling.forget_journey,
}
"""How a thing goes to which others refer, or that refers to others."""
