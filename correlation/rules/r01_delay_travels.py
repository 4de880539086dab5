"""R01: a ship that is late upstream will be late here, and she has not said so herself yet."""

from msgspec import Struct
from msgspec.structs import replace

from contracts.identifiers import PORT_SYSTEMS, system_of
from correlation.evidence import agents_of, call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import HOUR
from correlation.picture.delays import call_of, planned_at, ruling_notice
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.milestones import (
    berth_arrival,
    is_dropped,
    plan_of,
    said_of,
    window_of,
)
from correlation.picture.onward import Delay
from correlation.picture.port import Port
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement


class Foretold(Struct, frozen=True, gc=False):
    """A notice beside the call that it is about, if that is known here, and its agreed time."""

    delay: Delay
    notice: Statement
    call: Call | None
    part: TerminalCall | None
    planned_at: int
    agreed: Statement | None

    @property
    def off(self) -> int:
        """By how many ms she is foreseen behind her agreed time."""
        return int(self.notice.value or 0) - self.planned_at


def find(port: Port, voyage_id: str, now: int) -> Verdict:
    """Compare what upstream foresees with what is agreed here."""
    delay = port.delays.get(voyage_id)
    notice = ruling_notice(delay) if delay else None
    if delay is None or notice is None:
        return NOTHING
    foretold = _foretold(port, delay, notice)
    call, part = foretold.call, foretold.part
    if call and is_dropped(port, call, part):
        return NOTHING
    if call and (came := _came(port, call, part)):
        over = _finding(port, foretold, "YELLOW")
        return Verdict((replace(over, status="OVER", evidence=evidence_of([came])),))
    policy = port.policy
    near_at = foretold.planned_at - int(policy.foretold_near_horizon_hours * HOUR)
    hours = policy.foretold_near_hours if now >= near_at else policy.foretold_far_hours
    limit = int(hours * HOUR)
    if foretold.off <= policy.hysteresis * limit:
        over = _finding(port, foretold, "YELLOW")
        return Verdict((replace(over, status="OVER"),), next_of(now, near_at))
    quiet_at = _quiet_at(port, foretold)
    is_true = foretold.off > limit and now >= quiet_at
    status: Status = "TRUE" if is_true else "BAND"
    finding = _finding(port, foretold, _severity(port, foretold))
    return Verdict((replace(finding, status=status),), next_of(now, near_at, quiet_at))


def _foretold(port: Port, delay: Delay, notice: Statement) -> Foretold:
    """Hold a notice against the time agreed for the same place.

    It foresees her at the berth, as her rotation does; the hour of a pilot, which is earlier by
    her way in, is what is agreed only where no berth is yet.
    """
    call = call_of(port, delay, notice)
    if call is None:
        return Foretold(delay, notice, None, None, planned_at(notice), None)
    part = port.terminal_calls[call.terminal_calls[0]] if call.terminal_calls else None
    boarding = said_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI")
    berth = said_of(port, call, part, "BERTH", "ARRI")
    plan = plan_of(port, part) if part else None
    agreed = berth.get("PLN") or plan or boarding.get("PLN")
    planned = int(agreed.value or 0) if agreed else planned_at(notice)
    return Foretold(delay, notice, call, part, planned, agreed)


def _came(port: Port, call: Call, part: TerminalCall | None) -> Statement | None:
    boarded = said_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI").get("ACT")
    arrival = berth_arrival(port, part) if part else None
    return boarded or (arrival.said if arrival and arrival.classifier == "ACT" else None)


def _quiet_at(port: Port, foretold: Foretold) -> int:
    """Return since when the ship has been quiet for too long; 0 if she never gave an estimate."""
    call, part = foretold.call, foretold.part
    if call is None:
        return 0
    words = [
        said.known_at
        for service in ("PILOT_BOARDING_PLACE", "BERTH")
        if (said := said_of(port, call, part, service, "ARRI").get("EST"))
    ]
    quiet = int(port.policy.foretold_quiet_hours * HOUR)
    return max(words) + quiet if words else 0


def _severity(port: Port, foretold: Foretold) -> Severity:
    policy, part = port.policy, foretold.part
    red = foretold.off >= int(policy.foretold_red_hours * HOUR)
    if red or foretold.notice.get("canal_slot_lost"):
        return "RED"
    watched = port.watch.get(f"terminal_call|{part.id}") if part else None
    conflict = any(key.startswith("B03|") for key in watched.keys) if watched else False
    orange = foretold.off >= int(policy.foretold_orange_hours * HOUR)
    return "ORANGE" if orange or conflict else "YELLOW"


def _act_by(port: Port, foretold: Foretold) -> int:
    """Return a day before exports are received for her; before she comes, where no one said."""
    opens = window_of(port, foretold.part, "EFC") if foretold.part else None
    before = int(port.policy.foretold_act_before_hours * HOUR)
    return (foretold.planned_at if opens is None else opens) - before


def _finding(port: Port, foretold: Foretold, severity: Severity) -> Finding:
    delay, notice, call, part = foretold.delay, foretold.notice, foretold.call, foretold.part
    root = notice.get("root_alert")
    from_port = str(notice.get("from_port"))
    upstream = PORT_SYSTEMS.get(system_of(from_port) or "")
    name = vessel_name(port, call) if call else delay.ship.replace(":", " ").upper()
    label = call_label(port, call, part) if call else f"{name} {delay.number}"
    spread = tuple((key, notice.get(f"{key}_at")) for key in ("p10", "p90"))
    p10, p50, p90 = spread[0][1], notice.value, spread[1][1]
    return Finding(
        code="R01",
        key=f"R01|{delay.id}|{port.system}",
        status="TRUE",
        subjects=(("voyage", delay.id),),
        severity=severity,
        clear_hold=0,
        port=call.port if call else str(notice.get("to_port") or port.system),
        impact_at=foretold.planned_at,
        act_by_at=_act_by(port, foretold),
        delta=("foreseen_delay", round(foretold.off / HOUR, 1), "h"),
        thresholds=(
            ("far_h", port.policy.foretold_far_hours),
            ("near_h", port.policy.foretold_near_hours),
        ),
        objects=(("call", call.id, label),) if call else (("voyage", delay.id, label),),
        evidence=evidence_of([notice, foretold.agreed]),
        causes=(str(root),) if root else (),
        cause_kind="LATE_UPSTREAM",
        audience=parties(
            port,
            ("TER", "PA", "AGT", "CAR"),
            facility=part.facility if part else "",
            carriers=(delay.carrier,),
            nominated=agents_of(port, call) if call else (),
        ),
        actions=(
            Action("UPDATE_ETA", (("p10_at", p10), ("p50_at", p50), ("p90_at", p90))),
            Action("OFFER_GAP", (("berth", None), ("from_at", foretold.planned_at))),
        ),
        template="r01.late",
        params=(
            ("vessel", name),
            ("from_port", upstream.name if upstream else from_port),
            ("p10_at", p10),
            ("p50_at", p50),
            ("p90_at", p90),
            ("planned_at", foretold.planned_at),
            ("off_span", foretold.off),
        ),
    )


RULE = Rule("R01", "voyage", find)
