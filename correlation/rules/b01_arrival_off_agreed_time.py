"""B01: a ship is expected at the pilot boarding place off the agreed time, early or late."""

from msgspec.structs import replace

from correlation.evidence import agents_of, call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.conditions import kept_off
from correlation.picture.delays import foretold_keys
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.milestones import Best, is_dropped, said_of, slots_of
from correlation.picture.port import Port
from correlation.policy import Policy
from correlation.rules.rule import Rule, next_of
from correlation.statements import Slot, Statement, of_source

PLACE = "PILOT_BOARDING_PLACE"


def find(port: Port, call_id: str, now: int) -> Verdict:
    """Compare the best estimate with the plan (else the request) against tol(H)."""
    call = port.calls.get(call_id)
    if call is None:
        return NOTHING
    part = port.terminal_calls[call.terminal_calls[0]] if call.terminal_calls else None
    said = said_of(port, call, part, PLACE, "ARRI")
    agreed = said.get("PLN") or said.get("REQ")
    estimate = said.get("EST")
    if "ACT" in said or is_dropped(port, call, part):
        over = Finding(
            code="B01",
            key=_key(port, call),
            status="OVER",
            subjects=(("call", call.id),),
            evidence=evidence_of([said.get("ACT")]),
        )
        return Verdict((over,))
    if agreed is None or estimate is None:
        return NOTHING
    horizon = int(agreed.value or 0) - now
    off = int(estimate.value or 0) - int(agreed.value or 0)
    tolerance, narrows_at = tolerance_at(port.policy, int(agreed.value or 0), now)
    best = Best(int(estimate.value or 0), "EST", estimate)
    finding = _finding(port, call, part, agreed, best)
    severity, worse_at = _severity(port, part, off, tolerance, int(agreed.value or 0), now)
    wake = next_of(now, narrows_at, worse_at)
    if abs(off) <= port.policy.hysteresis * tolerance:
        return Verdict((), wake)
    successive = of_source(slots_of(call, part, PLACE, "ARRI")["EST"], estimate.source)
    hold = _hold(port.policy, successive, int(agreed.value or 0), horizon, tolerance)
    if now - max(estimate.received_at, agreed.received_at) >= hold:
        hold = 0  # both words have stood for so long: only what is borne became less
    status = "TRUE" if abs(off) > tolerance else "BAND"
    return Verdict((replace(finding, status=status, severity=severity, hold=hold),), wake)


def tolerance_at(policy: Policy, agreed_at: int, now: int) -> tuple[int, int | None]:
    """Return tol(H) in ms, and when it next narrows as the agreed time comes nearer."""
    steps = (
        (72 * HOUR, policy.tolerance_beyond_72h_hours),
        (24 * HOUR, policy.tolerance_72h_hours),
        (6 * HOUR, policy.tolerance_24h_hours),
    )
    for horizon, hours in steps:
        if agreed_at - now > horizon:
            return int(hours * HOUR), agreed_at - horizon
    return int(policy.tolerance_6h_hours * HOUR), None


def _hold(policy: Policy, successive: Slot, agreed_at: int, horizon: int, tolerance: int) -> int:
    """Raise at once when two successive updates of one source agree, else after a hold."""
    off = [int(said.value or 0) - agreed_at for said in successive]
    if len(off) > 1 and all(abs(o) > tolerance and (o > 0) == (off[0] > 0) for o in off):
        return 0
    far = horizon > 24 * HOUR
    minutes = policy.arrival_hold_far_minutes if far else policy.arrival_hold_near_minutes
    return int(minutes * MINUTE)


def _severity(
    port: Port, part: TerminalCall | None, off: int, tolerance: int, agreed_at: int, now: int
) -> tuple[Severity, int | None]:
    policy = port.policy
    red_from = agreed_at - int(policy.arrival_red_horizon_hours * HOUR)
    late = off > int(policy.arrival_red_late_hours * HOUR)
    early = -off > int(policy.arrival_red_early_hours * HOUR)
    if now >= red_from and (late or early):
        return "RED", None
    watched = port.watch.get(f"terminal_call|{part.id}") if part else None
    conflict = any(key.startswith("B03|") for key in watched.keys) if watched else False
    if abs(off) > 2 * tolerance or conflict:
        return "ORANGE", red_from
    return "YELLOW", red_from


def _key(port: Port, call: Call) -> str:
    return f"B01|{port.system}|{call.id}"


def _finding(
    port: Port, call: Call, part: TerminalCall | None, agreed: Statement, best: Best
) -> Finding:
    agreed_at = int(agreed.value or 0)
    off = best.at - agreed_at
    late = off > 0
    action = (
        Action("SEND_REQUEST", (("service", PLACE), ("at", best.at)))
        if late
        else Action("ADJUST_ARRIVAL", (("pbp_at", agreed_at),))
    )
    return Finding(
        code="B01",
        key=_key(port, call),
        status="TRUE",
        subjects=(("call", call.id),),
        clear_hold=int(port.policy.clear_hold_minutes * MINUTE),
        port=call.port,
        impact_at=agreed_at,
        act_by_at=agreed_at - int(port.policy.arrival_act_before_hours * HOUR),
        delta=("arrival_off_agreed", round(off / HOUR, 1), "h"),
        thresholds=(("hysteresis", port.policy.hysteresis),),
        objects=(("call", call.id, call_label(port, call, part)),),
        evidence=evidence_of([best.said, agreed]),
        causes=(*kept_off(port, call.id, agreed_at, best.at), *foretold_keys(port, call)),
        audience=parties(
            port,
            ("TER", "CAR", "AGT", "NAU", "PA"),
            facility=part.facility if part else "",
            carriers=(part.carrier,) if part else (),
            nominated=agents_of(port, call),
        ),
        actions=(action,),
        template="b01.late" if late else "b01.early",
        params=(
            ("vessel", vessel_name(port, call)),
            ("expected_at", best.at),
            ("agreed_at", agreed_at),
            ("off_span", abs(off)),
        ),
    )


RULE = Rule("B01", "call", find)
