"""Posts events to an edge over sockets that stay open, and takes the time. Run as a process.

    python -m bench.poster single PORT RATE SECONDS      one event a request, at a steady rate
    python -m bench.poster batches PORT IN_FLIGHT SECONDS   a thousand a request, without a pause

The key is read from standard input; the figures are one JSON object on standard output. At a
steady rate a request counts from the moment at which it was due, sent late or not: an edge that
stalls is not spared the requests that would have come meanwhile.
"""

import asyncio
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final, cast

import msgspec
import uvloop

from bench.busy_lives import written
from bench.busy_port import lines

CONNECTIONS: Final = 64
BATCH_EVENTS: Final = 1000
WARM_SECONDS: Final = 3.0
"""Not counted: connections, caches and the first request of each kind are paid for.

Single posts of a run that is shorter than this are warmed up for as long as they count.
"""
_LATE_SECONDS: Final = 30.0
_EVENTS: Final = 10_000
_ENVELOPE: Final = (
    '{"specversion":"1.0","id":"post-%d","source":"%s","type":"rada.%s","subject":"%s",'
    '"time":"%s","recordedtime":"%s","partitionkey":"COCTG","data":%s}'
)
_HEAD: Final = (
    "POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: %s\r\ncontent-type: %s\r\n"
    "content-length: %d\r\n\r\n"
)
SINGLE: Final = "application/cloudevents+json"
NDJSON: Final = "application/x-ndjson"
ORGANISATION: Final = "ter-ctg-1"
_ACCEPTED: Final = b"HTTP/1.1 202"


class Figures(msgspec.Struct):
    """What one run of posting took: events accepted, requests refused, and seconds."""

    events: int
    refused: int
    seconds: float
    latencies: list[float] = []


def gate_events(count: int = _EVENTS) -> list[bytes]:
    """Return so many different events of a terminal's gate, as the terminal would send them."""
    found: list[bytes] = []
    for at, family, kind, source, organisation, subject, data in lines(count * 12):
        if family == "gate" and organisation == ORGANISATION:
            said = written(at)
            text = _ENVELOPE % (len(found), source, kind, subject, said, said, data)
            found.append(text.encode())
        if len(found) == count:
            break
    return found


def request(key: str, form: str, body: bytes) -> bytes:
    """Return the bytes of a whole request."""
    return (_HEAD % (key, form, len(body))).encode() + body


@dataclass(eq=False)
class _Asker(asyncio.Protocol):
    """One connection: a request, its answer, and then the next one that waits."""

    waiting: "deque[tuple[float, bytes]]"
    idle: "deque[_Asker]"
    figures: Figures
    from_due: float
    transport: asyncio.Transport | None = None
    due: float = 0.0
    answer: bytearray = field(default_factory=bytearray)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self.idle.append(self)

    def connection_lost(self, _: Exception | None) -> None:
        if self in self.idle:  # a server ends connections that were idle for long
            self.idle.remove(self)

    def ask(self, due: float, whole: bytes) -> None:
        assert self.transport is not None, "an idle connection is open"
        self.due = due
        self.answer.clear()
        self.transport.write(whole)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(bytes(head)):
            return
        self._note(head.startswith(_ACCEPTED))
        if self.waiting:
            self.ask(*self.waiting.popleft())
        else:
            self.idle.append(self)

    def _note(self, is_accepted: bool) -> None:
        now = time.perf_counter()
        if not is_accepted:
            self.figures.refused += 1
        elif self.due >= self.from_due:
            self.figures.events += 1
            self.figures.latencies.append(now - self.due)
            self.figures.seconds = now - self.from_due


def _length(head: bytes) -> int:
    after = head.lower().partition(b"content-length:")[2]
    return int(after.partition(b"\r\n")[0])


async def post_singles(port: int, key: str, rate: float, seconds: float) -> Figures:
    """Post one event a request at a steady rate; latencies count from when each was due."""
    warm = min(WARM_SECONDS, seconds)
    total = int((warm + seconds) * rate)
    requests = [request(key, SINGLE, event) for event in gate_events(min(total, _EVENTS))]
    figures = Figures(0, 0, 0.0)
    begins = time.perf_counter() + 1.0
    waiting: deque[tuple[float, bytes]] = deque()
    idle = await _connected(port, CONNECTIONS, waiting, figures, begins + warm)
    number = 0
    while number < total:
        now = time.perf_counter()
        while number < total and (due := begins + number / rate) <= now:
            whole = requests[number % len(requests)]
            if idle:
                idle.popleft().ask(due, whole)
            else:
                waiting.append((due, whole))
            number += 1
        await asyncio.sleep(0.0005)
    await _all_idle(idle, CONNECTIONS)
    return figures


async def post_batches(port: int, key: str, in_flight: int, seconds: float) -> Figures:
    """Post batches, each as soon as an earlier one was answered; `events` are single events."""
    events = gate_events()
    bodies = [
        b"\n".join(events[at : at + BATCH_EVENTS]) for at in range(0, len(events), BATCH_EVENTS)
    ]
    requests = [request(key, NDJSON, body) for body in bodies]
    figures = Figures(0, 0, 0.0)
    begins = time.perf_counter()
    waiting: deque[tuple[float, bytes]] = deque()
    idle = await _connected(port, in_flight, waiting, figures, begins + WARM_SECONDS)
    number, ends = 0, begins + WARM_SECONDS + seconds
    while (now := time.perf_counter()) < ends or (
        _has_none(figures) and now < ends + _LATE_SECONDS
    ):
        # One more waits than is under way, so that no connection is ever without work.
        while len(waiting) < in_flight:
            waiting.append((now, requests[number % len(requests)]))
            number += 1
        while idle:
            idle.popleft().ask(*waiting.popleft())
        await asyncio.sleep(0.001)
    waiting.clear()
    await _all_idle(idle, in_flight)
    figures.events *= BATCH_EVENTS
    return figures


def _has_none(figures: Figures) -> bool:
    # A slow edge may need longer than a short run for what waited already: it is not dead yet.
    return not figures.events and not figures.refused


async def _connected(
    port: int,
    count: int,
    waiting: "deque[tuple[float, bytes]]",
    figures: Figures,
    from_due: float,
) -> deque[_Asker]:
    idle: deque[_Asker] = deque()
    loop = asyncio.get_running_loop()
    for _ in range(count):
        await loop.create_connection(
            lambda: _Asker(waiting, idle, figures, from_due), "127.0.0.1", port
        )
    return idle


async def _all_idle(idle: deque[_Asker], count: int) -> None:
    until = time.perf_counter() + _LATE_SECONDS
    while len(idle) < count and time.perf_counter() < until:  # noqa: ASYNC110  once, at the end
        await asyncio.sleep(0.01)


def main(form: str, port: str, first: str, seconds: str) -> None:
    """Post as told, and write the figures."""
    key = sys.stdin.readline().strip()
    if form == "single":
        work = post_singles(int(port), key, float(first), float(seconds))
    else:
        work = post_batches(int(port), key, int(first), float(seconds))
    figures = uvloop.run(work)
    sys.stdout.buffer.write(msgspec.json.encode(figures))


if __name__ == "__main__":
    main(*sys.argv[1:5])
