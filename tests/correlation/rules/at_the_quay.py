"""A ship at the quay, in port words: she is fast, her boxes are lifted, her cranes stop."""

from typing import Any

from contracts.identifiers import box_check_digit
from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    NOON,
    TERMINAL,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    an_event,
)

PART = "COCTG/9999993/20261105/SPRC/1"
CALL = "COCTG/9999993/20261105"
CRANE = f"{TERMINAL}/crane/7"
YARD_CRANE = f"{TERMINAL}/crane/r7"
LEAVES = NOON + 20 * HOUR
BOXES = tuple(ten + box_check_digit(ten) for ten in (f"RDAU{n:06d}" for n in range(400)))


def a_ship_alongside(port: APort, *, leaves: int = LEAVES, moves: int | None = 400) -> None:
    """Let a ship be fast at noon, with a plan to leave and so many boxes to move."""
    port.hear(a_berth_plan(NOON, leaves, at=NOON - 10 * HOUR), at=NOON - 10 * HOUR)
    if moves is not None:
        port.hear(a_forecast(moves, at=NOON - 9 * HOUR), at=NOON - 9 * HOUR)
    port.hear(an_actual("ALL_FAST", NOON), at=NOON)
    assert port.rejections() == []


def an_actual(service: str, at: int, *, point: str = "CMPL", **attributes: Any) -> Event:
    """Return a V03: a point of a service happened."""
    return a_milestone("ACT", at, at=at, service=service, point=point, source=TOS, **attributes)


def a_forecast(total: int, *, at: int, part: str = PART, **data: Any) -> Event:
    """Return a V11: so many boxes to discharge in all."""
    body = {"forecasts": [{"carrier": None, "discharge": {"total": total}}], **data}
    return an_event("vessel.moves-forecasted", part, body, at=at)


def progress(done: int, left: int, *, at: int, part: str = PART, **data: Any) -> Event:
    """Return a V12: so many boxes moved, so many to go."""
    body = {
        "as_of": written(at),
        "discharged": done,
        "loaded": 0,
        "restowed": 0,
        "remaining": left,
        **data,
    }
    return an_event("vessel.cargo-progressed", part, body, at=at)


def a_lift(n: int, *, at: int, part: str = PART) -> Event:
    """Return a Y02: the ship's box of this number came off, told by a COARRI message."""
    raw = {"system": "COARRI D.95B", "codes": []}
    data = {"box": {"box": BOXES[n], "category": "IMPORT"}, "terminal_call": part, "raw": raw}
    return an_event("yard.container-discharged", BOXES[n], data, at=at)


def lifts(port: APort, count: int, *, begin: int, each: int = 3 * MINUTE, first: int = 0) -> None:
    """Let boxes come off one by one."""
    for n in range(count):
        at = begin + n * each
        port.hear(a_lift(first + n, at=at), at=at)


def a_yard_by_a_clock(port: APort, off: int) -> None:
    """Let the terminal's yard system be heard for a morning, its clock so much ahead or behind."""
    for minutes in range(0, 12 * 60, 10):
        at = NOON - 12 * HOUR + minutes * MINUTE
        state = "WORKING" if minutes % 20 else "STOPPED"
        port.hear(a_yard_crane(state, at=at + off), at=at)


def a_yard_crane(state: str, *, at: int) -> Event:
    """Return a Y08: a crane in the yard, that works on no ship, changes."""
    data = {"kind": "RTG", "state": state, "classifier": "ACT"}
    return an_event("yard.equipment-changed", YARD_CRANE, data, at=at)


def a_crane(
    state: str, *, at: int, classifier: str = "ACT", part: str = PART, **data: Any
) -> Event:
    """Return a Y08: a crane that works on the ship changes."""
    body = {
        "kind": "QUAY_CRANE",
        "state": state,
        "classifier": classifier,
        "terminal_call": part,
        **data,
    }
    return an_event("yard.equipment-changed", CRANE, body, at=at)
