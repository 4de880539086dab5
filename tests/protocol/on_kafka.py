"""Reading and writing a namespace of the real Kafka, and the oracle: the fold of its journal."""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
from confluent_kafka import Producer

from contracts.journal import decode_frame
from contracts.topics import ALERTS, JOURNAL, REJECTED, family_topic, qualified
from plumbing import topics
from plumbing.kafka import producer_config
from plumbing.settings import Settings
from services.coordinator.reading import Reader, Record
from stack import services
from stack.ports import free_port
from stack.processes import Child
from stack.running import Stores, environment_of
from tests.protocol.toy_core import CODE, PARTITIONS, PORTS, Event, ToyCore

MODULES = {"sequencer": "services.sequencer", "coordinator": "tests.protocol.toy_coordinator"}


@dataclass
class Spine:
    """A sequencer and a coordinator with the toy core, in a namespace of their own."""

    stores: Stores
    settings: Settings
    labels: list[str] = field(default_factory=list)

    def start(self, service: str, label: str = "", version: str = "1") -> None:
        """Start one of them; `version` is the code that the coordinator claims to be."""
        port = free_port()
        environment = {
            **environment_of(self.settings),
            "RADA_HTTP__PORT": str(port),
            "TOY_VERSION": version,
        }
        child = Child(
            self.label(label or service),
            [sys.executable, "-m", MODULES[service]],
            services.is_ready(services.url(port)),
            environment=environment,
            stage=1,
        )
        self.stores.supervisor.start(child)
        self.labels.append(child.name)

    def label(self, service: str) -> str:
        """Return the supervisor's name of one of the two processes."""
        return f"{self.settings.namespace}.{service}"

    def kill(self, service: str) -> None:
        """SIGKILL one of them; the supervisor starts it again."""
        self.stores.supervisor.kill(self.label(service))

    def publish(self, family: str, values: list[tuple[str, bytes]]) -> None:
        """Write records, keyed by port, and wait until Kafka has them."""
        producer = Producer(producer_config(self.settings, linger_ms=5))
        topic = qualified(family_topic(family), self.settings.namespace)
        for port, value in values:
            producer.produce(topic, key=port.encode(), value=value)
        assert producer.flush(20) == 0

    def read(self, topic: str) -> list[Record]:
        """Return every record of a topic, partition by partition."""
        name = qualified(topic, self.settings.namespace)
        reader = Reader(self.settings)
        try:
            return [
                record
                for partition in range(PARTITIONS)
                for batch in reader.span(name, partition, *reader.bounds(name, partition))
                for record in batch
            ]
        finally:
            reader.close()

    def said(self) -> dict[str, tuple[int, bytes]]:
        """Return the alerts as a consumer sees them: the highest version, a tombstone is final."""
        best: dict[str, tuple[int, bytes | None]] = {}
        for record in self.read(ALERTS.name):
            version = int(record.headers["version"])
            known = best.get(record.key, (-1, b""))
            if record.value is None or (known[1] is not None and version > known[0]):
                best[record.key] = (version, record.value)
        return {key: (version, value) for key, (version, value) in best.items() if value}

    def oracle(self) -> "Oracle":
        """Fold the journal as it stands, once and in order."""
        core, oracle = ToyCore(), Oracle({}, defaultdict(int), [])
        states = [core.new_state(partition, PARTITIONS) for partition in range(PARTITIONS)]
        name = qualified(JOURNAL.name, self.settings.namespace)
        reader = Reader(self.settings)
        for partition, state in enumerate(states):
            for batch in reader.span(name, partition, *reader.bounds(name, partition)):
                for record in batch:
                    frame = decode_frame(record.value or b"")
                    for said in core.apply_frame(state, record.offset, frame):
                        if said.topic == "rejected":
                            oracle.rejected.append(said.key)
            for (_, key), spoken in state.spoken.items():
                oracle.alerts[key] = (spoken.version, spoken.value)
            for event, times in state.tables.seen.items():
                oracle.effects[event] += times
        reader.close()
        return oracle

    def rejected(self) -> set[str]:
        """Return the ids of what was rejected."""
        return {record.key for record in self.read(REJECTED.name)}


@dataclass
class Oracle:
    """What the journal means."""

    alerts: dict[str, tuple[int, bytes]]
    effects: dict[str, int]
    rejected: list[str]


def a_ship(
    number: int, *, port: str = PORTS[0], ship: int = 0, delay: int = 5
) -> tuple[str, bytes]:
    """Return an event of the toy core and its key."""
    return port, msgspec.json.encode(Event(f"e{number}", "ship", port, ship, delay))


def a_core_change(port: str, version: str) -> tuple[str, bytes]:
    """Return the command that names other code for a port."""
    event = Event(f"code {port}", CODE, port, data={"core_version": version})
    return port, msgspec.json.encode(event)


def await_that(is_so: Callable[[], bool], seconds: float = 40) -> None:
    """Wait until something is so; fail when it does not become so in time."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not become so in time"
        time.sleep(0.2)


@contextmanager
def spine(stores: Stores, namespace: str, snapshot_seconds: float = 1) -> Iterator[Spine]:
    """Run both processes on the real Kafka until the end of the block."""
    settings = stores.settings_for(namespace).model_copy(
        update={"snapshot_seconds": snapshot_seconds}
    )
    topics.create(settings)
    running = Spine(stores, settings)
    try:
        for service in MODULES:
            running.start(service)
        stores.supervisor.await_ready(*running.labels, timeout=60)
        yield running
    finally:
        stores.supervisor.stop_these(*running.labels)
