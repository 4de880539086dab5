"""The vessel edge over HTTP: calls, milestones, berth plans, windows, positions."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

from plumbing.edge_app import Family, edge_app
from plumbing.settings import Settings
from services.vessel_events.translate import subject_of

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "A carrier states when its ship will berth": {
        "specversion": "1.0",
        "id": "car-2026-10-27-0001",
        "source": "/COCTG/car-rda/schedule",
        "type": "rada.vessel.milestone-stated",
        "time": "2026-10-27T14:00:00Z",
        "recordedtime": "2026-10-27T14:00:20Z",
        "organisation": "car-rda",
        "factid": "eta-7781",
        "data": {
            "service": "BERTH",
            "point": "ARRI",
            "classifier": "EST",
            "milestone_at": "2026-11-05T19:00:00Z",
            "phase": "INBD",
            "place": "BRTH",
            "refs": {
                "port": "COCTG",
                "vessel": {"imo": "9999993", "name": "RADA EXAMPLE"},
                "voyage": {"carrier": "RDA", "import_no": "014E", "export_no": "015W"},
            },
        },
    },
    "A terminal plans a berth": {
        "specversion": "1.0",
        "id": "bp-4402",
        "source": "/COCTG/ter-ctg-1/tos",
        "type": "rada.vessel.berth-plan-set",
        "time": "2026-10-27T14:08:00Z",
        "recordedtime": "2026-10-27T14:08:00Z",
        "organisation": "ter-ctg-1",
        "data": {
            "classifier": "PLN",
            "berth": "COCTG:SMDG:SPRC/berth/4",
            "arrival_at": "2026-11-05T19:00:00Z",
            "departure_at": "2026-11-06T17:00:00Z",
            "bow_m": 310,
            "stern_m": 10,
            "refs": {
                "port": "COCTG",
                "facility": "COCTG:SMDG:SPRC",
                "vessel": {"imo": "9999993"},
                "terminal_call": "COCTG/9999993/20261105/SPRC/1",
            },
        },
    },
}

FAMILY: Final = Family(
    name="vessel",
    title="Rada: vessel events",
    description="Calls, milestones, berth plans, windows, positions and rotations of ships.",
    examples=EXAMPLES,
    subject_of=subject_of,
)


def app(settings: Settings | None = None) -> FastAPI:
    """Build the application of this edge."""
    return edge_app(FAMILY, settings or Settings())
