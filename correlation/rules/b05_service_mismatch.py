"""B05: pilot, tugs or linesmen are ordered for another hour, too few, twice, or not at all."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from correlation.evidence import agents_of, call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Parameter, Severity, Status, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.milestones import (
    Best,
    agreed_departure,
    berth_arrival,
    expected_of,
    is_dropped,
    plan_of,
    projected_departure,
    said_of,
    slots_of,
)
from correlation.picture.port import Port
from correlation.picture.rosters import Duty, free_from, on_duty
from correlation.picture.services import (
    GIVEN,
    KIND_OF,
    TAKEN_BACK,
    double_booked,
    required_units,
    units_of,
)
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement, of_source


class Order(Struct, frozen=True, gc=False):
    """One service of a ship on her way in or out, beside the movement that it serves.

    `begins` says from when on it is for, `movement` until when. `is_open`: another hour to board
    is still to come.
    """

    part: TerminalCall
    service: str
    direction: str
    said: Statement | None
    planned: Statement | None
    starts_at: int | None
    from_at: int
    to_at: int
    movement: Best
    begins: Best
    is_open: bool = False

    @property
    def key(self) -> str:
        """The service as the terminal call keeps it."""
        return f"{self.service}/{self.direction}"

    @property
    def off(self) -> int:
        """By how many ms it is planned before (negative) or behind the movement."""
        if self.starts_at is None:
            return 0
        return min(0, self.starts_at - self.from_at) or max(0, self.starts_at - self.to_at)


class Trouble(Struct, frozen=True, gc=False):
    """What is wrong with an order, and from when on that counts."""

    template: str
    status: Status
    from_at: int
    unit: str = ""
    other: str = ""
    ordered: int = 0
    required: int = 0


class Crew(Struct, frozen=True, gc=False):
    """Who is on duty when so many units are needed, if a roster says; when so many are free."""

    units: int
    duty: Duty | None
    free_at: int | None


def find(port: Port, call_id: str, now: int) -> Verdict:
    """Compare each service of a call's movements with when the ship moves."""
    call = port.calls.get(call_id)
    if call is None or not call.terminal_calls or is_dropped(port, call):
        return NOTHING
    findings, wakes = [], []
    red = int(port.policy.service_red_hours * HOUR)
    for order in _orders(port, call):
        for look in LOOKS:
            trouble = look(port, order, now)
            if trouble is None:
                continue
            wakes.append(trouble.from_at)
            if trouble.from_at <= now:
                left = order.movement.at - now
                wakes.append(order.movement.at - red)
                findings.append(_finding(port, call, order, trouble, _severity(left, red)))
                break
        wakes += _narrowings(port, order)
    return Verdict(tuple(findings), next_of(now, *wakes))


def _severity(left: int, red: int) -> Severity:
    return "RED" if left <= red else "ORANGE"


def _narrowings(port: Port, order: Order) -> list[int]:
    """Return when what is borne before a movement becomes less."""
    policy, at = port.policy, order.movement.at
    return [at - int(policy.service_watch_hours * HOUR), at - int(policy.service_near_hours * HOUR)]


def _orders(port: Port, call: Call) -> Iterator[Order]:
    first = port.terminal_calls[call.terminal_calls[0]]
    last = port.terminal_calls[call.terminal_calls[-1]]
    berth = berth_arrival(port, first)
    boards = _boards(port, call, first) or berth
    if berth and boards and berth.classifier != "ACT":
        is_open = _is_hour_to_come(port, call, first)
        for service in KIND_OF:
            begins = boards if service != "MOORING" else berth
            to_at = begins.at if service == "PILOTAGE" else max(begins.at, berth.at)
            movement = boards if service == "PILOTAGE" else berth
            if order := _order(port, first, (service, "INBD"), (begins, to_at), movement):
                yield replace(order, is_open=is_open and service != "MOORING")
    agreed = agreed_departure(port, last)
    left = said_of(port, call, last, "BERTH", "DEPA").get("ACT")
    if agreed and not left:
        leaves = projected_departure(port, last, agreed)
        for service in KIND_OF:
            if order := _order(port, last, (service, "OUTB"), (leaves, leaves.at), leaves):
                yield order


def _boards(port: Port, call: Call, part: TerminalCall) -> Best | None:
    """Return when the pilot boards; a ship that is there already waits for the agreed hour."""
    boards = expected_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI")
    agreed = said_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI").get("PLN")
    waits = boards is not None and boards.classifier == "ACT" and agreed is not None
    if boards and agreed and waits and int(agreed.value or 0) > boards.at:
        return Best(int(agreed.value or 0), "PLN", agreed)
    return _moved_with_berth(call, part, boards) if boards else None


def _moved_with_berth(call: Call, part: TerminalCall, boards: Best) -> Best:
    """Return an expected hour to board, moved as its source has moved the berth since then.

    The two words of one change come one by one, and either may be hours under way.
    """
    if boards.classifier != "EST":
        return boards
    berths = slots_of(call, part, "BERTH", "ARRI").get("EST", ())
    newest, *earlier = of_source(berths, boards.said.source) or (boards.said,)
    beside = [one for one in earlier if one.occurred_at == boards.said.occurred_at]
    if not beside or newest.occurred_at <= boards.said.occurred_at:
        return boards
    moved = int(newest.value or 0) - int(beside[0].value or 0)
    return Best(boards.at + moved, "EST", newest)


def _is_hour_to_come(port: Port, call: Call, part: TerminalCall) -> bool:
    """Tell whether the berth of a ship at the roads was planned anew, the hour to board not yet.

    The words of one plan come one by one: until all are here the old hour measures nothing.
    """
    said = said_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI")
    agreed, plan = said.get("PLN"), plan_of(port, part)
    if "ACT" not in said or agreed is None or plan is None:
        return False
    before = [one for one in of_source(part.plan, plan.source) if one is not plan]
    is_moved = all(one.value != plan.value for one in before)
    return is_moved and plan.occurred_at > agreed.occurred_at


def _order(
    port: Port, part: TerminalCall, name: tuple[str, str], span: tuple[Best, int], movement: Best
) -> Order | None:
    service, direction = name
    begins, to_at = span
    call = port.calls[part.call]
    kept = service if direction == "INBD" else f"{service}.{direction}"
    milestones = said_of(port, call, part, kept, "STRT")
    if "ACT" in milestones:
        return None
    planned = milestones.get("PLN")
    said = port.ruling(part.services.get(f"{service}/{direction}", ()))
    if planned is None and said is None:
        return None
    starts = [unit.from_at for unit in units_of(said) if unit.from_at is not None]
    starts_at = int(planned.value or 0) if planned else min(starts, default=None)
    return Order(
        part, service, direction, said, planned, starts_at, begins.at, to_at, movement, begins
    )


def _missing(port: Port, order: Order, _now: int) -> Trouble | None:
    """Find a service that is required and that nobody took."""
    said, policy = order.said, port.policy
    if said is None or said.get("replaced_by"):
        return None
    is_open = said.value == "REQUIRED" and not order.planned
    if not is_open and said.value not in TAKEN_BACK:
        return None
    inbound = order.direction == "INBD"
    hours = policy.service_missing_in_hours if inbound else policy.service_missing_out_hours
    return Trouble("b05.missing", "TRUE", order.movement.at - int(hours * HOUR))


def _short(port: Port, order: Order, _now: int) -> Trouble | None:
    """Find that fewer units are ordered than the ship needs."""
    said, required = order.said, required_units(order.part, order.key)
    if said is None or said.value not in GIVEN or not said.get("units"):
        return None
    ordered = sum(1 for unit in units_of(said) if unit.kind == KIND_OF[order.service])
    if ordered >= required:
        return None
    watched_at = order.movement.at - int(port.policy.service_watch_hours * HOUR)
    return Trouble("b05.short", "TRUE", watched_at, ordered=ordered, required=required)


def _double(port: Port, order: Order, _now: int) -> Trouble | None:
    """Find a unit that is promised to another ship at the same time."""
    least = int(port.policy.service_double_minutes * MINUTE)
    clash = double_booked(port, order.part, order.key, least)
    if clash is None:
        return None
    watched_at = order.movement.at - int(port.policy.service_watch_hours * HOUR)
    return Trouble("b05.double", "TRUE", watched_at, unit=clash[0], other=clash[1])


def _off_time(port: Port, order: Order, now: int) -> Trouble | None:
    """Find a service planned too far from the movement that it is for."""
    policy, off = port.policy, abs(order.off)
    near_at = order.movement.at - int(policy.service_near_hours * HOUR)
    watched_at = order.movement.at - int(policy.service_watch_hours * HOUR)
    wide = int(policy.service_far_minutes * MINUTE)
    narrow = int(policy.service_near_minutes * MINUTE)
    is_wrong = off > wide or (now >= near_at and off > narrow)
    if is_wrong and not order.is_open:
        return Trouble("b05.off_time", "TRUE", watched_at)
    is_close = off <= int(policy.service_clear_minutes * MINUTE)
    return None if is_close else Trouble("b05.off_time", "BAND", watched_at)


LOOKS: Final[tuple[Callable[[Port, Order, int], Trouble | None], ...]] = (
    _missing,
    _short,
    _double,
    _off_time,
)
"""What may be wrong with a service, worst first: an alert names one thing to mend."""


def _crew(port: Port, order: Order, units: int) -> Crew:
    """Return who could serve at the hour for which a service of so many units is needed."""
    kind, own, at = KIND_OF[order.service], (order.part.id, order.key), order.from_at
    duty = on_duty(port, kind, at, own)
    is_short = duty is not None and duty.free < units
    return Crew(units, duty, free_from(port, kind, at, units, own) if is_short else at)


def _causes(port: Port, order: Order, trouble: Trouble) -> tuple[str, ...]:
    """Return what moved the ship away from her services; who declines has reasons of his own."""
    if trouble.template == "b05.missing":
        return ()
    return f"B01|{port.system}|{order.part.call}", f"P03|{order.part.id}"


def _finding(port: Port, call: Call, order: Order, trouble: Trouble, severity: Severity) -> Finding:
    part, policy = order.part, port.policy
    other = port.calls.get(trouble.other)
    hold = int(policy.service_hold_minutes * MINUTE)
    crew = _crew(port, order, trouble.required or required_units(part, order.key) or 1)
    at = order.from_at if crew.free_at is None else crew.free_at
    return Finding(
        code="B05",
        key=f"B05|{call.id}|{order.direction}|{order.service}",
        status=trouble.status,
        subjects=(("call", call.id),),
        severity=severity,
        hold=hold,
        clear_hold=hold,
        port=call.port,
        impact_at=order.movement.at,
        act_by_at=order.movement.at - int(policy.service_red_hours * HOUR),
        delta=("service_off_movement", round(order.off / MINUTE), "min"),
        thresholds=(
            ("far_min", policy.service_far_minutes),
            ("near_min", policy.service_near_minutes),
            ("double_min", policy.service_double_minutes),
        ),
        objects=(
            ("call", call.id, call_label(port, call, part)),
            ("service", f"{part.id}/{order.key}", order.service),
            *((("call", other.id, call_label(port, other)),) if other else ()),
        ),
        evidence=evidence_of(
            [order.said, order.planned, order.movement.said, order.begins.said, *_rosters(crew)]
        ),
        causes=_causes(port, order, trouble),
        audience=parties(
            port,
            ("NAU", "AGT", "TER"),
            facility=part.facility,
            carriers=(part.carrier,),
            nominated=agents_of(port, call),
        ),
        actions=(
            Action(
                "REORDER_SERVICE",
                (("service", order.service), ("at", at), ("units", crew.units)),
            ),
        ),
        template=_template(trouble, crew),
        params=_params(port, call, order, trouble, crew),
    )


def _rosters(crew: Crew) -> tuple[Statement, ...]:
    return crew.duty.said if crew.duty else ()


def _template(trouble: Trouble, crew: Crew) -> str:
    is_short = crew.duty is not None and crew.duty.free < crew.units
    return "b05.none_free" if is_short and trouble.template == "b05.missing" else trouble.template


def _params(
    port: Port, call: Call, order: Order, trouble: Trouble, crew: Crew
) -> tuple[tuple[str, Parameter], ...]:
    other = port.calls.get(trouble.other)
    return (
        ("vessel", vessel_name(port, call)),
        ("service_word", order.service),
        ("movement_word", "ENTER" if order.direction == "INBD" else "LEAVE"),
        ("moves_at", order.movement.at),
        ("starts_at", order.starts_at),
        ("off_span", abs(order.off)),
        ("unit", trouble.unit),
        ("other", vessel_name(port, other) if other else None),
        ("ordered", trouble.ordered),
        ("required", trouble.required),
        ("on_duty", crew.duty.units if crew.duty else None),
        ("free_units", crew.duty.free if crew.duty else None),
        ("free_at", crew.free_at),
    )


RULE = Rule("B05", "call", find)
