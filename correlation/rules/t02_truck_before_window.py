"""T02: a truck brings an export before its ship's receiving window opens.

A truck that a moved ship left behind is one of the batch of T03, which speaks for all of them,
until it is under way or at the gate: then it is a matter of its own.
"""

from typing import Final

from correlation.evidence import call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.aspects import GATE, LINKS, OWN, QUAY
from correlation.picture.corridors import Expected, of_appointment, told, waiting_place, word_of
from correlation.picture.entities import Appointment, Task, TerminalCall
from correlation.picture.hearing import unheard_here_until
from correlation.picture.matching import booking_of, open_visit_of
from correlation.picture.milestones import is_dropped, window_statement
from correlation.picture.port import Port
from correlation.picture.stranding import is_honoured, is_left_behind
from correlation.picture.wrong_clocks import seen_at
from correlation.rules.rule import Rule, next_of, stands
from correlation.rules.t01_export_misses_cutoff import nominated_for
from correlation.statements import Statement

AT_GATE: Final = ("QUEUE_IN", "LANE_IN")
ENDING: Final = frozenset({"TURNED_AWAY", "LANE_OUT", "YARD_IN", "SERVED", "LEFT"})
"""Steps after which the truck is inside, or comes no more."""
LATE_TRUCK: Final = 4 * HOUR
"""After the slot and this long, the trip is taken for lost."""


def find(port: Port, appointment_id: str, now: int) -> Verdict:
    """Look at each box that an appointment brings, against the opening of its ship's window."""
    appointment = port.appointments.get(appointment_id)
    if appointment is None:
        return NOTHING
    is_over = not appointment.is_live or not ENDING.isdisjoint(appointment.steps)
    if is_over and f"appointment|{appointment_id}" not in port.watch:
        return NOTHING
    findings, wakes = [], []
    for task in appointment.tasks:
        if task.direction != "DELIVER":
            continue
        over = _ended(port, appointment, task, now)
        if over is not None:
            if f"appointment|{appointment.id}" in port.watch:
                findings.append(_over(appointment, task, over))
            continue
        opening = _opening(port, task)
        if opening is None:
            continue
        part, said = opening
        wakes.append(_wake(port, appointment, int(said.value or 0), now))
        found = _finding(port, appointment, task, part, said, now)
        if found is None:
            continue
        if heard_at := _unheard_until(port, part, found, now):
            wakes.append(heard_at)
        else:
            findings.append(found)
    return Verdict(tuple(findings), next_of(now, *wakes))


def _unheard_until(port: Port, part: TerminalCall, found: Finding, now: int) -> int:
    """Return until when a gate is waited for that still tells of hours in which it was silent.

    A truck that came then is inside, or was turned away, by what it tells next.
    """
    if found.impact_at is None or found.impact_at > now or stands(port, found.key):
        return 0
    return unheard_here_until(port, part.facility, "gate", now, now)


def _opening(port: Port, task: Task) -> tuple[TerminalCall, Statement] | None:
    """Return the ship that a task is for, and what was said of when its window opens."""
    booking = booking_of(port, task)
    part = port.terminal_calls.get(booking.terminal_call) if booking else None
    if booking is None or part is None or is_dropped(port, port.calls[part.call], part):
        return None
    status = port.ruling(booking.status)
    said = window_statement(port, part, "EFC", booking.cargo, booking.id)
    if said is None or said.value is None or (status and status.value == "CANCELLED"):
        return None
    return part, said


def _ended(port: Port, appointment: Appointment, task: Task, now: int) -> str | None:
    """Return how it ended: the truck was let in or turned, or the trip is lost."""
    visit = open_visit_of(port, task.box) if task.box else None
    if visit and visit.gate_in:
        return "CLEARED"
    if not ENDING.isdisjoint(appointment.steps):
        return "CLEARED"
    if appointment.state == "MISSED" or now >= appointment.slot_to + LATE_TRUCK:
        return "EXPIRED"
    return None if appointment.is_live else "CLEARED"


def _comes(port: Port, appointment: Appointment, latest: int) -> tuple[int, bool, Expected | None]:
    """Return when a truck comes to the gate, or came; whether it is under way or there; where seen.

    One that was seen on its way and comes after `latest` is early by its slot only.
    """
    arrived = [
        at
        for step in AT_GATE
        if (at := seen_at(port.ruling(appointment.steps.get(step, ())))) is not None
    ]
    if arrived:
        return min(arrived), True, None
    if seen := of_appointment(port, appointment):
        if seen.at >= latest:
            return appointment.slot_from, False, None
        return min(seen.at, appointment.slot_from), True, seen
    eta = port.ruling(appointment.truck_eta)
    if eta and eta.get("state") == "MOVING" and eta.value is not None:
        return min(int(eta.value), appointment.slot_from), True, None
    return appointment.slot_from, False, None


def _wake(port: Port, appointment: Appointment, opens_at: int, now: int) -> int | None:
    orange = appointment.slot_from - int(port.policy.early_truck_orange_hours * HOUR)
    return next_of(now, orange, opens_at, appointment.slot_to + LATE_TRUCK)


def _key(appointment: Appointment, task: Task) -> str:
    return f"T02|{task.box or task.booking}|{appointment.id}"


def _over(appointment: Appointment, task: Task, outcome: str) -> Finding:
    return Finding(
        code="T02",
        key=_key(appointment, task),
        status="OVER",
        outcome="EXPIRED" if outcome == "EXPIRED" else "CLEARED",
        subjects=(("appointment", appointment.id),),
        evidence=evidence_of([said for slot in appointment.steps.values() for said in slot]),
    )


def _cargo(port: Port, task: Task) -> tuple[str, str, str]:
    if not task.box:
        return "booking", task.booking, task.booking
    visit = open_visit_of(port, task.box)
    return "visit", visit.id if visit else task.box, task.box


def _nominated(port: Port, appointment: Appointment, task: Task) -> tuple[tuple[str, str], ...]:
    booking = booking_of(port, task)
    of_booking = nominated_for(port, booking, None) if booking else ()
    return ((appointment.haulier, "TRK"), *of_booking)


def _severity(port: Port, appointment: Appointment, *, moving: bool, now: int) -> Severity:
    if moving:
        return "RED"
    orange = int(port.policy.early_truck_orange_hours * HOUR)
    return "ORANGE" if appointment.slot_from - now <= orange else "YELLOW"


def _finding(
    port: Port,
    appointment: Appointment,
    task: Task,
    part: TerminalCall,
    said: Statement,
    now: int,
) -> Finding | None:
    policy, opens_at = port.policy, int(said.value or 0)
    margin = int(policy.early_truck_margin_minutes * MINUTE)
    latest = opens_at - int(margin * policy.hysteresis)
    comes_at, moving, seen = _comes(port, appointment, latest)
    if now >= opens_at or comes_at >= latest or is_honoured(port, part, appointment):
        return None
    if not moving and is_left_behind(port, part.id, appointment):
        return None
    call, leaves = port.calls[part.call], appointment.leaves_at
    travel = int(policy.truck_travel_hours * HOUR)
    return Finding(
        code="T02",
        key=_key(appointment, task),
        status="TRUE" if comes_at < opens_at - margin else "BAND",
        subjects=(("appointment", appointment.id),),
        severity=_severity(port, appointment, moving=moving, now=now),
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=call.port,
        impact_at=comes_at,
        act_by_at=leaves if leaves is not None else appointment.slot_from - travel,
        delta=("early", round((opens_at - comes_at) / HOUR, 1), "h"),
        thresholds=(("margin_min", policy.early_truck_margin_minutes),),
        objects=(
            ("appointment", appointment.id, appointment.id.rpartition(":")[2]),
            _cargo(port, task),
            ("call", call.id, call_label(port, call, part)),
        ),
        evidence=evidence_of(
            [
                said,
                word_of(seen),
                port.ruling(appointment.status),
                port.ruling(appointment.truck_eta),
            ]
        ),
        causes=(f"T03|{part.id}|{part.change_seq}", f"B01|{port.system}|{call.id}"),
        audience=parties(
            port,
            ("TRK", "FWD", "TER"),
            facility=part.facility,
            nominated=_nominated(port, appointment, task),
        ),
        actions=_actions(port, part, opens_at),
        template="t02.seen" if seen else "t02.under_way" if moving else "t02.booked",
        params=(
            ("vessel", vessel_name(port, call)),
            ("appointment", appointment.id.rpartition(":")[2]),
            ("slot_at", comes_at),
            ("opens_at", opens_at),
            *told(seen),
        ),
    )


def _actions(port: Port, part: TerminalCall, opens_at: int) -> tuple[Action, ...]:
    waits_at = waiting_place(port, part.facility)
    return (
        Action("TAKE_SLOT", (("after_at", opens_at),)),
        Action("WAIT_AT", (("place", waits_at), ("until_at", opens_at))),
    )


RULE = Rule("T02", "appointment", find, reads=OWN | LINKS | GATE | QUAY)
