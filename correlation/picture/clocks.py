"""The clocks of a box: free days of storage and demurrage here, detention until it is back."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import DAY, day_of, instant
from correlation.picture.entities import Obligation, Visit
from correlation.picture.fact import Fact
from correlation.picture.matching import box_of, touch_visit, visit_for
from correlation.picture.port import Fold, Port

DETENTION: Final = "DETENTION"
KEPT: Final = 31 * DAY
"""So long after its last day an empty that never came back is forgotten."""


def free_time_set(port: Port, fact: Fact) -> bool:
    """Y13: until when a box is free of charge by one of its clocks."""
    number = fact.event.subject.partition("/")[0]
    clock = None if fact.is_withdrawn else fact.data.clock
    if clock in (None, DETENTION):
        _detention_set(port, fact, number)
    if clock == DETENTION:
        return True
    visit = visit_for(port, fact, fact.event.subject, may_open=False)
    if visit is None:
        return fact.is_withdrawn and number in port.obligations
    clocks = visit.clocks
    if clock is None:
        after = {name: fact.put(port, slot, None) for name, slot in clocks.items()}
        clocks = {name: slot for name, slot in after.items() if slot}
    else:
        at, detail = _said(fact)
        clocks = {**clocks, clock: fact.put(port, clocks.get(clock, ()), at, detail)}
    if clocks != visit.clocks:
        port.visits.put(visit.id, replace(visit, clocks=clocks))
        touch_visit(port, visit)
    return True


def _said(fact: Fact) -> tuple[int, dict[str, Any]]:
    data = fact.data
    stopped = "; ".join(
        f"{day_of(instant(span.from_at))}-{day_of(instant(span.to_at)) if span.to_at else ''}"
        for span in data.stopped
    )
    detail = {"starts_at": data.starts_at, "payer": data.payer, "stopped": stopped or None}
    return instant(data.last_free_at), detail


def _detention_set(port: Port, fact: Fact, number: str) -> None:
    known = port.obligations.get(number)
    if fact.is_withdrawn:
        if known:
            _keep(port, replace(known, due=fact.put(port, known.due, None)))
        return
    at, detail = _said(fact)
    known = known or Obligation(box=number)
    _keep(port, replace(known, due=fact.put(port, known.due, at, detail)))


def left_the_port(port: Port, fact: Fact, visit: Visit) -> None:
    """Note from G08 that a full box went inland, and until when the empty is due back."""
    number = visit.box
    known = port.obligations.get(number)
    if fact.is_withdrawn:
        if known:
            after = fact.put(port, known.left, None), fact.put(port, known.due_out, None)
            _keep(port, replace(known, left=after[0], due_out=after[1]))
        return
    due = fact.data.return_due_at
    if known is None and due is None:
        return
    known = known or Obligation(box=number)
    names = visit.bl.split(":")
    carrier = names[1] if len(names) > 2 else None
    detail = {"visit": visit.id, "iso": visit.iso_type or None, "carrier": carrier}
    left = fact.put(port, known.left, fact.occurred_at, detail)
    due_out = known.due_out
    if due is not None:
        due_out = fact.put(port, due_out, instant(due), {"return_to": fact.data.return_to})
    _keep(port, replace(known, left=left, due_out=due_out))


def _keep(port: Port, obligation: Obligation) -> None:
    if obligation != port.obligations.get(obligation.box):
        port.obligations.put(obligation.box, obligation)
        seen(port, obligation.box)


def seen(port: Port, box: str) -> None:
    """Let an obligation be judged again, and forgotten when it is met or long over."""
    obligation = port.obligations.get(box)
    if obligation is None:
        return
    due = [int(s.value or 0) for slot in (obligation.due, obligation.due_out) for s in slot]
    ends = port.now if is_back(port, obligation) else max(due, default=port.now) + KEPT
    port.touch("obligation", box)
    port.set_timer(f"V|obligation|{box}", ends)


def left_at(port: Port, obligation: Obligation) -> int | None:
    """Return when the box went inland, or None while nobody said so."""
    said = port.ruling(obligation.left)
    return int(said.value) if said and said.value is not None else None


def is_back(port: Port, obligation: Obligation) -> bool:
    """Tell whether a box that went inland came in by a gate again."""
    went = left_at(port, obligation)
    for name in box_of(port, obligation.box).visits:
        visit = port.visits.get(name)
        came = port.ruling(visit.gate_in) if visit else None
        if came and went is not None and int(came.value or 0) > went:
            return True
    return False


FOLDS: Final[dict[str, Fold]] = {"rada.yard.free-time-set": free_time_set}
