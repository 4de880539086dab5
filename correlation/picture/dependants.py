"""Who still depends on a call that was dropped or changed: bookings and trucks not yet re-planned.

Looked up once when the status changes; after that each booking and appointment that changes is
looked at alone. A ship that cuts and runs is still worked: of her depend only the bookings of boxes
that she leaves behind, and the trucks that bring more.
"""

from typing import Final

from msgspec.structs import replace

from correlation.picture.entities import Appointment, Booking, Dependants, TerminalCall
from correlation.picture.left_behind import CUT, listed_since, stays
from correlation.picture.milestones import GONE
from correlation.picture.port import Port
from correlation.picture.services import services_of
from correlation.statements import Statement

UNSETTLING: Final = GONE | {CUT, "ROTC", "SLID", "PHOT", "ADHO"}
"""Call statuses after which what hangs on the call must be planned anew (alerts.md 2, R03)."""


def changed_status(port: Port, part: TerminalCall) -> Statement | None:
    """Return the statement that drops or changes this part of a call, or None."""
    for slot in (part.status, port.calls[part.call].status):
        said = port.ruling(slot)
        if said and said.value in UNSETTLING:
            return said
    return None


def follow_part(port: Port, part_id: str) -> None:
    """List who depends on a terminal call when its status becomes another one."""
    part = port.terminal_calls.get(part_id)
    held = port.dependants.get(part_id)
    said = changed_status(port, part) if part else None
    if part is None or said is None:
        if held:
            leave_all(port, part_id)
        return
    if held and held.status == said.event_id and said.value != CUT:
        return
    trucks = (entry[1] for entry in (*part.deliveries, *part.pickups))
    among = sorted({*part.bookings, *trucks})
    names = [name for name in among if _depends(port, part, name, said)]
    if held and (held.status, held.names) == (said.event_id, tuple(names)):
        return
    if held:
        leave_all(port, part_id)
        port.touch("call", part.call)
    port.dependants.put(part_id, Dependants(status=said.event_id, names=tuple(names)))
    for name in names:
        port.depends.put(name, tuple(sorted({*port.depends.get(name, ()), part_id})))


def leave_all(port: Port, part_id: str) -> None:
    """Forget who depends on a terminal call."""
    held = port.dependants.get(part_id)
    if held is None:
        return
    port.dependants.drop(part_id)
    for name in held.names:
        _part_from(port, name, part_id)


def follow_one(port: Port, name: str) -> None:
    """Bring up to date what one booking or appointment depends on."""
    if not port.dependants:
        return
    for part_id in sorted({*port.depends.get(name, ()), *_bound_to(port, name)}):
        held, part = port.dependants.get(part_id), port.terminal_calls.get(part_id)
        if held is None or part is None:
            continue
        said = changed_status(port, part)
        wanted = said is not None and _depends(port, part, name, said)
        if said is not None and said.value == CUT:
            port.touch("call", part.call)  # one box more on board changes how many stay
        if wanted == (name in held.names):
            continue
        if wanted:
            names = tuple(sorted((*held.names, name)))
            port.depends.put(name, tuple(sorted({*port.depends.get(name, ()), part_id})))
        else:
            names = tuple(other for other in held.names if other != name)
            _part_from(port, name, part_id)
        port.dependants.put(part_id, replace(held, names=names))
        port.touch("call", part.call)


def _part_from(port: Port, name: str, part_id: str) -> None:
    left = tuple(other for other in port.depends.get(name, ()) if other != part_id)
    if left:
        port.depends.put(name, left)
    else:
        port.depends.drop(name)


def _bound_to(port: Port, name: str) -> tuple[str, ...]:
    if booking := port.bookings.get(name):
        return (booking.terminal_call,)
    appointment = port.appointments.get(name)
    return appointment.terminal_calls if appointment else ()


def _depends(port: Port, part: TerminalCall, name: str, status: Statement) -> bool:
    """Tell whether a booking or truck still hangs on a call as it was before its change.

    Of a call that is gone it must leave; of one that only changed, a word since then will do.
    Of one that is cut short it need not, if all of its boxes are on board or still to be loaded.
    """
    if part.id not in _bound_to(port, name):
        return False
    holder = port.bookings.get(name) or port.appointments.get(name)
    said = port.ruling(holder.status) if holder else None
    if holder is None or said is None:
        return False
    ended = said.value == "CANCELLED" if isinstance(holder, Booking) else not holder.is_live
    if ended:
        return False
    if status.value == CUT:
        return _waits_ashore(port, part, holder, status)
    return status.value in GONE or said.known_at <= status.known_at


def _waits_ashore(
    port: Port, part: TerminalCall, holder: Booking | Appointment, status: Statement
) -> bool:
    """Tell whether a booking or truck waits for a ship that cuts and runs: imports do not."""
    if isinstance(holder, Booking):
        return stays(port, holder, listed_since(port, part, status))
    return (holder.slot_from, holder.id) in part.deliveries


def services_depending(port: Port, part: TerminalCall, status: Statement) -> int:
    """Return how many nautical services are still ordered as before the change.

    A ship that cuts and runs needs hers: she is here, and has to leave.
    """
    if status.value == CUT:
        return 0
    return sum(
        1
        for holder, _, said in services_of(port, port.calls[part.call])
        if holder.id == part.id
        and said.value in ("REQUIRED", "ORDERED", "CONFIRMED")
        and (status.value in GONE or said.known_at <= status.known_at)
    )
