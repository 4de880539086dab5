"""What stands behind trouble at the quay: conditions of the port, and alerts of the same ship."""

from typing import Final

from msgspec import Struct

from correlation.instants import HOUR
from correlation.picture.berths import stay_of
from correlation.picture.conditions import is_ashore, kept_off
from correlation.picture.entities import TerminalCall
from correlation.picture.milestones import plan_of, said_of
from correlation.picture.port import Port
from correlation.statements import Statement

STOPS_WORK: Final = frozenset({"CLOSURE", "SWELL", "WIND", "STRIKE", "SYSTEM_DOWN"})
"""Kinds that, said of one terminal or berth, keep its cranes and gangs from working."""
ROLLS: Final = frozenset({"SWELL", "WIND"})
"""Kinds that, over a whole port, let a ship roll at the quay: she is worked, but slowly."""
SLOW_SHARE: Final = 2 / 3
"""Of what her cranes make: a gang on a slow shift still makes seven tenths of it."""
EXPLAINS_SHARE: Final = 0.5
"""Whose delay is less than this part of what she is late by is not what makes her late."""


class Work(Struct, frozen=True, gc=False):
    """How a ship is worked: since when she lies there, since when her departure is agreed.

    `late` is by how much (ms) she will miss it, `share` her pace as a share of what her cranes
    make, None while it is the plan's.
    """

    since: int
    agreed_at: int
    late: int
    share: float | None
    now: int


QUEUE_MELTS: Final = 6 * HOUR
"""So long after a road or gate opened again its queue is still that of the closure."""


def conditions_over(
    port: Port, facility: str, since: int, until: int
) -> tuple[tuple[str, Statement], ...]:
    """Return the conditions that close or restrict a terminal, or the whole port, in a span."""
    found = []
    for identity in sorted(port.conditions):
        said = port.ruling(port.conditions[identity].state)
        if said is None or said.get("effect") == "INFO" or not _covers(said, facility):
            continue
        begins, ends = said.get("from_at"), said.get("lifted_at") or said.get("to_at")
        starts = begins if isinstance(begins, int) else said.occurred_at
        if starts <= until and (not isinstance(ends, int) or ends >= since):
            found.append((identity, said))
    return tuple(found)


def _covers(said: Statement, facility: str) -> bool:
    if any(said.get(name) for name in ("gate", "road")):
        return False
    places = [str(place) for name in ("facility", "berth") if (place := said.get(name))]
    return not places or any(place.partition("/")[0] == facility for place in places)


def behind_work(
    port: Port, part: TerminalCall, work: Work, over: tuple[tuple[str, Statement], ...]
) -> tuple[tuple[str, Statement], ...]:
    """Return which conditions make a ship miss her agreed departure, the first of them first.

    What let her come late to her berth, while the departure is still that of before; what keeps
    people from working her; and swell or wind in which her pace is a slow one. What was over when
    the departure was agreed, that agreement knew. `over`: the conditions of her stay since then.
    """
    found = {}
    if work.agreed_at <= work.since:
        for identity in _kept_from_berth(port, part, work):
            found[identity] = port.ruling(port.conditions[identity].state)
    is_slow = work.share is not None and work.share < SLOW_SHARE
    for identity, said in over:
        begins, ends = said.get("from_at"), said.get("lifted_at") or said.get("to_at")
        if (begins if isinstance(begins, int) else said.occurred_at) > work.now:
            continue  # what is still to come has not slowed her yet
        lasts = not isinstance(ends, int) or ends >= work.now
        if stops_work(said) or (is_slow and lasts and _rolls(said)):
            found[identity] = said
    return tuple((identity, said) for identity, said in found.items() if said)


def stops_work(said: Statement) -> bool:
    """Tell whether a condition keeps people from working a ship, and not only ships from moving.

    A strike does unless it is one of the channel; anything else where it is said of the place.
    """
    if said.get("channel"):
        return False
    local = bool(said.get("facility") or said.get("berth"))
    return said.value == "STRIKE" or (local and said.value in STOPS_WORK)


def _rolls(said: Statement) -> bool:
    local = said.get("facility") or said.get("berth") or said.get("channel")
    return said.value in ROLLS and not local


def _kept_from_berth(port: Port, part: TerminalCall, work: Work) -> tuple[str, ...]:
    """Return the conditions for which a ship came so late to her berth that it explains her."""
    plan, call = plan_of(port, part), port.calls[part.call]
    planned_at = int(plan.value or 0) if plan else work.since
    if work.since - planned_at < EXPLAINS_SHARE * work.late:
        return ()
    boarding = said_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI").get("PLN")
    way_in = max(0, planned_at - int(boarding.value or 0)) if boarding else 0
    return kept_off(port, call.id, planned_at - way_in, work.since - way_in)


def conditions_at_gate(port: Port, gate: str, at: int) -> tuple[tuple[str, Statement], ...]:
    """Return the conditions ashore that hold trucks up at a gate at an instant, or did lately.

    A road block or strike holds them up wherever it is; what stops ships alone does not.
    """
    facility = gate.partition("/")[0]
    found = []
    for identity in sorted(port.conditions):
        said = port.ruling(port.conditions[identity].state)
        if said is None or said.get("effect") == "INFO" or not is_ashore(said):
            continue
        named = str(said.get("gate") or said.get("facility") or "")
        if named and named not in (gate, facility):
            continue
        begins, ends = said.get("from_at"), said.get("lifted_at") or said.get("to_at")
        starts = begins if isinstance(begins, int) else said.occurred_at
        if starts <= at and (not isinstance(ends, int) or ends + QUEUE_MELTS >= at):
            found.append((identity, said))
    return tuple(found)


def behind_ship(port: Port, part: TerminalCall, conditions: tuple[str, ...]) -> tuple[str, ...]:
    """Return what may be behind a ship's being late: closest first, the port's conditions last."""
    mine = stay_of(port, part.id)
    found = []
    watched = port.watch.get(f"terminal_call|{part.id}")
    for key in watched.keys if watched else ():
        code, _, rest = key.partition("|")
        names = rest.split("|")[1:]
        if code == "B03" and mine and len(names) == 2:
            other = stay_of(port, names[names[0] == part.id])
            if other and (other.arrival.at, other.part.id) < (mine.arrival.at, part.id):
                found.append(key)
    blocked = [f"B07|{port.system}|{name}|{part.call}" for name in conditions]
    return (*found, f"B01|{port.system}|{part.call}", *blocked, *conditions)
