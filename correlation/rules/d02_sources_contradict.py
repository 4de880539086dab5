"""D02: two sources say different things of the same call or box."""

from collections.abc import Iterable
from typing import Final

from correlation.contradictions import (
    Contradiction,
    narrowings,
    of_box,
    of_milestones,
    of_plans,
    of_ship,
)
from correlation.evidence import call_label, evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.aspects import GATE, LINKS, OWN, QUAY, WEIGHED
from correlation.picture.disorder import alert_on
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.port import Port
from correlation.picture.rulings import is_settled
from correlation.rules.rule import Rule, next_of

RED_KINDS: Final = ("dangerous", "weight")
Named = tuple[str, str, str, str]
"""Kind and id of the object, how people call it, and its terminal."""


def find(port: Port, call_id: str, now: int) -> Verdict:
    """Compare what is said of a call as a whole."""
    call = port.calls.get(call_id)
    if call is None:
        return NOTHING
    named = ("call", call.id, call_label(port, call), _facility(port, call))
    found = [*of_milestones(port, call.milestones, now), *of_ship(port, call)]
    return _verdict(port, named, found, now, narrowings(port, call.milestones))


def find_at_terminal(port: Port, part_id: str, now: int) -> Verdict:
    """Compare what is said of a call at one terminal."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return NOTHING
    found = of_milestones(port, part.milestones, now)
    if not part.milestones.get("BERTH/ARRI/ACT"):
        found += of_plans(port, part)
    label = call_label(port, port.calls[part.call], part)
    named = ("terminal_call", part.id, label, part.facility)
    return _verdict(port, named, found, now, narrowings(port, part.milestones))


def find_of_box(port: Port, visit_id: str, now: int) -> Verdict:
    """Compare what is said of a box that is still here."""
    visit = port.visits.get(visit_id)
    if visit is None or visit.closed_at is not None:
        return NOTHING
    found = of_box(port, visit)
    if not found:
        return NOTHING
    return _verdict(port, ("visit", visit.id, visit.box, visit.facility), found, now)


def _facility(port: Port, call: Call) -> str:
    first: TerminalCall | None = next(
        (port.terminal_calls[name] for name in call.terminal_calls), None
    )
    return first.facility if first else ""


def _verdict(
    port: Port,
    named: Named,
    found: list[Contradiction],
    now: int,
    looks: Iterable[int | None] = (),
) -> Verdict:
    """Judge what was found; `looks` are when more may be found though nothing is said."""
    findings, wakes = [], list(looks)
    for one in found:
        if is_settled(port, named[1], one.field, one.known_at, now):
            findings.append(_over(named, one, "CLEARED"))
            continue
        lost_at = _lost_at(port, named[0], one)
        wakes.append(next_of(now, lost_at, *_steps(port, one)))
        if lost_at is not None and now >= lost_at:
            findings.append(_over(named, one, "EXPIRED"))
        else:
            findings.append(_finding(port, named, one, now))
    return Verdict(tuple(findings), next_of(now, *wakes))


def _lost_at(port: Port, kind: str, one: Contradiction) -> int | None:
    """Return when nobody needs the answer any more; of a box not before it has left."""
    if kind == "visit":
        return None
    after = max(one.known_at, one.speaks_of or 0)
    return after + int(port.policy.contradiction_kept_hours * HOUR)


def _steps(port: Port, one: Contradiction) -> tuple[int, ...]:
    """Return when the tolerance, or the severity, of a difference in time changes."""
    if one.speaks_of is None or one.field.endswith("/ACT"):
        return ()
    policy = port.policy
    far, red = policy.contradiction_far_hours, policy.contradiction_red_hours
    return one.speaks_of - int(far * HOUR), one.speaks_of - int(red * HOUR)


def _severity(port: Port, one: Contradiction, now: int) -> Severity:
    if one.kind in RED_KINDS:
        return "RED"
    soon = int(port.policy.contradiction_red_hours * HOUR)
    foreseen = one.speaks_of is not None and not one.field.endswith("/ACT")
    if foreseen and (one.speaks_of or 0) - now <= soon:
        return "RED"
    stands = any(alert_on(port, said, now) for said in (one.first, one.second))
    return "ORANGE" if stands else "YELLOW"


def _over(named: Named, one: Contradiction, outcome: str) -> Finding:
    return Finding(
        code="D02",
        key=f"D02|{named[1]}|{one.field}",
        status="OVER",
        outcome="EXPIRED" if outcome == "EXPIRED" else "CLEARED",
        subjects=((named[0], named[1]),),
    )


def _finding(port: Port, named: Named, one: Contradiction, now: int) -> Finding:
    policy = port.policy
    kind, identity, label, facility = named
    hold = int(policy.contradiction_hold_minutes * MINUTE)
    owners = [port.owner_of(said.source) for said in (one.first, one.second)]
    impact = one.speaks_of if one.speaks_of is not None else one.known_at + 2 * hold
    return Finding(
        code="D02",
        key=f"D02|{identity}|{one.field}",
        status="BAND" if one.is_near else "TRUE",
        subjects=((kind, identity),),
        severity=_severity(port, one, now),
        hold=hold,
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=facility.partition(":")[0] or port.system,
        impact_at=max(impact, one.known_at + 2 * hold),
        act_by_at=max(impact - int(policy.contradiction_red_hours * HOUR), one.known_at + 2 * hold),
        delta=_delta(one),
        thresholds=(("hysteresis", policy.hysteresis),),
        objects=((kind, identity, label),),
        evidence=evidence_of([one.first, one.second]),
        audience=parties(
            port,
            ("OPS", "TER"),
            facility=facility,
            nominated=tuple((owner, "OPS") for owner in dict.fromkeys(owners) if owner),
        ),
        actions=(
            Action(
                "CONFIRM_VALUE",
                (("field", one.field), ("values", f"{one.first.source} | {one.second.source}")),
            ),
        ),
        template=f"d02.{one.kind}",
        params=(
            ("object", label),
            ("off_span", one.off if one.speaks_of is not None else None),
            ("kg", one.off if one.kind == "weight" else None),
        ),
    )


def _delta(one: Contradiction) -> tuple[str, float, str] | None:
    if one.kind == "weight":
        return "weight", float(one.off), "kg"
    if one.speaks_of is None:
        return None
    return "apart", round(one.off / MINUTE, 1), "min"


RULES: Final = (
    Rule("D02", "call", find),
    Rule("D02", "terminal_call", find_at_terminal),
    Rule("D02", "visit", find_of_box, reads=OWN | LINKS | GATE | QUAY | WEIGHED),
)
