"""Work lists (Y01): the boxes that a ship is to load or discharge, and which are not ready.

What a listed box lacks is kept, and looked at again when something is said of that box: a list
of a thousand boxes is never gone through again.
"""

from bisect import bisect_left
from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import instant
from correlation.picture import leaving
from correlation.picture.cargo_kinds import box_described
from correlation.picture.entities import Block, CargoWork, Visit
from correlation.picture.fact import Fact
from correlation.picture.gate import keep_visit
from correlation.picture.matching import (
    find_terminal_call,
    open_visit_of,
    touch_visit,
    visit_for,
)
from correlation.picture.port import Fold, Port
from correlation.picture.readiness import lacking
from correlation.picture.worklists import Listed, ListedBox, ListPiece, ListVersion, WorkList
from correlation.statements import Statement

VERSIONS_KEPT: Final = 3
"""The newest versions of a list: the one that counts, one coming in, one to fall back on."""
LATEST_KEPT: Final = 20
"""Boxes listed last that are looked at for their cut-off."""


def work_list_set(port: Port, fact: Fact) -> bool:
    """Y01: one message of a list; a list counts when its last part is in."""
    part = find_terminal_call(port, fact)
    if part is None:
        return False
    if fact.is_withdrawn:
        for name in _names(port, part.id):
            _forget_dangerous(port, fact, port.lists[name])
            _keep(port, _without(port, port.lists[name], fact))
        return True
    data = fact.data
    name = f"{part.id}|{data.kind}|{data.carrier or ''}"
    before = port.lists.get(name) or WorkList(id=name, part=part.id, kind=data.kind)
    after = _with(port, before, fact)
    if after is not before:
        _tell_dangerous(port, fact, part.id)
        _keep(port, after)
    return True


def _tell_dangerous(port: Port, fact: Fact, part_id: str) -> None:
    """Open a visit for each box of dangerous goods: it needs its papers before it comes."""
    for entry in fact.data.entries:
        if not entry.dg:
            continue
        visit = visit_for(port, fact, entry.box, may_open=True)
        if visit is None:
            continue
        box_described(port, visit.id, fact, entry)
        if fact.data.kind == "DISCHARGE" and not visit.inbound:
            keep_visit(port, visit, replace(visit, inbound=part_id))
        else:
            touch_visit(port, visit)


def _forget_dangerous(port: Port, fact: Fact, held: WorkList) -> None:
    """Take back what a withdrawn message said of its boxes."""
    name = fact.fact_id
    for version in held.versions:
        for piece in version.pieces.values():
            if piece.said.source != fact.event.source or piece.said.fact_id != name:
                continue
            for box in piece.boxes:
                if box.special == "D" and (visit := open_visit_of(port, box.box)):
                    box_described(port, visit.id, fact, None)
                    touch_visit(port, visit)


def _names(port: Port, part_id: str) -> tuple[str, ...]:
    work = port.works.get(part_id)
    return work.lists if work else ()


def _with(port: Port, held: WorkList, fact: Fact) -> WorkList:
    """Return the list with one more message in it, or the same one if that changes nothing."""
    data = fact.data
    boxes = tuple(_listed(entry) for entry in data.entries)
    piece = ListPiece(fact.statement(data.list_version, {"list_id": data.list_id}), boxes)
    versions = {(version.list_id, version.number): version for version in held.versions}
    key = (data.list_id, data.list_version)
    known = versions.get(key) or ListVersion(
        list_id=data.list_id, number=data.list_version, parts=data.parts, pieces={}
    )
    before = known.pieces.get(data.part)
    if before is not None:
        if before.said.version >= piece.said.version:
            return held
        port.judged[fact.event.source, before.said.fact_id] = fact.event.id
    pieces = {**known.pieces, data.part: piece}
    versions[key] = replace(known, pieces=dict(sorted(pieces.items())))
    newest = sorted(versions.values(), key=lambda v: _rank(port, v), reverse=True)
    return replace(held, versions=tuple(newest[:VERSIONS_KEPT]))


def _rank(port: Port, version: ListVersion) -> tuple[int, int, int, str]:
    """Return what orders versions: the stronger source, then the one said last."""
    said = [piece.said for piece in version.pieces.values()]
    weight = max(port.weight_of(one.source) for one in said)
    return weight, max(one.known_at for one in said), version.number, version.list_id


def _without(port: Port, held: WorkList, fact: Fact) -> WorkList:
    name = fact.fact_id
    versions = []
    for version in held.versions:
        left = {
            part: piece
            for part, piece in version.pieces.items()
            if piece.said.source != fact.event.source or piece.said.fact_id != name
        }
        if len(left) != len(version.pieces):
            port.judged[fact.event.source, name] = fact.event.id
        if left:
            versions.append(replace(version, pieces=left))
    return replace(held, versions=tuple(versions))


def _listed(entry: Any) -> ListedBox:
    special = "D" if entry.dg else "R" if entry.set_point_c is not None else ""
    listed_at = instant(entry.listed_at) if entry.listed_at else 0
    return ListedBox(entry.box, special, listed_at, entry.block_planned or "")


def _keep(port: Port, held: WorkList) -> None:
    """Put a list back; if another version counts now, its boxes are looked at once."""
    counts = next((v for v in held.versions if len(v.pieces) == v.parts), None)
    pieces = list(counts.pieces.values()) if counts else []
    boxes = {box.box: box for piece in pieces for box in piece.boxes}
    after = replace(
        held,
        said=pieces[0].said if pieces else None,
        boxes=tuple(boxes[number] for number in sorted(boxes)),
    )
    if after.boxes != held.boxes:
        last = sorted(after.boxes, key=lambda box: (-box.listed_at, box.box))[:LATEST_KEPT]
        after = replace(after, latest=tuple(box for box in last if box.listed_at))
        if held.kind == "LOAD":
            after = _indexed(port, held, after)
            if held.part in port.dependants:  # a shorter list tells what a cut ship leaves behind
                port.touch("terminal_call", held.part)
        elif held.kind == "DISCHARGE":
            _tell_blocks(port, after)
    port.lists.put(held.id, after)
    _join(port, held)
    port.relisted.put(held.part, value=True)


def _join(port: Port, held: WorkList) -> None:
    from_work = port.works.get(held.part)
    if from_work is None or held.id not in from_work.lists:
        work = from_work or CargoWork(id=held.part)
        port.works.put(held.part, replace(work, lists=tuple(sorted((*work.lists, held.id)))))


def _indexed(port: Port, before: WorkList, after: WorkList) -> WorkList:
    """Let the boxes of a load list be found by number, and note what each lacks."""
    names = {box.box for box in after.boxes}
    for box in before.boxes:
        if box.box not in names:
            _leave(port, box.box, after.id)
            _count_out(port, box.box)
    missing = []
    for box in after.boxes:
        known = port.listed.get(box.box) or Listed()
        if after.id not in known.lists:
            port.listed.put(box.box, replace(known, lists=tuple(sorted((*known.lists, after.id)))))
            _count_out(port, box.box)
        if lacks := lacking(port, after.part, box):
            missing.append((box.box, lacks, box.special))
    return replace(after, missing=tuple(missing))


def _count_out(port: Port, number: str) -> None:
    """Let the block know in which a box stands that a ship lists, or no longer does."""
    if visit := open_visit_of(port, number):
        leaving.follow(port, visit)


def _leave(port: Port, number: str, list_id: str) -> None:
    known = port.listed.get(number)
    if known is None:
        return
    left = tuple(name for name in known.lists if name != list_id)
    if left:
        port.listed.put(number, replace(known, lists=left))
    else:
        port.listed.drop(number)


def _tell_blocks(port: Port, held: WorkList) -> None:
    """Let each block know how many boxes of a discharge list are to stand in it."""
    counts: dict[str, int] = {}
    for box in held.boxes:
        if box.block:
            counts[box.block] = counts.get(box.block, 0) + 1
    before = port.lists.get(held.id)
    earlier = {box.block for box in before.boxes if box.block} if before else set()
    for name in sorted(earlier | counts.keys()):
        block = port.blocks.get(name) or Block(id=name)
        listed = {key: count for key, count in block.listed.items() if key != held.id}
        if name in counts:
            listed[held.id] = counts[name]
        port.blocks.put(name, replace(block, listed=listed))
        port.touch("block", name)


def follow(port: Port, visit: Visit) -> None:
    """Note what a box that changed lacks now for the ships on whose load lists it is."""
    known = port.listed.get(visit.box)
    for name in known.lists if known else ():
        held = port.lists[name]
        at = bisect_left(held.boxes, visit.box, key=lambda box: box.box)
        box = held.boxes[at]
        lacks = lacking(port, held.part, box)
        where = bisect_left(held.missing, (visit.box,))
        is_there = where < len(held.missing) and held.missing[where][0] == visit.box
        entry = ((visit.box, lacks, box.special),) if lacks else ()
        after = (*held.missing[:where], *entry, *held.missing[where + is_there :])
        if after != held.missing:
            port.lists.put(name, replace(held, missing=after))
            port.relisted.put(held.part, value=True)


def lists_of(port: Port, part_id: str, kind: str) -> tuple[WorkList, ...]:
    """Return the lists of one kind that count for a terminal call, by carrier."""
    held = [port.lists[name] for name in _names(port, part_id)]
    return tuple(one for one in held if one.kind == kind and one.boxes)


def said_by(lists: tuple[WorkList, ...]) -> tuple[Statement, ...]:
    """Return who said these lists."""
    return tuple(one.said for one in lists if one.said)


def forget_lists(port: Port, part_id: str) -> None:
    """Let go of the lists of a ship that is forgotten, and of their boxes."""
    for name in _names(port, part_id):
        held = port.lists[name]
        for box in held.boxes:
            if held.kind == "LOAD":
                _leave(port, box.box, name)
                _count_out(port, box.box)
        if held.kind == "DISCHARGE":
            _tell_blocks(port, replace(held, boxes=()))
        port.lists.drop(name)
    port.relisted.drop(part_id)


def renamed(port: Port, old: str, new: str) -> None:
    """Let the lists of a ship go with a terminal call that is another one from now on."""
    held = [port.lists[name] for name in _names(port, old)]
    forget_lists(port, old)
    for one in held:
        name = new + one.id.removeprefix(old)
        known = port.lists.get(name) or WorkList(id=name, part=new, kind=one.kind)
        both = {(version.list_id, version.number): version for version in one.versions}
        both |= {(version.list_id, version.number): version for version in known.versions}
        newest = sorted(both.values(), key=lambda v: _rank(port, v), reverse=True)
        _keep(port, replace(known, versions=tuple(newest[:VERSIONS_KEPT])))


FOLDS: Final[dict[str, Fold]] = {"rada.yard.work-list-set": work_list_set}
