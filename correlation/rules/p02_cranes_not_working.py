"""P02: a ship is fast at the quay and her cranes have not started, or stand still."""

from msgspec import Struct

from correlation.causes import conditions_over, stops_work
from correlation.evidence import call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.berths import next_at_berth
from correlation.picture.cargo import work_on
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.finishing import (
    Progress,
    alongside_since,
    happened,
    planned_start,
    progress_of,
    uncounted_since,
)
from correlation.picture.hearing import unheard_here_until
from correlation.picture.milestones import berth_departure, is_dropped
from correlation.picture.port import Port
from correlation.rules.rule import Rule, next_of, stands
from correlation.statements import Statement


class Idle(Struct, frozen=True, gc=False):
    """Since when nothing is lifted, from when on that is too long, and who said so.

    `told_at` is before when it is not told: that she is fast came late, and so may her lifts.
    """

    since: int
    due: int
    started: bool
    said: tuple[Statement | None, ...]
    known_at: int | None = None
    told_at: int = 0


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Look at a ship at the quay: her first lift, then each lift after it, until she is done."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return NOTHING
    call = port.calls[part.call]
    if is_dropped(port, call, part):
        return NOTHING
    departure = berth_departure(port, part)
    if departure and departure.classifier == "ACT":
        return Verdict((_over(part, departure.said),))
    idle = _idle(port, call, part)
    if idle is None:
        return NOTHING
    known_at = now if idle.known_at is None else idle.known_at
    if known_at <= idle.due:
        return Verdict((), idle.due + 1 if idle.known_at is None else None)
    told_at = idle.told_at
    if idle.known_at is None:
        told_at = max(told_at, unheard_here_until(port, part.facility, "yard", idle.due, now))
    if now <= told_at and not stands(port, f"P02|{part.id}"):
        return Verdict((), told_at + 1)
    severity, wake = _severity(port, part, idle, now)
    return Verdict((_finding(port, call, part, idle, severity),), wake)


def _idle(port: Port, call: Call, part: TerminalCall) -> Idle | None:
    """Return since when no box was lifted; None once all is done, or if no one can tell."""
    progress = progress_of(port, part)
    done = happened(port, call, part, "CARGO_OPERATIONS", ("CMPL",))
    if progress.left == 0 or done:
        return None
    last = progress.last_lift_at
    if last is None and (begun := happened(port, call, part, "CARGO_OPERATIONS", ("STRT",))):
        return _begun(port, part, progress, begun)
    if last is None:
        fast = happened(port, call, part, "ALL_FAST")
        return _not_started(port, call, part, fast) if fast else None
    if progress.left is None or uncounted_since(port, call, part, progress, last) is not None:
        return None  # nobody said how many there are, or are lifted: she may be done
    limit = int(port.policy.crane_stop_minutes * MINUTE)
    since, pause = _after_breaks(port, part, last, limit)
    said = (progress.said, pause, *_reasons(port, part, last))
    # Figures tell of all lifts up to then; boxes that are told one by one may be under way.
    is_counted = port.ruling(part.progress) is not None
    told_at = 0 if is_counted else _told_at(port, alongside_since(port, call, part))
    return Idle(since, since + limit, True, said, progress.known_at, told_at)


def _begun(port: Port, part: TerminalCall, progress: Progress, begun: Statement) -> Idle | None:
    """Return since when work that has begun moved nothing; until its first figures no one knows."""
    since, limit = int(begun.value or 0), int(port.policy.crane_stop_minutes * MINUTE)
    if progress.as_of is None or progress.as_of < since:
        return None
    since, pause = _after_breaks(port, part, since, limit)
    said = (progress.said, begun, pause, *_reasons(port, part, since))
    return Idle(since, since + limit, started=True, said=said, known_at=progress.known_at)


def _not_started(port: Port, call: Call, part: TerminalCall, fast: Statement) -> Idle:
    policy, since = port.policy, int(fast.value or 0)
    due, deciding = since + int(policy.crane_start_minutes * MINUTE), [fast]
    gangway = happened(port, call, part, "GANGWAY_DOWN_AND_SECURE")
    down = int(policy.crane_start_gangway_minutes * MINUTE)
    if gangway and int(gangway.value or 0) + down < due:
        due, deciding = int(gangway.value or 0) + down, [gangway, fast]
    start = planned_start(port, call, part)
    planned = int(start.value or 0) if isinstance(start, Statement) else start
    late = int(policy.crane_start_planned_minutes * MINUTE)
    # A plan from before she came late says nothing of her cranes.
    if planned is not None and since <= planned < due - late:
        due = planned + late
        plan = start if isinstance(start, Statement) else port.ruling(part.plan)
        deciding = [plan, fast] if plan else [fast]
    said = (*deciding, *_reasons(port, part, since))
    return Idle(since, due, started=False, said=said, told_at=_told_at(port, fast))


def _told_at(port: Port, fast: Statement | None) -> int:
    """Return until when the words that follow that she is fast may be under way as it was."""
    heard = int(port.policy.crane_heard_minutes * MINUTE)
    return fast.received_at + heard if fast else 0


def _after_breaks(
    port: Port, part: TerminalCall, last: int, limit: int
) -> tuple[int, Statement | None]:
    """Return the last lift, or the end of the planned break that followed it within the limit."""
    usual = int(port.policy.crane_break_minutes * MINUTE)
    breaks = []
    for said in _states(port, part):
        if said.value == "BREAK":
            until = said.get("until_at")
            ends = until if isinstance(until, int) else said.occurred_at + usual
            breaks.append((said.occurred_at, ends, said))
    since, pause = last, None
    for begins, ends, said in sorted(breaks, key=lambda held: held[:2]):
        if begins <= since + limit and ends > since:
            since, pause = ends, said
    return since, pause


def _states(port: Port, part: TerminalCall) -> list[Statement]:
    """Return what rules of the cranes that work on a ship, by classifier."""
    found = []
    for name in work_on(port, part.id).machines:
        machine = port.machines.get(name)
        for slot in machine.states.values() if machine else ():
            said = port.ruling(slot)
            if said and said.get("terminal_call") == part.id:
                found.append(said)
    return found


def _reasons(port: Port, part: TerminalCall, since: int) -> list[Statement]:
    """Return the stops that were explained by a delay reason since then."""
    return [
        said
        for said in _states(port, part)
        if said.value in ("STOPPED", "BROKEN") and said.get("reasons") and said.occurred_at >= since
    ]


def _accepted(port: Port, part: TerminalCall, since: int) -> Statement | None:
    said = port.ruling(port.accepted_delays.get(f"{part.id}|delay_reason", ()))
    return said if said and said.value == "ACCEPTED" and said.occurred_at >= since else None


def _severity(port: Port, part: TerminalCall, idle: Idle, now: int) -> tuple[Severity, int | None]:
    policy = port.policy
    orange = idle.since + int(policy.crane_orange_minutes * MINUTE)
    red = idle.since + int(policy.crane_red_minutes * MINUTE)
    follower = next_at_berth(port, part)
    close = int(policy.crane_red_follower_hours * HOUR)
    waits_from = follower.arrival.at - close if follower else None
    wake = next_of(now, orange, red, waits_from)
    pressing = waits_from is not None and now >= waits_from
    if now >= red or pressing:
        return ("ORANGE" if _accepted(port, part, idle.since) else "RED"), wake
    return ("ORANGE" if now >= orange else "YELLOW"), wake


def _over(part: TerminalCall, said: Statement) -> Finding:
    return Finding(
        code="P02",
        key=f"P02|{part.id}",
        status="OVER",
        subjects=(("terminal_call", part.id),),
        evidence=evidence_of([said]),
    )


def _finding(port: Port, call: Call, part: TerminalCall, idle: Idle, severity: Severity) -> Finding:
    policy = port.policy
    leaves = berth_departure(port, part)
    red = idle.since + int(policy.crane_red_minutes * MINUTE)
    over = conditions_over(port, part.facility, idle.since, idle.due)
    conditions = tuple(held for held in over if stops_work(held[1]))
    accepted = _accepted(port, part, idle.since)
    return Finding(
        code="P02",
        key=f"P02|{part.id}",
        status="TRUE",
        subjects=(("terminal_call", part.id),),
        severity=severity,
        port=call.port,
        impact_at=max(red, leaves.at) if leaves else red,
        act_by_at=idle.due + int(policy.crane_act_minutes * MINUTE),
        delta=("idle_limit", round((idle.due - idle.since) / MINUTE, 1), "min"),
        thresholds=(
            ("start_min", policy.crane_start_minutes),
            ("stop_min", policy.crane_stop_minutes),
        ),
        objects=(
            ("terminal_call", part.id, call_label(port, call, part)),
            ("call", call.id, call_label(port, call)),
        ),
        evidence=evidence_of([*idle.said, accepted, *(said for _, said in conditions)]),
        causes=tuple(
            cause
            for name, _ in conditions
            for cause in (f"B07|{port.system}|{name}|{call.id}", name)
        ),
        cause_kind=str(conditions[0][1].value) if conditions else None,
        audience=parties(
            port, ("TER", "CAR", "PA"), facility=part.facility, carriers=(part.carrier,)
        ),
        actions=(Action("START_CRANES", (("cranes", _cranes(port, part)),)), Action("GIVE_REASON")),
        template="p02.stopped" if idle.started else "p02.not_started",
        params=(("vessel", vessel_name(port, call)), ("since_at", idle.since)),
        so_since=idle.due,
    )


def _cranes(port: Port, part: TerminalCall) -> int:
    plan = port.ruling(part.plan)
    cranes = plan.get("cranes") if plan else None
    return cranes if isinstance(cranes, int) and cranes > 0 else 1


RULE = Rule("P02", "terminal_call", find, also=("cargo", "quay"))
