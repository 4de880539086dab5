"""The yard edge over HTTP: work lists, moves, stock, plugs and machines."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

from plumbing.edge_app import Family, edge_app
from plumbing.settings import Settings
from services.yard_events.translate import subject_of

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "A reefer came off a ship for another": {
        "specversion": "1.0",
        "id": "di-118-0231",
        "source": "/COCTG/ter-ctg-1/tos",
        "type": "rada.yard.container-discharged",
        "subject": "RDAU7654323",
        "time": "2026-10-26T11:23:00Z",
        "recordedtime": "2026-10-26T11:23:04Z",
        "organisation": "ter-ctg-1",
        "data": {
            "box": {
                "box": "RDAU7654323",
                "iso_type": "45R1",
                "is_empty": False,
                "category": "TRANSSHIP",
                "set_point_c": -18.0,
                "load_port": "MXZLO",
                "discharge_port": "CLSAI",
            },
            "terminal_call": "COCTG/9999981/20261026/SPRC/1",
            "crane": "COCTG:SMDG:SPRC/crane/7",
            "refs": {"port": "COCTG"},
        },
    },
}

FAMILY: Final = Family(
    name="yard",
    title="Rada: yard events",
    description="Work lists, moves, stock, plugs and machines of a terminal.",
    examples=EXAMPLES,
    subject_of=subject_of,
)


def app(settings: Settings | None = None) -> FastAPI:
    """Build the application of this edge."""
    return edge_app(FAMILY, settings or Settings())
