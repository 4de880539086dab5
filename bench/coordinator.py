"""How many events a second one coordinator folds, and what its restart, memory and pauses are.

The coordinator of `./rada up` runs as its own process, Faust and all, with snapshots every few
seconds. Once it is live, a journal that was made beforehand is put before it at once, as frames of
500 records, and its own figures (`/metrics`) are read while it works it off. Then it is killed with
SIGKILL and the time to its return is taken. A bare loop reads the same journal in the same run.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
import psutil
from confluent_kafka import Producer

from bench.busy_port import SYSTEM, frames
from bench.raw import read_frames
from bench.told import Told
from contracts.topics import JOURNAL, qualified
from plumbing.communities import load
from plumbing.kafka import producer_config
from stack.running import Running, Stores, services_on

LOOK_SECONDS: Final = 0.05
SETTLED_SHARE: Final = 0.08
"""Of the events; what the first ones cost is left out of the comparison of early and late."""
SLICE_SHARE: Final = 0.06
_STANDS_SECONDS: Final = 60.0
_COORDINATOR: Final = "coordinator"
# The load names each box once in a message that opens its visit; these bytes stand nowhere else.
_OPENS: Final = (b'"rada.clearance.booking-changed"', b'"rada.yard.container-discharged"')
_CLOSES: Final = (b'"rada.yard.container-loaded"', b'"rada.gate.container-gated-out"')


class Stands(Exception):
    """The coordinator no longer moves; its last words."""


@dataclass(frozen=True)
class Sample:
    """The coordinator at one moment: frames folded, CPU seconds, resident bytes."""

    at: float
    frames: int
    cpu_s: float
    rss: int


@dataclass(frozen=True)
class Outcome:
    """What one run measured; `boxes` are the visits that are open at its end."""

    events: int
    boxes: int
    seconds: float
    cpu_s: float
    rss_mb: float
    raw_events_per_s: float
    restore_s: float
    restore_work_s: float
    max_pause_ms: float
    snapshot_mb: float
    growth: float

    def document(self) -> dict[str, Any]:
        """Return it as `--json` writes it.

        `ratio` is events a second beside the bare loop; `restore_s` is from SIGKILL to ready
        again, `restore_work_s` the part of it between assignment and live; `growth` is the CPU of
        an event at the end of the run beside that of one near its beginning, when the port held a
        tenth of the boxes.
        """
        per_second = self.events / self.seconds
        return {
            "events": self.events,
            "open_visits": self.boxes,
            "events_per_s": round(per_second),
            "cpu_s_per_million": round(self.cpu_s / self.events * 1e6, 1),
            "rss_mb": round(self.rss_mb, 1),
            "raw_events_per_s": round(self.raw_events_per_s),
            "ratio": round(per_second / self.raw_events_per_s, 4),
            "restore_s": round(self.restore_s, 2),
            "restore_work_s": round(self.restore_work_s, 2),
            "max_pause_ms": round(self.max_pause_ms, 1),
            "snapshot_mb": round(self.snapshot_mb, 1),
            "growth": round(self.growth, 3),
        }


def measure(stores: Stores, namespace: str, events: int, told: Told) -> Outcome:
    """Run the benchmark in a namespace with so many events; `told` hears how far it is.

    Raises:
        StartFailed, Stands: the coordinator did not start, or stopped moving.
    """
    with services_on(stores, (_COORDINATOR,), namespace=namespace) as rada:
        made = _made(stores, events, told)
        first, later = made.frames[:1], made.frames[1:]
        producer = Producer({**producer_config(rada.settings), "queue.buffering.max.messages": 10})
        _put(producer, rada, first)
        watch = _Watch(rada)
        watch.until(len(first), lambda _share: None)
        _put(producer, rada, later)
        samples = watch.until(len(made.frames), lambda share: told("folding", share))
        told("waiting for the last snapshot", 0.0)
        figures = _with_snapshot(rada, len(made.frames) - 1)
        told("restarting", 0.0)
        restore_s = _restart(rada)
        restored = _figures(rada)
        told("bare loop", 0.0)
        journal = qualified(JOURNAL.name, rada.settings.namespace)
        raw_events, raw_seconds = read_frames(rada.settings, journal, len(made.frames))
    seconds = samples[-1].at - samples[0].at
    return Outcome(
        events=made.events - made.first,
        boxes=made.boxes,
        seconds=seconds,
        cpu_s=samples[-1].cpu_s - samples[0].cpu_s,
        rss_mb=max(sample.rss for sample in samples) / 1e6,
        raw_events_per_s=raw_events / raw_seconds,
        restore_s=restore_s,
        restore_work_s=restored["restore_seconds"],
        max_pause_ms=figures["snapshot_pause_seconds"] * 1000,
        snapshot_mb=figures["snapshot_bytes"] / 1e6,
        growth=_growth(samples),
    )


@dataclass(frozen=True)
class _Made:
    frames: Sequence[bytes]
    events: int
    first: int
    boxes: int


def _made(stores: Stores, events: int, told: Told) -> _Made:
    community = load(stores.settings.communities)[SYSTEM]
    made: list[bytes] = []
    count = first = 0
    boxes = 0
    for frame, records in frames(community, events):
        made.append(frame)
        count += records
        first = first or records
        boxes += sum(frame.count(sign) for sign in _OPENS) - sum(map(frame.count, _CLOSES))
        told("making the journal", min(count / events, 1.0))
    return _Made(made, count, first, boxes)


def _put(producer: Producer, rada: Running, values: Sequence[bytes]) -> None:
    topic = qualified(JOURNAL.name, rada.settings.namespace)
    for value in values:
        while True:
            try:
                producer.produce(topic, value=value, partition=0)
                break
            except BufferError:
                producer.poll(0.05)
    assert producer.flush(60) == 0, "the journal is written"


class _Watch:
    """Looks at the coordinator's figures and its process again and again."""

    def __init__(self, rada: Running) -> None:
        self._rada = rada
        pid = rada.supervisor.pid(rada.label(_COORDINATOR))
        self._process = _worker(psutil.Process(pid))

    def until(self, frames: int, told: Callable[[float], None]) -> list[Sample]:
        """Return a sample for each look, from the first to the one that saw so many frames."""
        samples = [self._sample()]
        began = samples[0].frames
        moved_at = time.monotonic()
        while samples[-1].frames < frames:
            time.sleep(LOOK_SECONDS)
            sample = self._sample()
            if sample.frames != samples[-1].frames:
                moved_at = time.monotonic()
                samples.append(sample)
                told((sample.frames - began) / max(frames - began, 1))
            elif time.monotonic() - moved_at > _STANDS_SECONDS:
                label = self._rada.label(_COORDINATOR)
                raise Stands(self._rada.supervisor.last_words(label))
        return samples

    def _sample(self) -> Sample:
        frames = int(_figures(self._rada)["cursor"]) + 1
        used = self._process.cpu_times()
        return Sample(
            time.perf_counter(), frames, used.user + used.system, self._process.memory_info().rss
        )


def _worker(process: psutil.Process) -> psutil.Process:
    # The supervisor's child ties itself to its parent and then runs the service in its place.
    return next(iter(process.children()), process)


def _figures(rada: Running) -> dict[str, float]:
    """Return the coordinator's own figures of partition 0, by name without their prefix."""
    found = {"cursor": -1.0, "snapshot_pause_seconds": 0.0, "snapshot_bytes": 0.0}
    found["restore_seconds"] = 0.0
    try:
        text = httpx.get(f"{rada.urls[_COORDINATOR]}/metrics", timeout=10).text
    except httpx.TransportError:
        return found
    for line in text.splitlines():
        name, _, value = line.partition('{partition="0"} ')
        if value:
            found[name.removeprefix("rada_coordinator_")] = float(value)
    return found


def _with_snapshot(rada: Running, cursor: int) -> dict[str, float]:
    """Return the figures once a snapshot stands at the end: what a restart then reads is state.

    Without it the figure would tell how long the last seconds of a flood take to be folded again.
    """
    until = time.monotonic() + _STANDS_SECONDS
    figures = _figures(rada)
    while figures.get("snapshot_cursor", -1) < cursor and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        figures = _figures(rada)
    return figures


def _restart(rada: Running) -> float:
    label = rada.label(_COORDINATOR)
    before = rada.supervisor.pid(label)
    began = time.perf_counter()
    rada.supervisor.kill(label)
    while rada.supervisor.pid(label) in (before, None):
        time.sleep(0.01)
    while time.perf_counter() - began < _STANDS_SECONDS:
        try:
            if (
                httpx.get(f"{rada.urls[_COORDINATOR]}/readyz", timeout=5).status_code
                == httpx.codes.OK
            ):
                return time.perf_counter() - began
        except httpx.TransportError:
            pass
        time.sleep(0.01)
    raise Stands(rada.supervisor.last_words(label))


def _growth(samples: Sequence[Sample]) -> float:
    """Return the CPU of a frame in the last slice beside that of one in an early slice."""
    end = samples[-1].frames

    def cost(first: float, last: float) -> float:
        inside = [sample for sample in samples if first * end <= sample.frames <= last * end]
        if len(inside) < 2:
            return float("nan")
        return (inside[-1].cpu_s - inside[0].cpu_s) / (inside[-1].frames - inside[0].frames)

    early = cost(SETTLED_SHARE, SETTLED_SHARE + SLICE_SHARE)
    return cost(1 - SLICE_SHARE, 1.0) / early
