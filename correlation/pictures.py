"""What the board shows besides alerts: calls, sources, promises and the port, said when changed."""

from typing import Any, Final

import msgspec

from correlation.instants import MINUTE, written
from correlation.lifecycle import Judge
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.milestones import (
    RANK,
    berth_arrival,
    berth_departure,
    is_dropped,
    plan_of,
    said_of,
    window_statement,
)
from correlation.picture.port import Port
from correlation.picture.sources import is_beyond_limit, limit_of
from correlation.proposals import say_proposal
from correlation.service_standards import say_standard

PORT_SAID_EACH: Final = 5 * MINUTE
SOURCES_SAID_EACH: Final = 30 * MINUTE
WINDOWS_SHOWN: Final = ("EFC", "FCO", "VCO", "DCO", "RCO")
_encode: Final = msgspec.json.Encoder().encode


def say_changed(judge: Judge) -> None:
    """Say each call that changed since the last tick, and the port now and then."""
    port = judge.port
    for identity in sorted(name for name, due in port.unsaid.items() if due <= judge.now):
        port.unsaid.drop(identity)
        if identity.startswith("source:"):
            _say_source(judge, identity.removeprefix("source:"))
        elif identity.startswith("proposal:"):
            say_proposal(judge, identity.removeprefix("proposal:"), _say)
        elif identity.startswith("standard:"):
            say_standard(judge, identity.removeprefix("standard:"), _say)
        elif call := port.calls.get(identity):
            _say(judge, "call", identity, _call(port, call, judge.now))
        elif ("picture", f"call:{identity}") in judge.state.spoken:
            judge.tombstone("picture", f"call:{identity}")
            port.said.drop(f"call:{identity}")
    if judge.now - port.head.said_at >= PORT_SAID_EACH and port.counts.get("events", 0):
        port.set_head(said_at=judge.now)
        _say(judge, "port", port.system, _port(port, judge.now))
        if judge.now - port.head.sources_said_at >= SOURCES_SAID_EACH:
            port.set_head(sources_said_at=judge.now)
            for key in port.sources:
                _say_source(judge, key)


def _say(judge: Judge, kind: str, identity: str, data: dict[str, Any]) -> None:
    port, key = judge.port, f"{kind}:{identity}"
    version = port.said.get(key, 0) + 1
    port.said.put(key, version)
    at = written(judge.now)
    value = _encode(
        {
            "specversion": "1.0",
            "id": f"{key}.{version}",
            "source": f"/rada/coordinator/{port.system}",
            "type": f"rada.picture.{kind}-changed",
            "subject": identity,
            "time": at,
            "recordedtime": at,
            "receivedtime": at,
            "partitionkey": port.system,
            "datacontenttype": "application/json",
            "dataschema": f"urn:rada:schema:picture.{kind}-changed:1.0",
            "organisation": "rada",
            "publisher": "rada",
            "data": {"version": version, **data},
        }
    )
    judge.speak("picture", key, version, value)


def _call(port: Port, call: Call, now: int) -> dict[str, Any]:
    vessel = port.vessels.get(call.vessel)
    parts = [port.terminal_calls[name] for name in call.terminal_calls]
    first = parts[0] if parts else None
    plan = plan_of(port, first) if first else None
    particulars = {
        name: (said.value if vessel and (said := port.ruling(getattr(vessel, name))) else None)
        for name in ("name", "call_sign", "mmsi", "loa_m")
    }
    imo = call.vessel.removeprefix("imo:") if call.vessel.startswith("imo:") else None
    live, outside = _appointments(port, parts)
    return {
        "call_id": call.id,
        "system": port.system,
        "port": call.port,
        "status": "DROPPED" if is_dropped(port, call, first) else _status(port, first),
        "vessel": {"imo": imo, **particulars},
        "carrier": (first.carrier if first else "") or None,
        "voyage": (first.voyage if first else "") or None,
        "facility": first.facility if first else None,
        "berth": plan.get("berth") if plan else None,
        "bow_m": plan.get("bow_m") if plan else None,
        "stern_m": plan.get("stern_m") if plan else None,
        "arrival": _milestone(port, call, first, "BERTH", "ARRI"),
        "departure": _milestone(port, call, first, "BERTH", "DEPA"),
        "pilot_boarding": _milestone(port, call, first, "PILOT_BOARDING_PLACE", "ARRI"),
        "windows": _windows(port, first) if first else [],
        "appointments_live": live,
        "appointments_outside": outside,
        "open_alerts": open_alerts(port, call.id),
        "updated_at": written(now),
    }


def _status(port: Port, first: TerminalCall | None) -> str:
    arrived = berth_arrival(port, first) if first else None
    left = berth_departure(port, first) if first else None
    if left and left.classifier == "ACT":
        return "DEPARTED"
    if arrived and arrived.classifier == "ACT":
        return "ALONGSIDE"
    return "EXPECTED"


def _milestone(
    port: Port, call: Call, part: TerminalCall | None, service: str, point: str
) -> dict[str, Any]:
    said = said_of(port, call, part, service, point)
    shown: dict[str, Any] = {
        name.lower(): written(int(said[name].value or 0)) if name in said else None
        for name in ("EST", "REQ", "PLN", "ACT")
    }
    best = next((name for name in RANK if name in said), None)
    ruling = (best, int(said[best].value or 0)) if best else None
    if part and service == "BERTH":
        expected = (berth_arrival if point == "ARRI" else berth_departure)(port, part)
        ruling = (expected.classifier, expected.at) if expected else None
    shown["best"] = written(ruling[1]) if ruling else None
    shown["basis"] = ruling[0][0] if ruling else None
    return shown


def _windows(port: Port, part: TerminalCall) -> list[dict[str, Any]]:
    found = []
    before = part.shift.before_all if part.shift else {}
    for code in WINDOWS_SHOWN:
        said = window_statement(port, part, code)
        if said and said.value is not None:
            was = before.get(code)
            moved = was is not None and was != said.value
            found.append(
                {
                    "code": code,
                    "at": written(int(said.value)),
                    "was": written(was) if was is not None and moved else None,
                }
            )
    return found


def _appointments(port: Port, parts: list[TerminalCall]) -> tuple[int, int]:
    live = sum(len(part.deliveries) + len(part.pickups) for part in parts)
    outside = 0
    for part in parts:
        instance = port.alerts.get(port.latest.get(f"T03|{part.id}|{part.change_seq}", ""))
        if instance and instance.state == "OPEN":
            outside += instance.finding.batch
    return live, outside


def open_alerts(port: Port, call_id: str) -> dict[str, int]:
    """Return how many open alerts concern a call, by severity; of the port for no call."""
    counts = {"red": 0, "orange": 0, "yellow": 0}
    if not call_id:
        for instance in port.alerts.values():
            if instance.state == "OPEN":
                counts[instance.severity.lower()] += 1
        return counts
    call = port.calls[call_id]
    keys: dict[str, None] = {}
    for subject in (f"call|{call_id}", *(f"terminal_call|{n}" for n in call.terminal_calls)):
        if watch := port.watch.get(subject):
            keys |= dict.fromkeys(watch.keys)
    for key in keys:
        found = port.alerts.get(port.latest.get(key, ""))
        if found and found.state == "OPEN":
            counts[found.severity.lower()] += 1
    return counts


def _say_source(judge: Judge, key: str) -> None:
    port = judge.port
    source = port.sources.get(key)
    if source is None:
        return
    limit = limit_of(port, source, source.last_at)
    silent = is_beyond_limit(port, source, judge.now)
    data = {
        "source": source.source,
        "organisation": port.owner_of(source.source) or "unknown",
        "families": [source.family],
        "last_event_at": written(source.last_at) if source.ever_spoke else None,
        "silent_since": written(source.last_at) if silent else None,
        "limit_minutes": limit // MINUTE,
        "system": port.system,
    }
    _say(judge, "source", key, data)


def _port(port: Port, now: int) -> dict[str, Any]:
    silent = sum(is_beyond_limit(port, source, now) for source in port.sources.values())
    return {
        "system": port.system,
        "now": written(now),
        "events": port.counts.get("events", 0),
        "calls": len(port.calls),
        "open_alerts": open_alerts(port, ""),
        "sources_silent": silent,
        "sources": len(port.sources),
    }
