"""B06: a paper without which a ship may not come in or leave is missing, or was refused."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from correlation.evidence import agents_of, call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import HOUR
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.formalities import DONE, REFUSED, answering, owed
from correlation.picture.hearing import unheard_until
from correlation.picture.milestones import (
    Best,
    agreed_departure,
    berth_arrival,
    berth_departure,
    best_of,
    is_dropped,
)
from correlation.picture.port import Port
from correlation.rules.rule import Rule, by_horizon, next_of, stands
from correlation.statements import Statement

FILED: Final = frozenset({"SUBMITTED", "REVIEW"})


class Ladder(Struct, frozen=True, gc=False):
    """The instants at which a ship's papers are looked at, and the movement they are for."""

    movement: Best
    checkpoints: tuple[int, ...]
    is_over: bool


def find(port: Port, call_id: str, now: int) -> Verdict:
    """Look at each formality that is asked of a call, on the ladder of its direction."""
    call = port.calls.get(call_id)
    if call is None or not call.terminal_calls or is_dropped(port, call):
        return NOTHING
    formalities = owed(port, call)
    if not formalities:
        return NOTHING
    ladders = {"INBD": _inbound(port, call), "OUTB": _outbound(port, call)}
    findings: list[Finding] = []
    wakes: list[int | None] = []
    for key, said in formalities.items():
        ladder = ladders.get(key[:4])
        if ladder is None or _is_done(said, ladder.movement.at):
            continue
        status = "OVER" if ladder.is_over else _status(call, said, ladder, now)
        told = stands(port, f"B06|{call.id}|{key.replace('/', '|', 1)}")
        if status == "TRUE" and not told and (again_at := _awaited(port, key, said, ladder, now)):
            wakes.append(again_at)
            continue
        if status == "TRUE" or told:
            findings.append(replace(_finding(port, call, key, said, ladder, now), status=status))
    steps = [at for ladder in ladders.values() if ladder for at in _steps(port, ladder)]
    return Verdict(tuple(findings), next_of(now, *steps, *wakes))


def _inbound(port: Port, call: Call) -> Ladder | None:
    part = port.terminal_calls[call.terminal_calls[0]]
    berth = berth_arrival(port, part)
    boarding = best_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI") or berth
    if boarding is None:
        return None
    policy = port.policy
    hours = (
        policy.clearance_in_1_hours,
        policy.clearance_in_2_hours,
        policy.clearance_in_3_hours,
        policy.clearance_in_4_hours,
        policy.clearance_in_5_hours,
    )
    return _ladder(boarding, hours, is_over=berth is not None and berth.classifier == "ACT")


def _outbound(port: Port, call: Call) -> Ladder | None:
    part = port.terminal_calls[call.terminal_calls[-1]]
    left = berth_departure(port, part)
    leaves = agreed_departure(port, part) or left
    if leaves is None:
        return None
    policy = port.policy
    hours = (
        policy.clearance_out_1_hours,
        policy.clearance_out_2_hours,
        policy.clearance_out_3_hours,
    )
    return _ladder(leaves, hours, is_over=left is not None and left.classifier == "ACT")


def _ladder(movement: Best, hours: tuple[float, ...], *, is_over: bool) -> Ladder:
    return Ladder(movement, tuple(movement.at - int(hour * HOUR) for hour in hours), is_over)


def _steps(port: Port, ladder: Ladder) -> tuple[int, ...]:
    at, policy = ladder.movement.at, port.policy
    orange, red = policy.clearance_orange_hours, policy.clearance_red_hours
    return *ladder.checkpoints, at - int(orange * HOUR), at - int(red * HOUR)


def _is_done(said: Statement | None, at: int) -> bool:
    """Tell whether a paper is given, and still good when the ship moves."""
    if said is None or said.value not in DONE:
        return False
    until = said.get("valid_until_at")
    return not isinstance(until, int) or until >= at


def _status(call: Call, said: Statement | None, ladder: Ladder, now: int) -> Status:
    """Return TRUE from the first checkpoint on at which the paper was known to be missing."""
    if said and said.value in REFUSED:
        return "TRUE"
    known_at = call.opened_at
    if said and said.value == "REQUIRED":
        known_at = max(known_at, said.known_at)
    seen = any(known_at <= checkpoint <= now for checkpoint in ladder.checkpoints)
    return "TRUE" if seen else "BAND"


def _awaited(port: Port, key: str, said: Statement | None, ladder: Ladder, now: int) -> int | None:
    """Return when to ask again while a paper may be given and nobody can hear it; else None.

    Who answers for such papers was not heard since the checkpoint, or only begins to say what he
    had to say meanwhile. Half of the way to the next checkpoint that is waited for, no longer: a
    paper that is not known to be given must be told.
    """
    if said and said.value in REFUSED:
        return None
    last = max((at for at in ladder.checkpoints if at <= now), default=now)
    patience = (next_of(now, *ladder.checkpoints, ladder.movement.at) or now) - last
    waits_until = last + patience // 2
    source = answering(port, key)
    again_at = unheard_until(port, (source, "clearance"), last, now) if source else None
    return min(again_at, waits_until) if again_at and now < waits_until else None


def _severity(port: Port, said: Statement | None, left: int) -> Severity:
    policy = port.policy
    orange, red = int(policy.clearance_orange_hours * HOUR), int(policy.clearance_red_hours * HOUR)
    refused = said is not None and said.value in REFUSED
    return by_horizon(left, orange, orange if refused else red)


def _template(said: Statement | None) -> str:
    if said and said.value in REFUSED:
        return "b06.refused"
    return "b06.waiting" if said and said.value in FILED else "b06.missing"


def _action(key: str, said: Statement | None, due_at: int) -> Action:
    direction, _, formality = key.partition("/")
    authority = said.get("authority") if said else None
    if said and said.value in FILED:
        stage = ("party", authority), ("service", formality), ("stage", direction)
        return Action("ANSWER", (*stage, ("due_at", due_at)))
    documents = said.get("missing") if said else None
    about = ("formality", formality), ("documents", documents), ("authority", authority)
    return Action("FILE_FORMALITY", about)


def _finding(
    port: Port, call: Call, key: str, said: Statement | None, ladder: Ladder, now: int
) -> Finding:
    direction, _, formality = key.partition("/")
    part: TerminalCall = port.terminal_calls[call.terminal_calls[0 if direction == "INBD" else -1]]
    moves_at = ladder.movement.at
    due_at = next_of(now, *ladder.checkpoints) or moves_at
    return Finding(
        code="B06",
        key=f"B06|{call.id}|{direction}|{formality}",
        status="TRUE",
        outcome="EXPIRED",
        subjects=(("call", call.id),),
        severity=_severity(port, said, moves_at - now),
        port=call.port,
        impact_at=moves_at,
        act_by_at=due_at,
        thresholds=(
            ("orange_h", port.policy.clearance_orange_hours),
            ("red_h", port.policy.clearance_red_hours),
        ),
        objects=(
            ("call", call.id, call_label(port, call, part)),
            ("formality", f"{call.id}/{key}", formality),
        ),
        evidence=evidence_of([said, ladder.movement.said]),
        cause_kind=str(said.value) if said else "NOT_FILED",
        audience=parties(
            port,
            ("AGT", "AUT", "PA"),
            carriers=(part.carrier,),
            nominated=agents_of(port, call),
        ),
        actions=(_action(key, said, due_at), Action("ESCALATE", (("to", "PA"),))),
        template=_template(said),
        params=(
            ("vessel", vessel_name(port, call)),
            ("formality_word", formality),
            ("movement_word", "ENTER" if direction == "INBD" else "LEAVE"),
            ("moves_at", moves_at),
        ),
    )


RULE = Rule("B06", "call", find)
