"""What the cases of a service standard took, by measure (contracts/standards.py).

A case is there when its end is known, and again without it when the end is taken back. A truck is
named by its appointment; one without by its gate and itself, where the first word on each step
counts, as in the queue of its gate.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from correlation.picture.availability import customs_release
from correlation.picture.entities import Passage, TerminalCall, Visit
from correlation.picture.milestones import said_of, window_of
from correlation.picture.periods import off_night
from correlation.picture.port import Port
from correlation.statements import Slot

WINDOWS: Final = ("EFC", "FCO")
"""Opening and cut-off of full containers, by which trucks are planned."""
WALK_IN: Final = "|BOTH|"
"""Between gate and truck in the name of a truck without an appointment."""
REACHED: Final = (
    ("PORT_LIMIT", "ARRI"),
    ("ANCHORAGE", "STRT"),
    ("PILOT_BOARDING_PLACE", "ARRI"),
)
"""Signs that a ship is in port; the first of them counts."""
FAST: Final = (("ALL_FAST", "ARRI"), ("ALL_FAST", "CMPL"))


class Measured(Struct, frozen=True, gc=False):
    """What a case took in milliseconds, when it ended, and at which facility."""

    value: int
    ended_at: int
    facility: str


def measured(port: Port, measure: str, identity: str) -> Measured | None:
    """Return the case of a measure that a ship's terminal call, box visit or truck is, or None."""
    found = HOW[measure](port, identity)
    if found is not None and found.value < 0:  # done ahead of time
        return Measured(0, found.ended_at, found.facility)
    return found


def _between(since: int | None, until: int | None, facility: str) -> Measured | None:
    if since is None or until is None:
        return None
    return Measured(until - since, until, facility)


def _when(port: Port, slot: Slot) -> int | None:
    said = port.ruling(slot)
    return None if said is None or said.value is None else int(said.value)


# -- ships


def _actual(port: Port, part: TerminalCall, points: tuple[tuple[str, str], ...]) -> int | None:
    """Return the first of these points that was reached."""
    call = port.calls[part.call]
    found = [
        int(said.value or 0)
        for service, point in points
        if (said := said_of(port, call, part, service, point).get("ACT"))
    ]
    return min(found, default=None)


def _lift(port: Port, part: TerminalCall, name: str) -> int | None:
    progress = port.ruling(part.progress)
    at = progress.get(name) if progress else None
    return at if isinstance(at, int) else None


def _wait_for_berth(port: Port, identity: str) -> Measured | None:
    """K04, of the terminal that a ship came to first."""
    part = port.terminal_calls.get(identity)
    if part is None:
        return None
    arrived = _actual(port, part, (("BERTH", "ARRI"),))
    if arrived is None:
        return None
    for name in port.calls[part.call].terminal_calls:
        other = _actual(port, port.terminal_calls[name], (("BERTH", "ARRI"),))
        if other is not None and (other, name) < (arrived, identity):
            return None
    return _between(_actual(port, part, REACHED), arrived, part.facility)


def _idle_before_work(port: Port, identity: str) -> Measured | None:
    part = port.terminal_calls.get(identity)
    if part is None:
        return None
    return _between(_actual(port, part, FAST), _lift(port, part, "first_lift_at"), part.facility)


def _idle_after_work(port: Port, identity: str) -> Measured | None:
    part = port.terminal_calls.get(identity)
    if part is None:
        return None
    left = _actual(port, part, (("BERTH", "DEPA"),))
    return _between(_lift(port, part, "last_lift_at"), left, part.facility)


def _windows_moved(port: Port, identity: str) -> Measured | None:
    """K22: counted when the ship is alongside, for then her windows move no more."""
    part, first = port.terminal_calls.get(identity), port.first_windows.get(identity)
    arrived = _actual(port, part, (("BERTH", "ARRI"),)) if part and first else None
    if part is None or first is None or arrived is None:
        return None
    moved = [
        abs(at - first[code])
        for code in WINDOWS
        if code in first and (at := window_of(port, part, code)) is not None
    ]
    return Measured(max(moved, default=0), arrived, part.facility)


# -- boxes


def _is_import(visit: Visit) -> bool:
    return not visit.is_empty and visit.category not in ("TRANSSHIP", "DOMESTIC")


def _dwell(port: Port, identity: str) -> Measured | None:
    visit = port.visits.get(identity)
    if visit is None or not visit.gate_out or not _is_import(visit):
        return None
    return _between(_when(port, visit.discharged), _when(port, visit.gate_out), visit.facility)


def _release(port: Port, identity: str) -> Measured | None:
    """K24: a release that was taken back counts when it is given again."""
    visit = port.visits.get(identity)
    if visit is None or not visit.discharged or not _is_import(visit):
        return None
    discharged, said = _when(port, visit.discharged), customs_release(port, visit)
    if discharged is None or said is None:
        return None
    ended_at = max(discharged, said.occurred_at)
    return Measured(said.occurred_at - discharged, ended_at, visit.facility)


# -- trucks


def _steps(port: Port, identity: str) -> tuple[dict[str, int], str]:
    """Return when a truck was at each step, and at which facility."""
    if appointment := port.appointments.get(identity):
        found = {name: _when(port, slot) for name, slot in appointment.steps.items()}
        return {name: at for name, at in found.items() if at is not None}, appointment.facility
    gate, _, truck = identity.partition(WALK_IN)
    flow = port.flows.get(f"{gate}{WALK_IN[:-1]}")
    seen = flow.trucks.get(truck) if flow else None
    return _passed(seen or Passage()), gate.partition("/")[0]


def _passed(seen: Passage) -> dict[str, int]:
    steps = {"QUEUE_IN": seen.queued_at, "LANE_IN": seen.entered_at, "LEFT": seen.left_at}
    return {name: at for name, at in steps.items() if at}


def _turn(port: Port, identity: str) -> Measured | None:
    steps, facility = _steps(port, identity)
    return _between(steps.get("QUEUE_IN", steps.get("LANE_IN")), steps.get("LEFT"), facility)


def _transaction(port: Port, identity: str) -> Measured | None:
    steps, facility = _steps(port, identity)
    return _between(steps.get("LANE_IN"), steps.get("LANE_OUT", steps.get("YARD_IN")), facility)


def _off_slot(port: Port, identity: str) -> Measured | None:
    appointment = port.appointments.get(identity)
    steps, facility = _steps(port, identity)
    came = steps.get("QUEUE_IN", steps.get("LANE_IN"))
    if appointment is None or came is None or not appointment.slot_from:
        return None
    off = max(appointment.slot_from - came, came - appointment.slot_to, 0)
    return Measured(off, came, facility)


def _off_night(port: Port, identity: str) -> Measured | None:
    steps, facility = _steps(port, identity)
    came = steps.get("QUEUE_IN", steps.get("LANE_IN"))
    return None if came is None else Measured(off_night(port.system, came), came, facility)


HOW: Final[dict[str, Callable[[Port, str], Measured | None]]] = {
    "K04": _wait_for_berth,
    "K05": _idle_before_work,
    "K06": _idle_after_work,
    "K13": _dwell,
    "K15": _turn,
    "K16": _transaction,
    "K17": _off_slot,
    "K19": _off_night,
    "K22": _windows_moved,
    "K24": _release,
}
