"""Direct reads of one partition, without a group: blocking, so they run on worker threads."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # imported there, not listed
    AdminClient,
    OffsetSpec,
)

from plumbing.kafka import consumer_config
from plumbing.settings import Settings
from services.coordinator.outputs import Seen
from services.coordinator.refusals import Refused

_TIMEOUT: Final = 20.0
_PATIENCE: Final = 30
_ENDS_TIMEOUT: Final = 10.0


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was read."""

    topic: str
    offset: int
    key: str
    value: bytes | None
    headers: dict[str, bytes]


class Reader:
    """Reads partitions by number, each from a given offset; use it from one thread at a time."""

    def __init__(self, settings: Settings, *, least_bytes: int = 1) -> None:
        """Connect; the broker is asked less often if it answers with more."""
        self._ends: dict[str, int] = {}
        self._consumer: Any = Consumer(
            {
                **consumer_config(settings, "rada.direct"),
                "auto.offset.reset": "error",
                "fetch.min.bytes": least_bytes,
                # Compaction may leave an end without a record: only this tells that it is reached.
                "enable.partition.eof": True,
                "queued.max.messages.kbytes": 16_384,
            }
        )

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Return the first offset and the one behind the last."""
        start, end = self._consumer.get_watermark_offsets(
            TopicPartition(topic, partition), timeout=_TIMEOUT
        )
        return start, end

    def seek(self, topics: dict[str, int], partition: int) -> None:
        """Begin to read this partition of each topic at its offset."""
        self._ends.clear()
        self._consumer.assign(
            [TopicPartition(topic, partition, offset) for topic, offset in topics.items()]
        )

    def positions(self, topics: list[str], partition: int) -> dict[str, int]:
        """Return where the next record of each topic would come from (holes are passed)."""
        found = self._consumer.position([TopicPartition(topic, partition) for topic in topics])
        return {tp.topic: max(tp.offset, self._ends.get(tp.topic, -1)) for tp in found}

    def read(self, timeout: float, records_max: int = 500) -> list[Record]:
        """Return what is there, waiting at most `timeout` seconds for the first record."""
        first = self._consumer.poll(timeout)
        if first is None:
            return []
        messages = [first, *self._consumer.consume(records_max - 1, timeout=0)]
        return [_record(message) for message in messages if not self._is_error(message)]

    def span(self, topic: str, partition: int, start: int, end: int) -> Iterator[list[Record]]:
        """Yield the records from `start` to before `end` in batches; [] while Kafka is slow.

        Compaction and control records leave holes, so the end is a position, not a record.
        """
        if start >= end:
            return
        self.seek({topic: start}, partition)
        silent, at = 0, start
        try:
            while at < end:
                batch = self.read(0.2)
                position = self.positions([topic], partition)[topic]
                moved = max([at, position, *(record.offset + 1 for record in batch)])
                silent = silent + 1 if moved == at else 0
                if silent > _PATIENCE * 5:
                    raise TimeoutError(
                        f"{topic} [{partition}] stands still at offset {at} of {end}"
                    )
                at = moved
                yield [record for record in batch if record.offset < end]
        finally:
            # Else the client would go on fetching what nobody asks it for, 16 MiB of it.
            self._consumer.unassign()

    def _is_error(self, message: Any) -> bool:
        error = message.error()
        if error is None:
            return False
        if error.code() == KafkaError._PARTITION_EOF:
            self._ends[message.topic()] = message.offset()
        elif error.code() == KafkaError._AUTO_OFFSET_RESET:
            raise Refused(
                f"{message.topic()} [{message.partition()}]: {error.str()}. What was asked for is"
                " gone; restart, and restore a backup if that does not help."
            )
        elif error.fatal():
            raise KafkaException(error)
        return True

    def close(self) -> None:
        """Disconnect."""
        self._consumer.close()


def journal_id(admin: AdminClient, journal: str) -> str:
    """Return Kafka's own id of the journal: another one after it was recreated."""
    outcome = admin.describe_topics(TopicCollection([journal]), request_timeout=_TIMEOUT)
    return str(outcome[journal].result(_TIMEOUT).topic_id)


def journal_ends(admin: AdminClient, journal: str, partitions: list[int]) -> dict[int, int]:
    """Return the offset behind the last frame of each partition that answers."""
    latest: Any = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    wanted = {TopicPartition(journal, number): latest for number in partitions}
    ends = {}
    for tp, future in admin.list_offsets(wanted, request_timeout=_ENDS_TIMEOUT).items():
        with suppress(KafkaException, TimeoutError):
            ends[tp.partition] = future.result(_ENDS_TIMEOUT).offset
    return ends


def seen(record: Record, topic: str) -> Seen:
    """Return a record of an own output partition as the owner compares it."""
    number = {name: int(record.headers.get(name, b"0")) for name in _NUMBERS}
    return Seen(
        topic,
        record.key,
        record.offset,
        number["version"],
        record.value is None,
        (number["journalpos"], number["ordinal"]),
    )


_NUMBERS: Final = ("version", "journalpos", "ordinal")


def _record(message: Any) -> Record:
    key = message.key()
    return Record(
        message.topic(),
        message.offset(),
        key.decode() if key is not None else "",
        message.value(),
        dict(message.headers() or ()),
    )
