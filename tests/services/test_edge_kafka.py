"""An edge on the real Kafka: 202 means that the record is there, and nothing else does."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from contracts.decode import decode
from contracts.topics import partition_of
from plumbing import topics
from plumbing.kafka import Sender, consumer_config
from plumbing.settings import Settings
from stack.ports import free_port
from stack.running import Stores
from tests.services.edges import (
    NDJSON,
    PROFILES,
    STRUCTURED,
    a_gate_in,
    profiles_with_keys,
    running_edge,
)

pytestmark = pytest.mark.kafka

BAD_START = 64


@pytest.fixture
def settings(kafka_stack: Stores, namespace: str) -> Settings:
    given = kafka_stack.settings_for(namespace)
    topics.create(given)
    return given


def read_all(settings: Settings, count: int) -> list[Message]:
    """Read the gate topic of COCTG from its beginning until `count` records are there."""
    consumer = Consumer(consumer_config(settings, "edge-test"))
    partition = partition_of("COCTG", settings.kafka.partitions)
    consumer.assign([TopicPartition(f"{settings.namespace}.rada.gate.v1", partition, 0)])
    found: list[Message] = []
    until = time.monotonic() + 20
    while len(found) < count and time.monotonic() < until:
        found += [one for one in consumer.consume(500, 0.2) if one.error() is None]
    consumer.close()
    return found


async def test_what_is_answered_202_is_on_the_topic(settings: Settings, tmp_path: Path) -> None:
    """Place, key, partition and bytes are those of the answer."""
    async with running_edge(tmp_path, settings=settings) as edge:
        single = await edge.post(a_gate_in())
        lines = "\n".join(json.dumps(a_gate_in(id=f"gi-{n}")) for n in range(2_000))
        batch = await edge.post(lines.encode(), form=NDJSON)

    assert (single.status_code, batch.status_code) == (202, 202)
    items = [*single.json()["items"], *batch.json()["items"]]
    records = read_all(settings, len(items))
    assert [record.offset() for record in records] == [item["offset"] for item in items]
    for record, item in zip(records, items, strict=True):
        headers = [
            (name, text)
            for name, text in dict(record.headers() or []).items()
            if isinstance(text, bytes)
        ]
        event = decode(record.value() or b"", headers)
        assert (event.id, record.key(), record.partition()) == (
            item["id"],
            b"COCTG",
            item["partition"],
        )
        assert event.receivedtime is not None
        assert event.publisher == "ter-ctg-1"


async def test_the_same_event_twice_is_accepted_twice(settings: Settings, tmp_path: Path) -> None:
    """A repeat is answered like the first time; the reader of the topic drops it by its id."""
    async with running_edge(tmp_path, settings=settings) as edge:
        answers = [await edge.post(a_gate_in()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    first, second = (decode(record.value() or b"") for record in read_all(settings, 2))
    assert (first.source, first.id, first.data) == (second.source, second.id, second.data)


async def test_a_deaf_sender_is_a_503_and_never_a_202(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody hears the delivery reports no request is answered 202."""
    async with running_edge(tmp_path, settings=settings, deadline_seconds=1) as edge:
        sender = edge.edge.outbox
        assert isinstance(sender, Sender)
        monkeypatch.setattr(sender, "hear", lambda: None)

        answers = [await edge.post(a_gate_in(id=f"gi-{n}")) for n in range(3)]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert "unknown" in answers[0].json()["detail"]
    assert all(answer.headers["retry-after"] for answer in answers)


async def test_a_kafka_that_is_not_there_is_a_503(tmp_path: Path) -> None:
    """Nobody is told 202 while no broker answers, and readiness says why."""
    nowhere = Settings()
    nowhere = nowhere.model_copy(
        update={"kafka": nowhere.kafka.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})}
    )
    async with running_edge(tmp_path, settings=nowhere, deadline_seconds=0.5) as edge:
        edge.edge.flush_seconds = 0.1
        answer = await edge.post(a_gate_in())
        readiness = await edge.client.get("/readyz")

    assert (answer.status_code, readiness.status_code) == (503, 503)
    assert edge.edge.left == ["gi-260-1"]


@contextmanager
def edge_process(
    settings: Settings, communities: Path, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run `python -m services.gate_events` as it runs in earnest."""
    command = [sys.executable, "-m", "services.gate_events"]
    told = {
        "PATH": "/usr/bin:/bin",
        "RADA_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
        "RADA_KAFKA__PARTITIONS": str(settings.kafka.partitions),
        "RADA_NAMESPACE": settings.namespace,
        "RADA_COMMUNITIES": str(communities),
        **environment,
    }
    process = subprocess.Popen(
        command, cwd=PROFILES.parent, env=told, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stderr
        process.stderr.close()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_a_process_serves_and_leaves_clean_on_sigterm(settings: Settings, tmp_path: Path) -> None:
    """The process takes an event over a socket, logs its id as JSON, and ends with 0."""
    keys = profiles_with_keys(tmp_path, ("COCTG", "ter-ctg-1"))
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with edge_process(settings, tmp_path, RADA_HTTP__PORT=str(port)) as process:
        wait_for(lambda: is_ready(address))
        headers = {"x-api-key": keys["ter-ctg-1"], "content-type": STRUCTURED}
        answer = httpx.post(f"{address}/v1/events", json=a_gate_in(), headers=headers)
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)
        assert process.stderr
        lines = [json.loads(line) for line in process.stderr]

    assert (answer.status_code, code) == (202, 0)
    assert any(line.get("event_id") == "gi-260-1" for line in lines)
    assert all(line["service"] == "gate_events" for line in lines)
    assert not any(keys["ter-ctg-1"] in json.dumps(line) for line in lines)


def test_a_process_refuses_topics_that_differ(settings: Settings, tmp_path: Path) -> None:
    """Another partition count would tear ports apart: exit 64, and the message says what to do."""
    profiles_with_keys(tmp_path)
    with edge_process(settings, tmp_path, RADA_KAFKA__PARTITIONS="5") as process:
        assert process.wait(30) == BAD_START
        assert process.stderr
        assert "RADA_KAFKA__PARTITIONS=2" in process.stderr.read()
