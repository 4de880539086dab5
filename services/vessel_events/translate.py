"""A vessel source's words -> contracts: which call, service or ship an event is about."""

from collections.abc import Mapping
from typing import Any, Final

from plumbing.subjects import first_named, joined

_CALL: Final = (
    "refs.call",
    "refs.port_call_id",
    "refs.visit_ref",
    "refs.vessel",
)
_TERMINAL_CALL: Final = (
    "refs.terminal_call",
    "refs.terminal_call_id",
    "refs.carrier_call_ref",
    *_CALL,
)
_SERVICE: Final = ("refs.service", "refs.port_call_service_id", *_TERMINAL_CALL)
_SHIP: Final = ("refs.vessel", "vessel")

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "call-announced": (*_CALL, "vessel"),
    "call-status-changed": _TERMINAL_CALL,
    "milestone-stated": _SERVICE,
    "service-changed": _SERVICE,
    "position-reported": _SHIP,
    "voyage-declared": _SHIP,
    "position-disputed": _SHIP,
    "particulars-declared": _SHIP,
    "berth-plan-set": _TERMINAL_CALL,
    "window-set": _TERMINAL_CALL,
    "moves-forecasted": _TERMINAL_CALL,
    "cargo-progressed": _TERMINAL_CALL,
    "roster-set": ("refs.port",),
}


def subject_of(kind: str, data: Mapping[str, Any]) -> str | None:
    """Return the object of an event: our id if it is given, else the natural key."""
    fact = kind.rpartition(".")[2]
    if fact == "connections-set":
        return joined(data, "con:{}>{}", "inbound", "outbound")
    if fact == "rotation-set":
        # Partners number one ship differently, so a rotation always names its carrier.
        parts = ("refs.vessel.imo", "refs.voyage.carrier", "refs.voyage.export_no")
        return joined(data, "rot:{}:{}:{}", *parts)
    return first_named(data, *_NAMED_BY.get(fact, ()))
