"""What is to leave each yard block: by booked trucks hour by hour, and aboard by listed ships.

Counted box by box as boxes, trucks and lists change, so that looking at a block costs the same
however many boxes stand in it.
"""

from typing import Final

from correlation.instants import HOUR
from correlation.picture.entities import Visit
from correlation.picture.port import Port

HOUR_OF: Final = "hour:"
"""Before the hour (since the epoch) in which trucks fetch boxes; other names are ships' parts."""


def block_of(port: Port, visit: Visit) -> str:
    """Return the block in which a box stands, as moved or as listed; nothing if in none."""
    if visit.closed_at is not None:
        return ""
    placed = port.ruling(visit.placed)
    if placed is not None and placed.get("kind") == "OUT":
        return ""
    said = placed or port.ruling(visit.stocked)
    return str(said.get("block") or "") if said else ""


def follow(port: Port, visit: Visit) -> None:
    """Count a box where it is to leave from, and no longer where it was counted."""
    before = port.leaves.get(visit.id, "")
    block = block_of(port, visit) if _may_leave(port, visit) else ""
    way = _way(port, visit) if block else ""
    after = f"{block}\n{way}" if way else ""
    if after == before:
        return
    if before:
        _count(port, before, -1)
        port.leaves.drop(visit.id)
    if after:
        _count(port, after, 1)
        port.leaves.put(visit.id, after)


def _may_leave(port: Port, visit: Visit) -> bool:
    return bool(visit.appointments) or visit.box in port.listed


def _way(port: Port, visit: Visit) -> str:
    """Return how a box leaves: with the first truck booked for it, else with a listed ship."""
    fetched = [
        appointment.slot_from
        for name in visit.appointments
        if (appointment := port.appointments.get(name)) and appointment.is_live
        if any(task.direction == "COLLECT" and task.box == visit.box for task in appointment.tasks)
    ]
    if fetched:
        return f"{HOUR_OF}{min(fetched) // HOUR}"
    known = port.listed.get(visit.box)
    parts = [name.partition("|")[0] for name in known.lists] if known else []
    return min(parts, default="")


def _count(port: Port, entry: str, by: int) -> None:
    block, _, way = entry.partition("\n")
    held = dict(port.leaving.get(block, {}))
    held[way] = held.get(way, 0) + by
    left = {name: held[name] for name in sorted(held) if held[name] > 0}
    if left:
        port.leaving.put(block, left)
    else:
        port.leaving.drop(block)
    if f"block|{block}" in port.watch:  # others are looked at with the next count of their boxes
        port.touch("block", block)


def forget(port: Port, visit_id: str) -> None:
    """Let go of a box that is forgotten."""
    if before := port.leaves.get(visit_id):
        _count(port, before, -1)
        port.leaves.drop(visit_id)


def fetched_from(port: Port, block_id: str) -> list[tuple[int, int]]:
    """Return (begin of the hour, boxes) that trucks are booked to fetch from a block."""
    held = port.leaving.get(block_id, {})
    hours = [(int(way[len(HOUR_OF) :]), n) for way, n in held.items() if way.startswith(HOUR_OF)]
    return sorted((hour * HOUR, boxes) for hour, boxes in hours)


def loaded_from(port: Port, block_id: str) -> list[tuple[str, int]]:
    """Return (terminal call, boxes) that listed ships take from a block."""
    held = port.leaving.get(block_id, {})
    return [(way, boxes) for way, boxes in held.items() if not way.startswith(HOUR_OF)]
