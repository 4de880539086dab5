"""How many events one edge takes, singly and in batches, acknowledged by all in-sync replicas.

The gate edge of `./rada up` runs as its own process on a real Kafka. Single events are posted at a
steady rate, batches as fast as they are answered. Beside it, in the same run: the same posts to a
service that does nothing, and a bare producer that sends the same events to the same topic.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import psutil
from confluent_kafka import KafkaError, Message, Producer

from bench.poster import ORGANISATION, Figures, gate_events
from bench.told import Told
from contracts.topics import family_topic, partition_of, qualified
from plumbing.edge_publish import STRUCTURED_HEADER
from plumbing.kafka import producer_config
from plumbing.settings import Settings
from stack.handed_keys import hand_out_keys
from stack.ports import free_port
from stack.running import Running, Stores, services_on
from stack.services import ROOT

SYSTEM: Final = "COCTG"
EDGE: Final = "gate_events"
IN_FLIGHT: Final = 4
_NOTHING_SECONDS: Final = 20.0


class NotTaken(Exception):
    """An edge did not take what it should."""


@dataclass(frozen=True)
class Outcome:
    """Figures of the edge and of the floors, and the CPU seconds of the edge in each part."""

    rate: float
    single: Figures
    single_floor: Figures
    single_cpu_s: float
    batches: Figures
    batches_floor: Figures
    batches_cpu_s: float
    raw_events_per_s: float

    def document(self) -> dict[str, Any]:
        """Return it as `--json` writes it.

        `floor_*` are the same posts to a service that does nothing; `raw_events_per_s` is a bare
        producer with the same events; `cpu_us_*` what one event costs the edge's process.
        """
        single, floor = self.single, self.single_floor
        per_second = self.batches.events / self.batches.seconds
        return {
            "wanted_per_s": self.rate,
            "achieved_per_s": round(single.events / single.seconds),
            "p50_ms": _ms(single, 0.5),
            "p99_ms": _ms(single, 0.99),
            "max_ms": _ms(single, 1.0),
            "floor_p50_ms": _ms(floor, 0.5),
            "floor_p99_ms": _ms(floor, 0.99),
            "floor_max_ms": _ms(floor, 1.0),
            "ratio_p99": round(_ms(single, 0.99) / _ms(floor, 0.99), 2),
            "cpu_us_single": round(self.single_cpu_s / single.events * 1e6, 1),
            "events_per_s": round(per_second),
            "floor_events_per_s": round(self.batches_floor.events / self.batches_floor.seconds),
            "raw_events_per_s": round(self.raw_events_per_s),
            "ratio": round(per_second / self.raw_events_per_s, 3),
            "cpu_us_batched": round(self.batches_cpu_s / self.batches.events * 1e6, 1),
        }


def measure(
    stores: Stores, namespace: str, copies: Path, rate: float, seconds: float, told: Told
) -> Outcome:
    """Post so many single events a second for so long, then batches for as long.

    `copies` is the folder for profiles with keys of this run.

    Raises:
        StartFailed: the edge did not start.
        NotTaken: a post was not answered with 202.
    """
    keys = hand_out_keys(stores.settings.communities, copies)
    own = replace(stores, settings=stores.settings.model_copy(update={"communities": copies}))
    key = keys[SYSTEM, ORGANISATION]
    with _nothing() as port:
        told("posts to nothing", 0.0)
        single_floor = _posted("single", port, key, rate, seconds)
        told("batches to nothing", 0.1)
        batches_floor = _posted("batches", port, key, IN_FLIGHT, seconds)
    with services_on(own, (EDGE,), namespace=namespace) as rada:
        port = httpx.URL(rada.urls[EDGE]).port or 0
        told("a bare producer", 0.3)
        raw = _raw(rada.settings, seconds)
        told("single posts", 0.4)
        before = _cpu_s(rada)
        single = _posted("single", port, key, rate, seconds)
        told("batches", 0.7)
        between = _cpu_s(rada)
        batches = _posted("batches", port, key, IN_FLIGHT, seconds)
        after = _cpu_s(rada)
    return Outcome(
        rate, single, single_floor, between - before, batches, batches_floor, after - between, raw
    )


def _posted(form: str, port: int, key: str, first: float, seconds: float) -> Figures:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.poster", form, str(port), f"{first:g}", f"{seconds:g}"],
        cwd=ROOT,
        input=key.encode() + b"\n",
        stdout=subprocess.PIPE,
        check=True,
    )
    figures = msgspec.json.decode(done.stdout, type=Figures)
    if figures.refused or not figures.events:
        raise NotTaken(f"{figures.refused} posts were refused, {figures.events} events accepted")
    return figures


def _raw(settings: Settings, seconds: float) -> float:
    """Return how many of the same events a second a bare producer has acknowledged."""
    topic = qualified(family_topic("gate"), settings.namespace)
    partition = partition_of(SYSTEM, settings.kafka.partitions)
    producer, values = Producer(producer_config(settings)), gate_events()
    headers: list[tuple[str, str | bytes | None]] = [*STRUCTURED_HEADER]
    acknowledged = 0

    def count(error: KafkaError | None, _: Message) -> None:
        nonlocal acknowledged
        acknowledged += error is None

    began = time.perf_counter()
    sent = 0
    while time.perf_counter() < began + seconds:
        for value in values[:500]:
            producer.produce(
                topic,
                value=value,
                key=SYSTEM,
                partition=partition,
                headers=headers,
                on_delivery=count,
            )
        sent += 500
        while len(producer) > 10_000:
            producer.poll(0.01)
        producer.poll(0)
    producer.flush(30)
    if acknowledged != sent:
        raise NotTaken(f"a bare producer: {acknowledged} of {sent} events acknowledged")
    return acknowledged / (time.perf_counter() - began)


def _cpu_s(rada: Running) -> float:
    pid = rada.supervisor.pid(rada.label(EDGE))
    whole = 0.0
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        times = process.cpu_times()
        whole += times.user + times.system
    return whole


@contextmanager
def _nothing() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.nothing", str(port)], cwd=ROOT
    )
    try:
        until = time.monotonic() + _NOTHING_SECONDS
        while not _answers(port):
            if time.monotonic() > until or process.poll() is not None:
                raise NotTaken("the service that does nothing did not start")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _answers(port: int) -> bool:
    try:
        return httpx.post(f"http://127.0.0.1:{port}/").status_code == 202
    except httpx.TransportError:
        return False


def _ms(figures: Figures, share: float) -> float:
    ordered = sorted(figures.latencies)
    return round(ordered[max(ceil(share * len(ordered)) - 1, 0)] * 1000, 2)
