"""What the worked examples of the ship and network rules share, in port words."""

import json
from collections.abc import Iterable
from typing import Any

from correlation.instants import HOUR, written
from correlation.state import Said
from tests.correlation.given import CARRIER, SHIP, SYSTEM, TERMINAL, Event, an_event

AUTHORITY = f"/{SYSTEM}/pa-ctg/vts"
HEALTH = f"/{SYSTEM}/aut-co-health/vup"
PILOTS = f"/{SYSTEM}/nau-ctg-1/pilots"
ROTATION = f"rot:{SHIP['imo']}:RDA:015W"
SWELL = "cnd:COCTG:pa-ctg:114"


def a_condition(
    from_at: int,
    to_at: int | None,
    *,
    at: int,
    kind: str = "SWELL",
    classifier: str = "EST",
    effect: str = "CLOSED",
    name: str = SWELL,
    **data: Any,
) -> Event:
    """Return a C13 of the whole port, if no scope is given."""
    body = {
        "kind": kind,
        "scope": {"system": SYSTEM},
        "effect": effect,
        "classifier": classifier,
        "span": {"from_at": written(from_at), "to_at": None if to_at is None else written(to_at)},
        "authority": "pa-ctg",
        **data,
    }
    return an_event("clearance.condition-stated", name, body, at=at, source=AUTHORITY)


def particulars(*, at: int, ship: dict[str, str] = SHIP, **data: Any) -> Event:
    """Return a V08: what is declared of a ship."""
    body = {"refs": {"port": SYSTEM, "vessel": ship}, **data}
    return an_event("vessel.particulars-declared", f"imo:{ship['imo']}", body, at=at)


def a_formality(
    formality: str,
    status: str,
    *,
    at: int,
    direction: str = "INBD",
    ship: dict[str, str] = SHIP,
    **data: Any,
) -> Event:
    """Return a C01: how a paper of a ship's call stands."""
    body = {
        "formality": formality,
        "direction": direction,
        "status": status,
        "authority": "aut-co-health",
        "refs": {"port": SYSTEM, "vessel": ship},
        **data,
    }
    number = f"{ship['imo']}-{direction}-{formality}"
    return an_event("clearance.formality-changed", number, body, at=at, source=HEALTH)


def a_service(
    part: str, service: str, status: str, *, at: int, direction: str = "INBD", **data: Any
) -> Event:
    """Return a V04: a nautical service of a terminal call is required, ordered, declined."""
    name = f"{part}/{service}/{direction}"
    body = {"status": status, **data}
    return an_event("vessel.service-changed", name, body, at=at, source=PILOTS)


def a_unit(name: str, kind: str, from_at: int, to_at: int) -> dict[str, str]:
    """Return a pilot, tug or boat as a V04 names it."""
    return {"unit": name, "kind": kind, "from_at": written(from_at), "to_at": written(to_at)}


def a_status(status: str, subject: str, *, at: int) -> Event:
    """Return a V02 of the ship's call."""
    data = {"status": status, "refs": {"port": SYSTEM, "vessel": SHIP}}
    return an_event("vessel.call-status-changed", subject, data, at=at, source=CARRIER)


def a_declaration(destination: str, *, at: int, previous: str = SYSTEM, **said: Any) -> Event:
    """Return a V06: where the ship now says that she is bound."""
    data = {
        "destination_raw": destination,
        "destination": destination,
        "previous": previous,
        "refs": {"port": SYSTEM, "vessel": SHIP},
        **said,
    }
    subject = f"imo:{SHIP['imo']}"
    return an_event("vessel.voyage-declared", subject, data, at=at, source="/COCTG/ops-rada/ais")


def a_rotation(
    *legs: tuple[str, int, int], at: int, system: str = SYSTEM, buffer_h: float | None = None
) -> Event:
    """Return a V13 of (port, arrival, departure) in order, as the copy of one port system."""
    said = [
        {
            "sequence": number,
            "port": port,
            "arrival_at": written(arrival),
            "departure_at": written(departure),
            "buffer_h": buffer_h,
        }
        for number, (port, arrival, departure) in enumerate(legs, 1)
    ]
    body = {
        "list_id": "rot-1",
        "list_version": 1,
        "legs": said,
        "refs": {"port": system, "vessel": SHIP},
    }
    return an_event(
        "vessel.rotation-set",
        ROTATION,
        body,
        at=at,
        source=f"/{system}/car-rda/schedule",
        partitionkey=system,
    )


def a_connection(
    inbound: str, outbound: str, *groups: dict[str, Any], at: int, version: int = 1, **data: Any
) -> Event:
    """Return a V14: groups of boxes that change from one ship to another."""
    body = {
        "list_id": "con-1",
        "list_version": version,
        "inbound": inbound,
        "outbound": outbound,
        "groups": list(groups),
        **data,
    }
    name = f"con:{inbound}>{outbound}"
    return an_event("vessel.connections-set", name, body, at=at, source=CARRIER)


def a_notice(
    from_system: str,
    hops: int,
    late_h: int,
    planned_at: int,
    *,
    at: int,
    system: str = SYSTEM,
    **attributes: Any,
) -> Event:
    """Return an N01 of another port: how many hours later than planned the ship will be here."""
    arrival, late = written(planned_at + late_h * HOUR), late_h * 60
    return {
        "specversion": "1.0",
        "id": f"{from_system}-{late_h}-{hops}-{at}",
        "source": f"/rada/coordinator/{from_system}",
        "type": "rada.network.delay-foreseen",
        "subject": f"imo:{SHIP['imo']}",
        "time": written(at),
        "recordedtime": written(at),
        "partitionkey": system,
        "factid": f"{from_system}-{system}",
        "organisation": "rada",
        "publisher": "rada",
        "data": {
            "vessel": SHIP,
            "voyage": {"carrier": "RDA", "export_no": "015W"},
            "rotation": ROTATION,
            "from_port": from_system,
            "to_port": system,
            "leg": 3,
            "arrival_at": dict.fromkeys(("p10", "p50", "p90"), arrival),
            "delay_min": dict.fromkeys(("p10", "p50", "p90"), late),
            "notice_version": 1,
            "hops": hops,
        },
        **attributes,
    }


def notices(said: Iterable[Said]) -> list[Event]:
    """Return the notices to other ports among what was said, as the events that they are."""
    return [json.loads(one.value) for one in said if one.topic == "network" and one.value]


__all__ = [
    "AUTHORITY",
    "PILOTS",
    "SWELL",
    "TERMINAL",
    "a_condition",
    "a_connection",
    "a_formality",
    "a_notice",
    "a_service",
    "a_unit",
    "particulars",
]


def a_roster(
    units: int, from_at: int, to_at: int, *, at: int, kind: str = "PILOT", **more: Any
) -> Event:
    """Return a V15: how many pilots (or others) are on duty in a span."""
    span = {"from_at": written(from_at), "to_at": written(to_at)}
    body = {"kind": kind, "span": span, "units_available": units, "refs": {"port": SYSTEM}}
    return an_event("vessel.roster-set", SYSTEM, body, at=at, source=PILOTS, **more)
