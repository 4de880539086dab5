"""P04: boxes on a ship's load list are not on the yard, weighed, released and documented."""

from typing import Final

from msgspec.structs import replace

from correlation.evidence import call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.finishing import happened, start_at
from correlation.picture.lists import lists_of, said_by
from correlation.picture.matching import open_visit_of
from correlation.picture.milestones import berth_arrival, said_of, window_statement
from correlation.picture.port import Port
from correlation.picture.readiness import OWNERS
from correlation.picture.worklists import WorkList
from correlation.rules.rule import Rule, next_of
from correlation.rules.t01_export_misses_cutoff import nominated_for
from correlation.statements import Statement

ITEMS_MAX: Final = 20
"""Boxes that an action names; the count says how many there are."""
CARGO_OF: Final = {"R": "REEFER", "D": "DG"}
FULL_CODE: Final = {"R": "RCO", "D": "DGC"}
Missing = tuple[str, str, str]
"""A box, what it lacks, and whether it is special."""
Late = tuple[str, str, Statement]
"""A box listed after its cut-off, whether it is special, and who said the cut-off."""


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Look at the load lists of a ship from some hours before her loading on, until it is done."""
    part = port.terminal_calls.get(part_id)
    lists = lists_of(port, part_id, "LOAD") if part else ()
    if part is None or not lists:
        return NOTHING
    call = port.calls[part.call]
    status = _status(port, call, part)
    if status and status.value in ("OMIT", "BLNK"):
        return NOTHING
    starts_at = loading_start(port, call, part)
    missing = tuple(sorted(entry for one in lists for entry in one.missing))
    if done := _done(port, call, part):
        return Verdict((_over(part, missing, done),))
    late = _listed_late(port, part, lists)
    watched_from = starts_at - int(port.policy.list_watch_hours * HOUR) if starts_at else None
    wake = next_of(now, watched_from)
    if watched_from is None or now < watched_from:
        missing = ()
    listed = sum(len(one.boxes) for one in lists)
    short: Status | None = "TRUE" if late else _status_of(port, len(missing), listed)
    if short is None:
        return Verdict((), wake)
    finding = _finding(port, part, lists, missing, starts_at)
    cut = status is not None and status.value == "CUTR"
    severity: Severity = "RED" if cut else _severity(port, missing, late, listed)
    finding = _as_late(finding, late) if late else finding
    return Verdict((replace(finding, status=short, severity=severity),), wake)


def loading_start(port: Port, call: Call, part: TerminalCall) -> int | None:
    """Return when the loading of a ship is planned to begin; at the latest as she is worked."""
    agreed = said_of(port, call, part, "LOADING_CARGO_OPERATIONS", "STRT").get("PLN")
    if agreed:
        return int(agreed.value or 0)
    planned = start_at(port, call, part)
    if planned is not None:
        return planned
    arrival = berth_arrival(port, part)
    return arrival.at if arrival else None


def _done(port: Port, call: Call, part: TerminalCall) -> Statement | None:
    """Return who said that the loading is done, or that she has left."""
    for service, points in (
        ("LOADING_CARGO_OPERATIONS", ("CMPL",)),
        ("CARGO_OPERATIONS", ("CMPL",)),
        ("BERTH", ("DEPA",)),
    ):
        if said := happened(port, call, part, service, points):
            return said
    return None


def _status(port: Port, call: Call, part: TerminalCall) -> Statement | None:
    return port.ruling(part.status) or port.ruling(call.status)


def _status_of(port: Port, missing: int, listed: int) -> Status | None:
    """Return whether too many are missing: more than a share, or than a number of boxes."""
    policy = port.policy
    share = missing / listed
    if share > policy.list_share or missing > policy.list_boxes:
        return "TRUE"
    many = missing > policy.hysteresis * policy.list_boxes
    return "BAND" if share > policy.list_clear_share or many else None


def _listed_late(port: Port, part: TerminalCall, lists: tuple[WorkList, ...]) -> tuple[Late, ...]:
    """Return the boxes that were listed after their cut-off.

    A box whose booking has a later window of its own (late-in granted) is not late.
    """
    found = []
    for listed in (box for one in lists for box in one.latest):
        visit = open_visit_of(port, listed.box)
        booking = visit.booking if visit else ""
        cargo = CARGO_OF.get(listed.special, "DRY")
        for code in (FULL_CODE.get(listed.special), "FCO"):
            cutoff = window_statement(port, part, code, cargo, booking) if code else None
            if cutoff and cutoff.value is not None:
                if listed.listed_at > int(cutoff.value):
                    found.append((listed.box, listed.special, cutoff))
                break
    return tuple(sorted(found, key=lambda entry: entry[:2]))


def _severity(
    port: Port, missing: tuple[Missing, ...], late: tuple[Late, ...], listed: int
) -> Severity:
    policy, share = port.policy, len(missing) / listed
    if share > policy.list_red_share:
        return "RED"
    special = any(entry[2] for entry in missing) or any(entry[1] for entry in late)
    return "ORANGE" if special or share > policy.list_orange_share else "YELLOW"


def _over(part: TerminalCall, missing: tuple[Missing, ...], done: Statement) -> Finding:
    return Finding(
        code="P04",
        key=f"P04|{part.id}",
        status="OVER",
        outcome="EXPIRED" if missing else "CLEARED",
        subjects=(("terminal_call", part.id),),
        evidence=evidence_of([done]),
    )


def _as_late(finding: Finding, late: tuple[Late, ...]) -> Finding:
    params = dict(finding.params)
    cutoff = late[0][2]
    params |= {"cutoff_at": int(cutoff.value or 0), "count": len(late)}
    return replace(
        finding,
        template="p04.listed_late",
        params=tuple(params.items()),
        evidence=(*evidence_of([cutoff]), *finding.evidence),
    )


def _finding(
    port: Port,
    part: TerminalCall,
    lists: tuple[WorkList, ...],
    missing: tuple[Missing, ...],
    starts_at: int | None,
) -> Finding:
    policy, call = port.policy, port.calls[part.call]
    listed = sum(len(one.boxes) for one in lists)
    before = int(policy.list_act_before_hours * HOUR)
    carriers = tuple(one.id.rpartition("|")[2] for one in lists)
    return Finding(
        code="P04",
        key=f"P04|{part.id}",
        status="TRUE",
        subjects=(("terminal_call", part.id),),
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=call.port,
        impact_at=starts_at,
        act_by_at=starts_at - before if starts_at is not None else None,
        delta=("not_ready_share", round(100 * len(missing) / listed, 1), "pct"),
        thresholds=(
            ("share_pct", 100 * policy.list_share),
            ("boxes", policy.list_boxes),
        ),
        objects=(
            ("terminal_call", part.id, call_label(port, call, part)),
            ("call", call.id, call_label(port, call)),
        ),
        evidence=evidence_of(said_by(lists)),
        audience=parties(
            port,
            ("TER", "CAR", "FWD"),
            facility=part.facility,
            carriers=(part.carrier, *carriers),
            nominated=_nominated(port, missing),
        ),
        actions=(
            Action("COMPLETE_BOXES", (("items", _items(missing)), ("count", len(missing)))),
            Action("ROLL", (("to_call", None),)),
            Action("REQUEST_LATE_IN", (("code", "FCO"),)),
        ),
        template="p04.not_ready",
        params=(
            ("vessel", vessel_name(port, call)),
            ("starts_at", starts_at),
            ("listed", listed),
            ("count", len(missing)),
        ),
    )


def _items(missing: tuple[Missing, ...]) -> str:
    """Return boxes, what each lacks and whose move it is: `RDAU2000016 WEIGHT(FWD)`."""
    found = []
    for box, lacks, _ in missing[:ITEMS_MAX]:
        owed = "+".join(f"{one}({OWNERS[one]})" for one in lacks.split("+"))
        found.append(f"{box} {owed}")
    return ", ".join(found)


def _nominated(port: Port, missing: tuple[Missing, ...]) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for number, _, _ in missing[:ITEMS_MAX]:
        visit = open_visit_of(port, number)
        booking = port.bookings.get(visit.booking) if visit and visit.booking else None
        if visit and booking:
            found |= dict.fromkeys(nominated_for(port, booking, visit))
    return tuple(found)


RULE = Rule("P04", "terminal_call", find, also=("load_list",))
