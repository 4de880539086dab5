"""How yard events change the picture: discharge, loading, places, availability, inventories."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import DAY, instant, written
from correlation.picture import clocks, promises
from correlation.picture.aspects import HELD, LINKS, PLACED, QUAY
from correlation.picture.cargo import lifted, without_left_out
from correlation.picture.cargo_kinds import box_described, note_dangerous
from correlation.picture.entities import Block
from correlation.picture.fact import Fact
from correlation.picture.gate import described, keep_visit, put_seen
from correlation.picture.matching import find_terminal_call, visit_for
from correlation.picture.port import Fold, Port
from correlation.picture.wrong_clocks import seen_at

SHIFTS_KEPT: Final = DAY
_PLACED: Final = ("block", "kind", "dg_conflict_with")
_PLANNED: Final = ("moves_in", "moves_out", "equipment", "plugs_planned", "block_closed")


def container_discharged(port: Port, fact: Fact) -> bool:
    """Y02: a container came off a ship; opens its visit."""
    return _moved(port, fact, "discharged", "inbound")


def container_loaded(port: Port, fact: Fact) -> bool:
    """Y03: a container went onto a ship; ends its visit."""
    return _moved(port, fact, "loaded", "outbound")


def _moved(port: Port, fact: Fact, slot: str, way: str) -> bool:
    withdrawn = fact.is_withdrawn
    name = fact.event.subject if withdrawn else fact.data.box.box
    opens = not withdrawn and slot == "discharged"
    visit = visit_for(port, fact, name, may_open=opens)
    if visit is None:
        return False
    before = getattr(visit, slot)
    terminal_call = None if withdrawn else find_terminal_call(port, fact, fact.data.terminal_call)
    after = put_seen(port, fact, before, terminal_call.facility if terminal_call else "")
    if after is before:
        return True
    changes: dict[str, Any] = {slot: after}
    if not withdrawn:
        changes |= described(visit, fact.data)
        if terminal_call:
            changes[way] = terminal_call.id
            changes.setdefault("facility", terminal_call.facility)
        if slot == "discharged" and fact.data.box.category:
            changes["category"] = fact.data.box.category  # the ship's word, whoever spoke first
    was, lift_at = seen_at(port.ruling(before)), seen_at(port.ruling(after))
    if slot == "loaded":
        changes["closed_at"] = lift_at
    else:
        promises.mark(port, "box", visit.id)
    moved = replace(visit, **changes)
    box_described(port, visit.id, fact, None if withdrawn else fact.data.box)
    if getattr(moved, way) != getattr(visit, way):
        lifted(port, getattr(visit, way), was, None)
        was = None
    lifted(port, getattr(moved, way), was, lift_at)
    keep_visit(port, visit, moved, QUAY | LINKS)
    return True


def container_placed(port: Port, fact: Fact) -> bool:
    """Y04: a container stands in a block."""
    withdrawn = fact.is_withdrawn
    visit = visit_for(port, fact, fact.event.subject, may_open=not withdrawn)
    if visit is None:
        return False
    detail = {} if withdrawn else {name: getattr(fact.data, name) for name in _PLACED}
    after = fact.put(port, visit.placed, None if withdrawn else fact.occurred_at, detail)
    if after is not visit.placed:
        if detail.get("dg_conflict_with"):
            note_dangerous(port, visit.id)
        keep_visit(port, visit, replace(visit, placed=after), PLACED)
    return True


def availability_stated(port: Port, fact: Fact) -> bool:
    """Y12: the terminal's own word on whether a container can be collected."""
    visit = visit_for(port, fact, fact.event.subject, may_open=False)
    if visit is None:
        return False
    withdrawn = fact.is_withdrawn
    detail = {} if withdrawn else {"reason": fact.data.reason, "expected_at": fact.data.expected_at}
    after = fact.put(port, visit.available, None if withdrawn else fact.data.available, detail)
    if after is not visit.available:
        keep_visit(port, visit, replace(visit, available=after), HELD)
    return True


def inventory_reported(port: Port, fact: Fact) -> bool:
    """Y06: how full a block is."""
    block = port.blocks.get(fact.event.subject) or Block(id=fact.event.subject)
    withdrawn = fact.is_withdrawn
    names = ("teu", "capacity_teu", "reefer_plugs", "plugs_used", "equipment_up", "as_of")
    detail = {} if withdrawn else {name: getattr(fact.data, name) for name in names}
    after = fact.put(port, block.inventory, None if withdrawn else fact.data.boxes, detail)
    if after is not block.inventory:
        port.blocks.put(block.id, replace(block, inventory=after))
        port.touch("block", block.id)
    return True


def plan_set(port: Port, fact: Fact) -> bool:
    """Y07: what a shift means to move through a block; a shift that is long over is let go."""
    block = port.blocks.get(fact.event.subject) or Block(id=fact.event.subject)
    if fact.is_withdrawn:
        plans = {name: fact.put(port, slot, None) for name, slot in block.plans.items()}
    else:
        data = fact.data
        plans = without_left_out(port, fact, block.plans)
        begins = instant(data.shift.from_at)
        detail = {name: getattr(data, name) for name in _PLANNED}
        detail["to_at"] = data.shift.to_at
        name = written(begins)
        plans[name] = fact.put(port, plans.get(name, ()), begins, detail)
    since = fact.at - SHIFTS_KEPT
    kept = {
        name: slot
        for name, slot in plans.items()
        if slot and any(int(said.get("to_at") or 0) > since for said in slot)
    }
    if kept != block.plans:
        port.blocks.put(block.id, replace(block, plans=kept))
        port.touch("block", block.id)
    return True


FOLDS: Final[dict[str, Fold]] = {
    "rada.yard.container-discharged": container_discharged,
    "rada.yard.container-loaded": container_loaded,
    "rada.yard.container-placed": container_placed,
    "rada.yard.availability-stated": availability_stated,
    "rada.yard.inventory-reported": inventory_reported,
    **clocks.FOLDS,
    "rada.yard.plan-set": plan_set,
}
