"""P03: at the pace of now, the work on a ship will not be finished by her agreed departure."""

from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from correlation.causes import Work, behind_ship, behind_work, conditions_over
from correlation.evidence import call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.berths import next_at_berth
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.finishing import Finish, alongside_since, finish_of, share_of_cranes
from correlation.picture.hearing import unheard_here_until
from correlation.picture.milestones import is_dropped, plan_of, said_of
from correlation.picture.port import Port
from correlation.rules.rule import Rule, next_of, stands
from correlation.statements import Statement

SLOTS: frozenset[str] = frozenset({"TIDE", "DRAUGHT", "CANAL"})
"""Conditions that let a ship pass at certain hours only (C13): outside of them her slot is lost."""


class Promise(Struct, frozen=True, gc=False):
    """The agreed departure, and who said so."""

    at: int
    said: Statement


class Slowed(Struct, frozen=True, gc=False):
    """When a ship will sail, and what is behind that: conditions, the closest one first.

    `is_lost`: when she is ready the water will not let her pass.
    """

    sails_at: int
    conditions: tuple[tuple[str, Statement], ...]
    is_lost: bool


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Compare the finish at the pace of now with the agreed departure of a ship at the quay."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return NOTHING
    call = port.calls[part.call]
    promise = promised_departure(port, call, part)
    if promise is None or is_dropped(port, call, part):
        return NOTHING
    sailed = said_of(port, call, part, "BERTH", "DEPA").get("ACT")
    if sailed:
        return Verdict((_over(port, part, promise, sailed),))
    alongside = alongside_since(port, call, part)
    if alongside is None:
        return NOTHING
    finish = finish_of(port, call, part, now)
    if finish is None:
        return NOTHING
    policy = port.policy
    sails_at = finish.at + int(policy.finish_to_sail_minutes * MINUTE)
    late = sails_at - promise.at
    if late <= 0:
        return Verdict((), finish.look_at)
    status: Status = "TRUE" if late > int(policy.finish_late_minutes * MINUTE) else "BAND"
    since, agreed_at = int(alongside.value or 0), promise.said.recorded_at
    conditions = conditions_over(port, part.facility, max(since, agreed_at), sails_at)
    wake = next_of(now, finish.look_at, *(_begins(said) for _, said in conditions))
    if not stands(port, f"P03|{part.id}"):
        if status == "BAND":
            return Verdict((), wake)
        if finish.look_at and (heard_at := _unheard_until(port, part, finish.look_at, now)):
            return Verdict((), heard_at)
    work = Work(since, agreed_at, late, share_of_cranes(port, part, finish), now)
    lost = tuple(held for held in conditions if _lost(held[1], promise.at, sails_at))
    behind = dict((*behind_work(port, part, work, conditions), *lost))
    slowed = Slowed(sails_at, tuple(behind.items()), bool(lost))
    finding = replace(_finding(port, part, promise, finish, slowed), status=status)
    return Verdict((finding,), wake)


def _unheard_until(port: Port, part: TerminalCall, look_at: int, now: int) -> int:
    """Return until when a terminal is waited for that is not heard since the pace was looked at."""
    looked_at = look_at - int(port.policy.finish_look_minutes * MINUTE)
    return unheard_here_until(port, part.facility, "yard", looked_at, now)


def promised_departure(port: Port, call: Call, part: TerminalCall) -> Promise | None:
    """Return when a ship is agreed to leave the berth: by negotiation, else by the berth plan.

    A later plan of who agreed has the new time already, while the word that agrees is under way.
    """
    agreed = said_of(port, call, part, "BERTH", "DEPA").get("PLN")
    plan = plan_of(port, part)
    leaves = plan.get("departure_at") if plan else None
    if plan and isinstance(leaves, int) and (agreed is None or _follows(plan, agreed)):
        return Promise(leaves, plan)
    return Promise(int(agreed.value or 0), agreed) if agreed else None


def _follows(plan: Statement, agreed: Statement) -> bool:
    return plan.source == agreed.source and plan.recorded_at > agreed.recorded_at


def _over(port: Port, part: TerminalCall, promise: Promise, sailed: Statement) -> Finding:
    broken = int(sailed.value or 0) > promise.at + int(port.policy.finish_late_minutes * MINUTE)
    return Finding(
        code="P03",
        key=f"P03|{part.id}",
        status="OVER",
        outcome="EXPIRED" if broken else "CLEARED",
        subjects=(("terminal_call", part.id),),
        evidence=evidence_of([sailed]),
    )


def _severity(port: Port, part: TerminalCall, late: int, slowed: Slowed) -> Severity:
    policy, sails_at = port.policy, slowed.sails_at
    if late > int(policy.finish_red_hours * HOUR) or slowed.is_lost:
        return "RED"
    follower = next_at_berth(port, part)
    turnover = int(policy.berth_turnover_minutes * MINUTE)
    meets = follower is not None and follower.arrival.at < sails_at + turnover
    return "ORANGE" if meets or late >= int(policy.finish_orange_hours * HOUR) else "YELLOW"


def _finding(
    port: Port,
    part: TerminalCall,
    promise: Promise,
    finish: Finish,
    slowed: Slowed,
) -> Finding:
    policy, call, sails_at = port.policy, port.calls[part.call], slowed.sails_at
    late = sails_at - promise.at
    conditions = slowed.conditions
    # As people read it: a new quarter of an hour is news, a minute is not.
    look = int(policy.finish_look_minutes * MINUTE)
    shown = sails_at + -sails_at % look
    left = max(1, ceil(finish.rate * late / HOUR))
    return Finding(
        code="P03",
        key=f"P03|{part.id}",
        status="TRUE",
        subjects=(("terminal_call", part.id),),
        severity=_severity(port, part, late, slowed),
        hold=int(policy.finish_hold_minutes * MINUTE),
        clear_hold=int(policy.finish_clear_hold_minutes * MINUTE),
        port=call.port,
        impact_at=promise.at,
        act_by_at=promise.at - int(policy.finish_act_before_hours * HOUR),
        delta=("sails_late", round((shown - promise.at) / HOUR, 1), "h"),
        thresholds=(
            ("late_min", policy.finish_late_minutes),
            ("to_sail_min", policy.finish_to_sail_minutes),
        ),
        objects=(
            ("terminal_call", part.id, call_label(port, call, part)),
            ("call", call.id, call_label(port, call)),
        ),
        evidence=evidence_of([promise.said, *finish.said, *(said for _, said in conditions)]),
        causes=(f"P02|{part.id}", *behind_ship(port, part, tuple(name for name, _ in conditions))),
        cause_kind=str(conditions[0][1].value) if conditions else None,
        audience=parties(
            port, ("TER", "CAR", "NAU"), facility=part.facility, carriers=(part.carrier,)
        ),
        actions=(
            Action("ADD_CRANE", (("cranes", 1), ("until_at", promise.at))),
            Action("CUT_CARGO", (("boxes", min(left, finish.left) or None),)),
            Action("AGREE_DEPARTURE", (("at", shown),)),
        ),
        template="p03.late",
        params=(
            ("vessel", vessel_name(port, call)),
            ("leaves_at", promise.at),
            ("sails_at", shown),
            ("late_span", shown - promise.at),
        ),
    )


def _lost(said: Statement, promised_at: int, sails_at: int) -> bool:
    """Tell whether a ship that could have left in time meets closed water when she is ready."""
    if said.value not in SLOTS or said.get("effect") != "CLOSED":
        return False
    ends, starts = said.get("to_at"), _begins(said)
    return promised_at < starts <= sails_at and (not isinstance(ends, int) or sails_at < ends)


def _begins(said: Statement) -> int:
    begins = said.get("from_at")
    return begins if isinstance(begins, int) else said.occurred_at


RULE = Rule("P03", "terminal_call", find, also=("cargo", "quay"))
