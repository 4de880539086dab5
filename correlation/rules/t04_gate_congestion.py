"""T04: a gate has more trucks than it can pass: they wait, stay long, or too many will come."""

from itertools import compress
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple

from contracts.places import Gate
from correlation.causes import conditions_at_gate
from correlation.evidence import berth_label, evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.corridors import seen_ahead, waiting_place
from correlation.picture.entities import Flow
from correlation.picture.hours import gate_week, is_open
from correlation.picture.port import Port
from correlation.picture.queues import BOTH, BUCKET, booked, halves
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement

NEVER: Final = 2**53
LATELY: Final = 30 * MINUTE
AHEAD: Final = 2 * HOUR
PERIOD_USUAL: Final = 20 * MINUTE
PERIOD_LONGEST: Final = HOUR
VOID_AFTER: Final = 3
"""A gauge is void after this many of its own periods."""
OLD: Final = 6 * HOUR
"""So long after its gauge is void nobody stands in a queue any more."""
SEEN_SHOWN: Final = 5
"""Of the trucks seen on the way so many are named, and they are counted in steps of as many."""
STEP_SHOWN: Final = 5
"""A wait is told in steps of so many minutes: a new version for each minute helps nobody."""


class Sign(Struct, frozen=True, gc=False):
    """One sign of congestion: what was measured, its limits, when, and until when it counts."""

    name: str
    value: float
    limit: float
    over_below: float
    at: int
    void_at: int
    said: Statement | None = None


def find(port: Port, flow_id: str, now: int) -> Verdict:
    """Look at the queue, the stay, the trucks without appointment and those to come."""
    flow = port.flows.get(flow_id)
    if flow is None:
        return NOTHING
    reports = _reports(port, flow)
    measured = _of_reports(port, reports)
    if not measured or now >= measured[0].void_at:
        measured = _of_trucks(port, flow) or measured
    capacity = capacity_per_hour(port, flow.gate)
    signs = [*measured, *_ahead(port, flow, reports, capacity, now)]
    boundary = (now // BUCKET + 1) * BUCKET if flow.direction == BOTH else None
    ends = [at for sign in measured for at in (sign.void_at, sign.void_at + OLD)]
    wake = next_of(now, boundary, *ends)
    far = [sign for sign in signs if sign.value > sign.limit and now < sign.void_at]
    # What an old report said stays until a newer one says otherwise, but not through the night.
    near = [s for s in signs if s.value >= s.over_below and now < s.void_at + OLD]
    if (far or near) and _is_closed(port, flow.gate, now):  # nobody stands before a closed gate
        far, near = ([s for s in held if s.void_at == NEVER] for held in (far, near))
    if not far and not near:
        return Verdict((), wake)
    return Verdict((_finding(port, flow, far or near, capacity, is_true=bool(far)),), wake)


def _reports(port: Port, flow: Flow) -> list[tuple[int, Statement]]:
    """Return the reports of the last half hour before the newest, oldest first."""
    said = [(int(at), said) for at, slot in flow.reports.items() if (said := port.ruling(slot))]
    newest = max((at for at, _ in said), default=0)
    return [(at, statement) for at, statement in said if at > newest - LATELY]


def _void_at(reports: list[tuple[int, Statement]]) -> int:
    if not reports:
        return 0
    newest = reports[-1][0]
    period = newest - reports[-2][0] if len(reports) > 1 else PERIOD_LONGEST
    return newest + VOID_AFTER * min(max(period, PERIOD_USUAL), PERIOD_LONGEST)


def _of_reports(port: Port, reports: list[tuple[int, Statement]]) -> list[Sign]:
    if not reports:
        return []
    policy = port.policy
    found = []
    waits = [(float(said.value), at, said) for at, said in reports if said.value is not None]
    at, newest = reports[-1]
    void_at = _void_at(reports)
    if waits:
        _, _, worst = max(waits, key=lambda wait: (wait[0], -wait[1]))
        mean = sum(wait for wait, _, _ in waits) / len(waits)
        limit, clear = policy.gate_wait_minutes, policy.gate_wait_clear_minutes
        worst_at = int(worst.get("as_of") or at)
        found.append(Sign("queue", mean, limit, clear, worst_at, void_at, worst))
    for name, field, limit in (
        ("turn", "turn_p90_min", policy.gate_turn_minutes),
        ("walk_ins", "walk_in_share_pct", policy.gate_walk_in_percent),
    ):
        value = newest.get(field)
        if isinstance(value, int | float):
            over = limit * policy.hysteresis
            found.append(Sign(name, float(value), limit, over, at, void_at, newest))
    if newest.get("beyond_parking") is True:
        found.insert(0, Sign("parking", 1, 0, 1, at, void_at, newest))
    return found


def _of_trucks(port: Port, flow: Flow) -> list[Sign]:
    """Measure the trucks that passed, where the terminal reports no queue itself."""
    policy = port.policy
    newest, queued, entered, left, walks_in = _columns(flow)
    least = int(policy.gate_trucks_least)
    found = []
    last = max(entered, default=0)
    since = max(0, last - LATELY)  # 0 is not said
    waits = [
        at - before
        for before, at in zip(queued, entered, strict=True)
        if at > since and 0 <= at - before < AHEAD * 12
    ]
    if len(waits) >= least:
        mean = sum(waits) / len(waits) / MINUTE
        limit, clear = policy.gate_wait_minutes, policy.gate_wait_clear_minutes
        found.append(Sign("queue", mean, limit, clear, last, last + PERIOD_LONGEST))
    stays = [(at, before) for before, at in zip(entered, left, strict=True) if at and before]
    last = max(stays, default=(0, 0))[0]
    turns = sorted([at - before for at, before in stays if at > last - LATELY])
    if len(turns) >= least:
        p90 = turns[(len(turns) * 9 - 1) // 10] / MINUTE
        limit = policy.gate_turn_minutes
        found.append(
            Sign("turn", p90, limit, limit * policy.hysteresis, last, last + PERIOD_LONGEST)
        )
    if len(walks_in) >= 2 * least:
        share = 100 * sum(walks_in) / len(walks_in)
        limit = policy.gate_walk_in_percent
        last = newest
        found.append(
            Sign("walk_ins", share, limit, limit * policy.hysteresis, last, last + PERIOD_LONGEST)
        )
    return found


def _columns(flow: Flow) -> tuple[int, list[int], list[int], list[int], list[bool]]:
    """Return when a truck was seen last, and the steps of all that were seen shortly before.

    They are when each queued, entered and left, and whether it walked in. A gate is judged once
    a minute for hundreds of trucks: column by column that is a fraction of the work.
    """
    if not flow.trucks:
        return 0, [], [], [], []
    steps = list(zip(*map(astuple, flow.trucks.values()), strict=True))
    seen = list(map(max, *steps[:3]))
    newest = max(seen)
    is_late = [at > newest - AHEAD for at in seen]
    queued, entered, left, walks_in = (list(compress(column, is_late)) for column in steps)
    return newest, queued, entered, left, walks_in


def _ahead(
    port: Port, flow: Flow, reports: list[tuple[int, Statement]], capacity: float | None, now: int
) -> list[Sign]:
    """Compare the trucks of the next two hours with what the open lanes can pass."""
    said = reports[-1][1].get("arrivals_next_2h") if reports else None
    if capacity is None or (said is None and flow.direction != BOTH):
        return []
    from_at = now // BUCKET * BUCKET
    trucks = (
        float(said)
        if isinstance(said, int)
        else float(sum(booked(port, flow.gate, from_at, from_at + AHEAD).values()))
    )
    if not trucks:
        return []
    share = 100 * trucks / max(capacity * AHEAD / HOUR, 1)
    limit = port.policy.gate_arrivals_percent
    said_by = reports[-1][1] if said is not None else None
    busiest = max(
        range(from_at, from_at + AHEAD, BUCKET),
        key=lambda at: (sum(booked(port, flow.gate, at, at + BUCKET).values()), -at),
    )
    return [Sign("arrivals", share, limit, limit * port.policy.hysteresis, busiest, NEVER, said_by)]


def capacity_per_hour(port: Port, gate: str) -> float | None:
    """Return how many trucks an hour a gate passes with the lanes that are open, if known."""
    profile = _profile_of(port, gate)
    usual = profile.capacity_per_hour if profile else None
    known = port.gates.get(gate)
    lanes = [said for slot in known.lanes.values() if (said := port.ruling(slot))] if known else []
    if not lanes:
        return None if usual is None else float(usual)
    each = usual / len(lanes) if usual is not None else 0.0
    total = 0.0
    for said in lanes:
        rate = said.get("rate_per_h")
        full = float(rate) if isinstance(rate, int | float) else each
        share = {"OPEN": 1.0, "CLOSED": 0.0}.get(str(said.value), port.policy.gate_degraded_share)
        total += full if said.value == "DEGRADED" and rate is not None else full * share
    return total


def _profile_of(port: Port, gate: str) -> Gate | None:
    facility, _, name = gate.partition("/gate/")
    place = port.community.places.get(facility) if port.community else None
    return next((each for each in place.gates if each.id == name), None) if place else None


def _is_closed(port: Port, gate: str, now: int) -> bool:
    """Tell whether a gate is closed now by the hours of its profile."""
    profile = _profile_of(port, gate)
    week = gate_week(profile.hours) if profile else None
    return week is not None and not is_open(week, port.system, now)


def _key(flow: Flow) -> str:
    return f"T04|{flow.gate.partition('/')[0]}|{flow.gate}|{flow.direction}"


def _finding(
    port: Port, flow: Flow, signs: list[Sign], capacity: float | None, *, is_true: bool
) -> Finding:
    policy, first = port.policy, signs[0]
    facility = flow.gate.partition("/")[0]
    queue = next((sign for sign in signs if sign.name == "queue"), None)
    red = first.name == "parking" or (queue and queue.value > policy.gate_wait_red_minutes)
    from_at = first.at // BUCKET * BUCKET
    hauliers = booked(port, flow.gate, from_at, from_at + AHEAD)
    ahead = halves(flow.gate, from_at, from_at + AHEAD) if first.name == "arrivals" else []
    seen = seen_ahead(port, ahead)
    count = len(seen) // SEEN_SHOWN * SEEN_SHOWN
    shut = _shut(port, flow.gate)
    behind = conditions_at_gate(port, flow.gate, first.at)
    act_by = first.at + int(policy.gate_act_within_minutes * MINUTE)
    shown = round(first.value / STEP_SHOWN) * STEP_SHOWN
    return Finding(
        code="T04",
        key=_key(flow),
        status="TRUE" if is_true else "BAND",
        subjects=(("flow", flow.id),),
        severity="RED" if red else "ORANGE",
        hold=int(policy.gate_hold_minutes * MINUTE),
        clear_hold=int(policy.gate_clear_hold_minutes * MINUTE),
        port=facility.partition(":")[0],
        impact_at=act_by,
        act_by_at=act_by,
        delta=(first.name, float(shown), "min" if first.name in ("queue", "turn") else "%"),
        thresholds=tuple((sign.name, sign.limit) for sign in signs),
        objects=(("gate", flow.gate, berth_label(flow.gate)),),
        evidence=evidence_of(
            [
                *(sign.said for sign in signs),
                *(one.said for one in seen[:SEEN_SHOWN]),
                *shut,
                *(said for _, said in behind),
            ]
        ),
        causes=tuple(name for name, _ in behind),
        cause_kind=str(behind[0][1].value) if behind else None,
        audience=parties(
            port,
            ("TER", "TRK", "PA"),
            facility=facility,
            nominated=tuple((haulier, "TRK") for haulier in hauliers if haulier),
        ),
        actions=_actions(port, facility, shut, capacity),
        template="t04.arrivals_seen" if count else f"t04.{first.name}",
        params=(
            ("gate", berth_label(flow.gate)),
            ("terminal", facility.rpartition(":")[2]),
            ("wait_span", shown * MINUTE),
            ("percent", shown),
            *((("trucks", count),) if count else ()),
        ),
    )


def _shut(port: Port, gate: str) -> list[Statement]:
    known = port.gates.get(gate)
    lanes = known.lanes.values() if known else ()
    return [said for slot in lanes if (said := port.ruling(slot)) and said.value != "OPEN"]


def _actions(
    port: Port, facility: str, shut: list[Statement], capacity: float | None
) -> tuple[Action, ...]:
    waits_at, per_hour = (
        waiting_place(port, facility),
        None if capacity is None else round(capacity),
    )
    return (
        Action("OPEN_LANES", (("lanes", len(shut)),)),
        Action("METER_TRUCKS", (("place", waits_at), ("per_h", per_hour))),
    )


RULE = Rule("T04", "flow", find)
