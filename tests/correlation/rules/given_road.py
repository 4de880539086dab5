"""A port with roads: ante-port, weighbridge, border and rail ramp, and who is seen there."""

from typing import Any

from correlation.instants import written
from tests.correlation.given import (
    NOON,
    TERMINAL,
    APort,
    Event,
    a_profile,
    an_event,
    profile_changed,
)

ROAD = "/COCTG/aut-co-roads/weigh"
ANTE_PORT, WEIGHBRIDGE, BORDER, RAMP = "AP-1", "WB-1", "BO-1", "RR-1"
TRUCK = "trk:SPRC:1"
CORRIDORS = [
    {
        "id": "SUR",
        "name": "Vía del sur",
        "waypoints": [
            {"place": BORDER, "name": "Paso del Sur", "kind": "BORDER", "usual_minutes": 600},
            {
                "place": WEIGHBRIDGE,
                "name": "Báscula de Turbaco",
                "kind": "WEIGHBRIDGE",
                "usual_minutes": 60,
                "spread_minutes": 10,
            },
            {"place": ANTE_PORT, "name": "Antepuerto", "kind": "ANTE_PORT", "usual_minutes": 20},
        ],
    },
    {
        "id": "TREN",
        "name": "Ferrocarril",
        "waypoints": [
            {"place": RAMP, "name": "Rampa seca", "kind": "RAIL_RAMP", "usual_minutes": 300}
        ],
    },
]


def a_road(*, capacity: int = 60, hours: dict[str, list[str]] | None = None) -> APort:
    """Return a port whose profile has these corridors and one gate."""
    gate: dict[str, Any] = {"id": "1", "capacity_per_hour": capacity}
    place = {
        "code": TERMINAL,
        "name": "SPRC",
        "quay_metres": 700,
        "gates": [gate | ({"hours": hours} if hours else {})],
    }
    document = a_profile(facilities=[place], corridors=CORRIDORS)
    document["sources"] = []
    document["organisations"][1]["families"] = ["vessel", "clearance"]
    document["organisations"] += [
        {"code": "aut-co-roads", "name": "Vías", "roles": ["AUT"], "families": ["gate"]},
        {"code": "aut-co-customs", "name": "Aduana", "roles": ["AUT"], "families": ["clearance"]},
    ]
    port = APort()
    port.hear(profile_changed(document, at=NOON), at=NOON)
    return port


def a_sighting(place: str, *, at: int, truck: str = TRUCK, **data: Any) -> Event:
    """Return G05: a truck passes a place of the corridor towards the port."""
    attributes = {name: data.pop(name) for name in ("factid", "updatedtime", "id") if name in data}
    body = {
        "place": place,
        "kind": "WEIGHBRIDGE",
        "direction": "TO_PORT",
        "step": "THROUGH",
        "mode": "TRUCK",
        "classifier": "ACT",
        **data,
    }
    return an_event("gate.waypoint-passed", truck, body, at=at, source=ROAD, **attributes)


def a_train(
    point: str, ramp: str, milestone_at: int, *, at: int, classifier: str = "EST", **data: Any
) -> Event:
    """Return G11: when a train leaves or reaches a ramp."""
    body = {
        "ramp": ramp,
        "point": point,
        "classifier": classifier,
        "milestone_at": written(milestone_at),
        **data,
    }
    return an_event("gate.train-visit-stated", f"trn:{RAMP}:77:20261105", body, at=at, source=ROAD)
