"""How much each port handles: the table beside the profiles, one row a port system."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

FILE: Final = Path(__file__).parents[2] / "communities" / "volumes.csv"


class Volumes(NamedTuple):
    """A port's figures: shares are between 0 and 1, a wait is in days."""

    system: str
    transship: float
    moves_per_call: float
    calls_per_week: int
    gate_boxes_per_day: float
    trucks_per_day: float
    wait_days: float
    is_exposed: bool
    """Whether Pacific swell closes it (12 to 25 times a year; others 3 times)."""
    reefer_exports: float
    orange: float
    red: float
    free_days: int


@cache
def volumes() -> Mapping[str, Volumes]:
    """Return the figures of every port system by its key."""
    with FILE.open(encoding="utf-8", newline="") as opened:
        return {row["system"]: _of(row) for row in csv.DictReader(opened)}


def _of(row: Mapping[str, str]) -> Volumes:
    return Volumes(
        system=row["system"],
        transship=float(row["transshipment_pct"]) / 100,
        moves_per_call=float(row["moves_per_call"]),
        calls_per_week=int(row["calls_per_week"]),
        gate_boxes_per_day=float(row["gate_boxes_per_day"]),
        trucks_per_day=float(row["trucks_per_day"]),
        wait_days=float(row["wait_days"]),
        is_exposed=row["exposed_pacific"] == "1",
        reefer_exports=float(row["reefer_export_pct"]) / 100,
        orange=float(row["customs_orange"]) / 100,
        red=float(row["customs_red"]) / 100,
        free_days=int(row["free_days"]),
    )
