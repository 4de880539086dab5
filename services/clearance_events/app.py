"""The clearance edge over HTTP: formalities, customs, holds, releases, papers."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

from plumbing.edge_app import Family, edge_app
from plumbing.settings import Settings
from services.clearance_events.translate import subject_of

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "Customs holds a box": {
        "specversion": "1.0",
        "id": "vuce-99118",
        "source": "/COCTG/aut-co-customs/vuce",
        "type": "rada.clearance.hold-placed",
        "subject": "hold:aut-co-customs:IN-20418",
        "time": "2026-10-27T13:02:00Z",
        "recordedtime": "2026-10-27T13:02:30Z",
        "organisation": "aut-co-customs",
        "data": {
            "kind": "CUSTOMS",
            "visit": "RDAU3102075",
            "authority": "aut-co-customs",
            "reason": "physical inspection",
            "refs": {"port": "COCTG", "bl": "bl:RDA:RDABL0099"},
        },
    },
    "Customs revokes a release": {
        "specversion": "1.0",
        "id": "vuce-99120-x",
        "source": "/COCTG/aut-co-customs/vuce",
        "type": "rada.clearance.release-revoked",
        "subject": "rel:aut-co-customs:LV778120",
        "time": "2026-10-27T15:40:00Z",
        "recordedtime": "2026-10-27T15:41:10Z",
        "organisation": "aut-co-customs",
        "data": {
            "kind": "CUSTOMS",
            "visit": "RDAU3102075",
            "reason": "selection changed",
            "refs": {"port": "COCTG", "declaration": "dec:CO:DIM551203"},
        },
    },
}

FAMILY: Final = Family(
    name="clearance",
    title="Rada: clearance events",
    description="Formalities of a call; customs, holds, releases, papers of cargo; conditions.",
    examples=EXAMPLES,
    subject_of=subject_of,
)


def app(settings: Settings | None = None) -> FastAPI:
    """Build the application of this edge."""
    return edge_app(FAMILY, settings or Settings())
