"""B07: a closure, weather or too little water stands in the way of a ship's planned movement."""

from correlation.evidence import agents_of, call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.conditions import Barrier, barriers_of
from correlation.picture.entities import Call
from correlation.picture.milestones import is_dropped
from correlation.picture.port import Port
from correlation.rules.rule import Rule, next_of


def find(port: Port, call_id: str, now: int) -> Verdict:
    """Find each condition that meets the first movement of a ship that it stops."""
    call = port.calls.get(call_id)
    if call is None or not port.barriers or is_dropped(port, call):
        return NOTHING
    barriers, later = barriers_of(port, call, now)
    soon = int(port.policy.condition_orange_hours * HOUR)
    wakes: list[int | None] = [later]
    findings = []
    for barrier in barriers:
        wakes += [barrier.to_at, barrier.from_at, barrier.from_at - soon]
        findings.append(_finding(port, call, barrier, _severity(barrier, now, soon)))
    return Verdict(tuple(findings), next_of(now, *wakes))


def _severity(barrier: Barrier, now: int, soon: int) -> Severity:
    """Red once it is in force: a forecast is not, even when its hour has come."""
    if barrier.from_at <= now and barrier.said.get("classifier") != "EST":
        return "RED"
    return "ORANGE" if barrier.from_at - now <= soon else "YELLOW"


def _finding(port: Port, call: Call, barrier: Barrier, severity: Severity) -> Finding:
    policy, movement, said = port.policy, barrier.movement, barrier.said
    part = movement.part
    lasts = None if barrier.to_at is None else round((barrier.to_at - barrier.from_at) / HOUR, 1)
    return Finding(
        code="B07",
        key=f"B07|{port.system}|{barrier.id}|{call.id}",
        status="TRUE",
        subjects=(("call", call.id), ("condition", barrier.id)),
        severity=severity,
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=call.port,
        impact_at=max(barrier.from_at, movement.at),
        act_by_at=barrier.from_at - int(policy.condition_act_before_hours * HOUR),
        delta=None if lasts is None else ("condition_lasts", lasts, "h"),
        thresholds=(
            ("before_min", policy.movement_before_minutes),
            ("after_min", policy.movement_after_minutes),
            ("crane_stop_min", policy.wind_stop_minutes),
        ),
        objects=(
            ("call", call.id, call_label(port, call, part)),
            ("condition", barrier.id, str(said.value)),
        ),
        evidence=evidence_of([said, movement.said]),
        causes=(barrier.id,),
        cause_kind=str(said.value),
        audience=parties(
            port,
            ("PA", "NAU", "TER", "AGT"),
            facility=part.facility,
            carriers=(part.carrier,),
            nominated=agents_of(port, call),
        ),
        actions=(
            Action("RESEQUENCE", (("calls", call.id), ("from_at", barrier.to_at))),
            Action("SEND_REQUEST", (("service", "BERTH"), ("at", barrier.to_at))),
        ),
        template="b07.open" if barrier.to_at is None else "b07.until",
        params=(
            ("vessel", vessel_name(port, call)),
            ("movement_word", movement.kind),
            ("kind_word", said.value),
            ("planned_at", movement.at),
            ("begins_at", barrier.from_at),
            ("ends_at", barrier.to_at),
        ),
    )


RULE = Rule("B07", "call", find)
