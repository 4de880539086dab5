"""Where and when each ship is expected at the quay, worked out once until she changes."""

from msgspec import Struct

from correlation.instants import MINUTE
from correlation.picture.entities import TerminalCall
from correlation.picture.milestones import (
    Best,
    berth_arrival,
    berth_departure,
    is_dropped,
    plan_of,
)
from correlation.picture.port import Port
from correlation.statements import Statement


class Stay(Struct, frozen=True, gc=False):
    """A ship's metres and hours at the quay, as expected now.

    Until `placed_at` her metres may be old: whoever plans her agreed on another hour, and what
    says where she is to lie then may be under way.
    """

    part: TerminalCall
    from_m: float
    to_m: float
    arrival: Best
    leaves_at: int
    plan: Statement
    alongside: bool
    placed_at: int = 0


def stay_of(port: Port, part_id: str) -> Stay | None:
    """Return where and when a ship is expected at the quay; None without plan, or once gone."""
    if part_id not in port.stays:
        port.stays[part_id] = _stay(port, port.terminal_calls[part_id])
    found: Stay | None = port.stays[part_id]
    return found


def next_at_berth(port: Port, part: TerminalCall) -> Stay | None:
    """Return the ship that is to lie next where another one lies now, or None."""
    mine = stay_of(port, part.id)
    if mine is None:
        return None
    found = [
        other
        for name in port.at_terminal.get(part.facility, ())
        if name != part.id
        and (other := stay_of(port, name))
        and not other.alongside
        and other.arrival.at > mine.arrival.at
        and min(mine.to_m, other.to_m) > max(mine.from_m, other.from_m)
    ]
    return min(found, key=lambda stay: (stay.arrival.at, stay.part.id), default=None)


def follow_quay(port: Port, part_id: str) -> None:
    """Keep who lies alongside at each terminal; what changes there may concern all of them."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return
    here = port.alongside.get(part.facility, ())
    stay = stay_of(port, part_id)
    lies = stay is not None and stay.alongside
    if lies and part_id not in here:
        port.alongside.put(part.facility, tuple(sorted((*here, part_id))))
    elif not lies and part_id in here:
        leave_quay(port, part.facility, part_id)
    for name in here:
        port.touch("quay", name)


def leave_quay(port: Port, facility: str, part_id: str) -> None:
    """Let a ship that left, or a call that is forgotten, lie alongside no more."""
    here = port.alongside.get(facility, ())
    if part_id in here:
        port.alongside.put(facility, tuple(name for name in here if name != part_id))


def _stay(port: Port, part: TerminalCall) -> Stay | None:
    plan = plan_of(port, part)
    call = port.calls[part.call]
    bow = plan.get("bow_m") if plan else None
    if plan is None or bow is None or is_dropped(port, call, part):
        return None
    arrival, departure = berth_arrival(port, part), berth_departure(port, part)
    if arrival is None or departure is None or departure.classifier == "ACT":
        return None
    vessel = port.vessels.get(call.vessel)
    said = port.ruling(vessel.loa_m) if vessel else None
    length = float(said.value) if said and said.value else port.policy.length_unknown_metres
    stern = plan.get("stern_m")
    low = min(float(bow), float(stern)) if stern is not None else float(bow)
    stays = departure.at + max(0, arrival.at - int(plan.value or 0))  # a late ship leaves later
    return Stay(
        part=part,
        from_m=low,
        to_m=low + length + port.policy.berth_gap_metres,
        arrival=arrival,
        leaves_at=stays + int(port.policy.berth_turnover_minutes * MINUTE),
        plan=plan,
        alongside=arrival.classifier == "ACT",
        placed_at=_placed_at(port, plan, arrival),
    )


def _placed_at(port: Port, plan: Statement, arrival: Best) -> int:
    """Return until when a new place is waited for; 0 where the plan is as new as the hour."""
    said = arrival.said
    is_old = said.source == plan.source and said.recorded_at > plan.recorded_at
    if not is_old or arrival.classifier != "PLN" or arrival.at == plan.value:
        return 0
    return said.received_at + int(port.policy.berth_place_minutes * MINUTE)
