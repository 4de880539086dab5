"""The producer of the coordinator: letters out, and their reports a few times a second.

The event loop itself asks for the reports. Nothing waits for one report, so a thread that heard
each at once would only take the interpreter from the fold.

A failed send is told once and is final: the process must end (exit 70), for nothing behind it may
be taken for said.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from contracts.topics import ALERTS, JOURNAL, PICTURE, REJECTED, SNAPSHOTS, family_topic, qualified
from plumbing.kafka import producer_config
from plumbing.settings import Settings
from services.coordinator.letters import Letter

TOPICS: Final = {
    "alerts": ALERTS.name,
    "picture": PICTURE.name,
    "rejected": REJECTED.name,
    "snapshots": SNAPSHOTS.name,
    "network": family_topic("network"),
    "journal": JOURNAL.name,
}
QUEUE_MAX: Final = 200_000
"""Letters in the client at most; the fold pauses long before."""
REPORT_SECONDS: Final = 0.01

Reported = Callable[[Letter, int], None]


class Delivery:
    """One idempotent producer of this process; use it from the event loop's thread."""

    def __init__(self, settings: Settings, failed: Callable[[str], None]) -> None:
        """Connect; `failed` is called with the reason of the first failed send."""
        self._names = {topic: qualified(name, settings.namespace) for topic, name in TOPICS.items()}
        self._failed = failed
        self._reports: deque[tuple[Letter, Reported, int]] = deque()
        self._producer = Producer(
            {
                **producer_config(settings, linger_ms=0),
                "queue.buffering.max.messages": QUEUE_MAX,
                # What is said while a request is on its way goes together in the next.
                "max.in.flight.requests.per.connection": 1,
            }
        )

    async def hear_reports(self) -> None:
        """Hand reports out as they come, until cancelled."""
        while True:
            self._producer.poll(0)
            while self._reports:
                letter, reported, offset = self._reports.popleft()
                reported(letter, offset)
            await asyncio.sleep(REPORT_SECONDS)

    def send(self, letter: Letter, reported: Reported) -> None:
        """Put a letter on its way; `reported` is called by `hear_reports` with its offset."""

        def told(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                self._failed(f"{letter.id}: {error.str()}")
                return
            offset = message.offset()
            assert offset is not None, "a delivered record has an offset"
            self._reports.append((letter, reported, offset))

        try:
            self._producer.produce(
                self._names[letter.topic],
                value=letter.value,
                key=letter.kafka_key,
                partition=letter.partition,
                headers=letter.headers,
                on_delivery=told,
            )
        except (BufferError, KafkaException) as error:
            self._failed(f"{letter.id}: {error}")

    @property
    def waiting(self) -> int:
        """How many letters have no report yet."""
        return len(self._producer)

    def close(self, timeout: float) -> int:
        """Flush; return the number of letters left unsent."""
        return int(self._producer.flush(timeout))
