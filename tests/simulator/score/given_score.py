"""Labels and instances made by hand, in minutes from one noon."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from correlation.findings import Severity
from correlation.instants import MINUTE
from simulator.score.instances import Instance, Opening
from simulator.truth import Label

NOON = 1_793_880_000_000  # 2026-11-05T12:00:00Z
KEY = "B01|COCTG|COCTG/9999993/20261107"
ENDS = NOON + 24 * 60 * MINUTE


def minute(count: float) -> int:
    """Return the instant so many minutes after noon."""
    return NOON + int(count * MINUTE)


def a_label(start: float = 0, end: float | None = 300, **changes: Any) -> Label:
    """Return a label true from minute 0 to 300: knowable at once, act by 120, impact 240."""
    label = Label(
        code="B01",
        dedup_key=KEY,
        system="COCTG",
        true_start=minute(start),
        knowable_at=minute(start),
        impact_at=minute(start + 240),
        act_by_at=minute(start + 120),
        true_end=None if end is None else minute(end),
        severity_path=((minute(start), "YELLOW"),),
        audience=("car-rda", "ter-ctg-1"),
        root_kind="late-departure-upstream",
    )
    return replace(label, **changes)


def an_instance(
    *openings: tuple[float, float | None], key: str = KEY, state: str = "CLEARED", **changes: Any
) -> Instance:
    """Return an instance that was open in these spans of minutes."""
    opened = [
        Opening(minute(start), None if end is None else minute(end)) for start, end in openings
    ]
    yellow: Severity = "YELLOW"
    made = Instance(
        alert_id=f"{key}@{openings[0][0]}",
        code=key.partition("|")[0],
        key=key,
        system="COCTG",
        openings=opened,
        severities=[(opened[0].start, yellow)],
        told={"car-rda", "ter-ctg-1"},
        rings=ringing(opened),
        state=state if openings[-1][1] is not None else "OPEN",
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def ringing(openings: Sequence[Opening]) -> list[tuple[int, tuple[str, str, str]]]:
    """Return what calls on the terminal's desk and the carrier's at each opening."""
    desks = (("COCTG", "car-rda", "CAR"), ("COCTG", "ter-ctg-1", "TER"))
    return [(opening.start, desk) for opening in openings for desk in desks]


def retracted(at: float, *openings: tuple[float, float | None], key: str = KEY) -> Instance:
    """Return an instance that was taken back at a minute."""
    return an_instance(*openings, key=key, state="RETRACTED", retracted_at=minute(at))
