"""What happens to a running Rada on a real broker: second workers, lost records, a new topic."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from cli.app import app
from contracts.topics import JOURNAL, SNAPSHOTS, family_topic, partition_of, qualified
from correlation.instants import HOUR
from plumbing import topics
from plumbing.kafka import client_config
from services.coordinator.snapshots import Stored, complete_snapshots
from services.coordinator.trimming import trim_journal
from stack import services
from stack.ports import free_port
from stack.running import Stores, environment_of
from tests.cli.recorded import RUN, answer
from tests.correlation import given
from tests.end_to_end.ashore import (
    SYSTEM,
    Ashore,
    Dashboard,
    a_collection,
    ashore,
    now_ms,
    oracle,
    spoken,
)

pytestmark = pytest.mark.kafka
SECONDS = 60.0


@dataclass
class Operated:
    """Services that run, a reader of their alerts, and what an operator does to them."""

    ashore: Ashore
    dashboard: Dashboard
    admin: AdminClient

    def starts(self, name: str, instance: int = 1) -> str:
        """Start a worker of a service; return its label once it is ready."""
        rada = self.ashore.rada
        label = rada.label(name) if instance == 1 else f"{rada.label(name)}-{instance}"
        rada.supervisor.start(
            services.child(
                services.BY_NAME[name],
                python=sys.executable,
                port=free_port(),
                environment={
                    **environment_of(rada.settings),
                    "RADA_INSTANCE": str(instance),
                },
                label=label,
            )
        )
        rada.supervisor.await_ready(label, timeout=SECONDS)
        return label

    def stops(self, *labels: str) -> None:
        """Stop workers for good."""
        self.ashore.rada.supervisor.stop_these(*labels)

    def tells(self, box: str, appointment: str) -> None:
        """Let a truck be booked for a blocked box, and wait for the alert on the dashboard."""
        self.dashboard.await_alert(a_collection(self.ashore, box, appointment), "RAISED", SECONDS)

    def cursors(self) -> list[int]:
        """Return the cursors of the complete snapshots of the port's partition."""
        stored = [
            Stored(record.key, record.value)
            for record in self.ashore.records(SNAPSHOTS.name)[self.partition]
        ]
        return [found.cursor for found in complete_snapshots(stored)]

    @property
    def partition(self) -> int:
        """The partition in which the port lives."""
        return partition_of(SYSTEM, self.ashore.rada.settings.kafka.partitions)


@pytest.fixture(scope="module")
def port(kafka_stack: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    """All seven services and a dashboard, once for these tests."""
    folder = tmp_path_factory.mktemp("operations") / "communities"
    with ashore(kafka_stack, "operations", folder) as running:
        reader = Dashboard(running.rada.urls["alert_gateway"])
        yield Operated(running, reader, AdminClient(client_config(running.rada.settings)))
        reader.close()


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def test_two_workers_of_each_share_the_partitions_and_one_may_leave(port: Operated) -> None:
    """Who stays takes over where the other stopped: what was said equals one fold."""
    rada = port.ashore.rada
    second = [port.starts(name, 2) for name in ("sequencer", "coordinator")]
    port.tells("RDAU7654323", "601")
    rada.supervisor.kill(rada.label("coordinator"))
    port.stops(rada.label("sequencer"), rada.label("coordinator"))
    port.tells("RDAU2000016", "602")
    for name in ("sequencer", "coordinator"):
        port.starts(name)
    port.stops(*second)

    port.tells("RDAU3102075", "603")

    said = spoken(port.ashore)
    want = oracle(port.ashore)
    assert all(want[name] == value for name, value in said)
    assert {name for name in want if name[0] == "alerts"} <= {name for name, _ in said}


def test_a_recreated_input_topic_is_read_from_its_first_record(port: Operated) -> None:
    """Offsets begin anew with a new topic: nothing of it is taken for a repeat of the old one.

    The sequencer notices within seconds and begins anew. What is sent in between may be
    acknowledged by the topic that is being deleted, and goes with it.
    """
    rada, now = port.ashore.rada, now_ms()
    name = qualified(family_topic("clearance"), rada.settings.namespace)
    holds = [given.a_hold("RDAU2000016", at=now, number=f"hold:aut:{n}") for n in range(3)]
    port.ashore.post("clearance_events", *holds)
    key = a_collection(port.ashore, "RDAU7654323", "611")
    port.dashboard.await_alert(key, "RAISED", SECONDS)
    before = rada.supervisor.pid(rada.label("sequencer"))
    port.admin.delete_topics([name])[name].result(20)
    until(lambda: name not in port.admin.list_topics(timeout=20).topics, f"{name} stays")
    topics.create(rada.settings)
    until(
        lambda: rada.supervisor.pid(rada.label("sequencer")) not in (None, before),
        "the sequencer did not notice",
    )
    rada.supervisor.await_ready(rada.label("sequencer"))

    stopped = given.a_hold("RDAU7654323", at=now_ms(), number="hold:aut:9")
    port.ashore.post("clearance_events", stopped, until_s=SECONDS)

    port.dashboard.await_alert(key, "UPDATED", SECONDS)


def test_what_retention_deleted_before_it_was_read_is_told(port: Operated) -> None:
    """The sequencer stood still for too long: the loss has a span and a place, and work goes on."""
    rada = port.ashore.rada
    port.stops(rada.label("sequencer"))
    slot = int(time.time()) * 1000 + 2 * HOUR
    lost = [given.an_appointment(f"62{n}", slot, at=slot - 2 * HOUR) for n in range(3)]
    port.ashore.post("gate_events", *lost)
    gate = TopicPartition(
        qualified(family_topic("gate"), rada.settings.namespace), port.partition, -1
    )
    port.admin.delete_records([gate])[gate].result(20)
    port.starts("sequencer")

    port.tells("RDAU2000016", "625")

    document = answer(RUN.invoke(app, ["rejected", "--json"], env=environment_of(rada.settings)))
    (told,) = [one for one in document["rejected"] if one["reason"] == "NEVER_READ"]
    first = told["origin"]["offset"]
    assert told["found"] == f"records {first} to {first + 2} deleted before they were read"


def test_a_trimmed_journal_is_enough_for_a_restart(port: Operated) -> None:
    """Only what lies before the older of two snapshots goes, and nobody needs it any more."""
    rada = port.ashore.rada
    until(lambda: len(port.cursors()) == 2, "two snapshots are not complete")
    keep_nothing = rada.settings.model_copy(update={"journal_days": 0.0})

    before = trim_journal(keep_nothing, port.partition, port.cursors())
    rada.supervisor.kill(rada.label("coordinator"))
    port.tells("RDAU3102075", "631")

    assert before is not None
    assert port.ashore.records(JOURNAL.name)[port.partition][0].offset == before > 0
