"""Kafka clients: one configuration for all of them, and a sender that tells the truth.

A record counts as sent when Kafka acknowledged it on every in-sync replica, and not before. The
settings say so (`acks=all`, idempotence). `Sender` gives back a future that is done only by the
delivery report, or for many records together one `Posting` that is settled only by all of theirs.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from plumbing.settings import KafkaSettings, Settings

Headers = Sequence[tuple[str, bytes]]
Configuration = dict[str, Any]

DELIVERY_SECONDS = 30.0
MESSAGE_BYTES_MAX = 2 * 1024 * 1024
_POLL_SECONDS = 0.1
# librdkafka's own lines become lines of the process's log; they are served while it polls.
_LOGGER = logging.getLogger("librdkafka")


class KafkaAway(Exception):
    """A record was not acknowledged: its outcome is unknown and sending it again is safe."""

    def __init__(self, topic: str, reason: str) -> None:
        """Keep what was sent where, and what Kafka or the client said."""
        super().__init__(f"Kafka did not acknowledge a record for {topic}: {reason}")
        self.topic = topic
        self.reason = reason


class Delivered(NamedTuple):
    """Where an acknowledged record stands."""

    topic: str
    partition: int
    offset: int


class Outgoing(NamedTuple):
    """A record to be sent, without what it shares with those sent together with it."""

    key: bytes | str | None
    value: bytes | None
    partition: int


class Posting:
    """Records sent together, and what became of each, by its place among them.

    It is settled when every record has its outcome; nothing is made for each record but that.
    """

    def __init__(self, topic: str, count: int, when_settled: Callable[[], None]) -> None:
        """Begin with nothing known; `when_settled` may be called twice, and on any thread."""
        self.outcomes: dict[int, Delivered | KafkaAway] = {}
        self._topic = topic
        self._count = count
        self._when_settled = when_settled

    @property
    def missing(self) -> int:
        """Return how many records have no outcome yet."""
        return self._count - len(self.outcomes)

    def note(self, index: int, outcome: Delivered | KafkaAway) -> None:
        """Say what became of one record."""
        # The sender's thread and the one that sends may both be here: storing and counting are
        # each one step, so that whoever comes last sees all.
        self.outcomes[index] = outcome
        if len(self.outcomes) == self._count:
            self._when_settled()

    def report(self, index: int, error: KafkaError | None, message: Message) -> None:
        """Take the delivery report of one record."""
        self.note(index, _outcome(self._topic, error, message))


def client_config(settings: Settings) -> Configuration:
    """Return what every librdkafka client needs to reach the cluster, TLS and SASL included."""
    kafka = settings.kafka
    wanted: Configuration = {
        "bootstrap.servers": kafka.bootstrap_servers,
        "security.protocol": kafka.security_protocol,
        "client.id": "rada",
        "socket.timeout.ms": 10_000,
        "socket.nagle.disable": True,
        # A restarted broker is found again at once, not after librdkafka's 10 s.
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 1_000,
        "log.connection.close": False,
        **_security(kafka),
    }
    return wanted


def _security(kafka: KafkaSettings) -> Configuration:
    given: Configuration = {
        "ssl.ca.location": kafka.ssl_ca_location and str(kafka.ssl_ca_location),
        "ssl.certificate.location": kafka.ssl_certificate_location
        and str(kafka.ssl_certificate_location),
        "ssl.key.location": kafka.ssl_key_location and str(kafka.ssl_key_location),
        "ssl.key.password": kafka.ssl_key_password and kafka.ssl_key_password.get_secret_value(),
        "sasl.mechanism": kafka.sasl_mechanism,
        "sasl.username": kafka.sasl_username,
        "sasl.password": kafka.sasl_password and kafka.sasl_password.get_secret_value(),
    }
    return {name: value for name, value in given.items() if value}


def producer_config(settings: Settings, *, linger_ms: float = 0) -> Configuration:
    """Return the one producer configuration; a longer `linger_ms` buys batches with latency."""
    return {
        **client_config(settings),
        "logger": _LOGGER,
        "acks": "all",
        "enable.idempotence": True,
        "max.in.flight.requests.per.connection": 5,
        "delivery.timeout.ms": int(DELIVERY_SECONDS * 1000),
        "linger.ms": linger_ms,
        "compression.type": "lz4",
        # As Java and aiokafka place a key; librdkafka's own default is another.
        "partitioner": "murmur2_random",
        "message.max.bytes": MESSAGE_BYTES_MAX,
        "queue.buffering.max.messages": 20_000,
        # Topics are checked at the start of a process: one that is missing later stays missing.
        "topic.metadata.propagation.max.ms": 5_000,
    }


def consumer_config(
    settings: Settings, group: str, *, instance: str | None = None
) -> Configuration:
    """Return a consumer configuration that misses nothing and commits nothing by itself.

    With `instance` the member is static: a restart within the session keeps its partitions.
    """
    static: Configuration = {"group.instance.id": instance} if instance else {}
    return {
        **client_config(settings),
        "logger": _LOGGER,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "enable.partition.eof": False,
        "allow.auto.create.topics": False,
        "isolation.level": "read_uncommitted",
        "session.timeout.ms": 10_000,
        "heartbeat.interval.ms": 2_000,
        # librdkafka waits a full second after a full queue unless told otherwise.
        "fetch.queue.backoff.ms": 10,
        # How long the broker may hold its answer while there is no record (decision 0013).
        "fetch.wait.max.ms": 200,
        "fetch.message.max.bytes": MESSAGE_BYTES_MAX,
        **static,
    }


Told = Callable[[Delivered | KafkaAway], None]


class Sender:
    """One idempotent producer and the one thread that hears its delivery reports.

    Make it after the process forked (in a lifespan hook), one a process; `close` it before exit.
    Any thread may send. When `is_fatal`, no later record will be sent: the process must end.
    """

    def __init__(
        self, settings: Settings, *, linger_ms: float = 0, has_thread: bool = True
    ) -> None:
        """Connect in the background; a cluster that is away shows in the first report.

        Without the thread reports come only while `hear` is called: for a busy event loop, from
        which a thread would take the interpreter for each single report.
        """
        self.is_fatal = False
        self._producer = Producer(
            {**producer_config(settings, linger_ms=linger_ms), "error_cb": self._on_error}
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="kafka-sender", daemon=True)
        if has_thread:
            self._thread.start()

    def hear(self) -> None:
        """Take the delivery reports that are in; what waits for them is told on this thread."""
        self._producer.poll(0)

    def send(
        self,
        topic: str,
        *,
        key: bytes | str | None,
        value: bytes | None,
        partition: int | None = None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
    ) -> asyncio.Future[Delivered]:
        """Send from a running event loop; the future ends with `Delivered` or `KafkaAway`."""
        loop = asyncio.get_running_loop()
        promise: asyncio.Future[Delivered] = loop.create_future()

        def told(outcome: Delivered | KafkaAway) -> None:
            # A loop that is closed has nobody left who waits for the answer.
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, promise, outcome)

        self._enqueue(topic, told, _record(key, value, partition, headers, timestamp_ms))
        return promise

    def send_sync(
        self,
        topic: str,
        *,
        key: bytes | str | None,
        value: bytes | None,
        partition: int | None = None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
    ) -> Future[Delivered]:
        """Send from a plain thread; `result(timeout)` gives `Delivered` or raises `KafkaAway`.

        A callback added to the future runs on the sender's thread: it must not block.
        """
        promise: Future[Delivered] = Future()
        self._enqueue(
            topic,
            lambda outcome: _settle(promise, outcome),
            _record(key, value, partition, headers, timestamp_ms),
        )
        return promise

    def send_many(
        self,
        topic: str,
        records: Sequence[Outgoing],
        when_settled: Callable[[], None],
        *,
        headers: Headers = (),
        timestamp_ms: int,
    ) -> Posting:
        """Send from any thread, in order; `when_settled` is called once all outcomes are known.

        It runs on the thread that hears the reports, or on this one: it must not block.
        """
        posting = Posting(topic, len(records), when_settled)
        shared: list[tuple[str, str | bytes | None]] = list(headers)
        produce, report = self._produce, posting.report
        for index, (key, value, partition) in enumerate(records):
            told = partial(report, index)
            # In their places, for names cost the client as much as the rest of a call.
            refusal = produce(topic, value, key, partition, told, None, timestamp_ms, shared)
            if refusal is not None:
                posting.note(index, refusal)
        return posting

    def pending(self) -> int:
        """Return how many records still wait for their delivery report."""
        return len(self._producer)

    def close(self, timeout: float = 10) -> int:
        """Flush for at most `timeout` seconds; return the number of records left unsent."""
        left = self._producer.flush(timeout)
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=2 * _POLL_SECONDS + 1)
        return int(left)

    def _enqueue(self, topic: str, told: Told, record: Configuration) -> None:
        def report(error: KafkaError | None, message: Message) -> None:
            told(_outcome(topic, error, message))

        refusal = self._produce(topic, on_delivery=report, **record)
        if refusal is not None:
            told(refusal)

    def _produce(self, topic: str, *record: Any, **named: Any) -> KafkaAway | None:
        """Hand a record to the client; return why it did not take it, or None."""
        if self.is_fatal:
            return KafkaAway(topic, "the producer met a fatal error; this process must restart")
        try:
            self._producer.produce(topic, *record, **named)
        except BufferError:
            return KafkaAway(topic, "the queue of unsent records is full")
        except KafkaException as refused:
            return KafkaAway(topic, str(refused))
        return None

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal():
            self.is_fatal = True

    def _poll(self) -> None:
        while not self._stopping.is_set():
            self._producer.poll(_POLL_SECONDS)


def _record(
    key: bytes | str | None,
    value: bytes | None,
    partition: int | None,
    headers: Headers,
    timestamp_ms: int | None,
) -> Configuration:
    record: Configuration = {"key": key, "value": value, "headers": list(headers)}
    if partition is not None:
        record["partition"] = partition
    if timestamp_ms is not None:
        record["timestamp"] = timestamp_ms
    return record


def _outcome(topic: str, error: KafkaError | None, message: Message) -> Delivered | KafkaAway:
    if error is not None:
        return KafkaAway(topic, error.str())
    partition, offset = message.partition(), message.offset()
    assert partition is not None, "a delivered record has a partition"
    assert offset is not None, "a delivered record has an offset"
    return Delivered(topic, partition, offset)


def _settle(
    promise: "asyncio.Future[Delivered] | Future[Delivered]", outcome: Delivered | KafkaAway
) -> None:
    # A caller that gave up (its client hung up) cancelled the promise already.
    if promise.done():
        return
    if isinstance(outcome, KafkaAway):
        promise.set_exception(outcome)
    else:
        promise.set_result(outcome)
