"""How long an event takes from the producer to the alert in a consumer's hands, at a steady rate.

Every event decides something: an appointment to collect a box that no ship has brought, so each
one raises an alert (T05) at once, and each alert is one sample. It goes through three topics:
input, journal, alerts. Beside it, in the same run and at the same rate, the same records go through
three topics with two processes between them that do nothing: the floor of this machine.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, Final

import msgspec
from confluent_kafka import Consumer, Producer, TopicPartition

from bench.busy_lives import written
from bench.told import Told
from contracts.identifiers import box_check_digit
from contracts.topics import ALERTS, Topic, family_topic, qualified
from plumbing import topics
from plumbing.kafka import consumer_config, producer_config
from plumbing.settings import Settings
from stack.commands import publish_profiles
from stack.running import Stores, environment_of, services_on
from stack.services import ROOT

SYSTEM: Final = "COCTG"
WARM_SECONDS: Final = 20.0
"""At the same rate, not counted: imports, connections, caches and the compiler of the broker, which
runs for days, are paid for."""
_LATE_SECONDS: Final = 20.0
_SERVICES: Final = ("sequencer", "coordinator")
_STATIONS: Final = tuple(
    Topic(f"rada.echo-{number}.v1", "none", timedelta(hours=1)) for number in range(3)
)
_EVENT: Final = (
    '{"specversion":"1.0","id":"live-%d","source":"/COCTG/ter-ctg-1/gate",'
    '"type":"rada.gate.appointment-changed","subject":"apt:SPRC:%d","time":"%s","recordedtime":"%s",'
    '"receivedtime":"%s","partitionkey":"COCTG","datacontenttype":"application/json",'
    '"dataschema":"urn:rada:schema:gate.appointment-changed:1.0","organisation":"ter-ctg-1",'
    '"publisher":"ter-ctg-1","data":{"status":"BOOKED","facility":"COCTG:SMDG:SPRC","slot":'
    '{"from_at":"%s","to_at":"%s"},"direction":"COLLECT","gate":"COCTG:SMDG:SPRC/gate/1",'
    '"haulier":"trk-017","tasks":[{"direction":"COLLECT","box":"%s"}],"refs":{"port":"COCTG"}}}'
)

Seen = Callable[[bytes], str | None]
"""Reads of a record's value which event it answers, None when it answers none."""


class Missing(Exception):
    """Some events were never answered by an alert."""


class _Refs(msgspec.Struct):
    kind: str
    id: str


class _Data(msgspec.Struct):
    version: int
    code: str
    object_refs: list[_Refs] = []


class _Alert(msgspec.Struct):
    data: _Data


class _Event(msgspec.Struct):
    subject: str


_alert: Final = msgspec.json.Decoder(_Alert)
_event: Final = msgspec.json.Decoder(_Event)


@dataclass(frozen=True)
class Outcome:
    """Seconds from the send to the consumer, of each event, through Rada and through nothing."""

    rate: float
    seconds: list[float]
    floor: list[float]

    def document(self) -> dict[str, Any]:
        """Return it as `--json` writes it."""
        whole, bare = sorted(self.seconds), sorted(self.floor)
        return {
            "events": len(whole),
            "rate_per_s": self.rate,
            "p50_ms": _ms(whole, 0.5),
            "p99_ms": _ms(whole, 0.99),
            "p999_ms": _ms(whole, 0.999),
            "max_ms": _ms(whole, 1.0),
            "floor_p50_ms": _ms(bare, 0.5),
            "floor_p99_ms": _ms(bare, 0.99),
            "floor_max_ms": _ms(bare, 1.0),
            "ratio_p50": round(_ms(whole, 0.5) / _ms(bare, 0.5), 2),
            "ratio_p99": round(_ms(whole, 0.99) / _ms(bare, 0.99), 2),
        }


def measure(stores: Stores, namespace: str, rate: float, seconds: float, told: Told) -> Outcome:
    """Send so many events a second for so long, first through nothing, then through Rada.

    Raises:
        StartFailed: a service did not start.
        Missing: an event was not answered.
    """
    settings = stores.settings_for(namespace)
    topics.create(settings, _STATIONS)
    names = [qualified(topic.name, namespace) for topic in _STATIONS]
    with _echo(settings, names[0], names[1]), _echo(settings, names[1], names[2]):
        told("floor", 0.0)
        run = _Run(settings, names[0], names[2], _echoed)
        floor = run.send(rate, seconds, lambda share: told("floor", share))
    with services_on(stores, _SERVICES, namespace=namespace, prepare=publish_profiles) as rada:
        run = _Run(
            rada.settings,
            qualified(family_topic("gate"), namespace),
            qualified(ALERTS.name, namespace),
            _raised,
        )
        through = run.send(rate, seconds, lambda share: told("through Rada", share))
    return Outcome(rate, through, floor)


class _Run:
    """Sends on one thread, listens on another, and takes the time between."""

    def __init__(self, settings: Settings, origin: str, target: str, seen: Seen) -> None:
        self._settings, self._origin, self._target, self._seen = settings, origin, target, seen
        self._sent: dict[str, float] = {}
        self._answered: dict[str, float] = {}
        self._over = threading.Event()

    def send(self, rate: float, seconds: float, told: Callable[[float], None]) -> list[float]:
        """Return the seconds that each event took, in the order of sending."""
        listener = threading.Thread(target=self._listen, name="alerts", daemon=True)
        listener.start()
        producer = Producer(producer_config(self._settings))
        warm = int(WARM_SECONDS * rate)
        total = warm + int(seconds * rate)
        begins = time.perf_counter() + 0.5
        for number, value in enumerate(_events(total)):
            due = begins + number / rate
            if (left := due - time.perf_counter()) > 0:
                time.sleep(left)
            self._sent[str(number)] = time.perf_counter()
            producer.produce(self._origin, value=value, key=SYSTEM, partition=0)
            producer.poll(0)
            if number % 100 == 0:
                told(number / total)
        producer.flush(10)
        self._await(total)
        self._over.set()
        listener.join()
        if missing := [name for name in self._sent if name not in self._answered]:
            raise Missing(f"{len(missing)} of {total} events were not answered: {missing[:5]}")
        return [self._answered[str(n)] - self._sent[str(n)] for n in range(warm, total)]

    def _await(self, total: int) -> None:
        until = time.monotonic() + _LATE_SECONDS
        while len(self._answered) < total and time.monotonic() < until:
            time.sleep(0.05)

    def _listen(self) -> None:
        consumer = Consumer(consumer_config(self._settings, "rada-bench-live"))
        consumer.assign([TopicPartition(self._target, 0, 0)])
        while not self._over.is_set():
            message = consumer.poll(0.05)
            for each in [message, *consumer.consume(500, timeout=0)] if message else ():
                value, now = each.value(), time.perf_counter()
                if not each.error() and value and (name := self._seen(value)):
                    self._answered.setdefault(name, now)
        consumer.close()


def _events(count: int) -> Iterator[bytes]:
    now = datetime.now(UTC)
    at = int(now.timestamp() * 1000)
    said, begins = written(at), written(at + 3 * 3_600_000)
    ends = written(at + 4 * 3_600_000)
    for number in range(count):
        ten = f"RDAU{number % 1_000_000:06d}"
        box = ten + box_check_digit(ten)
        yield (_EVENT % (number, number, said, said, said, begins, ends, box)).encode()


def _raised(value: bytes) -> str | None:
    alert = _alert.decode(value).data
    if alert.code != "T05" or alert.version != 1:
        return None
    found = next(ref.id for ref in alert.object_refs if ref.kind == "appointment")
    return found.rpartition(":")[2]


def _echoed(value: bytes) -> str | None:
    return _event.decode(value).subject.rpartition(":")[2]


@contextmanager
def _echo(settings: Settings, origin: str, target: str) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.echo", origin, target],
        cwd=ROOT,
        env={**environment_of(settings), "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None, "a pipe was asked for"
    assert process.stdout is not None, "a pipe was asked for"
    try:
        assert process.stdout.readline() == b"ready\n", "the echo has its place"
        yield
    finally:
        process.stdin.close()
        process.wait(15)
        process.stdout.close()


def _ms(ordered: list[float], share: float) -> float:
    return round(ordered[max(ceil(share * len(ordered)) - 1, 0)] * 1000, 2)
