"""How far the journal has come: which records of which inputs have their place in it."""

import asyncio
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

from confluent_kafka import Consumer, TopicPartition

from contracts.journal import TICK, decode_frame
from contracts.topics import JOURNAL, qualified
from plumbing.kafka import consumer_config
from plumbing.settings import Settings

Offsets = Mapping[tuple[str, int], int]
"""Topic with its namespace, and partition -> offset of a record."""

LOOK_SECONDS: Final = 0.003
STANDSTILL_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.1


class JournalStands(Exception):
    """The sequencer did not journal what Kafka had acknowledged."""

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        """Keep the first record that is missing."""
        super().__init__(
            f"{topic}[{partition}] offset {offset} is not in the journal after"
            f" {STANDSTILL_SECONDS:.0f} s; look at the sequencer's log"
        )


class JournalEnd:
    """Reads a namespace's journal from its beginning on a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        """Look at the namespace of `settings`; use it as a context manager."""
        self._settings = settings
        self._reached: dict[tuple[str, int], int] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read, name="journal-end", daemon=True)

    def __enter__(self) -> Self:
        """Begin to read."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop reading."""
        self._stopping.set()
        self._thread.join()

    async def holds(self, offsets: Offsets) -> None:
        """Return once every record up to these offsets is in the journal.

        Raises:
            JournalStands: one is missing for too long.
        """
        until = time.monotonic() + STANDSTILL_SECONDS
        for place, offset in offsets.items():
            while self._reached.get(place, -1) < offset:
                if time.monotonic() > until:
                    raise JournalStands(*place, offset)
                await asyncio.sleep(LOOK_SECONDS)

    def _read(self) -> None:
        settings = self._settings
        consumer = Consumer(consumer_config(settings, "rada-journal-end"))
        journal = qualified(JOURNAL.name, settings.namespace)
        numbers = range(settings.kafka.partitions)
        consumer.assign([TopicPartition(journal, number, 0) for number in numbers])
        try:
            while not self._stopping.is_set():
                message = consumer.poll(_POLL_SECONDS)
                value = message.value() if message is not None and not message.error() else None
                if value is not None:
                    self._note(value)
        finally:
            consumer.close()

    def _note(self, value: bytes) -> None:
        frame = decode_frame(value)
        for record in frame.records:
            if record.origin != TICK:
                origin = frame.origins[record.origin]
                topic = qualified(origin.topic, self._settings.namespace)
                self._reached[topic, origin.partition] = record.offset
