"""The producer of the coordinator: letters out, reports back to the event loop in batches.

A failed send is told once and is final: the process must end (exit 70), for nothing behind it may
be taken for said.
"""

import asyncio
import threading
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

Reported = Callable[[Letter, int], None]


class Delivery:
    """One idempotent producer of this process; use it from the event loop's thread."""

    def __init__(self, settings: Settings, failed: Callable[[str], None]) -> None:
        """Connect; `failed` is called on the loop with the reason of the first failed send."""
        self._names = {topic: qualified(name, settings.namespace) for topic, name in TOPICS.items()}
        self._loop = asyncio.get_running_loop()
        self._failed = failed
        self._reports: deque[tuple[Letter, Reported, int]] = deque()
        self._is_waking = False
        self._stopping = threading.Event()
        self._producer = Producer(
            {
                **producer_config(settings, linger_ms=0),
                "queue.buffering.max.messages": QUEUE_MAX,
            }
        )
        self._thread = threading.Thread(target=self._poll, name="delivery", daemon=True)
        self._thread.start()

    def send(self, letter: Letter, reported: Reported) -> None:
        """Put a letter on its way; `reported` is called on the loop with its offset."""

        def told(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                self._loop.call_soon_threadsafe(self._failed, f"{letter.id}: {error.str()}")
                return
            offset = message.offset()
            assert offset is not None, "a delivered record has an offset"
            self._reports.append((letter, reported, offset))
            if not self._is_waking:
                self._is_waking = True
                self._loop.call_soon_threadsafe(self._hand_out)

        try:
            self._producer.produce(
                self._names[letter.topic],
                value=letter.value,
                key=letter.kafka_key,
                partition=letter.partition,
                headers=list(letter.headers),
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
        left = self._producer.flush(timeout)
        self._stopping.set()
        self._thread.join(1)
        return int(left)

    def _hand_out(self) -> None:
        # Cleared first: a report that comes while these are handed out wakes the loop again.
        self._is_waking = False
        while self._reports:
            letter, reported, offset = self._reports.popleft()
            reported(letter, offset)

    def _poll(self) -> None:
        while not self._stopping.is_set():
            self._producer.poll(0.1)
