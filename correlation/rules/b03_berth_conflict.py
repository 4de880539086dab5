"""B03: two ships are meant for the same metres of quay at the same time."""

from msgspec.structs import replace

from correlation.evidence import (
    agents_of,
    berth_label,
    call_label,
    evidence_of,
    parties,
    vessel_name,
)
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import DAY, HOUR, MINUTE
from correlation.picture.berths import Stay, stay_of
from correlation.picture.delays import foretold_keys
from correlation.picture.port import Port
from correlation.rules.rule import Rule, by_horizon, next_of, stands


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Compare one ship's stay with every other at the terminal in the next days."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return NOTHING
    mine = stay_of(port, part_id)
    if mine is None or mine.leaves_at <= now:
        return NOTHING
    findings = []
    wakes: list[int | None] = []
    for other_id in port.at_terminal.get(part.facility, ()):
        other = stay_of(port, other_id) if other_id != part_id else None
        if other is None or other.leaves_at <= now:
            continue
        finding, wake = _conflict(port, mine, other, now)
        wakes.append(wake)
        if finding:
            findings.append(finding)
    return Verdict(tuple(findings), next_of(now, *wakes))


def _conflict(port: Port, mine: Stay, other: Stay, now: int) -> tuple[Finding | None, int | None]:
    policy = port.policy
    first, second = sorted((mine, other), key=lambda stay: (stay.arrival.at, stay.part.id))
    metres = min(first.to_m, second.to_m) - max(first.from_m, second.from_m)
    begins = second.arrival.at
    overlap = min(first.leaves_at, second.leaves_at) - begins
    horizon = now + int(policy.berth_horizon_days * DAY)
    if metres <= 0 or begins > horizon:
        return None, next_of(now, begins - int(policy.berth_horizon_days * DAY))
    margin = int(policy.berth_clear_margin_minutes * MINUTE)
    if overlap <= -margin:
        return None, None
    orange, red = int(policy.berth_orange_hours * HOUR), int(policy.berth_red_hours * HOUR)
    severity: Severity = by_horizon(begins - now, orange, red)
    ordered_at = second.plan.get("pbp_order_at")
    ordered = int(ordered_at) if isinstance(ordered_at, int) else None
    if first.alongside and ordered is not None and now >= ordered:
        severity = "RED"
    wake = next_of(now, begins - orange, begins - red, ordered, first.leaves_at)
    status: Status = "TRUE" if overlap > int(policy.berth_overlap_minutes * MINUTE) else "BAND"
    finding = _finding(port, first, second, severity, (metres, overlap))
    placed_at = max(first.placed_at, second.placed_at)
    if now < placed_at and not stands(port, finding.key):
        return None, next_of(now, wake, placed_at)
    return replace(finding, status=status), wake


def _finding(
    port: Port, first: Stay, second: Stay, severity: Severity, overlap: tuple[float, int]
) -> Finding:
    policy = port.policy
    calls = [port.calls[stay.part.call] for stay in (first, second)]
    low, high = sorted(stay.part.id for stay in (first, second))
    begins = second.arrival.at
    ordered = second.plan.get("pbp_order_at")
    act_by = int(ordered) if isinstance(ordered, int) else begins - 2 * HOUR
    metres, needed = overlap[0], max(0, overlap[1])
    return Finding(
        code="B03",
        key=f"B03|{first.part.facility}|{low}|{high}",
        status="TRUE",
        subjects=(("terminal_call", low), ("terminal_call", high)),
        severity=severity,
        hold=int(policy.berth_hold_minutes * MINUTE),
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=calls[1].port,
        impact_at=begins,
        act_by_at=act_by,
        delta=("berth_overlap", round(needed / HOUR, 1), "h"),
        thresholds=(
            ("overlap_min", policy.berth_overlap_minutes),
            ("gap_m", policy.berth_gap_metres),
        ),
        objects=tuple(
            ("call", call.id, call_label(port, call, stay.part))
            for call, stay in zip(calls, (first, second), strict=True)
        ),
        evidence=evidence_of([second.arrival.said, first.arrival.said, first.plan, second.plan]),
        causes=(
            *_off_time(port, first, second),
            *(key for call in calls for key in foretold_keys(port, call)),
        ),
        audience=parties(
            port,
            ("TER", "PA", "CAR", "AGT"),
            facility=first.part.facility,
            carriers=(first.part.carrier, second.part.carrier),
            nominated=tuple(agent for call in calls for agent in agents_of(port, call)),
        ),
        actions=(
            Action("SHIFT_BERTH", (("berth", str(second.plan.get("berth"))),)),
            Action("ADD_CRANE", (("cranes", 1), ("until_at", begins))),
            Action("ADJUST_ARRIVAL", (("pbp_at", begins + needed),)),
        ),
        template="b03.overlap",
        params=(
            ("first", vessel_name(port, calls[0])),
            ("second", vessel_name(port, calls[1])),
            ("berth", berth_label(second.plan.get("berth"))),
            ("metres", round(metres)),
            ("begins_at", begins),
            ("overlap_span", needed),
            ("free_at", begins + needed),
        ),
    )


def _off_time(port: Port, first: Stay, second: Stay) -> list[str]:
    """Return the ships whose being off their times makes the conflict, who most does first.

    The first one late, or the second one early: what is in the plan already has neither behind it.
    """
    parts = ((_late(first), first.part.call), (-_late(second), second.part.call))
    return [f"B01|{port.system}|{call}" for by, call in sorted(parts, reverse=True) if by > 0]


def _late(stay: Stay) -> int:
    """Return by how much a ship is expected behind her plan; a word from before it says nothing."""
    said = stay.arrival.said
    is_older = stay.plan.recorded_at > said.recorded_at and not stay.alongside
    return 0 if is_older else stay.arrival.at - int(stay.plan.value or 0)


RULE = Rule("B03", "terminal_call", find)
