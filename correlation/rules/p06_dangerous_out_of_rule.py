"""P06: dangerous goods come without permission, or stand where or for longer than they may."""

from typing import Final, Literal

from msgspec import Struct

from correlation.evidence import evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import HOUR
from correlation.picture.aspects import GATE, LINKS, OWN, PLACED, QUAY, TRUCK
from correlation.picture.entities import Visit
from correlation.picture.finishing import start_at
from correlation.picture.milestones import berth_arrival
from correlation.picture.port import Port
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement

Breach = Literal["DECLARATION", "DIRECT", "DWELL", "SEGREGATION"]
DIRECT_CLASSES: Final = ("1", "7")
"""Explosives and radioactive matter: they go to and from the ship without standing (IMDG)."""


class Goods(Struct, frozen=True, gc=False):
    """The dangerous goods of one box, and whether they are of a class that may not stand."""

    visit: Visit
    declared: Statement | None
    known_by: Statement | None
    is_worst: bool
    direct: bool


class Case(Struct, frozen=True, gc=False):
    """One rule that is broken: by when, and who said so."""

    rule: Breach
    at: int
    severity: Severity
    said: tuple[Statement | None, ...]
    status: Status = "TRUE"


def find(port: Port, visit_id: str, now: int) -> Verdict:
    """Look at the papers, the place and the dwell of a box of dangerous goods."""
    visit = port.visits.get(visit_id)
    if visit is None or visit.closed_at is not None:
        return NOTHING
    goods = _goods(port, visit)
    if goods is None:
        return NOTHING
    cases: list[Case] = []
    wakes: list[int | None] = []
    for look in (_declaration, _standing, _neighbours):
        case, wake = look(port, goods, now)
        wakes.append(wake)
        if case:
            cases.append(case)
    return Verdict(tuple(_finding(port, goods, case) for case in cases), next_of(now, *wakes))


def _goods(port: Port, visit: Visit) -> Goods | None:
    """Return the dangerous goods of a box: as declared, as its box says, or as booked."""
    known = port.dangerous.get(visit.id)
    if known is None:
        return None
    placed = port.ruling(visit.placed)
    conflict = bool(placed and placed.get("dg_conflict_with"))
    booking = port.bookings.get(visit.booking) if visit.booking else None
    booked = booking is not None and booking.cargo == "DG"
    declared, said = port.ruling(known.declared), port.ruling(known.classes)
    if declared is None and said is None and not booked and not conflict:
        return None
    classes = str(declared.get("classes") or "").split(",") if declared else []
    classes += str(said.value).split(",") if said else []
    worst = any(one.partition(".")[0] in DIRECT_CLASSES for one in classes)
    direct = worst or bool(declared and declared.get("direct")) or _is_local(port, classes)
    known_by = said or (port.ruling(booking.status) if booking and booked else None)
    return Goods(visit, declared, known_by, worst, direct)


def _is_local(port: Port, classes: list[str]) -> bool:
    """Tell whether a class is one of those that the port lets stand no more than 1 and 7."""
    local = port.community.direct_delivery_classes if port.community else ()
    return any(one in local or one.partition(".")[0] in local for one in classes if one)


def _declaration(port: Port, goods: Goods, now: int) -> tuple[Case | None, int | None]:
    """Find a truck or a ship that is near while the goods are not accepted."""
    said, policy = goods.declared, port.policy
    until = said.get("valid_until_at") if said else None
    if said and said.value == "ACCEPTED" and (not isinstance(until, int) or now < until):
        return None, until if isinstance(until, int) else None
    events = _comings(port, goods.visit)
    ahead = next((event for event in events if event[0] > now), None)
    if ahead is None:
        if not events:
            return None, None
        at, deciding = events[-1]
        return Case("DECLARATION", at, "ORANGE", (said, deciding), "OVER"), None
    at, deciding = ahead
    watched_from = at - int(policy.dangerous_watch_hours * HOUR)
    red = at - int(policy.dangerous_red_hours * HOUR)
    wake = next_of(now, watched_from, red, at, now - now % HOUR + HOUR)  # her hour may change
    if now < watched_from:
        return None, wake
    severity: Severity = "RED" if goods.is_worst or now >= red else "ORANGE"
    return Case("DECLARATION", at, severity, (said, goods.known_by, deciding)), wake


def _comings(port: Port, visit: Visit) -> list[tuple[int, Statement]]:
    """Return when a box is to come, the first first: by its trucks, and by its ship."""
    found = []
    for name in visit.appointments:
        appointment = port.appointments.get(name)
        if appointment and appointment.is_live and (said := port.ruling(appointment.status)):
            found.append((appointment.slot_from, said))
    part = port.terminal_calls.get(visit.inbound)
    if part and not visit.discharged and (arrival := berth_arrival(port, part)):
        start = start_at(port, port.calls[part.call], part)
        found.append((max(arrival.at, start or 0), arrival.said))
    return sorted(found, key=lambda event: (event[0], event[1].source, event[1].event_id))


def _standing(port: Port, goods: Goods, now: int) -> tuple[Case | None, int | None]:
    """Find goods that may not stand at all, or have stood for longer than they may."""
    visit, policy = goods.visit, port.policy
    placed = port.ruling(visit.placed) or port.ruling(visit.stocked)
    stands = placed is not None and placed.get("kind") != "OUT"
    if goods.direct:
        if not stands or placed is None:
            return None, None
        severity: Severity = "RED" if goods.is_worst else "ORANGE"
        said = (placed, goods.declared, goods.known_by)
        return Case("DIRECT", int(placed.value or 0), severity, said), None
    came = [
        port.ruling(slot) for slot in (visit.gate_in, visit.discharged, visit.placed, visit.stocked)
    ]
    since = min((int(one.value) for one in came if one and one.value is not None), default=None)
    if since is None or (placed is not None and not stands):
        return None, None
    hours = goods.declared.get("dwell_max_h") if goods.declared else None
    allowed = float(hours) if isinstance(hours, int | float) else policy.dangerous_dwell_hours
    ends = since + int(allowed * HOUR)
    if now <= ends:
        return None, ends + 1
    return Case("DWELL", ends, "ORANGE", (*came, goods.declared)), None


def _neighbours(port: Port, goods: Goods, _: int) -> tuple[Case | None, int | None]:
    """Find goods beside others that they must be kept apart from, as the terminal says."""
    placed = port.ruling(goods.visit.placed)
    if placed and placed.get("dg_conflict_with") and placed.get("kind") != "OUT":
        return Case("SEGREGATION", int(placed.value or 0), "RED", (placed, goods.declared)), None
    breach = goods.declared.get("breach") if goods.declared else None
    if goods.declared and breach:
        severity: Severity = "RED" if breach == "SEGREGATION" else "ORANGE"
        return Case("SEGREGATION", goods.declared.occurred_at, severity, (goods.declared,)), None
    return None, None


ACTIONS: Final[dict[Breach, tuple[str, ...]]] = {
    "DECLARATION": ("HOLD_AT_ORIGIN",),
    "DIRECT": ("DIRECT_DELIVERY", "MOVE_DG"),
    "DWELL": ("MOVE_DG", "DIRECT_DELIVERY"),
    "SEGREGATION": ("MOVE_DG",),
}


def _finding(port: Port, goods: Goods, case: Case) -> Finding:
    policy, visit = port.policy, goods.visit
    appointments = [port.appointments.get(name) for name in visit.appointments]
    inbound = port.terminal_calls.get(visit.inbound)
    facility = visit.facility or (inbound.facility if inbound else "")
    facility = facility or next((one.facility for one in appointments if one), "")
    return Finding(
        code="P06",
        key=f"P06|{visit.id}|{case.rule}",
        status=case.status,
        outcome="EXPIRED" if case.status == "OVER" else "CLEARED",
        subjects=(("dangerous", visit.id),),
        severity=case.severity,
        port=facility.partition(":")[0] or port.system,
        impact_at=case.at,
        act_by_at=case.at - int(policy.dangerous_act_before_hours * HOUR),
        delta=("watch", policy.dangerous_watch_hours, "h"),
        thresholds=(("dwell_h", policy.dangerous_dwell_hours),),
        objects=(("visit", visit.id, visit.box),),
        evidence=evidence_of(case.said),
        audience=parties(
            port,
            ("TER", "PA", "AUT", "TRK"),
            facility=facility,
            nominated=tuple(
                (one.haulier, "TRK") for one in appointments if one and one.is_live and one.haulier
            ),
        ),
        actions=tuple(
            Action(code, (("box", visit.box),) if code != "MOVE_DG" else (("to", None),))
            for code in ACTIONS[case.rule]
        ),
        template=f"p06.{case.rule.lower()}",
        params=(
            ("box", visit.box),
            ("terminal", facility.rpartition(":")[2]),
            ("due_at", case.at),
        ),
    )


RULE = Rule("P06", "dangerous", find, reads=OWN | LINKS | GATE | QUAY | PLACED | TRUCK)
