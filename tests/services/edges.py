"""What the tests of the edges share: profiles with keys, an edge in process, a silent Kafka."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from plumbing.edge_app import Edge, Family, edge_app, quiet_sender
from plumbing.kafka import Delivered, Headers, KafkaAway, Outgoing, Posting
from plumbing.keys import make_key
from plumbing.settings import Settings
from services.gate_events.app import EXAMPLES
from services.gate_events.app import FAMILY as GATE

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
NDJSON = "application/x-ndjson"
PROFILES = Path(__file__).parents[2] / "communities"


def a_gate_in(**changes: Any) -> dict[str, Any]:
    """Return a complete gate-in; a change of None leaves an attribute out."""
    event = {**next(iter(EXAMPLES.values())), "partitionkey": "COCTG", **changes}
    return {name: value for name, value in event.items() if value is not None}


def profiles_with_keys(folder: Path, *members: tuple[str, str]) -> dict[str, str]:
    """Copy the profiles into a folder, give each member a key, and return the keys by code."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in PROFILES.glob("*.yaml"):
        shutil.copy(file, folder)
    keys: dict[str, str] = {}
    for system, organisation in members:
        key, kept = make_key(system, organisation)
        add_hash(folder / f"{system}.yaml", organisation, kept)
        keys[organisation] = key
    return keys


def add_hash(profile: Path, organisation: str, kept: str) -> None:
    """Write the hash of a key into a profile."""
    before, member, after = profile.read_text().partition(f"- code: {organisation}\n")
    assert member, f"{organisation} is not in {profile.name}"
    profile.write_text(before + member + after.replace("keys: []", f"keys: ['{kept}']", 1))


@dataclass
class FailingOutbox:
    """Stands in for the sender where Kafka must fail on purpose: away, silent or dead."""

    mode: str = "acknowledges"
    is_fatal: bool = False
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)
    waiting: "list[asyncio.Future[Delivered]]" = field(default_factory=list)

    def send(
        self,
        topic: str,
        *,
        key: bytes | str | None,
        value: bytes | None,
        partition: int | None = None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
    ) -> "asyncio.Future[Delivered]":
        """Answer by the mode: `acknowledges`, `refuses`, or `is silent`."""
        assert headers
        assert timestamp_ms
        promise: asyncio.Future[Delivered] = asyncio.get_running_loop().create_future()
        self.sent.append((topic, str(key), value or b""))
        if self.mode == "acknowledges":
            promise.set_result(Delivered(topic, partition or 0, len(self.sent)))
        elif self.mode == "refuses":
            promise.set_exception(KafkaAway(topic, "Local: Message timed out"))
        else:
            self.waiting.append(promise)
        return promise

    def send_many(
        self,
        topic: str,
        records: Sequence[Outgoing],
        when_settled: Callable[[], None],
        *,
        headers: Headers = (),
        timestamp_ms: int,
    ) -> Posting:
        """Send each, and note its outcome as soon as it has one."""
        posting = Posting(topic, len(records), when_settled)
        for index, record in enumerate(records):
            promise = self.send(
                topic,
                key=record.key,
                value=record.value,
                partition=record.partition,
                headers=headers,
                timestamp_ms=timestamp_ms,
            )
            if promise.done():
                posting.note(index, _outcome(promise))
            else:
                promise.add_done_callback(partial(_noted, posting, index))
        return posting

    def hear(self) -> None:
        """Do nothing: outcomes are told at once, or by the test."""

    def close(self, timeout: float = 10) -> int:
        """Return what no report came for."""
        assert timeout > 0
        return sum(not promise.done() for promise in self.waiting)


def _outcome(promise: "asyncio.Future[Delivered]") -> Delivered | KafkaAway:
    error = promise.exception()
    assert error is None or isinstance(error, KafkaAway)
    return promise.result() if error is None else error


def _noted(posting: Posting, index: int, promise: "asyncio.Future[Delivered]") -> None:
    posting.note(index, _outcome(promise))


@dataclass
class RunningEdge:
    """An edge in process: a client, its keys and its parts."""

    client: httpx.AsyncClient
    app: FastAPI
    edge: Edge
    keys: Mapping[str, str]

    async def post(
        self, body: Any, *, by: str = "ter-ctg-1", form: str = STRUCTURED, **headers: str
    ) -> httpx.Response:
        """Post bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"x-api-key": self.keys[by], "content-type": form, **headers}
        return await self.client.post("/v1/events", content=content, headers=sent)


@asynccontextmanager
async def running_edge(
    folder: Path,
    *,
    family: Family = GATE,
    settings: Settings | None = None,
    outbox: FailingOutbox | None = None,
    deadline_seconds: float = 20,
) -> AsyncIterator[RunningEdge]:
    """Run an edge in this process; without `outbox` it sends to the real Kafka of `settings`."""
    members = [("COCTG", code) for code in ("ter-ctg-1", "car-rda", "trk-017", "pcs-ctg")]
    keys = profiles_with_keys(folder, *members, ("COCTG", "aut-co-customs"))
    whole = (settings or Settings()).model_copy(update={"communities": folder})
    app = edge_app(family, whole, make_outbox=(lambda _: outbox) if outbox else quiet_sender)
    edge: Edge = app.state.edge
    edge.deadline = edge.deadline.__class__(seconds=deadline_seconds)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://edge") as client,
    ):
        yield RunningEdge(client, app, edge, keys)
