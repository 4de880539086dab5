"""B04: a ship stays at the berth beyond her agreed departure, or will while the next one comes."""

from typing import Final

from msgspec import Struct

from correlation.evidence import (
    agents_of,
    berth_label,
    call_label,
    evidence_of,
    parties,
    vessel_name,
)
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.berths import Stay, next_at_berth, stay_of
from correlation.picture.conditions import behind
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.milestones import Best, agreed_departure, projected_departure, said_of
from correlation.picture.port import Port
from correlation.picture.services import PILOT_OUT
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement

AT_WORK: Final = (("BUNKERING", "BUNKERS"), ("LASHING", "LASHING"), ("CARGO_OPERATIONS", "CARGO"))
"""Services that keep a ship alongside while they have begun and not ended, and their sub-reason."""
TO_SAIL: Final = ("PILOTAGE", "TOWAGE", "MOORING")


class Overstay(Struct, frozen=True, gc=False):
    """A ship that stays too long: agreed and projected departure, and who waits for her place."""

    call: Call
    part: TerminalCall
    agreed: Best
    projected: Best
    follower: Stay | None


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Compare a ship alongside with her agreed departure and with who comes next."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return NOTHING
    call = port.calls[part.call]
    if "ACT" not in said_of(port, call, part, "BERTH", "ARRI"):
        return NOTHING
    left = said_of(port, call, part, "BERTH", "DEPA").get("ACT")
    if left:
        return Verdict((_over(part, left),))
    agreed = agreed_departure(port, part)
    if agreed is None:
        return NOTHING
    projected = projected_departure(port, part, agreed)
    overdue_at = _overdue_at(port, call, part, agreed.at)
    limit = int(port.policy.overstay_foreseen_minutes * MINUTE)
    is_on_time = projected.at - agreed.at <= port.policy.hysteresis * limit
    if now <= overdue_at and is_on_time and not _in_conflict(port, part):
        return Verdict((), overdue_at + 1)
    follower = next_at_berth(port, part)
    steps = _steps(port, follower)
    near = int(port.policy.overstay_follower_hours * HOUR)
    near_at = follower.arrival.at - near if follower else None
    is_near = near_at is not None and now >= near_at
    late = projected.at - agreed.at
    status = "TRUE" if now > overdue_at else _status(port, part, late, is_near=is_near)
    wake = next_of(now, overdue_at + 1, near_at, *steps)
    if status is None:
        return Verdict((), wake)
    overstay = Overstay(call, part, agreed, projected, follower)
    return Verdict((_finding(port, overstay, status, _severity(steps, now)),), wake)


def _overdue_at(port: Port, call: Call, part: TerminalCall, agreed_at: int) -> int:
    """Return up to when a ship may yet leave in time.

    In a port that tells of pilots out, she will not with none on board minutes before: at the
    very minute it would be too late for whoever could still help her away.
    """
    policy = port.policy
    last = agreed_at + int(policy.overstay_minutes * MINUTE)
    is_leaving = "ACT" in said_of(port, call, part, "PILOTAGE.OUTB", "STRT")
    waits = PILOT_OUT in port.reported and not is_leaving
    return last - int(policy.overstay_no_pilot_minutes * MINUTE) if waits else last


def _status(port: Port, part: TerminalCall, late: int, *, is_near: bool) -> Status | None:
    """Return whether a departure foreseen `late` ms behind matters to the ship that comes next."""
    policy = port.policy
    limit = int(policy.overstay_foreseen_minutes * MINUTE)
    if is_near and late > limit:
        return "TRUE"
    if late > policy.hysteresis * limit:
        return "BAND"
    return "BAND" if _in_conflict(port, part) else None


def _in_conflict(port: Port, part: TerminalCall) -> bool:
    """Tell whether two ships are meant for her place; not while that only waits to be cleared."""
    watched = port.watch.get(f"terminal_call|{part.id}")
    conflicts = [key for key in watched.keys if key.startswith("B03|")] if watched else []
    said = [port.alerts.get(port.latest.get(key, "")) for key in conflicts]
    return any(one is None or one.state != "OPEN" or one.clearing_since is None for one in said)


def _steps(port: Port, follower: Stay | None) -> tuple[int | None, int | None, int | None]:
    """Return from when on it is orange, red, and red because the next ship's pilot is ordered."""
    if follower is None:
        return None, None, None
    policy, comes = port.policy, follower.arrival.at
    ordered = follower.plan.get("pbp_order_at")
    return (
        comes - int(policy.overstay_orange_hours * HOUR),
        comes - int(policy.overstay_red_hours * HOUR),
        int(ordered) if isinstance(ordered, int) else None,
    )


def _severity(steps: tuple[int | None, int | None, int | None], now: int) -> Severity:
    orange, red, ordered = steps
    if any(at is not None and now >= at for at in (red, ordered)):
        return "RED"
    return "ORANGE" if orange is not None and now >= orange else "YELLOW"


def _over(part: TerminalCall, left: Statement) -> Finding:
    return Finding(
        code="B04",
        key=_key(part),
        status="OVER",
        subjects=(("terminal_call", part.id),),
        evidence=evidence_of([left]),
    )


def _key(part: TerminalCall) -> str:
    return f"B04|{part.facility}|{part.call}"


def _reason(port: Port, overstay: Overstay) -> str:
    """Return what holds a ship at the berth, as far as anyone said."""
    call, part = overstay.call, overstay.part
    if behind(port, call.id, overstay.agreed.at):
        return "WEATHER"
    papers = (port.ruling(slot) for key, slot in call.formalities.items() if key[:4] == "OUTB")
    if any(paper and paper.value not in ("GRANTED", "WAIVED") for paper in papers):
        return "CLEARANCE"
    progress = port.ruling(part.progress)
    if progress and progress.get("remaining"):
        return "CARGO"
    for service, reason in AT_WORK:
        begun = said_of(port, call, part, service, "STRT")
        if "ACT" in begun and "ACT" not in said_of(port, call, part, service, "CMPL"):
            return reason
    for service in TO_SAIL:
        planned = said_of(port, call, part, f"{service}.OUTB", "STRT").get("PLN")
        if planned and int(planned.value or 0) > overstay.agreed.at:
            return "NAUTICAL"
    return "UNKNOWN"


def _actions(reason: str, overstay: Overstay) -> tuple[Action, ...]:
    at = overstay.projected.at
    first = {
        "CARGO": Action("ADD_CRANE", (("cranes", 1), ("until_at", at))),
        "CLEARANCE": Action("FILE_FORMALITY", (("formality", "DEPARTURE_CLEARANCE"),)),
        "NAUTICAL": Action("REORDER_SERVICE", (("service", "PILOTAGE"), ("at", at))),
        "WEATHER": Action("RESEQUENCE", (("calls", overstay.call.id), ("from_at", at))),
    }.get(reason, Action("GIVE_REASON"))
    return first, Action("AGREE_DEPARTURE", (("at", at),))


def _finding(port: Port, overstay: Overstay, status: Status, severity: Severity) -> Finding:
    call, part, follower = overstay.call, overstay.part, overstay.follower
    agreed, projected = overstay.agreed, overstay.projected
    own, next_call = stay_of(port, part.id), port.calls[follower.part.call] if follower else None
    reason = _reason(port, overstay)
    # Whoever waits for her place: her own agent knows why she stays.
    waiting = (follower.part.carrier,) if follower else ()
    agents = agents_of(port, next_call) if next_call else ()
    return Finding(
        code="B04",
        key=_key(part),
        status=status,
        subjects=(("terminal_call", part.id),),
        severity=severity,
        clear_hold=int(port.policy.clear_hold_minutes * MINUTE),
        port=call.port,
        impact_at=follower.arrival.at if follower else agreed.at,
        act_by_at=_act_by(port, agreed, follower),
        delta=("beyond_departure", round((projected.at - agreed.at) / HOUR, 1), "h"),
        thresholds=(
            ("overstay_min", port.policy.overstay_minutes),
            ("foreseen_min", port.policy.overstay_foreseen_minutes),
        ),
        objects=(
            ("call", call.id, call_label(port, call, part)),
            *(
                (("call", next_call.id, call_label(port, next_call, follower.part)),)
                if follower and next_call
                else ()
            ),
        ),
        evidence=evidence_of(
            [agreed.said, projected.said, follower.arrival.said if follower else None]
        ),
        causes=_causes(port, overstay),
        cause_kind=reason,
        audience=parties(
            port,
            ("TER", "PA", "NAU", "AGT"),
            facility=part.facility,
            carriers=waiting,
            nominated=agents,
        ),
        actions=_actions(reason, overstay),
        template="b04.alone" if follower is None else "b04.follower",
        params=(
            ("vessel", vessel_name(port, call)),
            ("berth", berth_label(own.plan.get("berth")) if own else None),
            ("agreed_at", agreed.at),
            ("projected_at", projected.at),
            ("reason_word", reason),
            ("follower", vessel_name(port, next_call) if next_call else None),
            ("follower_at", follower.arrival.at if follower else None),
        ),
    )


def _act_by(port: Port, agreed: Best, follower: Stay | None) -> int:
    if follower is None:
        return agreed.at
    call = port.calls[follower.part.call]
    boarding = said_of(port, call, follower.part, "PILOT_BOARDING_PLACE", "ARRI").get("PLN")
    comes = int(boarding.value or 0) if boarding else follower.arrival.at
    return comes - int(port.policy.overstay_act_before_hours * HOUR)


def _causes(port: Port, overstay: Overstay) -> tuple[str, ...]:
    call, part = overstay.call, overstay.part
    return (
        f"P03|{part.id}",
        f"P02|{part.id}",
        f"B06|{call.id}|OUTB|DEPARTURE_CLEARANCE",
        *(f"B05|{call.id}|OUTB|{service}" for service in TO_SAIL),
        *behind(port, call.id, overstay.agreed.at),
    )


RULE = Rule("B04", "terminal_call", find, also=("quay",))
