"""Closures, weather and strikes, and which movements of which ships they stand in the way of.

A condition reaches the ships that move on its days through an index by day, never by looking at
every call; a ship looks at the few conditions that can stop ships at all.
"""

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from correlation.instants import DAY, HOUR, MINUTE
from correlation.picture.entities import Call, Condition, TerminalCall
from correlation.picture.milestones import plan_of, said_of
from correlation.picture.port import Port
from correlation.statements import Slot, Statement

NAUTICAL: Final = frozenset({"CLOSURE", "SWELL", "WIND", "VISIBILITY", "CURRENT", "STRIKE"})
"""Kinds that, where they close, stop ships (and not only trucks or computers)."""
DEPTH: Final = frozenset({"DRAUGHT", "TIDE"})
ASHORE: Final = frozenset({"WIND", "STRIKE"})
"""Kinds that at one terminal or berth stop its cranes and gangs and not the ships.

A strike of the whole port is one of dockers too; one of pilots is said of the channel."""
AT_THE_GATE: Final = frozenset({"ROAD_BLOCK", "GATE_CLOSURE", "SYSTEM_DOWN", "STRIKE"})
"""Kinds that hold trucks up."""
DAYS_MAX: Final = 14
"""A condition without an end, or a stay, is looked for on so many days at most."""

Kind = Literal["ENTER", "WORK", "LEAVE"]


class Movement(Struct, frozen=True, gc=False):
    """What a ship is meant to do at a terminal, from when to when, by whose word.

    `at` is the agreed instant of it; `from_at` to `to_at` has the margins around it.
    """

    kind: Kind
    part: TerminalCall
    at: int
    from_at: int
    to_at: int
    said: Statement


class Barrier(Struct, frozen=True, gc=False):
    """A condition that stands in the way of a movement. `to_at` None: no end is known."""

    id: str
    said: Statement
    from_at: int
    to_at: int | None
    movement: Movement


def keep_condition(port: Port, condition: Condition, state: Slot) -> None:
    """Put a changed condition back; ships that move while it lasts may be judged differently."""
    before, said = port.ruling(condition.state), port.ruling(state)
    port.conditions.put(condition.id, replace(condition, state=state))
    if said and _can_stop_ships(said):
        port.barriers.put(condition.id, value=True)
    else:
        port.barriers.drop(condition.id)
    port.touch("condition", condition.id)
    if any(spoken and is_ashore(spoken) for spoken in (before, said)):
        for flow in port.flows:
            port.touch("flow", flow)
    ends = port.now
    for spoken in (before, said):
        if spoken:
            from_at, to_at = _span(spoken)
            ends = max(ends, from_at + DAYS_MAX * DAY if to_at is None else to_at)
            _touch_ships(port, from_at, to_at)
    kept = int(port.policy.condition_kept_hours * HOUR)
    port.set_timer(f"V|condition|{condition.id}", ends + kept)


def is_ashore(said: Statement) -> bool:
    """Tell whether a condition holds trucks up, at a gate or on a road."""
    if said.get("gate") or said.get("road"):
        return True
    return said.value in AT_THE_GATE and not said.get("channel") and not said.get("berth")


def _touch_ships(port: Port, from_at: int, to_at: int | None) -> None:
    first = from_at // DAY
    last = first + DAYS_MAX if to_at is None else min(to_at // DAY, first + DAYS_MAX)
    for day in range(first, last + 1):
        for identity in port.moving.get(str(day), ()):
            port.touch("call", identity)
            for name in port.calls[identity].terminal_calls:
                port.touch("terminal_call", name)


def forget_condition(port: Port, identity: str) -> None:
    """Let go of a condition that is over."""
    port.conditions.drop(identity)
    port.barriers.drop(identity)


def follow_call(port: Port, identity: str) -> None:
    """Bring the days up to date on which a ship moves."""
    call = port.calls.get(identity)
    wanted = _days_of(port, call) if call else None
    held = port.moves.get(identity)
    if wanted == held:
        return
    before = set(range(held[0], held[1] + 1)) if held else set()
    after = set(range(wanted[0], wanted[1] + 1)) if wanted else set()
    for day in sorted(before - after):
        left = tuple(name for name in port.moving.get(str(day), ()) if name != identity)
        if left:
            port.moving.put(str(day), left)
        else:
            port.moving.drop(str(day))
    for day in sorted(after - before):
        port.moving.put(str(day), tuple(sorted((*port.moving.get(str(day), ()), identity))))
    if wanted:
        port.moves.put(identity, wanted)
    else:
        port.moves.drop(identity)


def barriers_of(port: Port, call: Call, now: int) -> tuple[list[Barrier], int | None]:
    """Return the conditions that stand in a ship's way, each with the first movement it stops.

    Of a condition whose end no one knows, only what is to happen in the next hours counts; the
    second value is when more of it will count.
    """
    if not port.barriers:
        return [], None
    movements = movements_of(port, call)
    reach = now + int(port.policy.condition_open_hours * HOUR)
    found, later = [], []
    for identity in sorted(port.barriers):
        said = port.ruling(port.conditions[identity].state)
        from_at, to_at = _span(said) if said else (0, now)
        if said is None or (to_at is not None and to_at <= now):
            continue
        for movement in movements:
            lost_at = max(from_at, movement.from_at) + _bearable(port, movement)
            if lost_at > movement.to_at or not _fits(port, call, said, movement):
                continue
            if to_at is None and lost_at > reach:
                later.append(now + lost_at - reach)
            elif to_at is None or to_at >= lost_at:
                found.append(Barrier(identity, said, from_at, to_at, movement))
                break
    return found, min(later, default=None)


def behind(port: Port, call_id: str, *instants: int) -> tuple[str, ...]:
    """Return the conditions during which a ship was to move at one of these instants."""
    call = port.calls.get(call_id)
    if call is None or not port.barriers:
        return ()
    before = int(port.policy.movement_before_minutes * MINUTE)
    after = int(port.policy.movement_after_minutes * MINUTE)
    parts = [port.terminal_calls[name] for name in call.terminal_calls]
    found = []
    for identity in sorted(port.barriers):
        said = port.ruling(port.conditions[identity].state)
        if said is None or _is_ashore(said):
            continue  # who only stops cranes keeps no ship from moving
        from_at, to_at = _span(said)
        reached = any(
            from_at - after <= at and (to_at is None or at <= to_at + before) for at in instants
        )
        if reached and any(_is_for(port, said, part) for part in parts):
            found.append(identity)
    return tuple(found)


def kept_off(port: Port, call_id: str, planned_at: int, expected_at: int) -> tuple[str, ...]:
    """Return the conditions that explain why a ship moves later than planned.

    She was to move while they last, and is now expected when they end or within the hours in which
    a port that opens again lets in who waits. One that is early, comes later but still in the midst
    of it, or only long after it, has another reason.
    """
    if expected_at <= planned_at:
        return ()
    margin = int(port.policy.movement_before_minutes * MINUTE)
    queue = int(port.policy.condition_queue_hours * HOUR)
    found = []
    for identity in behind(port, call_id, planned_at):
        ends_at = _opens_at(port, call_id, identity)
        if ends_at is None or ends_at - margin <= expected_at <= ends_at + queue:
            found.append(identity)
    return tuple(found)


def _opens_at(port: Port, call_id: str, identity: str) -> int | None:
    """Return when ships move again after a condition: after those that follow without a break."""
    said = port.ruling(port.conditions[identity].state)
    ends_at = _span(said)[1] if said else None
    while ends_at is not None:
        next_ends = [
            _span(more)[1]
            for name in behind(port, call_id, ends_at)
            if (more := port.ruling(port.conditions[name].state)) and _span(more)[0] <= ends_at
        ]
        if None in next_ends:
            return None
        latest = max((end for end in next_ends if end is not None), default=ends_at)
        if latest <= ends_at:
            break
        ends_at = latest
    return ends_at


def movements_of(port: Port, call: Call) -> list[Movement]:
    """Return what a ship is still to do here as agreed, else as asked for or expected."""
    found: list[Movement] = []
    for name in call.terminal_calls:
        part = port.terminal_calls[name]
        comes, leaves = _agreed(port, part, "ARRI"), _agreed(port, part, "DEPA")
        arrived = "ACT" in said_of(port, call, part, "BERTH", "ARRI")
        if "ACT" in said_of(port, call, part, "BERTH", "DEPA"):
            continue
        if comes and not arrived:
            found.append(_entering(port, call, part, comes))
        if work := _working(port, part, comes, leaves):
            found.append(work)
        if leaves:
            margin = int(port.policy.movement_before_minutes * MINUTE)
            at = leaves[0]
            found.append(Movement("LEAVE", part, at, at - margin, at + margin, leaves[1]))
    return found


def _entering(port: Port, call: Call, part: TerminalCall, comes: tuple[int, Statement]) -> Movement:
    said = said_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI")
    boarding = said.get("PLN") or said.get("REQ")
    at, word = comes
    if boarding and not said.get("ACT"):
        at, word = int(boarding.value or 0), boarding
    before = int(port.policy.movement_before_minutes * MINUTE)
    after = int(port.policy.movement_after_minutes * MINUTE)
    return Movement("ENTER", part, at, at - before, max(at, comes[0]) + after, word)


def _working(
    port: Port,
    part: TerminalCall,
    comes: tuple[int, Statement] | None,
    leaves: tuple[int, Statement] | None,
) -> Movement | None:
    plan = plan_of(port, part)
    if plan is None or comes is None or leaves is None:
        return None
    progress = port.ruling(part.progress)
    if progress and progress.get("remaining") == 0:
        return None
    starts, ends = plan.get("ops_start_at"), plan.get("ops_end_at")
    idle = int(port.policy.sailing_after_cargo_minutes * MINUTE)  # as long before as after the work
    from_at = starts if isinstance(starts, int) else comes[0] + idle
    to_at = ends if isinstance(ends, int) else leaves[0] - idle
    return Movement("WORK", part, from_at, from_at, to_at, plan) if to_at > from_at else None


def _agreed(port: Port, part: TerminalCall, point: str) -> tuple[int, Statement] | None:
    """Return the agreed time at the berth: as negotiated, else as planned, asked or expected."""
    said = said_of(port, port.calls[part.call], part, "BERTH", point)
    plan = plan_of(port, part)
    planned = plan.get("departure_at") if plan and point == "DEPA" else plan and plan.value
    if found := said.get("PLN"):
        return int(found.value or 0), found
    if plan and isinstance(planned, int):
        return planned, plan
    found = said.get("REQ") or said.get("EST")
    return (int(found.value or 0), found) if found else None


def _days_of(port: Port, call: Call) -> tuple[int, int] | None:
    movements = movements_of(port, call)
    if not movements:
        return None
    first = min(movement.from_at for movement in movements) // DAY
    last = max(movement.to_at for movement in movements) // DAY
    return first, min(last, first + DAYS_MAX)


def _span(said: Statement) -> tuple[int, int | None]:
    """Return from when to when a condition lasts; None where no one knows its end."""
    from_at, to_at, lifted = said.get("from_at"), said.get("to_at"), said.get("lifted_at")
    ends = [end for end in (to_at, lifted) if isinstance(end, int)]
    return int(from_at or 0), min(ends) if ends else None


def _can_stop_ships(said: Statement) -> bool:
    if said.value in DEPTH:
        return _depth(said) is not None
    if said.value not in NAUTICAL or said.get("gate") or said.get("road"):
        return False
    return said.get("effect") == "CLOSED" or said.get("loa_m") is not None


def _depth(said: Statement) -> float | None:
    limit = said.get("draught_m")
    depth = said.get("depth_m") if limit is None else limit
    return float(depth) if depth is not None else None


def _is_for(port: Port, said: Statement, part: TerminalCall) -> bool:
    """Tell whether a condition holds where a ship is to lie: there, or in the whole port."""
    facility, berth = said.get("facility"), said.get("berth")
    if berth:
        plan = plan_of(port, part)
        return plan is not None and plan.get("berth") == berth
    return not facility or facility == part.facility


def _bearable(port: Port, movement: Movement) -> int:
    """Return how much of a movement may fall away: of cargo work a little, of a manoeuvre none."""
    return int(port.policy.wind_stop_minutes * MINUTE) if movement.kind == "WORK" else 1


def _is_ashore(said: Statement) -> bool:
    """Tell whether a condition stops the work on ships, and not the ships."""
    local = bool(said.get("facility") or said.get("berth"))
    return said.value in ASHORE and (local or (said.value == "STRIKE" and not said.get("channel")))


def _fits(port: Port, call: Call, said: Statement, movement: Movement) -> bool:
    """Tell whether a condition stops this movement of this ship."""
    if not _is_for(port, said, movement.part):
        return False
    ashore = _is_ashore(said)
    if movement.kind == "WORK" or ashore:
        return movement.kind == "WORK" and ashore and said.get("effect") == "CLOSED"
    vessel = port.vessels.get(call.vessel)
    if said.value in DEPTH:
        draught = (
            port.ruling(vessel.draught_m) or port.ruling(vessel.draught_max_m) if vessel else None
        )
        depth = _depth(said)
        return bool(draught and depth is not None and float(draught.value or 0) > depth)
    if said.get("effect") == "CLOSED":
        return True
    length = port.ruling(vessel.loa_m) if vessel else None
    return bool(length and float(length.value or 0) > float(said.get("loa_m") or 0))
