"""The second verb of every edge: `publish` what was accepted, and say what became of it.

The answer rests on delivery reports alone. A record without one has an unknown outcome: the
sender is told to send it again under the same id, which is harmless.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from contracts.envelope import MEDIA_TYPE
from contracts.identifiers import PORT_SYSTEMS
from contracts.topics import family_topic, partition_of, qualified
from plumbing.edge import Accepted
from plumbing.kafka import Delivered, Headers
from plumbing.settings import Settings

RECORDS_IN_FLIGHT_MAX: Final = 15_000
ACKNOWLEDGED_WITHIN: Final = timedelta(seconds=20)
STRUCTURED_HEADER: Final = (("content-type", MEDIA_TYPE.encode()),)


class NotTaken(Exception):
    """Nothing was published, because there is no room for more just now; it is safe to retry."""


class Unacknowledged(Exception):
    """Some records have no delivery report: their outcome is unknown; retry with the same ids."""


class Outbox(Protocol):
    """What `publish` needs of a sender; `plumbing.kafka.Sender` is the real one."""

    is_fatal: bool

    def send(
        self,
        topic: str,
        *,
        key: bytes | str | None,
        value: bytes | None,
        partition: int | None = None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
    ) -> "asyncio.Future[Delivered]":
        """Send one record; the future ends by its delivery report."""

    def close(self, timeout: float = 10) -> int:
        """Flush, and return how many records are left unsent."""


@dataclass(eq=False)
class _Batch:
    # Records of one request, counted down by their delivery reports.
    events: Sequence[Accepted]
    missing: int
    is_settled: "asyncio.Future[None]"
    promises: "list[asyncio.Future[Delivered]]" = field(default_factory=list)


class Publisher:
    """Publishes what was accepted to the topic of one family, within a bound of open records."""

    def __init__(
        self,
        outbox: Outbox,
        settings: Settings,
        family: str,
        *,
        acknowledged_within: timedelta = ACKNOWLEDGED_WITHIN,
    ) -> None:
        """Take the sender that delivers; make this inside the running process."""
        self.in_flight = 0
        self.away: str | None = None
        self._outbox = outbox
        self._topic = qualified(family_topic(family), settings.namespace)
        self._partitions = {
            system: partition_of(system, settings.kafka.partitions) for system in PORT_SYSTEMS
        }
        self._seconds = acknowledged_within.total_seconds()
        self._open: set[_Batch] = set()

    async def publish(self, events: Sequence[Accepted]) -> list[Delivered]:
        """Send all, in order, and return where each stands once Kafka acknowledged every one.

        Raises:
            NotTaken: nothing was sent; there is no room, or Kafka is known to be away.
            Unacknowledged: at least one record has no report; send all again, same ids.
        """
        self._check_room(len(events))
        batch = self._sent(events)
        try:
            async with asyncio.timeout(self._seconds):
                await asyncio.shield(batch.is_settled)
        except TimeoutError:
            self.away = f"no acknowledgement within {self._seconds:g} s"
            raise Unacknowledged(f"{batch.missing} of {len(events)}: {self.away}") from None
        failed = [error for promise in batch.promises if (error := promise.exception())]
        if failed:
            raise Unacknowledged(f"{len(failed)} of {len(events)}: {failed[0]}") from failed[0]
        return [promise.result() for promise in batch.promises]

    def unanswered(self) -> list[str]:
        """Return the ids of events whose delivery report has not come."""
        return [
            event.id
            for batch in self._open
            for event, promise in zip(batch.events, batch.promises, strict=True)
            if not promise.done()
        ]

    def _check_room(self, count: int) -> None:
        if self._outbox.is_fatal:
            raise NotTaken("the Kafka client met a fatal error and this process restarts")
        # What is still under way is the probe: as soon as one report says yes, all is well again.
        if self.away is not None and self.in_flight > 0:
            raise NotTaken(f"Kafka is away ({self.away})")
        if self.in_flight + count > RECORDS_IN_FLIGHT_MAX:
            raise NotTaken(f"{self.in_flight} events wait for Kafka's acknowledgement")

    def _sent(self, events: Sequence[Accepted]) -> _Batch:
        batch = _Batch(events, len(events), asyncio.get_running_loop().create_future())
        self._open.add(batch)
        self.in_flight += len(events)
        stamp = time.time_ns() // 1_000_000

        def reported(promise: "asyncio.Future[Delivered]") -> None:
            self._note(promise, batch)

        for event in events:
            promise = self._outbox.send(
                self._topic,
                key=event.system,
                value=event.value,
                partition=self._partitions[event.system],
                headers=STRUCTURED_HEADER,
                timestamp_ms=stamp,
            )
            batch.promises.append(promise)
            promise.add_done_callback(reported)
        return batch

    def _note(self, promise: "asyncio.Future[Delivered]", batch: _Batch) -> None:
        error = promise.exception()
        self.away = None if error is None else str(error)
        self.in_flight -= 1
        batch.missing -= 1
        if batch.missing == 0:
            self._open.discard(batch)
            batch.is_settled.set_result(None)
