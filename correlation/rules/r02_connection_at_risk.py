"""R02: boxes of one ship will not be ready when the ship that takes them on begins to load."""

from msgspec import Struct

from correlation.evidence import agents_of, call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import DAY, HOUR, MINUTE
from correlation.picture.conditions import kept_off
from correlation.picture.connections import Group, discharged_at, list_of, loading_at
from correlation.picture.delays import changed_upstream, foretold_keys
from correlation.picture.entities import TerminalCall
from correlation.picture.milestones import (
    Best,
    berth_arrival,
    berth_departure,
    is_dropped,
    plan_of,
    window_statement,
)
from correlation.picture.port import Port
from correlation.rules.rule import Rule
from correlation.statements import Statement


class Risk(Struct, frozen=True, gc=False):
    """A connection: both ends, when each is ready, and the boxes that come too late."""

    id: str
    inbound: TerminalCall
    outbound: TerminalCall
    said: Statement
    discharged: Best
    closes: Best
    slack: int
    boxes: int
    is_special: bool
    carriers: tuple[str, ...]


def find(port: Port, connection_id: str, now: int) -> Verdict:
    """Compare when the boxes are ready with when the next ship stops taking them."""
    connection = port.connections.get(connection_id)
    listed = list_of(port, connection) if connection else None
    if connection is None or listed is None or listed[0].get("reassigned_to"):
        return NOTHING
    inbound = port.terminal_calls.get(connection.inbound)
    outbound = port.terminal_calls.get(connection.outbound)
    if inbound is None or outbound is None:
        return NOTHING
    if any(is_dropped(port, port.calls[part.call], part) for part in (inbound, outbound)):
        return NOTHING
    risk = _risk(port, connection_id, inbound, outbound, listed)
    if risk is None:
        return NOTHING
    left = berth_departure(port, outbound)
    is_over = now > risk.closes.at or (left is not None and left.classifier == "ACT")
    if not is_over and risk.slack >= int(port.policy.connection_slack_hours * HOUR):
        return Verdict((), None)
    status: Status = "OVER" if is_over else "TRUE" if risk.slack < 0 else "BAND"
    wake = None if is_over else risk.closes.at + 1
    return Verdict((_finding(port, risk, status),), wake)


def _risk(
    port: Port,
    connection_id: str,
    inbound: TerminalCall,
    outbound: TerminalCall,
    listed: tuple[Statement, list[Group]],
) -> Risk | None:
    """Return the connection with its least slack, and the boxes of every group that is short."""
    said, groups = listed
    discharged, closes = _discharged(port, inbound), _closes(port, outbound)
    if discharged is None or closes is None or not groups:
        return None
    slacks = [
        closes.at - discharged.at - _transfer(port, said, group, (inbound, outbound))
        for group in groups
    ]
    short = [group for group, slack in zip(groups, slacks, strict=True) if slack < 0] or groups
    return Risk(
        id=connection_id,
        inbound=inbound,
        outbound=outbound,
        said=said,
        discharged=discharged,
        closes=closes,
        slack=min(slacks),
        boxes=sum(group.boxes for group in short),
        is_special=any(group.is_reefer for group in short),
        carriers=tuple(dict.fromkeys(group.carrier for group in groups if group.carrier)),
    )


def _discharged(port: Port, inbound: TerminalCall) -> Best | None:
    """Return when a ship will have discharged; later by what a change upstream will cost her.

    That counts until somebody speaks of her own coming here.
    """
    discharged = discharged_at(port, inbound)
    change = changed_upstream(port, port.calls[inbound.call])
    effect = change.get("effect_p50") if change else None
    if discharged is None or change is None or not isinstance(effect, int) or effect <= 0:
        return discharged
    return Best(discharged.at + effect * MINUTE, "EST", change)


def _closes(port: Port, outbound: TerminalCall) -> Best | None:
    """Return when the next ship stops taking transshipment: her cut-off, or when she loads."""
    loads = loading_at(port, outbound)
    cutoff = window_statement(port, outbound, "TCO")
    if cutoff is None or cutoff.value is None:
        return loads
    closes = Best(int(cutoff.value), "PLN", cutoff)
    return min((closes, loads), key=lambda best: best.at) if loads else closes


def _transfer(
    port: Port, said: Statement, group: Group, ends: tuple[TerminalCall, TerminalCall]
) -> int:
    """Return how long boxes of a group need from the one ship to the other."""
    policy = port.policy
    stated = said.get("transfer_min_minutes")
    if isinstance(stated, int):
        least = stated * MINUTE
    else:
        same = said.get("same_terminal")
        is_same = ends[0].facility == ends[1].facility if same is None else bool(same)
        hours = (
            policy.transfer_same_terminal_hours if is_same else policy.transfer_other_terminal_hours
        )
        least = int(hours * HOUR)
    special = group.is_reefer or group.is_dangerous
    return least + int(policy.transfer_special_hours * HOUR) * special


def _severity(port: Port, risk: Risk) -> Severity:
    policy = port.policy
    leaves = berth_departure(port, risk.outbound)
    sails = risk.said.get("next_sailing_at")
    gap = sails - leaves.at if isinstance(sails, int) and leaves else None
    many = risk.boxes >= policy.connection_red_boxes
    if many or risk.is_special or (gap is not None and gap >= policy.connection_red_days * DAY):
        return "RED"
    soon = gap is not None and gap <= policy.connection_yellow_days * DAY
    return "YELLOW" if soon and risk.boxes < policy.connection_yellow_boxes else "ORANGE"


def _work_starts(port: Port, inbound: TerminalCall) -> int | None:
    plan, arrival = plan_of(port, inbound), berth_arrival(port, inbound)
    starts = plan.get("ops_start_at") if plan else None
    return starts if isinstance(starts, int) else arrival.at if arrival else None


def _finding(port: Port, risk: Risk, status: Status) -> Finding:
    policy, inbound, outbound = port.policy, risk.inbound, risk.outbound
    feeder, carrier = port.calls[outbound.call], port.calls[inbound.call]
    short = max(0, -risk.slack)
    return Finding(
        code="R02",
        key=f"R02|{port.system}|{inbound.call}|{outbound.call}",
        status=status,
        outcome="EXPIRED",
        subjects=(("connection", risk.id),),
        severity=_severity(port, risk),
        clear_hold=int(policy.connection_clear_hold_minutes * MINUTE),
        port=feeder.port,
        impact_at=risk.closes.at,
        act_by_at=_work_starts(port, inbound),
        delta=("slack", round(risk.slack / HOUR, 1), "h"),
        thresholds=(
            ("same_terminal_h", policy.transfer_same_terminal_hours),
            ("other_terminal_h", policy.transfer_other_terminal_hours),
            ("special_h", policy.transfer_special_hours),
        ),
        objects=(
            ("call", inbound.call, call_label(port, carrier, inbound)),
            ("call", outbound.call, call_label(port, feeder, outbound)),
            ("connection", risk.id, risk.id),
        ),
        evidence=evidence_of([risk.discharged.said, risk.closes.said, risk.said]),
        causes=_causes(port, risk),
        audience=parties(
            port,
            ("CAR", "TER", "AGT", "FWD"),
            facility=inbound.facility,
            carriers=(*risk.carriers, inbound.carrier, outbound.carrier),
            nominated=agents_of(port, feeder),
        ),
        actions=(
            Action("PRIORITISE_BAYS", (("boxes", risk.boxes),)),
            Action("HOLD_FEEDER", (("hours", round(short / HOUR, 1)),)),
            Action("REBOOK", (("call", None),)),
        ),
        template="r02.short",
        params=(
            ("vessel", vessel_name(port, carrier)),
            ("next_vessel", vessel_name(port, feeder)),
            ("boxes", risk.boxes),
            ("discharged_at", risk.discharged.at),
            ("closes_at", risk.closes.at),
            ("short_span", short),
        ),
    )


def _causes(port: Port, risk: Risk) -> tuple[str, ...]:
    call = port.calls[risk.inbound.call]
    change = changed_upstream(port, call)
    plan, arrival = plan_of(port, risk.inbound), berth_arrival(port, risk.inbound)
    planned_at = int(plan.value or 0) if plan else call.opened_for
    return (
        f"P03|{risk.inbound.id}",
        f"B01|{port.system}|{call.id}",
        *((f"R03|{call.id}|{change.value}",) if change else ()),
        *foretold_keys(port, call),
        *kept_off(port, call.id, planned_at, arrival.at if arrival else planned_at),
    )


RULE = Rule("R02", "connection", find)
