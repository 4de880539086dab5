"""Two calls that prove to be one: the older one keeps its id and takes over what the other held.

Proof is an operator's link (M11), or one name that only one call can have: a DCSA port call id or
the authority's visit number. Ids said once stay good: those of the call that ends are from then on
other names of the one that stays. Its alerts are superseded by those of the one that stays.
"""

from typing import Final

from msgspec.structs import replace

from correlation.instants import MINUTE
from correlation.picture import cargo, gate, lists, promises
from correlation.picture.berths import leave_quay
from correlation.picture.connections import move_connections
from correlation.picture.dependants import leave_all
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.matching import call_named
from correlation.picture.negotiation import joined
from correlation.picture.port import Port
from correlation.picture.services import release_units
from correlation.picture.vessel import keep_call, keep_terminal_call, touch_bookings
from correlation.statements import Slot, place

TICK: Final = MINUTE // 60
"""What opened within one second is equally old: then the smaller id stays."""


def merge_alike(port: Port, because: str) -> None:
    """Make one call of each pair that the current record proved alike.

    `because` is the event that proved it.
    """
    while port.alike:
        first, second = (call_named(port, name) for name in port.alike.pop(0))
        if first is None or second is None or first.id == second.id:
            continue
        older, younger = sorted((first, second), key=lambda c: (c.opened_at // TICK, c.id))
        _merge(port, older.id, younger)
        port.merged[younger.id] = older.id, because


def _merge(port: Port, older_id: str, younger: Call) -> None:
    parts = {
        name: _moved(port, older_id, port.terminal_calls[name]) for name in younger.terminal_calls
    }
    _repoint(port, parts)
    for name, identity in parts.items():
        lists.renamed(port, name, identity)
        cargo.renamed(port, name, identity)
        promises.renamed(port, name, identity)
        _drop_part(port, name)
    older = port.calls[older_id]
    for name in younger.aliases:
        identity = port.aliases.get(name, older_id)
        if not name.startswith("svc:"):  # names a service, and no call
            port.aliases.put(name, parts.get(identity, older_id))
    names = {younger.id: older_id, **parts}
    port.calls.drop(younger.id)
    for name, identity in names.items():
        port.know(name, identity)
    older = replace(
        older,
        aliases=tuple(dict.fromkeys((*older.aliases, *younger.aliases, *names))),
        announced=_joined(older.announced, younger.announced),
        status=_joined(older.status, younger.status),
        formalities=_joined_all(older.formalities, younger.formalities),
        stamps=joined(older.stamps, younger.stamps),
        milestones=_joined_all(older.milestones, younger.milestones),
    )
    keep_call(port, older)
    _leave_ship(port, younger)
    port.set_timer(f"V|call|{younger.id}", None)
    port.show(younger.id)
    for name in parts.values():
        keep_terminal_call(port, port.terminal_calls[name])
        touch_bookings(port, name)
    port.touch("call", younger.id)  # after the heirs: what was said of it ends when theirs is said
    for name in parts:
        port.touch("terminal_call", name)
        port.touch("batch", name)


def _moved(port: Port, call_id: str, part: TerminalCall) -> str:
    """Bring a part under the call that stays; return its id there."""
    identity = f"{call_id}/{part.id.split('/', 3)[3]}"
    held = port.terminal_calls.get(identity)
    if held is None:
        after = replace(part, id=identity, call=call_id, deliveries=(), pickups=(), units=())
        call = port.calls[call_id]
        port.calls.put(call_id, replace(call, terminal_calls=(*call.terminal_calls, identity)))
        here = port.at_terminal.get(part.facility, ())
        port.at_terminal.put(part.facility, (*here, identity))
    else:
        after = replace(
            held,
            carrier=held.carrier or part.carrier,
            voyage=held.voyage or part.voyage,
            plan=_joined(held.plan, part.plan),
            status=_joined(held.status, part.status),
            progress=_joined(held.progress, part.progress),
            services=_joined_all(held.services, part.services),
            stamps=joined(held.stamps, part.stamps),
            decision=_joined(held.decision, part.decision),
            milestones=_joined_all(held.milestones, part.milestones),
            windows=_joined_all(held.windows, part.windows),
            forecast=_joined_all(held.forecast, part.forecast),
            bookings=tuple(dict.fromkeys((*held.bookings, *part.bookings))),
        )
    port.terminal_calls.put(identity, after)
    return identity


def _repoint(port: Port, parts: dict[str, str]) -> None:
    """Let bookings, bills, boxes and trucks go with the part that stays. Looks at all boxes."""
    for name, identity in parts.items():
        for booking_id in port.terminal_calls[name].bookings:
            booking = port.bookings[booking_id]
            if booking.terminal_call == name:
                port.bookings.put(booking_id, replace(booking, terminal_call=identity))
        move_connections(port, name, identity)
    for bill in [held for held in port.bills.values() if held.terminal_call in parts]:
        port.bills.put(bill.id, replace(bill, terminal_call=parts[bill.terminal_call]))
    aboard = [v for v in port.visits.values() if v.inbound in parts or v.outbound in parts]
    for visit in aboard:
        inbound = parts.get(visit.inbound, visit.inbound)
        outbound = parts.get(visit.outbound, visit.outbound)
        port.visits.put(visit.id, replace(visit, inbound=inbound, outbound=outbound))
        port.touch("visit", visit.id)
    for name in parts:
        part = port.terminal_calls[name]
        for _, appointment in (*part.deliveries, *part.pickups):
            gate.link(port, appointment)


def _drop_part(port: Port, name: str) -> None:
    part = port.terminal_calls[name]
    here = port.at_terminal.get(part.facility, ())
    port.at_terminal.put(part.facility, tuple(held for held in here if held != name))
    leave_quay(port, part.facility, name)
    release_units(port, part)
    leave_all(port, name)
    port.terminal_calls.drop(name)
    port.stays.pop(name, None)
    port.stranded.drop(name)
    port.recounted.drop(name)
    port.unsettled.drop(name)
    port.openings.drop(name)
    port.proposals.drop(name)


def _leave_ship(port: Port, call: Call) -> None:
    ship = port.vessels[call.vessel]
    calls = tuple(name for name in ship.calls if name != call.id)
    port.vessels.put(ship.id, replace(ship, calls=calls))


def _joined(slot: Slot, other: Slot) -> Slot:
    for statement in other:
        slot = place(slot, statement)
    return slot


def _joined_all(slots: dict[str, Slot], others: dict[str, Slot]) -> dict[str, Slot]:
    return slots | {key: _joined(slots.get(key, ()), slot) for key, slot in others.items()}
