"""R03: a call is dropped or changed, and bookings, trucks or services still hang on it."""

from msgspec import Struct
from msgspec.structs import replace

from contracts.identifiers import PORT_SYSTEMS, system_of
from correlation.evidence import (
    agents_of,
    call_label,
    evidence_of,
    parties,
    vessel_name,
)
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.delays import changed_upstream
from correlation.picture.dependants import changed_status, services_depending
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.left_behind import CUT, counted
from correlation.picture.milestones import (
    GONE,
    berth_arrival,
    berth_departure,
    said_of,
    window_of,
)
from correlation.picture.nominations import nominated_in
from correlation.picture.port import Port
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement


class Change(Struct, frozen=True, gc=False):
    """What changed of a terminal call and how many bookings, trucks and services hang on it.

    `held` are the bookings and trucks by name, where they are known one by one. `boxes` and `stay`:
    how many are booked, and how many of them a ship that cuts and runs leaves behind.
    """

    part: TerminalCall
    said: Statement
    status: str
    bookings: int
    trucks: int
    services: int
    arrival_at: int
    impact_at: int
    inferred: bool = False
    from_port: str = ""
    held: tuple[str, ...] = ()
    boxes: int = 0
    stay: int = 0


def find(port: Port, call_id: str, now: int) -> Verdict:
    """Find each dropped or changed part of a call on which something still depends."""
    call = port.calls.get(call_id)
    if call is None:
        return NOTHING
    soon = int(port.policy.dropped_red_hours * HOUR)
    findings: dict[str, Finding] = {}
    wakes: list[int | None] = []
    for name in call.terminal_calls:
        change = _change(port, call, port.terminal_calls[name], now)
        if change is None:
            continue
        wakes.append(change.arrival_at - soon)
        if change.bookings + change.trucks + change.services == 0:
            continue
        finding = _finding(port, call, change, _severity(change, now, soon))
        findings.setdefault(finding.key, finding)
    return Verdict(tuple(findings.values()), next_of(now, *wakes))


def _severity(change: Change, now: int, soon: int) -> Severity:
    if change.status in ("OMIT", "CUTR") and not change.inferred:
        return "RED" if change.arrival_at - now <= soon else "ORANGE"
    return "YELLOW" if change.status == "ADHO" else "ORANGE"


def _change(port: Port, call: Call, part: TerminalCall, now: int) -> Change | None:
    said = changed_status(port, part)
    arrival = berth_arrival(port, part)
    at = arrival.at if arrival else call.opened_for
    if said is not None:
        held = port.dependants.get(part.id)
        names = held.names if held else ()
        bookings = sum(1 for name in names if name in port.bookings)
        services = services_depending(port, part, said)
        change = Change(
            part=part,
            said=said,
            status=str(said.value),
            bookings=bookings,
            trucks=len(names) - bookings,
            services=services,
            arrival_at=at,
            impact_at=at,
            held=names,
        )
        return _cut(port, change) if change.status == CUT else change
    passed, upstream = _passed_by(port, call, at, now), changed_upstream(port, call)
    told = passed or upstream
    if told is None:
        return None
    return Change(
        part=part,
        said=told,
        status="OMIT" if passed else str(told.value),
        bookings=len(part.bookings),
        trucks=len(part.deliveries) + len(part.pickups),
        services=services_depending(port, part, told),
        arrival_at=at,
        impact_at=at,
        inferred=True,
        from_port="" if passed else str(told.get("from_port")),
    )


def _cut(port: Port, change: Change) -> Change:
    """Return the change of a ship that comes, and sails before all that is booked is on board."""
    booked, stay = counted(port, change.part, change.said)
    leaves = berth_departure(port, change.part)
    leaves_at = leaves.at if leaves else change.arrival_at
    return replace(change, impact_at=leaves_at, boxes=booked, stay=stay)


def _passed_by(port: Port, call: Call, arrival_at: int, now: int) -> Statement | None:
    """Return the word of a ship that was bound here and, without coming, is bound elsewhere."""
    if arrival_at - now > int(port.policy.dropped_infer_hours * HOUR):
        return None
    vessel = port.vessels.get(call.vessel)
    said = port.ruling(vessel.destination) if vessel else None
    if said is None or not vessel or _system(said.get("previous")) != port.system:
        return None
    if _system(said.value) == port.system or port.system in _meant(said):
        return None
    # A ship that has been here lately is on her way from that call, not past the next one.
    calls = [port.calls[name] for name in vessel.calls if name in port.calls]
    return None if any(_came(port, known) for known in calls) else said


def _meant(said: Statement) -> list[str | None]:
    """Return the ports that a ship's word of where she is bound may mean: Manzanillo is two."""
    return [_system(each) for each in str(said.get("candidates") or "").split(",")]


def _system(locode: object) -> str | None:
    return system_of(str(locode)) if locode else None


def _came(port: Port, call: Call) -> bool:
    parts = [port.terminal_calls[name] for name in call.terminal_calls]
    return any(
        "ACT" in said_of(port, call, part, service, "ARRI")
        for part in parts
        for service in ("BERTH", "PILOT_BOARDING_PLACE")
    )


def _bound(port: Port, change: Change) -> tuple[tuple[str, str], ...]:
    """Return whose cargo and whose trucks are bound to a call; if it is cut, whose stay behind."""
    part, found = change.part, dict[tuple[str, str], None]()
    bookings = sorted(part.bookings)
    trucks = [name for _, name in (*part.deliveries, *part.pickups)]
    if change.status == CUT:
        bookings = [name for name in bookings if name in change.held]
        trucks = [name for name in trucks if name in change.held]
    for name in bookings:
        found |= dict.fromkeys(nominated_in(port, port.bookings.get(name)))
    for name in trucks:
        appointment = port.appointments.get(name)
        if appointment and appointment.is_live:
            found[appointment.haulier, "TRK"] = None
    return tuple(found)


def _first_need(port: Port, change: Change) -> int:
    """Return when the first of those who depend on the call acts on it."""
    part = change.part
    if change.status == CUT:
        return min((*(at for at, name in part.deliveries if name in change.held), change.impact_at))
    slots = [entries[0][0] for entries in (part.deliveries, part.pickups) if entries]
    opens = window_of(port, part, "EFC")
    if opens is not None and change.bookings:
        slots.append(opens)
    return min((*slots, change.arrival_at))


def _template(change: Change) -> str:
    if change.from_port:
        return "upstream"
    if change.status == CUT:
        return "cut"
    return "inferred" if change.inferred else "gone" if change.status in GONE else "changed"


def _finding(port: Port, call: Call, change: Change, severity: Severity) -> Finding:
    part, said = change.part, change.said
    is_whole = change.inferred or said in call.status
    about = call.id if is_whole else part.id
    hold = int(port.policy.dropped_infer_minutes * MINUTE) if change.inferred else 0
    total = change.bookings + change.trucks + change.services
    upstream = PORT_SYSTEMS.get(system_of(change.from_port) or "")
    return Finding(
        code="R03",
        key=f"R03|{about}|{change.status}",
        status="TRUE",
        subjects=(("call", call.id),),
        severity=severity,
        hold=hold,
        port=call.port,
        impact_at=change.impact_at,
        act_by_at=_first_need(port, change),
        delta=("dependants", float(total), "n"),
        thresholds=(("red_h", port.policy.dropped_red_hours),),
        objects=(
            ("call", call.id, call_label(port, call, part)),
            ("terminal_call", part.id, call_label(port, call, part)),
        ),
        evidence=evidence_of([said]),
        cause_kind=change.status,
        batch=change.trucks,
        audience=parties(
            port,
            ("TER", "CAR", "AGT", "NAU", "PA", "AUT", "FWD", "TRK"),
            facility=part.facility,
            carriers=(part.carrier,),
            nominated=agents_of(port, call) + _bound(port, change),
        ),
        actions=_actions(change),
        template=f"r03.{_template(change)}",
        params=(
            ("vessel", vessel_name(port, call)),
            ("status_word", change.status),
            ("arrival_at", change.arrival_at),
            ("bookings", change.bookings),
            ("trucks", change.trucks),
            ("services", change.services),
            ("from_port", upstream.name if upstream else change.from_port),
            ("boxes", change.boxes),
            ("stay", change.stay),
            ("leaves_at", change.impact_at),
        ),
        inferred=change.inferred,
    )


def _actions(change: Change) -> tuple[Action, ...]:
    if change.status == CUT:
        return (Action("ROLL", (("to_call", None), ("boxes", change.stay))),)
    counts = (
        ("bookings", change.bookings),
        ("appointments", change.trucks),
        ("services", change.services),
    )
    return (Action("CASCADE_CANCEL", counts),)


RULE = Rule("R03", "call", find)
