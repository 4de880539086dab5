"""Builds promises, and the trucks and ships that keep or break them."""

from __future__ import annotations

import json
from typing import Any

from correlation.instants import MINUTE, written
from tests.correlation.given import (
    NOON,
    APort,
    Event,
    a_command,
    a_milestone,
    a_step,
    an_appointment,
    at_berth,
)


def a_promise(measure: str, target: float, **more: Any) -> Event:
    """Return M09: eight of ten cases within so many minutes, each day, from noon on."""
    said = {
        "standard_id": "promise",
        "measure": measure,
        "scope": "PORT",
        "target": target,
        "unit": "MIN",
        "period": "DAY",
        "share_pct": 80.0,
        "near_pct": 25.0,
        "cases_min": 4,
        "since_at": written(NOON),
        **more,
    }
    return a_command("standard-declared", at=NOON, **said)


def port_with(promise: Event) -> APort:
    """Return a port that promised this at noon."""
    port = APort()
    port.hear(promise, at=NOON)
    return port


def a_truck(number: int, minutes: int, *, at: int) -> list[Event]:
    """Return what is said of a truck that came at an instant and left so many minutes later."""
    name = f"apt:SPRC:{number}"
    return [
        an_appointment(str(number), at, at=NOON),
        a_step("QUEUE_IN", name, at=at),
        a_step("LEFT", name, at=at + minutes * MINUTE),
    ]


def trucks(port: APort, *minutes: int, first: int = 1) -> None:
    """Let trucks come one after another, each staying so long."""
    for number, stay in enumerate(minutes, first):
        at = NOON + number * MINUTE
        port.hear(*a_truck(number, stay, at=at), at=at + stay * MINUTE)


def said_of(port: APort, name: str = "promise") -> list[dict[str, Any]]:
    """Return the newest word on each period of a promise, in the order of the periods."""
    found: dict[str, dict[str, Any]] = {}
    for one in port.said:
        if one.topic == "picture" and one.key.startswith(f"standard:{name}|"):
            found[one.key] = json.loads(one.value)["data"] if one.value else {}
    return [found[key] for key in sorted(found)]


def counted(port: APort) -> tuple[str, int, int]:
    """Return state, cases and broken cases of the newest period, a minute later."""
    port.wait(port.state.now + 2 * MINUTE, step=MINUTE)
    last = said_of(port)[-1]
    return last["state"], last["cases"], last["broken"]


def said_of_all(port: APort) -> list[dict[str, Any]]:
    """Return every word on the promise."""
    return [
        json.loads(one.value)["data"]
        for one in port.said
        if one.topic == "picture" and one.key.startswith("standard:") and one.value
    ]


def alongside(port: APort, pilot: int, berth: int) -> None:
    """Let the planned ship take her pilot and come alongside."""
    port.hear(a_milestone("ACT", pilot, at=pilot), at=pilot)
    port.hear(at_berth("ARRI", berth, at=berth), at=berth)
