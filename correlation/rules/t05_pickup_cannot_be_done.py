"""T05: a truck is booked to collect a box that cannot be handed over."""

from typing import Final

from correlation.evidence import evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Verdict
from correlation.instants import HOUR, MINUTE, written
from correlation.picture.aspects import CUSTOMS, GATE, HELD, LINKS, OWN, QUAY
from correlation.picture.availability import Blocker, blockers_of
from correlation.picture.corridors import Expected, of_appointment, told, waiting_place, word_of
from correlation.picture.entities import Appointment, TerminalCall, Visit
from correlation.picture.hours import after_open_time, gate_week, is_open
from correlation.picture.matching import box_of, open_visit_of
from correlation.picture.nominations import nominated_in
from correlation.picture.port import Port
from correlation.picture.terminal_slots import proposed_by_terminal
from correlation.rules.rule import Rule, by_horizon, next_of

WAITING: Final = frozenset({"QUEUE_IN", "LANE_IN"})
LATE_TRUCK: Final = 4 * HOUR
"""After the slot and this long, the trip is taken for lost."""


def find(port: Port, appointment_id: str, now: int) -> Verdict:
    """Look at each box that an appointment is to collect."""
    appointment = port.appointments.get(appointment_id)
    if appointment is None or "COLLECT" not in [task.direction for task in appointment.tasks]:
        return NOTHING
    if not appointment.is_live and f"appointment|{appointment_id}" not in port.watch:
        return NOTHING
    watched_from = appointment.slot_from - int(port.policy.pickup_watch_hours * HOUR)
    lost_at = appointment.slot_to + LATE_TRUCK
    findings = []
    for task in appointment.tasks:
        if task.direction != "COLLECT" or not task.box:
            continue
        if not appointment.is_live or now >= lost_at or _is_collected(port, appointment, task.box):
            findings.append(_over(port, appointment, task.box))
            continue
        blockers = blockers_of(port, open_visit_of(port, task.box))
        blockers = blockers or _closed(port, appointment, of_appointment(port, appointment))
        if not blockers:
            continue
        soon = now >= watched_from or _is_moving(port, appointment)
        if soon or any(blocker.revoked for blocker in blockers):
            findings.append(_finding(port, appointment, task.box, blockers, now))
    own = proposed_by_terminal(port, appointment, now)
    answer_by = own.answer_by_at if own else None
    wake = next_of(now, watched_from, *_steps(port, appointment), lost_at, answer_by)
    return Verdict(tuple(findings), wake if appointment.is_live else None)


def _closed(port: Port, appointment: Appointment, seen: Expected | None) -> tuple[Blocker, ...]:
    """Find that a truck on its way will stand before a gate that is closed by then."""
    place = port.community.places.get(appointment.facility) if port.community else None
    if seen is None or place is None:
        return ()
    named = appointment.gate.rpartition("/")[2]
    gates = [gate for gate in place.gates if gate.id == named] or list(place.gates)
    weeks = [gate_week(gate.hours) for gate in gates]
    opens = []
    for week in weeks:
        if week is None or is_open(week, port.system, seen.at):
            return ()
        opens.append(after_open_time(week, port.system, seen.at, 1) - 1)
    if not opens:
        return ()
    return (Blocker("GATE_CLOSED", "TER", seen.said, expected_at=min(opens)),)


def _is_collected(port: Port, appointment: Appointment, box: str) -> bool:
    """Tell whether the box left by a gate around the slot; `SERVED` may be said later."""
    earliest = appointment.slot_from - int(port.policy.pickup_watch_hours * HOUR)
    for name in box_of(port, box).visits:
        visit = port.visits[name]
        if visit.gate_out and visit.closed_at is not None and visit.closed_at >= earliest:
            return True
    return False


def _steps(port: Port, appointment: Appointment) -> tuple[int, int]:
    policy, slot = port.policy, appointment.slot_from
    orange, red = policy.pickup_orange_hours, policy.pickup_red_hours
    return slot - int(orange * HOUR), slot - int(red * HOUR)


def _is_moving(port: Port, appointment: Appointment) -> bool:
    eta = port.ruling(appointment.truck_eta)
    return any(step in WAITING for step in appointment.steps) or bool(
        (eta and eta.get("state") == "MOVING") or of_appointment(port, appointment)
    )


def _key(appointment: Appointment, box: str) -> str:
    return f"T05|{box}|{appointment.id}"


def _over(port: Port, appointment: Appointment, box: str) -> Finding:
    collected = _is_collected(port, appointment, box)
    lost = not collected and (appointment.state == "MISSED" or appointment.is_live)
    return Finding(
        code="T05",
        key=_key(appointment, box),
        status="OVER",
        outcome="EXPIRED" if lost else "CLEARED",
        subjects=(("appointment", appointment.id),),
        evidence=evidence_of([port.ruling(appointment.status)]),
    )


def _finding(
    port: Port, appointment: Appointment, box: str, blockers: tuple[Blocker, ...], now: int
) -> Finding:
    policy, first = port.policy, blockers[0]
    left = appointment.slot_from - now
    orange, red = int(policy.pickup_orange_hours * HOUR), int(policy.pickup_red_hours * HOUR)
    severity = by_horizon(left, orange, red)
    if _is_moving(port, appointment):
        severity = "RED"
    elif severity == "YELLOW" and any(blocker.revoked for blocker in blockers):
        severity = "ORANGE"
    visit = open_visit_of(port, box)
    inbound = port.terminal_calls.get(visit.inbound) if visit else None
    bill = port.bills.get(visit.bl) if visit else None
    leaves, seen = appointment.leaves_at, of_appointment(port, appointment)
    travel = int(policy.truck_travel_hours * HOUR)
    return Finding(
        code="T05",
        key=_key(appointment, box),
        status="TRUE",
        subjects=(("appointment", appointment.id),),
        severity=severity,
        clear_hold=int(policy.pickup_clear_hold_minutes * MINUTE),
        port=appointment.facility.partition(":")[0] or port.system,
        impact_at=seen.at if seen else appointment.slot_from,
        act_by_at=leaves if leaves is not None else appointment.slot_from - travel,
        delta=("blockers", float(len(blockers)), "n"),
        thresholds=(("watch_h", policy.pickup_watch_hours),),
        objects=_objects(appointment, box, visit, inbound),
        evidence=evidence_of(
            [
                *(blocker.said for blocker in blockers),
                word_of(seen),
                port.ruling(appointment.status),
            ]
        ),
        causes=_causes(port, inbound) if first.kind == "NOT_DISCHARGED" else (),
        cause_kind=first.kind,
        audience=parties(
            port,
            ("TRK", "FWD", "TER", "AUT"),
            facility=appointment.facility,
            nominated=((appointment.haulier, "TRK"), *nominated_in(port, bill)),
        ),
        actions=_actions(port, appointment, first, now, is_seen=seen is not None),
        template=_template(first),
        params=(
            ("box", box),
            ("slot_at", appointment.slot_from),
            ("appointment", appointment.id.rpartition(":")[2]),
            ("expected_at", first.expected_at),
            *told(seen),
        ),
    )


def _objects(
    appointment: Appointment, box: str, visit: Visit | None, inbound: TerminalCall | None
) -> tuple[tuple[str, str, str], ...]:
    return (
        ("appointment", appointment.id, appointment.id.rpartition(":")[2]),
        ("visit", visit.id if visit else box, box),
        *((("call", inbound.call, inbound.call),) if inbound else ()),
    )


def _causes(port: Port, inbound: TerminalCall | None) -> tuple[str, ...]:
    if inbound is None:
        return ()
    return (f"T03|{inbound.id}|{inbound.change_seq}", f"B01|{port.system}|{inbound.call}")


def _actions(
    port: Port, appointment: Appointment, blocker: Blocker, now: int, *, is_seen: bool
) -> tuple[Action, ...]:
    own = proposed_by_terminal(port, appointment, now)
    is_of_use = own is not None and own.from_at >= (blocker.expected_at or now)
    slots = (("slots", written(own.from_at)),) if own and is_of_use else ()
    found = (
        Action("CLEAR_BLOCKER", (("hold", blocker.kind), ("owner", blocker.owner))),
        Action("TAKE_SLOT", (("after_at", blocker.expected_at), *slots)),
    )
    if not is_seen:
        return found
    waits_at = waiting_place(port, appointment.facility)
    return (*found, Action("WAIT_AT", (("place", waits_at), ("until_at", blocker.expected_at))))


def _template(blocker: Blocker) -> str:
    if blocker.revoked:
        return "t05.revoked"
    if blocker.kind in ("NOT_DISCHARGED", "GATE_CLOSED"):
        return "t05.not_discharged" if blocker.kind == "NOT_DISCHARGED" else "t05.closed"
    if blocker.owner == "AUT":
        return "t05.authority"
    return "t05.carrier" if blocker.owner == "CAR" else "t05.terminal"


RULE = Rule("T05", "appointment", find, reads=OWN | LINKS | GATE | QUAY | CUSTOMS | HELD)
