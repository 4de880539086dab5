"""What the worked examples of the ship and network rules share, in port words."""

from typing import Any

from correlation.instants import written
from tests.correlation.given import CARRIER, SHIP, SYSTEM, TERMINAL, Event, an_event

AUTHORITY = f"/{SYSTEM}/pa-ctg/vts"
HEALTH = f"/{SYSTEM}/aut-co-health/vup"
PILOTS = f"/{SYSTEM}/nau-ctg-1/pilots"
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


def a_declaration(destination: str, *, at: int, previous: str = SYSTEM) -> Event:
    """Return a V06: where the ship now says that she is bound."""
    data = {
        "destination_raw": destination,
        "destination": destination,
        "previous": previous,
        "refs": {"port": SYSTEM, "vessel": SHIP},
    }
    subject = f"imo:{SHIP['imo']}"
    return an_event("vessel.voyage-declared", subject, data, at=at, source="/COCTG/ops-rada/ais")


__all__ = [
    "AUTHORITY",
    "PILOTS",
    "SWELL",
    "TERMINAL",
    "a_condition",
    "a_formality",
    "a_service",
    "a_unit",
    "particulars",
]
