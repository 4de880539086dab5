"""Boxes that change ships here (V14), and when each end of a connection is ready."""

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from correlation.instants import MINUTE
from correlation.picture.entities import TerminalCall
from correlation.picture.fact import Fact
from correlation.picture.milestones import (
    Best,
    agreed_departure,
    berth_arrival,
    expected_of,
    plan_of,
    projected_departure,
)
from correlation.picture.onward import Connection
from correlation.picture.port import Fold, Port
from correlation.statements import Statement


class Group(Struct, frozen=True, gc=False):
    """Boxes of one kind in a connection."""

    boxes: int
    is_reefer: bool
    is_dangerous: bool
    carrier: str


def connections_set(port: Port, fact: Fact) -> bool:
    """V14: which boxes must reach another ship; a newer list version rules when it is whole."""
    identity = fact.event.subject
    known = port.connections.get(identity)
    if fact.is_withdrawn:
        if known is None:
            return False
        parts = {name: fact.put(port, slot, None) for name, slot in known.parts.items()}
        return _keep(port, known, {name: slot for name, slot in parts.items() if slot})
    data = fact.data
    inbound, outbound = _part_named(port, data.inbound), _part_named(port, data.outbound)
    if inbound is None or outbound is None:
        return False
    connection = known or Connection(id=identity, inbound=inbound.id, outbound=outbound.id)
    detail = {
        "list_id": data.list_id,
        "parts": data.parts,
        "groups": ";".join(_written(group) for group in data.groups),
        "transfer_min_minutes": data.transfer_min_minutes,
        "same_terminal": data.same_terminal,
        "next_sailing_at": data.next_sailing_at,
        "reassigned_to": data.reassigned_to,
    }
    slot = fact.put(port, connection.parts.get(str(data.part), ()), data.list_version, detail)
    return _keep(port, connection, {**connection.parts, str(data.part): slot})


def _keep(port: Port, connection: Connection, parts: dict[str, Any]) -> bool:
    if parts == connection.parts:
        return True
    port.connections.put(connection.id, replace(connection, parts=parts))
    for name in (connection.inbound, connection.outbound):
        names = {*port.connecting.get(name, ()), connection.id}
        port.connecting.put(name, tuple(sorted(names)))
    port.touch("connection", connection.id)
    return True


def _part_named(port: Port, name: str) -> TerminalCall | None:
    for alias in (name, f"ccr:{name}"):
        identity = port.aliases.get(alias, alias)
        if part := port.terminal_calls.get(identity):
            return part
        call = port.calls.get(identity)
        if call and len(call.terminal_calls) == 1:
            return port.terminal_calls[call.terminal_calls[0]]
    return None


def _written(group: Any) -> str:
    count = len(group.boxes) if group.boxes else group.count or 0
    return f"{count}~{int(bool(group.reefer))}~{int(bool(group.dg))}~{group.carrier or ''}"


def list_of(port: Port, connection: Connection) -> tuple[Statement, list[Group]] | None:
    """Return the ruling list of a connection and its groups; None while a part is missing."""
    first = port.ruling(connection.parts.get("1", ()))
    if first is None:
        return None
    said = [first]
    for number in range(2, int(first.get("parts") or 1) + 1):
        same = [
            other
            for other in connection.parts.get(str(number), ())
            if (other.source, other.value, other.get("list_id"))
            == (first.source, first.value, first.get("list_id"))
        ]
        if not same:
            return None
        said.append(same[0])
    texts = [text for one in said for text in str(one.get("groups") or "").split(";") if text]
    return first, [_read(text) for text in texts]


def _read(text: str) -> Group:
    count, reefer, dangerous, carrier = text.split("~", 3)
    return Group(int(count), reefer == "1", dangerous == "1", carrier)


def discharged_at(port: Port, part: TerminalCall) -> Best | None:
    """Return when a ship will have discharged: as said of it, else by the end of her cargo work."""
    call = port.calls[part.call]
    said = expected_of(port, call, part, "DISCHARGE_CARGO_OPERATIONS", "CMPL")
    if said:
        return said
    progress = port.ruling(part.progress)
    if progress and isinstance(end := progress.get("expected_end_at"), int):
        return Best(end, "EST", progress)
    plan, arrival = plan_of(port, part), berth_arrival(port, part)
    ends = plan.get("ops_end_at") if plan else None
    if plan and arrival and isinstance(ends, int):
        slip = max(0, arrival.at - int(plan.value or 0))
        return Best(ends + slip, "EST", arrival.said if slip else plan)
    agreed = agreed_departure(port, part)
    if agreed is None:
        return None
    leaves = projected_departure(port, part, agreed)
    slip = max(0, arrival.at - int(plan.value or 0)) if plan and arrival else 0
    cargo = int(port.policy.sailing_after_cargo_minutes * MINUTE)
    late = Best(agreed.at + slip, "EST", arrival.said) if slip and arrival else leaves
    last = max(leaves, late, key=lambda best: best.at)
    return Best(last.at - cargo, last.classifier, last.said)


def loading_at(port: Port, part: TerminalCall) -> Best | None:
    """Return when a ship begins to load: as said of it, else when her cargo work or stay begins."""
    call = port.calls[part.call]
    said = expected_of(port, call, part, "LOADING_CARGO_OPERATIONS", "STRT")
    if said:
        return said
    plan, arrival = plan_of(port, part), berth_arrival(port, part)
    starts = plan.get("ops_start_at") if plan else None
    if plan and arrival and isinstance(starts, int):
        slip = max(0, arrival.at - int(plan.value or 0))
        return Best(starts + slip, "EST", arrival.said if slip else plan)
    return arrival


def move_connections(port: Port, old: str, new: str) -> None:
    """Let the connections of a terminal call go with the one that takes it over."""
    for identity in port.connecting.get(old, ()):
        held = port.connections[identity]
        inbound = new if held.inbound == old else held.inbound
        outbound = new if held.outbound == old else held.outbound
        port.connections.put(identity, replace(held, inbound=inbound, outbound=outbound))
        names = {*port.connecting.get(new, ()), identity}
        port.connecting.put(new, tuple(sorted(names)))
        port.touch("connection", identity)
    port.connecting.drop(old)


def forget_connections(port: Port, part_id: str) -> None:
    """Let go of the connections of a terminal call that is forgotten."""
    for identity in port.connecting.get(part_id, ()):
        held = port.connections[identity]
        other = held.outbound if held.inbound == part_id else held.inbound
        left = tuple(name for name in port.connecting.get(other, ()) if name != identity)
        if left:
            port.connecting.put(other, left)
        else:
            port.connecting.drop(other)
        port.connections.drop(identity)
    port.connecting.drop(part_id)


FOLDS: Final[dict[str, Fold]] = {"rada.vessel.connections-set": connections_set}
