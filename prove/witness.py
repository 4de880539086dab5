"""What the topics hold, read raw: all of it at the end, and when something new is said."""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Final

from confluent_kafka import Consumer, Message, TopicPartition

from contracts.journal import Frame, decode_frame
from contracts.topics import ALERTS, JOURNAL, PICTURE, Topic, qualified
from plumbing.kafka import consumer_config
from plumbing.settings import Settings
from prove.oracle import Name
from services.coordinator.reading import Reader, Record

SPOKEN: Final = {ALERTS.name: "alerts", PICTURE.name: "picture"}
_POLL_SECONDS: Final = 0.1


class Witness:
    """Hears every alert and picture as it is said, and knows which were never said before."""

    def __init__(self, settings: Settings) -> None:
        """Begin at once."""
        self._settings = settings
        self._seen: set[tuple[str, bytes, bytes]] = set()
        self._changed = threading.Condition()
        self._last_news = 0.0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="witness", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._ending.set()
        self._thread.join()

    def news_after(self, instant: float, within: float) -> float | None:
        """Wait for something new written after an instant; return how many seconds after it.

        None when nothing came within so many seconds. The writer's own clock counts for what is
        new, so that the last words of a process that was killed are not taken for the next one's.
        """
        with self._changed:
            came = self._changed.wait_for(lambda: self._last_news > instant, within)
        return time.time() - instant if came else None

    def _listen(self) -> None:
        consumer = Consumer(consumer_config(self._settings, "rada-prove"))
        consumer.assign(
            [
                TopicPartition(qualified(topic, self._settings.namespace), number, 0)
                for topic in SPOKEN
                for number in range(self._settings.kafka.partitions)
            ]
        )
        try:
            while not self._ending.is_set():
                message = consumer.poll(_POLL_SECONDS)
                if message is not None and not message.error():
                    self._note(message)
        finally:
            consumer.close()

    def _note(self, message: Message) -> None:
        headers: dict[str, bytes] = dict(message.headers() or ())  # type: ignore[arg-type]
        name = message.topic() or "", message.key() or b"", headers["version"]
        if name in self._seen:
            return
        self._seen.add(name)
        with self._changed:
            self._last_news = max(self._last_news, message.timestamp()[1] / 1000)
            self._changed.notify_all()


def journals(settings: Settings) -> list[list[Frame]]:
    """Return the whole journal, by partition."""
    return [
        [decode_frame(record.value or b"") for record in _records(settings, JOURNAL, number)]
        for number in range(settings.kafka.partitions)
    ]


def spoken(settings: Settings) -> list[tuple[Name, bytes | None]]:
    """Return every record of the alerts and picture topics, repeats and tombstones included."""
    return [
        (Name(SPOKEN[topic.name], record.key, int(record.headers["version"])), record.value)
        for topic in (ALERTS, PICTURE)
        for number in range(settings.kafka.partitions)
        for record in _records(settings, topic, number)
    ]


def _records(settings: Settings, topic: Topic, partition: int) -> Iterator[Record]:
    name, reader = qualified(topic.name, settings.namespace), Reader(settings)
    try:
        batches: Iterator[Sequence[Record]] = reader.span(
            name, partition, *reader.bounds(name, partition)
        )
        for batch in batches:
            yield from batch
    finally:
        reader.close()
