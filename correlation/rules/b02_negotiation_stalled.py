"""B02: an answer between ship, terminal and pilots is owed and does not come."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from correlation.evidence import agents_of, call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.entities import Call, Stamp, TerminalCall
from correlation.picture.hearing import systems_of, unheard_until
from correlation.picture.milestones import (
    Classifier,
    berth_arrival,
    berth_departure,
    expected_of,
    is_dropped,
    plan_of,
    said_of,
)
from correlation.picture.negotiation import words_of
from correlation.picture.port import Port
from correlation.picture.services import TAKEN_BACK
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement

SERVICES: Final = (
    ("PILOT_BOARDING_PLACE", "ARRI"),
    ("BERTH", "ARRI"),
    ("PILOTAGE", "STRT"),
    ("TOWAGE", "STRT"),
    ("MOORING", "STRT"),
    ("CARGO_OPERATIONS", "STRT"),
)
BOARDING: Final = SERVICES[0]
PERFORMER: Final = {
    "PILOT_BOARDING_PLACE": "SHIP",
    "BERTH": "SHIP",
    "PILOTAGE": "NAU",
    "TOWAGE": "NAU",
    "MOORING": "NAU",
    "CARGO_OPERATIONS": "TER",
}
"""Who owes estimate and plan of a service; the other side owes the request (events.md 9, B02)."""
OTHER_SIDE: Final = {"SHIP": "TER", "NAU": "SHIP", "TER": "SHIP"}
ROLES: Final = {"SHIP": ("CAR", "AGT"), "TER": ("TER",), "NAU": ("NAU",)}


class Stall(Struct, frozen=True, gc=False):
    """An answer that is owed: of which service, which word, by whom, since when and until when."""

    service: str
    stage: str
    owes: str
    since_at: int
    due_at: int
    limit: int
    moves_at: int
    said: tuple[Statement | None, ...]
    until_at: int | None = None


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Look at each negotiation of a terminal call for the word that is missing."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return NOTHING
    call = port.calls[part.call]
    arrival = berth_arrival(port, part)
    if arrival is None or is_dropped(port, call, part):
        return NOTHING
    is_here = arrival.classifier == "ACT"
    orange = int(port.policy.stall_orange_hours * HOUR)
    red = int(port.policy.stall_red_hours * HOUR)
    findings: list[Finding] = []
    wakes: list[int | None] = []
    horizon = int(port.policy.stall_horizon_hours * HOUR)
    stalls = _replacements(port, part) if is_here else _stalls(port, call, part, now)
    for stall in stalls:
        if stall.moves_at - now > horizon:
            wakes.append(stall.moves_at - horizon)
            continue
        worse_at = min(stall.since_at + 2 * stall.limit, stall.moves_at - orange)
        wakes += [stall.due_at, worse_at, stall.moves_at - red, stall.until_at]
        if stall.due_at > now:
            continue
        severity = _severity(port, part, stall, worse_at, now)
        finding = _finding(port, call, part, stall, severity)
        if again_at := _unheard(port, part, stall, now):
            wakes.append(again_at)
            finding = replace(finding, status="BAND")
        findings.append(finding)
    return Verdict(tuple(findings), next_of(now, *wakes))


def _unheard(port: Port, part: TerminalCall, stall: Stall, now: int) -> int | None:
    """Return when to ask again while the answer may be given and nobody can hear it; else None.

    Who has asked knows first that he was answered, and where nobody has, the terminal whether it
    has. Until their system was heard once more nobody is accused of owing; when she is near, that
    nothing is known of it is trouble enough.
    """
    if now >= stall.moves_at - int(port.policy.stall_red_hours * HOUR):
        return None
    asked = stall.said[0] if stall.stage != "AGREED" else None
    sources = (asked.source,) if asked else systems_of(port, part.facility, "vessel")
    again = [unheard_until(port, (name, "vessel"), stall.due_at, now) for name in sources]
    return next_of(now, *again)


def _severity(port: Port, part: TerminalCall, stall: Stall, worse_at: int, now: int) -> Severity:
    red_at = stall.moves_at - int(port.policy.stall_red_hours * HOUR)
    said = said_of(port, port.calls[part.call], part, "BERTH", "ARRI")
    is_agreed = "PLN" in said or plan_of(port, part) is not None
    if now >= red_at and not is_agreed:
        return "RED"
    return "ORANGE" if now >= worse_at else "YELLOW"


def _stalls(port: Port, call: Call, part: TerminalCall, now: int) -> Iterator[Stall]:
    is_first = part.id == call.terminal_calls[0]
    for service, point in SERVICES:
        words = words_of(call, part, service, point)
        if not words or (service == BOARDING[0] and not is_first):
            continue
        said = said_of(port, call, part, service, point)
        if not said or "ACT" in said:
            continue
        moves_at = _moves_at(said)
        evidence = (said.get("REQ"), said.get("EST"), said.get("PLN"))
        owed = _owed(port, service, words, _answered_at(port, part, said))
        if owed and not (owed[0] == "PLN" and _is_answered(said)):
            yield _answer(port, service, owed, moves_at, evidence)
        if rounds := _rounds(port, words, now):
            yield Stall(
                service=service,
                stage="ROUNDS",
                owes=PERFORMER[service],
                since_at=rounds[0],
                due_at=rounds[0],
                limit=int(port.policy.stall_near_limit_hours * HOUR),
                moves_at=moves_at,
                said=evidence,
                until_at=rounds[1],
            )
    if agreement := _agreement(port, call, part):
        yield agreement
    yield from _replacements(port, part)


def _owed(
    port: Port, service: str, words: tuple[Stamp, ...], answered_at: int
) -> tuple[str, Stamp] | None:
    """Return the word that is owed and what asks for it: a plan after a request, else a request.

    Words overtake each other, so they count in the order in which they were written down. A plan
    settles what was said before it; where a port never says requests of a service, none is owed.
    """
    open_words: list[Stamp] = []
    for word in sorted(words, key=lambda word: (word.said_at, word.heard_at)):
        open_words = [] if word.classifier == "PLN" else [*open_words, word]
    open_words = [word for word in open_words if word.said_at > answered_at]
    asked = [word for word in open_words if word.classifier == "REQ"]
    if asked:
        return "PLN", asked[0]
    is_settled = len(open_words) < len(words)
    if open_words and not is_settled and f"REQ|{service}" in port.reported:
        return "REQ", open_words[0]
    return None


def _answered_at(port: Port, part: TerminalCall, said: dict[Classifier, Statement]) -> int:
    """Return when who asked last wrote down a plan of her service or berth: till then it is so."""
    asked = said.get("REQ")
    berth = said_of(port, port.calls[part.call], part, "BERTH", "ARRI").get("PLN")
    plans = (said.get("PLN"), berth, plan_of(port, part))
    return max(
        (plan.known_at for plan in plans if plan and asked and plan.source == asked.source),
        default=0,
    )


def _is_answered(said: dict[Classifier, Statement]) -> bool:
    """Tell whether a request asks for the very time that is agreed meanwhile."""
    asked, agreed = said.get("REQ"), said.get("PLN")
    return asked is not None and agreed is not None and agreed.value == asked.value


def _moves_at(said: dict[Classifier, Statement]) -> int:
    """Return when a service is to be by the best word: agreed, else expected, else asked for."""
    best = said.get("PLN") or said.get("EST") or said.get("REQ")
    return int(best.value or 0) if best else 0


def _answer(
    port: Port,
    service: str,
    owed: tuple[str, Stamp],
    moves_at: int,
    said: tuple[Statement | None, ...],
) -> Stall:
    """Return what is owed, with the instant at which it is overdue: sooner when she is near."""
    stage, word = owed
    since = word.waits_from
    policy, near = port.policy, moves_at - int(port.policy.stall_near_hours * HOUR)
    far_limit = int(policy.stall_far_limit_hours * HOUR)
    near_limit = int(policy.stall_near_limit_hours * HOUR)
    performer = PERFORMER[service]
    owes = performer if stage == "PLN" else OTHER_SIDE[performer]
    if since + far_limit <= near:
        due_at, limit = since + far_limit, far_limit
    else:
        due_at, limit = max(since + near_limit, min(near, since + far_limit)), near_limit
    if word.is_old:  # its answer may be among what its source has yet to tell
        due_at = max(due_at, word.heard_at + int(policy.stall_old_minutes * MINUTE))
    return Stall(service, stage, owes, since, due_at, limit, moves_at, said)


def _agreement(port: Port, call: Call, part: TerminalCall) -> Stall | None:
    """Find that three days ahead no time at the pilot boarding place is agreed."""
    service, point = BOARDING
    if f"PLN|{service}" not in port.reported or part.id != call.terminal_calls[0]:
        return None
    said = said_of(port, call, part, service, point)
    expected = expected_of(port, call, part, service, point) or berth_arrival(port, part)
    if expected is None or "PLN" in said or "ACT" in said:
        return None
    policy = port.policy
    limit = int(policy.stall_far_limit_hours * HOUR)
    since = max(expected.at - int(policy.stall_agreed_hours * HOUR), call.opened_at + limit)
    return Stall(service, "AGREED", "SHIP", since, since, limit, expected.at, (expected.said,))


def _replacements(port: Port, part: TerminalCall) -> Iterator[Stall]:
    limit = int(port.policy.stall_replace_hours * HOUR)
    moves = {"INBD": berth_arrival(port, part), "OUTB": berth_departure(port, part)}
    for key in sorted(part.services):
        said = port.ruling(part.services[key])
        service, _, direction = key.partition("/")
        move = moves.get(direction)
        if said is None or said.value not in TAKEN_BACK or said.get("replaced_by"):
            continue
        if move is None or move.classifier == "ACT":
            continue
        since, owes = said.received_at, PERFORMER.get(service, "NAU")
        stage = f"REPLACE_{direction}" if direction != "INBD" else "REPLACE"
        yield Stall(service, stage, owes, since, since + limit, limit, move.at, (said,))


def _rounds(port: Port, words: tuple[Stamp, ...], now: int) -> tuple[int, int] | None:
    """Return when a round too many began within a day, and when the first of them is a day old."""
    lasts = int(port.policy.stall_rounds_hours * HOUR)
    if any(word.classifier == "PLN" for word in words):
        return None
    turns = [
        word.heard_at
        for before, word in pairwise(words)
        if (before.classifier, word.classifier) == ("EST", "REQ") and word.heard_at > now - lasts
    ]
    allowed = int(port.policy.stall_rounds)
    return (turns[allowed - 1], turns[0] + lasts) if len(turns) >= allowed else None


def _finding(
    port: Port, call: Call, part: TerminalCall, stall: Stall, severity: Severity
) -> Finding:
    roles = ROLES[stall.owes]
    escalate = (Action("ESCALATE", (("to", "PA"),)),) if severity == "RED" else ()
    act_by = min(stall.due_at, stall.moves_at - int(port.policy.stall_red_hours * HOUR))
    return Finding(
        code="B02",
        key=f"B02|{port.system}|{part.id}|{stall.service}|{stall.stage}",
        status="TRUE",
        subjects=(("terminal_call", part.id),),
        severity=severity,
        port=call.port,
        impact_at=stall.moves_at,
        act_by_at=act_by,
        delta=("unanswered_limit", round(stall.limit / HOUR, 1), "h"),
        thresholds=(
            ("far_limit_h", port.policy.stall_far_limit_hours),
            ("near_limit_h", port.policy.stall_near_limit_hours),
        ),
        objects=(
            ("call", call.id, call_label(port, call, part)),
            ("service", f"{part.id}/{stall.service}", stall.service),
        ),
        evidence=evidence_of(stall.said),
        cause_kind=stall.stage,
        audience=parties(
            port,
            (*roles, "PA") if severity == "RED" else roles,
            facility=part.facility,
            carriers=(part.carrier,),
            nominated=agents_of(port, call),
        ),
        actions=(
            Action(
                "ANSWER",
                (
                    ("party", stall.owes),
                    ("service", stall.service),
                    ("stage", stall.stage),
                    ("due_at", stall.due_at),
                ),
            ),
            *escalate,
        ),
        template=_template(stall.stage),
        params=(
            ("vessel", vessel_name(port, call)),
            ("service_word", stall.service),
            ("party_word", stall.owes),
            ("since_at", stall.since_at),
            ("moves_at", stall.moves_at),
        ),
    )


def _template(stage: str) -> str:
    if stage.startswith("REPLACE"):
        return "b02.replace"
    return {"REQ": "b02.request", "PLN": "b02.plan", "AGREED": "b02.agreed"}.get(
        stage, "b02.rounds"
    )


RULE = Rule("B02", "terminal_call", find)
