"""T03: a ship's times changed and trucks are still booked on the old ones."""

from bisect import bisect_left

from correlation.evidence import call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.entities import Shift, TerminalCall
from correlation.picture.gate import is_live
from correlation.picture.milestones import berth_arrival, is_dropped, window_of, window_statement
from correlation.picture.port import Port
from correlation.picture.settling import ARRIVAL
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Find the live appointments that a counted change of times left outside the window."""
    part = port.terminal_calls.get(part_id)
    if part is None or part.shift is None:
        return NOTHING
    stranded = stranded_by(port, part, part.shift)
    if not stranded or is_dropped(port, port.calls[part.call], part):
        return NOTHING
    first = stranded[0][0]
    policy = port.policy
    orange = first - int(policy.shift_orange_hours * HOUR)
    red = first - int(policy.shift_red_hours * HOUR)
    wake = next_of(now, orange, red, first)
    severity = _severity(port, stranded, now)
    return Verdict((_finding(port, part, part.shift, stranded, severity),), wake)


def stranded_by(port: Port, part: TerminalCall, shift: Shift) -> list[tuple[int, str]]:
    """Return (slot start, appointment) of trucks that have not answered the change, in order.

    An appointment that was said again after the change counted is settled: moved, confirmed or
    cancelled by someone who knew.
    """
    outside = _outside_window(port, part)
    ready = _ready_for_pickup(port, part)
    if ready is not None:
        at = bisect_left(part.pickups, (ready, ""))
        outside += [entry for entry in part.pickups[:at] if not _is_discharged(port, entry[1])]
    return sorted({entry for entry in outside if _is_unanswered(port, entry[1], shift)})


def _outside_window(port: Port, part: TerminalCall) -> list[tuple[int, str]]:
    opens, closes = window_of(port, part, "EFC"), window_of(port, part, "FCO")
    found: list[tuple[int, str]] = []
    if opens is not None:
        found += part.deliveries[: bisect_left(part.deliveries, (opens, ""))]
    if closes is not None:
        found += part.deliveries[bisect_left(part.deliveries, (closes, "")) :]
    return found


def _ready_for_pickup(port: Port, part: TerminalCall) -> int | None:
    arrival = berth_arrival(port, part)
    if arrival is None:
        return None
    return arrival.at + int(port.policy.discharge_to_pickup_hours * HOUR)


def _is_discharged(port: Port, appointment_id: str) -> bool:
    appointment = port.appointments[appointment_id]
    for task in appointment.tasks:
        for name in port.boxes[task.box].visits if task.box in port.boxes else ():
            if (visit := port.visits.get(name)) and visit.closed_at is None and visit.discharged:
                return True
    return False


def _is_unanswered(port: Port, appointment_id: str, shift: Shift) -> bool:
    appointment = port.appointments[appointment_id]
    said = port.ruling(appointment.status)
    is_here = any(step in appointment.steps for step in ("LANE_IN", "SERVED", "LEFT"))
    return (
        is_live(appointment)
        and not is_here
        and said is not None
        and said.known_at <= shift.counted_at
    )


def _severity(port: Port, stranded: list[tuple[int, str]], now: int) -> Severity:
    policy = port.policy
    left = stranded[0][0] - now
    moving = any(
        (eta := port.ruling(port.appointments[name].truck_eta)) and eta.get("state") == "MOVING"
        for _, name in stranded
    )
    if moving or left <= int(policy.shift_red_hours * HOUR):
        return "RED"
    many = len(stranded) >= policy.shift_orange_appointments
    return "ORANGE" if many or left <= int(policy.shift_orange_hours * HOUR) else "YELLOW"


def _deciding(port: Port, part: TerminalCall, shift: Shift) -> list[Statement | None]:
    arrival = berth_arrival(port, part)
    ship = arrival.said if arrival else None
    if shift.name == ARRIVAL:
        return [ship]
    return [window_statement(port, part, shift.name), ship]


def _finding(
    port: Port,
    part: TerminalCall,
    shift: Shift,
    stranded: list[tuple[int, str]],
    severity: Severity,
) -> Finding:
    policy, call, count = port.policy, port.calls[part.call], len(stranded)
    first = stranded[0][0]
    hauliers = dict.fromkeys(port.appointments[name].haulier for _, name in stranded)
    moved = round((shift.after - shift.before) / HOUR, 1)
    return Finding(
        code="T03",
        key=f"T03|{part.id}|{shift.seq}",
        status="TRUE",
        subjects=(("terminal_call", part.id),),
        severity=severity,
        hold=int(policy.shift_hold_minutes * MINUTE),
        port=call.port,
        impact_at=first,
        act_by_at=first - int(policy.truck_travel_hours * HOUR),
        delta=(f"{shift.name.lower()}_shift", moved, "h"),
        thresholds=(
            ("arrival_shift_h", policy.arrival_shift_hours),
            ("window_shift_h", policy.window_shift_hours),
            ("orange_appointments", policy.shift_orange_appointments),
        ),
        objects=(
            ("terminal_call", part.id, call_label(port, call, part)),
            ("call", call.id, call_label(port, call)),
            *(("appointment", name, name.rpartition(":")[2]) for _, name in stranded[:20]),
        ),
        evidence=evidence_of(_deciding(port, part, shift)),
        causes=(f"B01|{port.system}|{call.id}",),
        supersedes=(f"T03|{part.id}|{shift.seq - 1}",) if shift.seq > 1 else (),
        batch=count,
        audience=parties(
            port,
            ("TER", "TRK"),
            facility=part.facility,
            nominated=tuple((haulier, "TRK") for haulier in hauliers if haulier),
        ),
        actions=(Action("MOVE_BATCH", (("count", count),)),),
        template="t03.ship_moved" if shift.name == ARRIVAL else "t03.window_moved",
        params=(
            ("vessel", vessel_name(port, call)),
            ("before_at", shift.before),
            ("after_at", shift.after),
            ("first_at", first),
            ("count", count),
        ),
    )


RULE = Rule("T03", "terminal_call", find)
