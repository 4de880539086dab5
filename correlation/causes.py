"""What stands behind trouble at the quay: conditions of the port, and alerts of the same ship."""

from typing import Final

from correlation.instants import HOUR
from correlation.picture.berths import stay_of
from correlation.picture.conditions import is_ashore
from correlation.picture.entities import TerminalCall
from correlation.picture.port import Port
from correlation.statements import Statement

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
