"""T01: an export box will not be inside, weighed, documented or cleared by its cut-off."""

from typing import Final

from msgspec import Struct

from correlation.evidence import call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.aspects import (
    CUSTOMS,
    DOCUMENTS,
    ETA,
    GATE,
    LINKS,
    OWN,
    QUAY,
    TRUCK,
    WEIGHED,
)
from correlation.picture.availability import is_documented
from correlation.picture.corridors import Expected, of_appointment, on_the_way, told, word_of
from correlation.picture.entities import Appointment, Booking, TerminalCall, Visit
from correlation.picture.milestones import first_window, is_dropped, window_statement
from correlation.picture.nominations import nominated_in
from correlation.picture.port import NEVER, Port
from correlation.rules.rule import Rule, by_horizon, gate_unheard_until, next_of
from correlation.statements import Statement

FULL: Final = {"REEFER": ("RCO", "FCO"), "DG": ("DGC", "FCO"), "OOG": ("OBC", "FCO")}
"""The physical cut-off of a cargo, special ones first (DCSA Commercial Schedules codes)."""
PAPERS: Final = ("VCO", "DCO", "CUA")
CODES: Final = frozenset(PAPERS).union(*FULL.values())
"""Every cut-off that is looked at: before the first one is near there is nothing to look for."""


class Need(Struct, frozen=True, gc=False):
    """One condition of an export box and the cut-off by which it must be met."""

    code: str
    cutoff: Statement
    missing: Statement | None
    template: str
    comes_at: int | None = None
    seen: Expected | None = None


def find(port: Port, visit_id: str, now: int) -> Verdict:
    """Look at each cut-off of a booked export box within the next day."""
    visit = port.visits.get(visit_id)
    if visit is None or not visit.booking or visit.discharged or visit.loaded:
        return NOTHING
    booking = port.bookings.get(visit.booking)
    part = port.terminal_calls.get(booking.terminal_call) if booking else None
    if booking is None or part is None:
        return NOTHING
    first = first_window(port, part, CODES)
    watched_from = first - int(port.policy.cutoff_watch_hours * HOUR)
    if now < watched_from and f"visit|{visit_id}" not in port.watch:
        return NOTHING if first == NEVER else Verdict((), watched_from)
    status = port.ruling(booking.status)
    if status and status.value == "CANCELLED":
        return NOTHING
    if is_dropped(port, port.calls[part.call], part):
        return NOTHING
    findings, wakes = [], []
    for need in _needs(port, visit, booking, part):
        cutoff = int(need.cutoff.value or 0)
        watched_from = cutoff - int(port.policy.cutoff_watch_hours * HOUR)
        wakes.append(next_of(now, watched_from, *_steps(port, cutoff), cutoff + 1))
        if now < watched_from:
            continue
        finding, heard_at = _finding(port, visit, booking, part, need, now), 0
        if need.template == "t01.no_appointment":
            heard_at = gate_unheard_until(port, part.facility, finding, now)
        if heard_at:
            wakes.append(heard_at)
        else:
            findings.append(finding)
    return Verdict(tuple(findings), next_of(now, *wakes))


def _steps(port: Port, cutoff: int) -> tuple[int, int]:
    policy = port.policy
    orange, red = policy.cutoff_orange_hours, policy.cutoff_red_hours
    return cutoff - int(orange * HOUR), cutoff - int(red * HOUR)


def _needs(port: Port, visit: Visit, booking: Booking, part: TerminalCall) -> list[Need]:
    """Return what is not met yet; only for that are the windows looked at."""
    found = []
    # The gate served the truck: the gate-in may be said later.
    if not visit.gate_in and not any(_was_served(port, name) for name in visit.appointments):
        for code in FULL.get(booking.cargo, ("FCO",)):
            cutoff = window_statement(port, part, code, booking.cargo, booking.id)
            if cutoff and cutoff.value is not None:
                if need := _inside(port, visit, part, code, cutoff):
                    found.append(need)
                break
    for code in PAPERS:
        met, missing = _paper(port, visit, booking, code)
        if met:
            continue
        cutoff = window_statement(port, part, code, booking.cargo, booking.id)
        if cutoff and cutoff.value is not None:
            found.append(Need(code, cutoff, missing, f"t01.{code.lower()}"))
    return found


def _paper(port: Port, visit: Visit, booking: Booking, code: str) -> tuple[bool, Statement | None]:
    if code == "VCO":
        return bool(visit.weighed), None
    if code == "CUA":
        said = port.ruling(visit.customs)
        return said is None or said.value == "RELEASED", said
    return is_documented(port, visit, booking, code)


def _inside(
    port: Port, visit: Visit, part: TerminalCall, code: str, cutoff: Statement
) -> Need | None:
    """Find that no truck or train brings the box in time."""
    coming = [
        (arrives_at(port, appointment), appointment.id, appointment)
        for name in visit.appointments
        if (appointment := port.appointments.get(name)) and appointment.is_live
    ]
    if coming:
        at, _, appointment = min(coming, key=lambda one: one[:2])
        status, seen = port.ruling(appointment.status), of_appointment(port, appointment)
    elif seen := on_the_way(port, (visit.box,), part.facility):
        at, status = seen.at, None
    else:
        return Need(code, cutoff, None, "t01.no_appointment")
    latest = int(cutoff.value or 0) - int(port.policy.cutoff_margin_minutes * MINUTE)
    if at + int(port.policy.gate_p80_minutes * MINUTE) <= latest:
        return None
    return Need(code, cutoff, status, "t01.on_the_way" if seen else "t01.too_late", at, seen)


def _was_served(port: Port, name: str) -> bool:
    appointment = port.appointments.get(name)
    return appointment is not None and appointment.state == "SERVED"


def arrives_at(port: Port, appointment: Appointment) -> int:
    """Return when a truck is expected at the gate: as it was seen, as it says, or by its slot."""
    if seen := of_appointment(port, appointment):
        return seen.at
    eta = port.ruling(appointment.truck_eta)
    if eta and eta.value is not None:
        return int(eta.value)
    return appointment.slot_to


def _finding(
    port: Port, visit: Visit, booking: Booking, part: TerminalCall, need: Need, now: int
) -> Finding:
    policy = port.policy
    cutoff = int(need.cutoff.value or 0)
    orange, red = int(policy.cutoff_orange_hours * HOUR), int(policy.cutoff_red_hours * HOUR)
    call = port.calls[part.call]
    act_by = cutoff - int((policy.truck_travel_hours + policy.gate_p80_minutes / 60) * HOUR)
    late_in = Action("REQUEST_LATE_IN", (("code", need.code),))
    main = (
        Action("TAKE_SLOT", (("before_at", cutoff),))
        if need.template in ("t01.no_appointment", "t01.too_late", "t01.on_the_way")
        else Action("CLEAR_BLOCKER", (("hold", need.code),))
    )
    return Finding(
        code="T01",
        key=f"T01|{booking.id}|{visit.box}|{need.code}",
        status="TRUE" if now <= cutoff else "OVER",
        outcome="EXPIRED",
        subjects=(("visit", visit.id),),
        severity=by_horizon(cutoff - now, orange, red),
        clear_hold=0,
        port=call.port,
        impact_at=cutoff,
        act_by_at=act_by,
        delta=("watch", policy.cutoff_watch_hours, "h"),
        thresholds=(("margin_min", policy.cutoff_margin_minutes),),
        objects=(
            ("visit", visit.id, visit.box),
            ("booking", booking.id, booking.id),
            ("call", call.id, call_label(port, call, part)),
        ),
        evidence=evidence_of(
            [
                need.cutoff,
                word_of(need.seen),
                need.missing,
                port.ruling(booking.status),
            ]
        ),
        causes=(f"T03|{part.id}|{part.change_seq}", f"B01|{port.system}|{call.id}"),
        audience=parties(
            port,
            ("FWD", "TRK", "TER", "CAR"),
            facility=part.facility,
            carriers=(booking.carrier,),
            nominated=nominated_for(port, booking, visit),
        ),
        actions=(main, late_in, Action("ROLL", (("to_call", None),))),
        template=need.template,
        params=(
            ("vessel", vessel_name(port, call)),
            ("box", visit.box),
            ("cutoff_at", cutoff),
            *(told(need.seen) or (("arrives_at", need.comes_at),)),
        ),
    )


def nominated_for(port: Port, booking: Booking, visit: Visit | None) -> tuple[tuple[str, str], ...]:
    """Return who is nominated for a booking, and the hauliers whose trucks carry its box."""
    found = [*nominated_in(port, booking)]
    for name in visit.appointments if visit else ():
        appointment = port.appointments.get(name)
        if appointment and appointment.haulier and appointment.is_live:
            found.append((appointment.haulier, "TRK"))
    return tuple(found)


READS: Final = OWN | LINKS | GATE | QUAY | CUSTOMS | WEIGHED | DOCUMENTS | TRUCK | ETA
RULE = Rule("T01", "visit", find, reads=READS)
