"""Reads alerts and pictures from Kafka and writes them into the projection, on one thread.

It needs no consumer group: its place is the checkpoint that stands in Redis beside what was
written. Redis away is waited for; Redis that lost its content is filled again from the first
record that Kafka holds.
"""

import threading
from collections.abc import Iterator
from typing import Final, NamedTuple, cast

import redis
from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from prometheus_client import Counter, Gauge

from contracts.topics import ALERTS, PICTURE, qualified
from plumbing.kafka import client_config, consumer_config
from plumbing.logs import get
from plumbing.settings import Settings
from plumbing.versions import UnreadableWord, Word, read_word
from services.alert_gateway.projection import WORDS_MAX, Projection, ProjectionLost

TOPICS: Final = (ALERTS.name, PICTURE.name)
RETRY_SECONDS: Final = 0.5
NOT_SHOWN: Final = b"proposal:"
"""Pictures that are for the gate edge: they name boxes and hauliers."""

_applied = Counter("rada_gateway_changes_total", "Changes written to the live picture", ["topic"])
_repeats = Counter("rada_gateway_repeats_total", "Records read that were no news", ["topic"])
_unreadable = Counter("rada_gateway_unreadable_total", "Records that could not be read", ["topic"])
_rebuilds = Counter("rada_gateway_rebuilds_total", "Projections built again from Kafka")
_behind = Gauge("rada_gateway_partitions_behind", "Partitions not read to the end since the start")


class _Place(NamedTuple):
    topic: str
    partition: int


class Projector:
    """Keeps the projections of all partitions current; `start` it, `stop` it."""

    def __init__(self, settings: Settings, projection: Projection) -> None:
        self._settings = settings
        self._projection = projection
        self._partitions = range(settings.kafka.partitions)
        self._names = {qualified(topic, settings.namespace): topic for topic in TOPICS}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name="projector", daemon=True)
        self._epochs: dict[int, str] = {}
        self._written: dict[_Place, int] = {}
        self._wiped: set[int] = set()
        self._unread: set[_Place] = {_Place(t, p) for t in TOPICS for p in self._partitions}
        self.failure: BaseException | None = None
        """Why the thread ended, when it did so by itself: the process must end too."""

    def start(self) -> None:
        """Begin to read, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    @property
    def partitions_behind(self) -> int:
        """How many partitions were not yet read to their end since the start or a loss."""
        return len({place.partition for place in self._unread})

    def run(self) -> None:
        """Read until stopped, starting again from the checkpoint after every interruption."""
        try:
            while not self._stopping.is_set():
                self._run_once()
        except Exception as error:  # noqa: BLE001 - the loop's edge: told to the process, which ends
            self.failure = error
            get().error("the projector ended", error=repr(error))

    def _run_once(self) -> None:
        try:
            self._project()
        except ProjectionLost as lost:
            if lost.is_wiped:
                self._wiped.add(lost.partition)
            get().warning("the live picture is not the one written to", partition=lost.partition)
        except (redis.ConnectionError, redis.TimeoutError, redis.ResponseError) as error:
            # A ResponseError here is memory used up or a server still loading: the same cure.
            get().warning("redis did not take a write; trying again", error=str(error))
            self._stopping.wait(RETRY_SECONDS)

    def _project(self) -> None:
        places = self._stand()
        consumer = Consumer(
            {
                **consumer_config(self._settings, "rada-projector"),
                "enable.partition.eof": True,
            }
        )
        try:
            consumer.assign(places)
            while not self._stopping.is_set():
                self._write(consumer.consume(WORDS_MAX, timeout=0.2))
        finally:
            consumer.close()

    def _stand(self) -> list[TopicPartition]:
        ids = self._topic_ids()
        places = []
        for partition in self._partitions:
            offsets = self._offsets(partition, ids)
            for name, topic in self._names.items():
                self._written[_Place(topic, partition)] = offsets[topic]
                self._unread.add(_Place(topic, partition))
                places.append(TopicPartition(name, partition, offsets[topic]))
        _behind.set(self.partitions_behind)
        return places

    def _topic_ids(self) -> dict[str, str]:
        # The client must outlive its answers.
        admin = AdminClient(client_config(self._settings))
        asked = admin.describe_topics(TopicCollection(list(self._names)), request_timeout=10)
        return {self._names[name]: str(told.result(10).topic_id) for name, told in asked.items()}

    def _offsets(self, partition: int, ids: dict[str, str]) -> dict[str, int]:
        standing = self._projection.standing(partition, TOPICS)
        # Another gateway may have seen the same loss and built it again already.
        is_wiped = partition in self._wiped and (
            standing is not None and standing.epoch == self._epochs.get(partition)
        )
        self._wiped.discard(partition)
        if standing is None or is_wiped or standing.topic_ids != ids:
            self._projection.begin(partition, standing.epoch if standing else None, ids)
            _rebuilds.inc()
            get().info("building the live picture from Kafka", partition=partition)
            standing = self._projection.standing(partition, TOPICS)
        if standing is None:
            raise ProjectionLost(partition, is_wiped=True)
        self._epochs[partition] = standing.epoch
        return standing.offsets

    def _write(self, messages: list[Message]) -> None:
        for place, batch in self._batches(messages):
            words = [word for message in batch if (word := self._word(place.topic, message))]
            upcoming = (batch[-1].offset() or 0) + 1
            applied = self._projection.apply(
                place.partition,
                self._epochs[place.partition],
                place.topic,
                (self._written[place], upcoming),
                words,
            )
            self._written[place] = max(upcoming, self._written[place])
            _applied.labels(place.topic).inc(applied)
            _repeats.labels(place.topic).inc(len(words) - applied)

    def _batches(self, messages: list[Message]) -> Iterator[tuple[_Place, list[Message]]]:
        batches: dict[_Place, list[Message]] = {}
        ended: list[_Place] = []
        for message in messages:
            place = _Place(self._names[message.topic() or ""], message.partition() or 0)
            error = message.error()
            if error is None:
                batches.setdefault(place, []).append(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.append(place)
            elif not error.retriable() and error.code() != KafkaError._ALL_BROKERS_DOWN:
                raise KafkaException(error)
        yield from batches.items()
        for place in ended:
            self._read_to_end(place)

    def _read_to_end(self, place: _Place) -> None:
        if place not in self._unread:
            return
        self._unread.discard(place)
        if not any(_Place(topic, place.partition) in self._unread for topic in TOPICS):
            self._projection.built(place.partition, self._epochs[place.partition])
        _behind.set(self.partitions_behind)

    def _word(self, topic: str, message: Message) -> Word | None:
        pairs = cast("list[tuple[str, bytes | None]]", message.headers() or [])
        key = message.key()
        if (_octets(key) or b"").startswith(NOT_SHOWN):
            return None
        try:
            return read_word(topic, _octets(key), _octets(message.value()), pairs)
        except UnreadableWord as error:
            _unreadable.labels(topic).inc()
            get().error(
                "a record was left out", topic=topic, offset=message.offset(), why=str(error)
            )
            return None


def _octets(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
