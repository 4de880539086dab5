"""T06: the free days of a box end and no truck that can take it is booked before that."""

from typing import Final

from msgspec.structs import replace

from correlation.evidence import evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Verdict
from correlation.instants import DAY, HOUR, MINUTE, day_of, written
from correlation.picture.aspects import CUSTOMS, GATE, HELD, LINKS, OWN, PLACED, QUAY, TRUCK
from correlation.picture.availability import blockers_of
from correlation.picture.clocks import DETENTION, is_back, left_at
from correlation.picture.entities import Appointment, BillOfLading, Obligation, Visit
from correlation.picture.nominations import nominated_in
from correlation.picture.offers import Free, free_slots
from correlation.picture.port import Port
from correlation.picture.returns import Taken, taken_at
from correlation.rules.rule import Rule, by_horizon, gate_unheard_until, next_of
from correlation.statements import Statement

SLOTS_SHOWN: Final = 3
KEPT_DAYS: Final = 30
"""So long after its last day an empty that never came back is a matter for the courts."""


def find(port: Port, visit_id: str, now: int) -> Verdict:
    """Look at the storage and demurrage clocks of a full box that is still here."""
    visit = port.visits.get(visit_id)
    if visit is None or not visit.clocks or visit.is_empty:
        return NOTHING
    findings, wakes = [], []
    for clock in sorted(visit.clocks):
        said = port.ruling(visit.clocks[clock])
        if said is None or said.value is None:
            continue
        if visit.gate_out or visit.loaded:
            if f"visit|{visit_id}" in port.watch:
                findings.append(_over(visit.id, ("visit", visit.id), clock, visit.gate_out))
            continue
        if _is_on_truck(port, visit):
            continue
        last, watched_from = _times(port, said)
        wakes.append(next_of(now, watched_from, _orange_at(port, last), last))
        if now < watched_from:
            continue
        in_time = any(appointment.slot_from < last for appointment in _live(port, visit))
        if in_time and not blockers_of(port, visit):
            continue
        finding = _of_visit(port, visit, clock, said, now)
        heard_at = 0 if in_time else gate_unheard_until(port, visit.facility, finding, now)
        if heard_at:
            wakes.append(heard_at)
        else:
            findings.append(finding)
    return Verdict(tuple(findings), next_of(now, *wakes))


def find_detention(port: Port, box: str, now: int) -> Verdict:
    """Look at an empty that is due back."""
    obligation = port.obligations.get(box)
    said = _due(port, obligation) if obligation else None
    went = left_at(port, obligation) if obligation else None
    if obligation is None or said is None or went is None:
        return NOTHING
    last, watched_from = _times(port, said)
    left = port.ruling(obligation.left)
    visit_id = str(left.get("visit") or box) if left else box
    if is_back(port, obligation) or now >= last + KEPT_DAYS * DAY:
        return Verdict((_over(visit_id, ("obligation", box), DETENTION, ()),))
    wake = next_of(now, watched_from, _orange_at(port, last), last, last + KEPT_DAYS * DAY)
    if now < watched_from:
        return Verdict((), wake)
    taken = _taken(port, obligation, said, now)
    bring = _bring(said.get("return_to"), taken, last)
    finding = _finding(port, (visit_id, ("obligation", box), DETENTION), said, now, bring)
    if taken:
        wake = next_of(now, wake, taken.changes_at)
        days = f"{day_of(taken.said.known_at)}- NO_RETURN_PLACE"
        record = None if taken.places else Action("RECORD_DAYS", (("days", days),))
        finding = _with(finding, [taken.said], (), record)
    return Verdict((finding,), wake)


def _taken(port: Port, obligation: Obligation, due: Statement, now: int) -> Taken | None:
    """Return where the empty is taken now, by the list of whoever wants it back."""
    left = port.ruling(obligation.left)
    carriers = (port.owner_of(due.source), left.get("carrier") if left else None)
    iso_type = str(left.get("iso") or "") if left else ""
    return taken_at(port, tuple(str(name) for name in carriers if name), iso_type, now)


def _bring(return_to: object, taken: Taken | None, last: int) -> Action:
    """Say where to bring an empty: as told at the gate, if it is taken there; else where it is."""
    named = str(return_to) if return_to else None
    place = named
    if taken and named not in taken.places:
        place = " ".join(taken.places) or None
    if place is not None:
        return Action("TAKE_SLOT", (("place", place), ("before_at", last)))
    until = taken.opens_at if taken else None
    return Action("WAIT_AT", (("place", named), ("until_at", until)))


def _due(port: Port, obligation: Obligation) -> Statement | None:
    """Return until when an empty is due: the carrier's clock, else the date on the gate-out."""
    for slot in (obligation.due, obligation.due_out):
        said = port.ruling(slot)
        if said and said.value is not None:
            return said
    return None


def _times(port: Port, said: Statement) -> tuple[int, int]:
    last = int(said.value or 0)
    return last, last - int(port.policy.free_time_watch_hours * HOUR)


def _orange_at(port: Port, last: int) -> int:
    return last - int(port.policy.free_time_orange_hours * HOUR)


def _live(port: Port, visit: Visit) -> list[Appointment]:
    return [
        appointment
        for name in visit.appointments
        if (appointment := port.appointments.get(name))
        and appointment.is_live
        and _collects(appointment, visit.box)
    ]


def _is_on_truck(port: Port, visit: Visit) -> bool:
    """Tell whether a truck was served with a box, which then is on its way to the gate."""
    placed = port.ruling(visit.placed)
    if placed is not None and placed.get("kind") == "OUT":
        return True
    known = [port.appointments.get(name) for name in visit.appointments]
    served = [one for one in known if one and one.state == "SERVED"]
    return any(_collects(one, visit.box) for one in served)


def _collects(appointment: Appointment, box: str) -> bool:
    return any(task.direction == "COLLECT" and task.box == box for task in appointment.tasks)


def _over(
    visit_id: str, subject: tuple[str, str], clock: str, ended: tuple[Statement, ...]
) -> Finding:
    return Finding(
        code="T06",
        key=f"T06|{visit_id}|{clock}",
        status="OVER",
        subjects=(subject,),
        evidence=evidence_of(ended),
    )


def _of_visit(port: Port, visit: Visit, clock: str, said: Statement, now: int) -> Finding:
    last = int(said.value or 0)
    slots = free_slots(port, visit.facility, "COLLECT", now // HOUR * HOUR, last)
    take = Action(
        "TAKE_SLOT",
        (
            ("before_at", last),
            ("slots", " ".join(written(slot.from_at) for slot in slots[:SLOTS_SHOWN]) or None),
        ),
    )
    inbound = port.terminal_calls.get(visit.inbound)
    causes = [f"T05|{visit.box}|{appointment.id}" for appointment in _live(port, visit)]
    if inbound:
        causes.append(f"T03|{inbound.id}|{inbound.change_seq}")
    finding = _finding(port, (visit.id, ("visit", visit.id), clock), said, now, take, slots)
    # Which days the payer did not cause: evidence settles disputes.
    blocked = [blocker.said for blocker in blockers_of(port, visit)]
    days = _days_lost(port, visit, said)
    record = Action("RECORD_DAYS", (("days", days),))
    return _with(finding, blocked, tuple(causes), record if days else None)


def _with(
    finding: Finding,
    blocked: list[Statement | None],
    causes: tuple[str, ...],
    record: Action | None,
) -> Finding:
    return replace(
        finding,
        evidence=(*finding.evidence, *evidence_of(blocked))[:32],
        causes=causes,
        actions=(*finding.actions, record) if record else finding.actions,
    )


def _days_lost(port: Port, visit: Visit, clock: Statement) -> str:
    """Return the days of holds and of stopped clocks, as `20261103-20261105 HOLD_SANITARY`."""
    found = []
    for holder in (visit, port.bills.get(visit.bl)):
        found += _days_held(holder)
    if stopped := clock.get("stopped"):
        found += [f"{days} STOPPED" for days in str(stopped).split("; ")]
    return "; ".join(dict.fromkeys(found))


def _days_held(holder: Visit | BillOfLading | None) -> list[str]:
    found = []
    for slot in holder.holds.values() if holder else ():
        placed = [s.occurred_at for s in slot if s.value == "PLACED"]
        lifted = [s.occurred_at for s in slot if s.value == "LIFTED"]
        if placed:
            until = day_of(max(lifted)) if lifted and max(lifted) >= max(placed) else ""
            found.append(f"{day_of(min(placed))}-{until} HOLD_{slot[0].get('kind')}")
    return found


def _finding(
    port: Port,
    named: tuple[str, tuple[str, str], str],
    said: Statement,
    now: int,
    take: Action,
    slots: list[Free] | None = None,
) -> Finding:
    policy, last = port.policy, int(said.value or 0)
    visit_id, subject, clock = named
    box = visit_id.partition("/")[0]
    visit = port.visits.get(visit_id)
    facility = visit.facility if visit else ""
    bill = port.bills.get(visit.bl) if visit else None
    travel = int(policy.truck_travel_hours * HOUR)
    severity = by_horizon(last - now, int(policy.free_time_orange_hours * HOUR), 0)
    word = "detention" if clock == DETENTION else "storage"
    return Finding(
        code="T06",
        key=f"T06|{visit_id}|{clock}",
        status="TRUE",
        subjects=(subject,),
        severity=severity,
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=facility.partition(":")[0] or port.system,
        impact_at=last,
        act_by_at=slots[-1].from_at if slots else last - travel,
        delta=("watch", policy.free_time_watch_hours, "h"),
        thresholds=(("watch_h", policy.free_time_watch_hours),),
        objects=(("visit", visit_id, box),),
        evidence=evidence_of([said]),
        cause_kind=clock,
        audience=parties(
            port,
            ("FWD", "CAR", "TER"),
            facility=facility,
            carriers=carriers_on(bill),
            nominated=nominated_in(port, bill),
        ),
        actions=(take,),
        template=f"t06.{word}_over" if severity == "RED" else f"t06.{word}",
        params=(("box", box), ("last_at", last)),
    )


def carriers_on(bill: BillOfLading | None) -> tuple[str, ...]:
    """Return the carrier whose bill of lading it is, as its number says."""
    return (bill.id.split(":")[1],) if bill and bill.id.count(":") > 1 else ()


RULE = Rule("T06", "visit", find, reads=OWN | LINKS | GATE | QUAY | PLACED | CUSTOMS | HELD | TRUCK)
DETENTION_RULE = Rule("T06", "obligation", find_detention)
