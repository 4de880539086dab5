"""A whole Rada for a test: real Kafka, Valkey and processes, keys, a reader, and the oracle."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from cli.keys import add_key
from contracts.journal import decode_frame
from contracts.topics import ALERTS, JOURNAL, PICTURE, qualified
from correlation.engine import Said, apply_frame, new_state
from correlation.instants import HOUR, MINUTE, day_of
from plumbing.keys import make_key
from services.coordinator.reading import Reader, Record
from stack.commands import publish_profiles
from stack.running import Running, Stores, services_on
from tests.correlation import given

SYSTEM = "COCTG"
EDGES = ("vessel_events", "gate_events", "yard_events", "clearance_events")
PUBLISHERS = {
    "vessel_events": "ter-ctg-1",
    "gate_events": "ter-ctg-1",
    "yard_events": "ter-ctg-1",
    "clearance_events": "aut-co-customs",
}
Document = dict[str, Any]


def with_keys(folder: Path) -> dict[str, str]:
    """Copy the profiles to a folder with a fresh key for each publisher; return the keys."""
    shutil.copytree("communities", folder)
    keys = {}
    for organisation in dict.fromkeys(PUBLISHERS.values()):
        keys[organisation], kept = make_key(SYSTEM, organisation)
        add_key(folder / f"{SYSTEM}.yaml", organisation, kept)
    return keys


@dataclass
class Ashore:
    """Services that run, and what a test does with them."""

    rada: Running
    keys: dict[str, str]

    def post(self, edge: str, *events: Document, until_s: float = 30) -> Document:
        """Post events as one batch; like a good client, again with the same ids after a 503."""
        answer = httpx.Response(0)
        end = time.monotonic() + until_s
        while time.monotonic() < end:
            answer = httpx.post(
                f"{self.rada.urls[edge]}/v1/events",
                content=json.dumps(events),
                headers={
                    "X-API-Key": self.keys[PUBLISHERS[edge]],
                    "Content-Type": "application/cloudevents-batch+json",
                },
                timeout=20,
            )
            if answer.status_code != 503:
                break
            time.sleep(0.5)
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def get(self, path: str) -> Document:
        """Return what the gateway answers."""
        answer = httpx.get(self.rada.urls["alert_gateway"] + path, timeout=10)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def records(self, topic: str) -> list[list[Record]]:
        """Return every record of a topic, by partition."""
        settings = self.rada.settings
        name = qualified(topic, settings.namespace)
        reader = Reader(settings)
        try:
            return [
                [
                    record
                    for batch in reader.span(name, partition, *reader.bounds(name, partition))
                    for record in batch
                ]
                for partition in range(settings.kafka.partitions)
            ]
        finally:
            reader.close()


@contextmanager
def ashore(stores: Stores, namespace: str, folder: Path) -> Iterator[Ashore]:
    """Run all services in a namespace, with keys for the publishers."""
    keys = with_keys(folder)
    settings = stores.settings.model_copy(update={"communities": folder, "snapshot_seconds": 2.0})
    with services_on(
        replace(stores, settings=settings),
        ("sequencer", "coordinator", "alert_gateway", *EDGES),
        namespace=namespace,
        prepare=publish_profiles,
    ) as rada:
        yield Ashore(rada, keys)


def now_ms() -> int:
    """Return this second."""
    return int(time.time()) * 1000


def a_collection(port: Ashore, box: str, name: str) -> str:
    """Let a box come off a ship unreleased while a truck is booked for it; return the key."""
    now = now_ms()
    part = f"{SYSTEM}/9999993/{day_of(now + 48 * HOUR)}/SPRC/1"
    port.post("vessel_events", given.a_berth_plan(now + 48 * HOUR, now + 72 * HOUR, at=now))
    port.post("yard_events", given.a_discharge(box, part, at=now))
    slot = now + 90 * MINUTE
    port.post("gate_events", given.an_appointment(name, slot, at=now, direction="COLLECT", box=box))
    return f"T05|{box}|apt:SPRC:{name}"


class Dashboard:
    """A reader of a port's stream that comes back with Last-Event-ID whenever it is cut off."""

    def __init__(self, url: str) -> None:
        """Start reading in a thread; from here on no alert is missed."""
        self.url = f"{url}/v1/ports/{SYSTEM}/stream"
        self.alerts: list[Document] = []
        self.ids: list[str] = []
        self.resets = 0
        self._stopped, self._opened = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        assert self._opened.wait(30), f"no stream at {self.url}"

    def close(self) -> None:
        """Stop reading."""
        self._stopped.set()
        self._thread.join(5)

    def await_alert(self, key: str, change: str, seconds: float = 30) -> Document:
        """Return the first alert of a dedup key with a change, once it came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for alert in list(self.alerts):
                if alert["dedup_key"] == key and alert["change"] == change:
                    return alert
            time.sleep(0.02)
        seen = [(alert["dedup_key"], alert["change"]) for alert in self.alerts]
        stands = f"{self.resets} resets, last id {self.ids[-1] if self.ids else None}"
        raise AssertionError(f"{key} {change} did not come; seen: {seen}; {stands}")

    def _read(self) -> None:
        while not self._stopped.is_set():
            headers = {"Last-Event-ID": self.ids[-1]} if self.ids else {}
            try:
                with httpx.stream("GET", self.url, headers=headers, timeout=2) as answer:
                    self._lines(answer)
            except httpx.HTTPError:
                time.sleep(0.1)

    def _lines(self, answer: httpx.Response) -> None:
        event: Document = {}
        for line in answer.iter_lines():
            self._opened.set()
            if self._stopped.is_set():
                return
            name, _, value = line.partition(": ")
            if line == "":
                self._take(event)
                event = {}
            elif name in ("id", "event", "data"):
                event[name] = value

    def _take(self, event: Document) -> None:
        if event.get("event") == "alert":
            self.alerts.append(json.loads(event["data"]))
        self.resets += event.get("event") == "reset"
        if "id" in event:
            self.ids.append(event["id"])


def oracle(port: Ashore) -> dict[tuple[str, str, int], bytes]:
    """Return what one fold of the whole journal says: (topic, key, version) -> bytes."""
    partitions = port.rada.settings.kafka.partitions
    said: dict[tuple[str, str, int], bytes] = {}
    for partition, journal in enumerate(port.records(JOURNAL.name)):
        state = new_state(partition, partitions)
        for record in journal:
            outs: list[Said] = apply_frame(state, record.offset, decode_frame(record.value or b""))
            for one in outs:
                if one.topic in ("alerts", "picture") and one.value:
                    said[one.topic, one.key, one.version] = one.value
    return said


def spoken(port: Ashore) -> list[tuple[tuple[str, str, int], bytes]]:
    """Return every record of the alerts and picture topics but tombstones, repeats included."""
    return [
        ((name, record.key, int(record.headers["version"])), record.value)
        for topic, name in ((ALERTS.name, "alerts"), (PICTURE.name, "picture"))
        for partition in port.records(topic)
        for record in partition
        if record.value
    ]
