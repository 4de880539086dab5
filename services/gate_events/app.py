"""The gate edge over HTTP: appointments, trucks, queues and boxes through the gate."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

from plumbing.edge_app import Family, edge_app
from plumbing.settings import Settings
from services.gate_events.translate import subject_of

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "A full export box came in by truck": {
        "specversion": "1.0",
        "id": "gi-260-1",
        "source": "/COCTG/ter-ctg-1/gate",
        "type": "rada.gate.container-gated-in",
        "subject": "RDAU2000016",
        "time": "2026-10-31T17:05:10Z",
        "recordedtime": "2026-10-31T17:05:12Z",
        "organisation": "ter-ctg-1",
        "factid": "GI261031001",
        "data": {
            "box": {
                "box": "RDAU2000016",
                "iso_type": "22G1",
                "is_empty": False,
                "category": "EXPORT",
                "gross_kg": 18450,
                "discharge_port": "PECLL",
            },
            "facility": "COCTG:SMDG:SPRC",
            "gate": "COCTG:SMDG:SPRC/gate/1",
            "mode": "TRUCK",
            "truck_visit": "trk:SPRC:88120",
            "appointment": "apt:SPRC:55031",
            "booking": "bkg:RDA:BK0012345",
            "refs": {"port": "COCTG"},
        },
    },
    "The same, withdrawn": {
        "specversion": "1.0",
        "id": "gi-260-2",
        "source": "/COCTG/ter-ctg-1/gate",
        "type": "rada.gate.container-gated-in",
        "subject": "RDAU2000016",
        "time": "2026-10-31T17:05:10Z",
        "recordedtime": "2026-10-31T17:17:40Z",
        "partitionkey": "COCTG",
        "organisation": "ter-ctg-1",
        "factid": "GI261031001",
        "updatedtime": "2026-10-31T17:17:40Z",
        "retracted": True,
        "data": {"reason": "typed number; the box is RDAU4188535"},
    },
}

FAMILY: Final = Family(
    name="gate",
    title="Rada: gate events",
    description="Appointments, trucks, trains, queues, lanes, and boxes through the gate.",
    examples=EXAMPLES,
    subject_of=subject_of,
)


def app(settings: Settings | None = None) -> FastAPI:
    """Build the application of this edge."""
    return edge_app(FAMILY, settings or Settings())
