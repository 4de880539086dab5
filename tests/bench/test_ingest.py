"""`./rada bench ingest`: what it posts, and that it measures what it says."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bench import poster
from bench.ingest import measure
from bench.poster import ORGANISATION, gate_events
from contracts import quick
from plumbing.communities import Registry
from plumbing.edge import Accepted, Entrance, accept, now
from plumbing.keys import Credential
from stack.running import Stores

COMMUNITIES = Path(__file__).parents[2] / "communities"


def test_what_is_posted_is_what_a_terminal_sends_and_an_edge_accepts() -> None:
    """Different events of one terminal's gate, none refused or remarked on, nearly all plain."""
    events = gate_events(500)
    entrance = Entrance("gate", lambda _type, _data: None, Registry(COMMUNITIES))
    credential, received_at = Credential({"COCTG": ORGANISATION}), now()

    outcomes = [accept(event, entrance, credential, received_at) for event in events]

    accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
    assert len({outcome.id for outcome in accepted}) == len(events)
    assert not any(outcome.warnings for outcome in accepted)
    assert sum(quick.read(outcome.value) is None for outcome in accepted) < 5


def test_an_edge_too_slow_for_a_short_run_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that waited before the count began may take all of its time: one more is awaited."""
    monkeypatch.setattr(poster, "WARM_SECONDS", 0.1)
    turn, writers = asyncio.Lock(), list[asyncio.StreamWriter]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(head.partition(b"content-length: ")[2]))
                async with turn:
                    await asyncio.sleep(0.1)
                writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")

    async def post() -> poster.Figures:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=2**20)
        async with server:
            port = server.sockets[0].getsockname()[1]
            figures = await poster.post_batches(port, "key", 4, 0.2)
            for writer in writers:
                writer.close()
                await writer.wait_closed()
            await asyncio.sleep(0.05)  # the other ends close too
        return figures

    assert asyncio.run(post()).events >= poster.BATCH_EVENTS


@pytest.mark.kafka
def test_every_figure_is_there_beside_its_floor(
    kafka_stack: Stores, namespace: str, tmp_path: Path
) -> None:
    """A short run on a real Kafka: all posts answered with 202, and each figure has its floor."""
    steps: list[str] = []

    outcome = measure(
        kafka_stack, namespace, tmp_path / "communities", 50, 1, lambda what, _: steps.append(what)
    )

    document = outcome.document()
    assert outcome.single.events == 50
    assert outcome.batches.events >= 1000
    assert outcome.single.refused == outcome.batches.refused == 0
    assert {"p50_ms", "p99_ms", "max_ms", "floor_p99_ms", "events_per_s", "raw_events_per_s"} <= (
        document.keys()
    )
    assert len(steps) == 5
