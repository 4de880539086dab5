"""What should not have been said so: facts taken back after use, facts that match nothing, clocks.

A correction or withdrawal is kept here only if an alert of an earlier second rests on the fact:
then somebody was told something that is no longer so.
"""

from typing import Any, Final

from correlation.instants import HOUR, SECOND
from correlation.picture.disputes import Orphan, TakenBack
from correlation.picture.port import Port
from correlation.picture.sources import is_new
from correlation.statements import Statement

OBJECTS: Final = ("terminal_call", "call", "visit", "appointment", "booking", "condition")
KEPT_AFTER: Final = HOUR
ACTUALS: Final = frozenset(
    {
        "rada.gate.container-gated-in",
        "rada.gate.container-gated-out",
        "rada.gate.truck-progressed",
        "rada.yard.container-discharged",
        "rada.yard.container-loaded",
        "rada.yard.container-placed",
        "rada.vessel.cargo-progressed",
    }
)


def alert_on(port: Port, said: Statement, now: int) -> bool:
    """Tell whether an operational alert of an earlier second rests on a fact, and still stood."""
    this_second = now // SECOND
    for alert_id in port.evidence.get(f"{said.source}\n{said.fact_id}", ()):
        alert = port.alerts.get(alert_id)
        if alert is None or alert.code.startswith("D") or alert.raised_at // SECOND >= this_second:
            continue
        if alert.closed_at is None or alert.closed_at // SECOND >= this_second:
            return True
    return False


def _was_used(port: Port, said: Statement, now: int) -> bool:
    """Tell whether somebody was told something because of a fact, lately."""
    since = now - int(port.policy.judge_closed_hours * HOUR)
    for alert_id in port.evidence.get(f"{said.source}\n{said.fact_id}", ()):
        alert = port.alerts.get(alert_id)
        if (
            alert is None
            or alert.code.startswith("D")
            or alert.raised_at // SECOND >= now // SECOND
        ):
            continue
        if alert.closed_at is None or alert.closed_at >= since:
            return True
    return False


def note_taken_back(port: Port) -> None:
    """Keep what the current record corrected or withdrew, if it was used."""
    for fact, held in port.undone:
        if fact.family == "network":
            continue  # a notice is made anew with each look ahead: no source took back its word
        kind, identity = next(
            ((kind, name) for kind, name in port.touched if kind in OBJECTS), ("", "")
        )
        if not identity or not _was_used(port, held, fact.at):
            continue
        word = "withdrawn" if fact.is_withdrawn else "corrected"
        milestone = _milestone_of(fact)
        name = f"{identity}|{milestone}|{word}"
        known = port.taken_back.get(name)
        if known and known.at // SECOND == fact.at // SECOND:
            continue
        entry = TakenBack(
            id=name,
            kind=kind,
            object=identity,
            milestone=milestone,
            word=word,
            at=fact.at,
            was=(held,),
            stood=alert_on(port, held, fact.at),
        )
        port.taken_back.put(name, entry)
        kept = int(port.policy.disorder_kept_hours * HOUR)
        port.set_timer(f"V|taken_back|{name}", fact.at + kept + KEPT_AFTER)
        port.touch("taken_back", name)


def _milestone_of(fact: Any) -> str:
    data = fact.data
    if fact.event.type == "rada.vessel.milestone-stated":
        return f"{data.service}/{data.point}/{data.classifier}"
    return str(fact.event.type.rpartition(".")[2])


def orphaned(port: Port, fact: Any, until: int) -> None:
    """Watch an actual that matches nothing yet."""
    event = fact.event
    is_actual = event.type in ACTUALS or getattr(fact.data, "classifier", "") == "ACT"
    if not is_actual or fact.is_withdrawn:
        return
    if is_new(port, fact):
        return  # what it belongs to was over, or begun, before its source was heard here
    name = f"{event.source}|{event.fact_id}"
    said = fact.statement(event.subject)
    port.orphans.put(name, Orphan(id=name, at=fact.at, until=until, said=(said,)))
    port.set_timer(f"V|orphan|{name}", until + KEPT_AFTER)
    port.touch("orphan", name)


def came_home(port: Port, fact: Any) -> None:
    """Note that a waiting fact is tried again: if it still matches nothing it is watched anew."""
    name = f"{fact.event.source}|{fact.event.fact_id}"
    if name in port.orphans:
        port.orphans.drop(name)
        port.touch("orphan", name)
