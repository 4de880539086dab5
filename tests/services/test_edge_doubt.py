"""An edge whose Kafka fails: every doubt is a 503, nothing is taken that could be lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.edges import NDJSON, FailingOutbox, RunningEdge, a_gate_in, running_edge


@pytest.fixture
def outbox() -> FailingOutbox:
    return FailingOutbox()


@pytest.fixture
async def gate(tmp_path: Path, outbox: FailingOutbox) -> AsyncIterator[RunningEdge]:
    async with running_edge(tmp_path, outbox=outbox, deadline_seconds=0.2) as edge:
        yield edge


async def test_kafka_away_is_a_503_that_says_retry(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """An unknown outcome is never 202 and never 500."""
    outbox.mode = "refuses"

    answer = await gate.post(a_gate_in())

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "same ids" in answer.json()["detail"]


async def test_while_kafka_is_silent_the_next_request_is_turned_away_at_once(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """No queue of doomed events builds up; the first report makes the edge ready again."""
    outbox.mode = "is silent"
    first = await gate.post(a_gate_in())

    second = await gate.post(a_gate_in(id="second"))

    assert (first.status_code, second.status_code) == (503, 503)
    assert "nothing was published" in second.json()["detail"]
    assert len(outbox.sent) == 1
    assert (await gate.client.get("/readyz")).status_code == 503
    gate_id = gate.edge.publisher.unanswered() if gate.edge.publisher else []
    assert gate_id == ["gi-260-1"]
    outbox.waiting[0].set_result(await _delivered(outbox))
    await asyncio.sleep(0)
    outbox.mode = "acknowledges"
    assert (await gate.post(a_gate_in())).status_code == 202
    assert (await gate.client.get("/readyz")).status_code == 200


async def _delivered(outbox: FailingOutbox) -> Any:
    outbox.mode = "acknowledges"
    return await outbox.send(
        "rada.gate.v1", key="COCTG", value=b"{}", headers=[("a", b"b")], timestamp_ms=1
    )


async def test_more_events_in_flight_than_allowed_are_not_taken(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """The budget bounds what can be lost in this process; the rest waits at its sender."""
    outbox.mode = "is silent"
    line = json.dumps(a_gate_in()).encode() + b"\n"

    answers = await asyncio.gather(
        gate.post(line * 9_000, form=NDJSON), gate.post(line * 9_000, form=NDJSON)
    )

    assert [answer.status_code for answer in answers] == [503, 503]
    details = [answer.json()["detail"] for answer in answers]
    assert sum("nothing was published" in detail for detail in details) == 1
    assert len(outbox.sent) == 9_000


async def test_a_stopping_edge_takes_nothing(gate: RunningEdge) -> None:
    """After SIGTERM readiness is false and a late request is told to try elsewhere."""
    gate.edge.stop()

    assert (await gate.client.get("/readyz")).status_code == 503
    assert (await gate.client.get("/healthz")).status_code == 200
    assert (await gate.post(a_gate_in())).status_code == 503


async def test_what_is_unanswered_at_the_end_is_named(
    tmp_path: Path, outbox: FailingOutbox
) -> None:
    """An edge that leaves with open events knows their ids."""
    outbox.mode = "is silent"
    async with running_edge(tmp_path, outbox=outbox, deadline_seconds=0.05) as running:
        await running.post(a_gate_in())
        edge = running.edge

    assert edge.left == ["gi-260-1"]
