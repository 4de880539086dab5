"""The loop round the packers: poll, pack, produce, commit. Its decisions live in the other files.

One thread does everything: librdkafka fetches and sends in threads of its own. Partition N of all
inputs goes to one member (`range` over equal partition counts), and frames go to partition N of
the journal. Two members at once, during a rebalance, do no harm: the journal says where each
record came from.
"""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from prometheus_client import Counter, Gauge

from contracts.journal import FRAME_RECORDS_MAX, Origin
from contracts.topics import FAMILIES, JOURNAL, qualified
from plumbing import logs
from plumbing.kafka import client_config, consumer_config, producer_config
from plumbing.settings import Settings
from services.sequencer.commits import Committed, Ledger, Written, start_position
from services.sequencer.frames import Arrival, Packed, Packer
from services.sequencer.journal_time import last_time

TICK_SECONDS: Final = 1.0
COMMIT_SECONDS: Final = 1.0
TOPICS_SECONDS: Final = 5.0
BATCH: Final = 2_000
IN_FLIGHT_MAX: Final = 200
GATHER_SECONDS: Final = 0.004
"""Between two frames at least while records come; after a longer quiet none waits."""
_POLL_SECONDS: Final = 0.1
_TIMEOUT: Final = 20.0

FRAMES = Counter("rada_sequencer_frames", "Frames written to the journal")
RECORDS = Counter("rada_sequencer_records", "Records written to the journal, ticks included")
DELETED = Counter(
    "rada_sequencer_deleted_unread",
    "Records of an input, repeats included, that retention deleted before they were read",
    ["topic"],
)
PENDING = Gauge("rada_sequencer_frames_unreported", "Frames without a delivery report")


class SendFailed(Exception):
    """A frame was not acknowledged: this process ends, the next one reads again (exit 70)."""


class InputChanged(Exception):
    """An input topic was deleted or recreated: this process ends and begins anew (exit 75)."""


@dataclass(slots=True)
class _Lane:
    """One partition on its way through this process."""

    packer: Packer
    ledger: Ledger = field(default_factory=Ledger)


class Sequencer:
    """Owns some partitions of the inputs and writes their journal until told to stop."""

    def __init__(self, settings: Settings, stopping: threading.Event) -> None:
        """Connect; `run` does the work."""
        self._settings = settings
        self._stopping = stopping
        self._log = logs.get()
        self._is_played = settings.clock == "played"
        self._journal = qualified(JOURNAL.name, settings.namespace)
        group = qualified("rada.sequencer", settings.namespace)
        self._consumer = Consumer(
            {
                **consumer_config(settings, group, instance=f"{group}-{settings.instance}"),
                "partition.assignment.strategy": "range",
                # A direct publisher's new topic is found within this time.
                "topic.metadata.refresh.interval.ms": 5_000,
            }
        )
        self._producer = Producer(producer_config(settings, linger_ms=0))
        self._admin = AdminClient(client_config(settings))
        self._lanes: dict[int, _Lane] = {}
        self._origins: dict[tuple[str, int], Origin] = {}
        self._paused: set[int] = set()
        self._asked: dict[str, Any] = {}
        self._failed: KafkaError | None = None
        self.is_ready = False
        self._gathered_at = 0.0

    def run(self) -> None:
        """Sequence until `stopping` is set.

        Raises:
            SendFailed: a frame was not acknowledged.
            InputChanged: an input topic is another one than at the start.
        """
        prefix = qualified("", self._settings.namespace).replace(".", r"\.")
        families = "|".join(FAMILIES)
        self._consumer.subscribe(
            [rf"^{prefix}rada\.({families})\.v1(\.[A-Za-z0-9_-]+)?$"],
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_lost,
        )
        try:
            self._loop()
        finally:
            self.is_ready = False
            self._close()

    def _loop(self) -> None:
        next_tick = time.monotonic() + TICK_SECONDS
        next_commit = next_tick + COMMIT_SECONDS / 2
        next_look = next_tick + TOPICS_SECONDS
        while not self._stopping.is_set():
            self._read(min(_POLL_SECONDS, max(0.0, next_tick - time.monotonic())))
            now = time.monotonic()
            if now >= next_tick:
                next_tick = max(next_tick + TICK_SECONDS, now)
                self._tick()
            if now >= next_commit:
                next_commit = now + COMMIT_SECONDS
                self._commit(asynchronous=True)
            if now >= next_look:
                next_look = now + TOPICS_SECONDS
                self._look_at_topics()
            self._hear_reports()

    # -- reading and writing

    def _read(self, timeout: float) -> None:
        # The first record ends the wait; what arrived with it follows without one.
        first = self._consumer.poll(timeout)
        if first is None:
            return
        messages = [first, *self._consumer.consume(BATCH, timeout=0)]
        if len(messages) < FRAME_RECORDS_MAX:
            messages += self._gather()
        clock = _clock()
        by_origin: dict[Origin, list[Arrival]] = defaultdict(list)
        expected: dict[Origin, int] = {}
        for message in messages:
            self._sort_in(message, by_origin, expected)
        for origin, arrivals in by_origin.items():
            self._lanes[origin.partition].packer.add(origin, arrivals, clock)
        for partition in {origin.partition for origin in by_origin}:
            self._write(partition)

    def _gather(self) -> list[Message]:
        # Each frame costs the broker, the journal and its reader the same, however little is in
        # it. So what comes soon after the last one goes together in the next (decision 0015).
        until = self._gathered_at + GATHER_SECONDS
        while (left := until - time.monotonic()) > 0:
            self._producer.poll(left)
        self._gathered_at = time.monotonic()
        return self._consumer.consume(BATCH, timeout=0)

    def _sort_in(
        self,
        message: Message,
        by_origin: dict[Origin, list[Arrival]],
        expected: dict[Origin, int],
    ) -> None:
        error = message.error()
        if error is not None:
            self._on_read_error(error)
            return
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        assert topic is not None
        assert partition is not None
        assert offset is not None
        origin = self._origins.get((topic, partition))
        if origin is None or partition not in self._lanes:
            # Fetched before the partition was taken away; its new owner reads it again.
            return
        headers = message.headers()
        key = message.key()
        position = expected.get(origin)
        if position is None:
            position = self._lanes[partition].packer.positions.get(origin, 0)
        expected[origin] = offset + 1
        by_origin[origin].append(
            Arrival(
                offset,
                message.value() or b"",
                message.timestamp()[1],
                key.decode(errors="replace") if isinstance(key, bytes) else "",
                _binary_mode(headers) if headers else (),
                self._start_of(topic, partition, position) if offset > position else 0,
            )
        )

    def _start_of(self, topic: str, partition: int, position: int) -> int:
        # A hole is a transaction's marker or, if the input begins behind it, a loss.
        start, _ = self._consumer.get_watermark_offsets(
            TopicPartition(topic, partition), timeout=_TIMEOUT
        )
        if start <= position:
            return 0
        DELETED.labels(topic).inc(start - position)
        self._log.error(
            "retention deleted records of an input before they were read",
            topic=topic,
            partition=partition,
            first=position,
            last=start - 1,
        )
        return start

    def _write(self, partition: int) -> None:
        lane = self._lanes[partition]
        for packed in lane.packer.take():
            self._produce(partition, packed, lane.ledger.sent(packed.positions))
        while lane.ledger.in_flight() > IN_FLIGHT_MAX and not self._failed:
            self._producer.poll(0.01)
            self._commit(asynchronous=True)
        if partition in self._paused and lane.packer.has_clock:
            self._paused.discard(partition)
            self._consumer.resume(self._partitions_of(partition))

    def _produce(self, partition: int, packed: Packed, written: Written) -> None:
        def report(error: KafkaError | None, _message: Message) -> None:
            if error is None:
                written.is_reported = True
            else:
                self._failed = error

        while True:
            try:
                self._producer.produce(
                    self._journal, value=packed.value, partition=partition, on_delivery=report
                )
                break
            except BufferError:
                self._producer.poll(0.01)
        FRAMES.inc()
        RECORDS.inc(packed.records)
        self._producer.poll(0)

    def _tick(self) -> None:
        clock = _clock()
        for partition, lane in self._lanes.items():
            lane.packer.tick(clock)
            self._write(partition)

    def _hear_reports(self) -> None:
        self._producer.poll(0)
        PENDING.set(len(self._producer))
        if self._failed is not None:
            raise SendFailed(f"the journal did not acknowledge a frame: {self._failed.str()}")

    def _on_read_error(self, error: KafkaError) -> None:
        if error.fatal():
            raise SendFailed(f"the consumer cannot go on: {error.str()}")
        if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise InputChanged(f"an input topic is gone: {error.str()}")
        self._log.warning("read error, librdkafka retries", error=error.str())

    # -- commits

    def _commit(self, *, asynchronous: bool) -> None:
        offsets = []
        for lane in self._lanes.values():
            for origin, offset in (lane.ledger.committable() or {}).items():
                name = qualified(origin.topic, self._settings.namespace)
                # The topic's id goes with the offset, so a recreated topic is not skipped.
                offsets.append(TopicPartition(name, origin.partition, offset, origin.topic_id))
        if not offsets:
            return
        try:
            if asynchronous:
                self._consumer.commit(offsets=offsets, asynchronous=True)
            else:
                self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as refused:
            # What is not committed is read again, and skipped by its origin.
            self._log.warning("commit refused", error=str(refused))

    # -- ownership

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        topic_ids = self._topic_ids({tp.topic for tp in partitions})
        committed = consumer.committed(partitions, timeout=_TIMEOUT) if partitions else []
        positions: dict[int, dict[Origin, int]] = defaultdict(dict)
        for tp in committed:
            topic_id = topic_ids[tp.topic]
            _, end = consumer.get_watermark_offsets(tp, timeout=_TIMEOUT)
            before = Committed(tp.offset, tp.metadata or topic_id) if tp.offset >= 0 else None
            start = start_position(before, topic_id, end)
            origin = Origin(self._plain(tp.topic), topic_id, tp.partition)
            self._origins[tp.topic, tp.partition] = origin
            positions[tp.partition][origin] = start
            tp.offset = start or OFFSET_BEGINNING
        for partition, known in positions.items():
            self._lanes[partition] = _Lane(
                Packer(
                    known,
                    is_played=self._is_played,
                    started_at=last_time(self._settings, partition) if self._is_played else 0,
                )
            )
        consumer.assign(committed)
        self.is_ready = True
        for partition, lane in self._lanes.items():
            if not lane.packer.has_clock:
                # Nothing but commands can be stamped before the played clock is set.
                self._paused.add(partition)
                command = qualified("rada.command.v1", self._settings.namespace)
                consumer.pause([tp for tp in self._partitions_of(partition) if tp.topic != command])
        self._log.info("partitions taken", partitions=sorted(positions))

    def _on_revoke(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self._producer.flush(2)
        self._commit(asynchronous=False)
        self._drop()

    def _on_lost(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self._drop()

    def _drop(self) -> None:
        # With `range` every rebalance gives up all partitions. Frames on their way may land.
        self._log.info("partitions given up", partitions=sorted(self._lanes))
        self._lanes.clear()
        self._paused.clear()
        self._origins.clear()

    def _partitions_of(self, partition: int) -> list[TopicPartition]:
        return [TopicPartition(*place) for place in self._origins if place[1] == partition]

    # -- topics

    def _plain(self, topic: str) -> str:
        return topic.removeprefix(qualified("", self._settings.namespace))

    def _topic_ids(self, names: set[str]) -> dict[str, str]:
        if not names:
            return {}
        found = self._admin.describe_topics(
            TopicCollection(sorted(names)), request_timeout=_TIMEOUT
        )
        return {name: str(future.result(_TIMEOUT).topic_id) for name, future in found.items()}

    def _look_at_topics(self) -> None:
        # Asked now, heard at the next look: the records do not wait for the answer.
        asked, self._asked = self._asked, {}
        known = {name: origin.topic_id for (name, _), origin in self._origins.items()}
        for name, future in asked.items():
            if name in known and future.done():
                self._compare(name, known[name], future)
        if known:
            names = TopicCollection(sorted(known))
            self._asked = self._admin.describe_topics(names, request_timeout=_TIMEOUT)

    def _compare(self, name: str, known: str, future: Any) -> None:
        try:
            topic_id = str(future.result().topic_id)
        except KafkaException as error:
            if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise InputChanged(f"{name} is gone") from error
            self._log.warning("a topic cannot be described now", topic=name, error=str(error))
            return
        if topic_id != known:
            raise InputChanged(f"{name} was recreated: {known} is now {topic_id}")

    def _close(self) -> None:
        left = self._producer.flush(8)
        if not left and self._failed is None:
            self._commit(asynchronous=False)
        self._consumer.close()


def _clock() -> int:
    return time.time_ns() // 1_000_000


def _binary_mode(headers: Any) -> tuple[tuple[str, bytes], ...]:
    # Structured mode says everything in its value; other headers are nobody's business here.
    named = [(name, value or b"") for name, value in headers]
    if not any(name == "ce_type" for name, _ in named):
        return ()
    return tuple(
        (name, value) for name, value in named if name.startswith("ce_") or name == "content-type"
    )
