"""How full a yard block will be: its stock, what shifts and ships bring and take, hour by hour.

All of it follows from facts and from the hour that has begun: within one hour every look says
the same.
"""

from typing import Final

from msgspec import Struct

from correlation.instants import HOUR
from correlation.picture.entities import Block
from correlation.picture.finishing import start_at
from correlation.picture.leaving import fetched_from, loaded_from
from correlation.picture.milestones import berth_arrival, is_dropped, plan_of
from correlation.picture.port import Port
from correlation.statements import Statement

USUAL_WORK: Final = 24 * HOUR
"""How long a ship is worked where no plan says until when."""


class Flow(Struct, frozen=True, gc=False):
    """Boxes that come into a block (negative: leave it) over a span, and who said so."""

    from_at: int
    to_at: int
    boxes: float
    said: Statement | None
    part: str = ""


class Stock(Struct, frozen=True, gc=False):
    """What a block holds as of an instant, in boxes and TEU, and what it could hold."""

    teu: float
    boxes: int
    capacity: float
    as_of: int
    said: Statement

    @property
    def teu_each(self) -> float:
        """TEU a box, by what stands here."""
        return self.teu / self.boxes if self.boxes else 0.0


def stock_of(port: Port, block: Block) -> Stock | None:
    """Return the stock of a block as last said; its capacity as said, else by the profile."""
    said = port.ruling(block.inventory)
    if said is None:
        return None
    capacity = said.get("capacity_teu") or _by_profile(port, block.id, "capacity_teu")
    if not isinstance(capacity, int | float) or capacity <= 0:
        return None
    as_of = said.get("as_of")
    return Stock(
        teu=float(said.get("teu") or 0),
        boxes=int(said.value or 0),
        capacity=float(capacity),
        as_of=as_of if isinstance(as_of, int) else said.occurred_at,
        said=said,
    )


def plugs_of(port: Port, block: Block) -> int:
    """Return how many reefer plugs a block has."""
    said = port.ruling(block.inventory)
    plugs = said.get("reefer_plugs") if said else None
    return int(plugs or _by_profile(port, block.id, "plugs") or 0)


def _by_profile(port: Port, block_id: str, field: str) -> int | None:
    facility, _, name = block_id.partition("/block/")
    place = port.community.places.get(facility) if port.community else None
    for block in place.blocks if place else ():
        if block.id == name:
            return int(getattr(block, field))
    return None


def shifts_of(port: Port, block: Block, since: int) -> list[tuple[int, int, Statement]]:
    """Return (from, to, plan) of the shifts of a block that are not over at an instant."""
    found = []
    for slot in block.plans.values():
        said = port.ruling(slot)
        if said is None or not isinstance(until := said.get("to_at"), int) or until <= since:
            continue
        found.append((int(said.value or 0), until, said))
    return sorted(found, key=lambda shift: shift[:2])


def discharges_of(port: Port, block: Block) -> list[Flow]:
    """Return what ships still to be worked will bring into a block, the next ship first."""
    counts: dict[str, int] = {}
    for name, boxes in block.listed.items():
        part_id = name.partition("|")[0]
        counts[part_id] = counts.get(part_id, 0) + boxes
    found = []
    for part_id, boxes in sorted((counts | block.forecast).items()):
        span = _worked(port, part_id)
        if span is None:
            continue
        part = port.terminal_calls[part_id]
        plan, arrival = plan_of(port, part), berth_arrival(port, part)
        said = plan or (arrival.said if arrival else None)
        found.append(Flow(*span, boxes, said, part_id))
    return sorted(found, key=lambda flow: (flow.from_at, flow.part))


def _worked(port: Port, part_id: str) -> tuple[int, int] | None:
    """Return from when until when a ship is worked, or None if she will not be."""
    part = port.terminal_calls.get(part_id)
    if part is None or is_dropped(port, port.calls[part.call], part):
        return None
    arrival = berth_arrival(port, part)
    begins = start_at(port, port.calls[part.call], part)
    if arrival is not None:
        begins = max(begins or 0, arrival.at)
    if begins is None:
        return None
    plan = plan_of(port, part)
    ends = plan.get("ops_end_at") or plan.get("departure_at") if plan else None
    return begins, ends if isinstance(ends, int) and ends > begins else begins + USUAL_WORK


def flows_of(port: Port, block: Block, since: int) -> list[Flow]:
    """Return what comes and goes: by the plans of shifts, else by ships in hours without one."""
    shifts = shifts_of(port, block, since)
    found = [
        Flow(begins, until, int(said.get("moves_in") or 0) - int(said.get("moves_out") or 0), said)
        for begins, until, said in shifts
    ]
    for flow in discharges_of(port, block):
        for begins, ends in _unplanned(flow, shifts):  # what comes in a shift is in its plan
            share = (ends - begins) / (flow.to_at - flow.from_at)
            found.append(Flow(begins, ends, round(flow.boxes * share), flow.said, flow.part))
    return found + _departures(port, block, since, shifts)


def _departures(
    port: Port, block: Block, since: int, shifts: list[tuple[int, int, Statement]]
) -> list[Flow]:
    """Return what trucks and ships take out in hours for which no shift is planned."""
    found = [
        Flow(begins, begins + HOUR, -boxes, None)
        for begins, boxes in fetched_from(port, block.id)
        if begins + HOUR > since
    ]
    for part_id, boxes in loaded_from(port, block.id):
        if span := _worked(port, part_id):
            found.append(Flow(*span, -boxes, None, part_id))
    return [
        Flow(begins, ends, flow.boxes * (ends - begins) / (flow.to_at - flow.from_at), None)
        for flow in found
        for begins, ends in _unplanned(flow, shifts)
    ]


def _unplanned(flow: Flow, shifts: list[tuple[int, int, Statement]]) -> list[tuple[int, int]]:
    """Return the spans of a flow in which no shift is planned."""
    found, at = [], flow.from_at
    for begins, ends, _ in shifts:
        if at < begins:
            found.append((at, min(begins, flow.to_at)))
        at = max(at, ends)
        if at >= flow.to_at:
            break
    if at < flow.to_at:
        found.append((at, flow.to_at))
    return [(begins, ends) for begins, ends in found if begins < ends]


def level_at(stock: Stock, flows: list[Flow], at: int, usual: float) -> float:
    """Return the share of a block that is full at an instant, if all comes as it is said."""
    boxes, as_of = 0.0, stock.as_of
    for flow in flows:
        begins = flow.from_at if flow.from_at > as_of else as_of
        ends = flow.to_at if flow.to_at < at else at
        if ends > begins:
            boxes += flow.boxes * (ends - begins) / (flow.to_at - flow.from_at)
    return (stock.teu + boxes * (stock.teu_each or usual)) / stock.capacity
