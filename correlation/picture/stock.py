"""What stands in a terminal by its own list (Y05): the start of a source, and lost moves healed.

A box on the list that nobody spoke of before is here from now on. One that was here, and that a
complete list does not name any more, has left: its gate-out or loading was lost on the way.
"""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import HOUR, instant
from correlation.picture.cargo_kinds import box_described, box_powered
from correlation.picture.entities import Visit
from correlation.picture.fact import Fact
from correlation.picture.gate import keep_visit
from correlation.picture.matching import box_of, open_visit_here, touch_visit, visit_for
from correlation.picture.port import Fold, Port
from correlation.picture.worklists import Stock, StockPiece


def stock_listed(port: Port, fact: Fact) -> bool:
    """Y05: one message of what stands in a terminal."""
    facility = fact.event.subject.partition("/")[0]
    if fact.is_withdrawn:
        _take_back(port, fact, facility)
        return True
    for entry in fact.data.entries:
        _stands(port, fact, facility, entry)
    held = port.stocks.get(facility)
    after = _with(port, held, fact)
    if after is not None and after is not held:
        port.stocks.put(facility, after)
        if len(after.pieces) == after.parts:
            port.restocked.put(facility, value=True)
    return True


def _stands(port: Port, fact: Fact, facility: str, entry: Any) -> None:
    """Note that a box stands in a block; nobody may have spoken of it before."""
    since = instant(entry.since_at) if entry.since_at else fact.occurred_at
    visit = visit_for(port, fact, entry.box, may_open=False)
    if visit is None:
        if _left_since(port, entry.box, since):
            return  # it was gone already when the list was drawn up
        visit = open_visit_here(port, fact, entry.box, since)
    if visit.closed_at is not None:
        return
    after = replace(
        visit,
        stocked=fact.put(port, visit.stocked, since, {"block": entry.block}),
        category=visit.category or entry.category or "",
        iso_type=visit.iso_type or entry.iso_type or "",
        facility=visit.facility or facility,
        is_empty=visit.is_empty or bool(entry.is_empty),
    )
    box_described(port, visit.id, fact, entry)
    if entry.plugged is not None:
        box_powered(port, after, fact, "ON" if entry.plugged else "OFF")
    if after != visit:
        keep_visit(port, visit, after)


def _left_since(port: Port, number: str, since: int) -> bool:
    visits = [port.visits[name] for name in box_of(port, number).visits]
    return any(visit.closed_at is not None and visit.closed_at >= since for visit in visits)


def _with(port: Port, held: Stock | None, fact: Fact) -> Stock | None:
    """Return the newest list with one more message in it, or what was held if it is of no use."""
    data = fact.data
    piece = StockPiece(fact.statement(data.list_version), tuple(e.box for e in data.entries))
    name = (data.list_id, data.list_version)
    if held is None or (held.list_id, held.number) != name:
        newer = held is None or (fact.occurred_at, *name) > (held.as_of, held.list_id, held.number)
        if not newer:
            return held
        held = Stock(list_id=name[0], number=name[1], parts=data.parts, pieces={})
    known = held.pieces.get(data.part)
    if known and known.said.version >= piece.said.version:
        return held
    if known:
        port.judged[fact.event.source, known.said.fact_id] = fact.event.id
    return replace(held, pieces=dict(sorted({**held.pieces, data.part: piece}.items())))


def _take_back(port: Port, fact: Fact, facility: str) -> None:
    """Undo what a withdrawn message said, and what its list closed."""
    held = port.stocks.get(facility)
    for part, piece in held.pieces.items() if held else ():
        if (piece.said.source, piece.said.fact_id) != (fact.event.source, fact.fact_id):
            continue
        assert held is not None, "it has pieces"
        for number in piece.boxes:
            _no_longer_stands(port, fact, number)
        _reopen(port, facility, held.as_of)
        left = {name: other for name, other in held.pieces.items() if name != part}
        port.stocks.put(facility, replace(held, pieces=left))
        return


def _no_longer_stands(port: Port, fact: Fact, number: str) -> None:
    for name in box_of(port, number).visits:
        visit = port.visits[name]
        stocked = fact.put(port, visit.stocked, None)
        box_described(port, name, fact, None)
        box_powered(port, visit, fact, None)
        if stocked is not visit.stocked:
            port.visits.put(name, replace(visit, stocked=stocked))
            touch_visit(port, visit)


def _reopen(port: Port, facility: str, as_of: int) -> None:
    """Open the stays that a list ended because it did not name their boxes."""
    for visit in list(port.visits.values()):
        is_of_list = visit.facility == facility and visit.closed_at == as_of
        if is_of_list and not visit.gate_out and not visit.loaded:
            port.visits.put(visit.id, replace(visit, closed_at=None))
            touch_visit(port, visit)


def heal(port: Port) -> None:
    """End the stay of each box that was here and that a complete list no longer names.

    Done on a tick, so that the order of a list's messages inside a second does not matter.
    """
    for facility in sorted(port.restocked):
        port.restocked.drop(facility)
        held = port.stocks.get(facility)
        if held is None or len(held.pieces) != held.parts:
            continue
        named = {number for piece in held.pieces.values() for number in piece.boxes}
        before = held.as_of - int(port.policy.stock_margin_hours * HOUR)
        for visit in list(port.visits.values()):
            is_here = visit.facility == facility and visit.closed_at is None
            if is_here and visit.box not in named and _was_here(visit, before):
                port.visits.put(visit.id, replace(visit, closed_at=held.as_of))
                touch_visit(port, visit)


def _was_here(visit: Visit, before: int) -> bool:
    """Tell whether a box was seen, and last well before a list was drawn up."""
    seen = [*visit.gate_in, *visit.discharged, *visit.placed, *visit.stocked]
    return bool(seen) and all(
        said.value is not None and max(int(said.value), said.occurred_at) < before for said in seen
    )


FOLDS: Final[dict[str, Fold]] = {"rada.yard.stock-listed": stock_listed}
