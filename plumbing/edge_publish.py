"""The second verb of every edge: `publish` what was accepted, and say what became of it.

The answer rests on delivery reports alone. A record without one has an unknown outcome: the
sender is told to send it again under the same id, which is harmless.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from threading import get_ident
from typing import Final, NamedTuple, Protocol

from contracts.envelope import MEDIA_TYPE
from contracts.identifiers import PORT_SYSTEMS
from contracts.topics import family_topic, partition_of, qualified
from plumbing.edge import Accepted
from plumbing.kafka import Delivered, Headers, KafkaAway, Outgoing, Posting
from plumbing.settings import Settings

RECORDS_IN_FLIGHT_MAX: Final = 15_000
HEAR_SECONDS: Final = 0.001
"""While something is under way, its reports are asked for so often."""
ACKNOWLEDGED_WITHIN: Final = timedelta(seconds=20)
STRUCTURED_HEADER: Final = (("content-type", MEDIA_TYPE.encode()),)


class NotTaken(Exception):
    """Nothing was published, because there is no room for more just now; it is safe to retry."""


class Unacknowledged(Exception):
    """Some records have no delivery report: their outcome is unknown; retry with the same ids."""


class Outbox(Protocol):
    """What `publish` needs of a sender; `plumbing.kafka.Sender` is the real one."""

    is_fatal: bool

    def send_many(
        self,
        topic: str,
        records: Sequence[Outgoing],
        when_settled: Callable[[], None],
        *,
        headers: Headers = (),
        timestamp_ms: int,
    ) -> Posting:
        """Send records in order; `when_settled` is called once every outcome is known."""

    def hear(self) -> None:
        """Take the delivery reports that are in."""

    def close(self, timeout: float = 10) -> int:
        """Flush, and return how many records are left unsent."""


class _Batch(NamedTuple):
    # Records of one request under way.
    events: Sequence[Accepted]
    posting: Posting


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
        """Records of all requests that still wait for a report."""
        self.away: str | None = None
        self._outbox = outbox
        self._topic = qualified(family_topic(family), settings.namespace)
        self._partitions = {
            system: partition_of(system, settings.kafka.partitions) for system in PORT_SYSTEMS
        }
        self._seconds = acknowledged_within.total_seconds()
        self._open: dict[int, _Batch] = {}
        self._numbers = count()
        self._is_hearing = False

    async def publish(self, events: Sequence[Accepted]) -> list[Delivered]:
        """Send all, in order, and return where each stands once Kafka acknowledged every one.

        Raises:
            NotTaken: nothing was sent; there is no room, or Kafka is known to be away.
            Unacknowledged: at least one record has no report; send all again, same ids.
        """
        self._check_room(len(events))
        is_settled = asyncio.get_running_loop().create_future()
        posting = self._sent(events, is_settled)
        try:
            async with asyncio.timeout(self._seconds):
                await is_settled
        except TimeoutError:
            self.away = f"no acknowledgement within {self._seconds:g} s"
            raise Unacknowledged(f"{posting.missing} of {len(events)}: {self.away}") from None
        outcomes = [posting.outcomes[index] for index in range(len(events))]
        delivered = [outcome for outcome in outcomes if isinstance(outcome, Delivered)]
        if len(delivered) < len(events):
            failed = [outcome for outcome in outcomes if isinstance(outcome, KafkaAway)]
            raise Unacknowledged(f"{len(failed)} of {len(events)}: {failed[0]}") from failed[0]
        return delivered

    def unanswered(self) -> list[str]:
        """Return the ids of events whose delivery report has not come."""
        return [
            event.id
            for batch in self._open.values()
            for index, event in enumerate(batch.events)
            if index not in batch.posting.outcomes
        ]

    def _check_room(self, count: int) -> None:
        if self._outbox.is_fatal:
            raise NotTaken("the Kafka client met a fatal error and this process restarts")
        # What is still under way is the probe: as soon as one report says yes, all is well again.
        if self.away is not None and self.in_flight > 0:
            raise NotTaken(f"Kafka is away ({self.away})")
        if self.in_flight + count > RECORDS_IN_FLIGHT_MAX:
            raise NotTaken(f"{self.in_flight} events wait for Kafka's acknowledgement")

    def _sent(self, events: Sequence[Accepted], is_settled: "asyncio.Future[None]") -> Posting:
        loop, number, here = asyncio.get_running_loop(), next(self._numbers), get_ident()

        def settled() -> None:
            if get_ident() == here:
                self._settle(number, is_settled)
            elif not loop.is_closed():  # else nobody is left who waits for the answer
                loop.call_soon_threadsafe(self._settle, number, is_settled)

        posting = self._outbox.send_many(
            self._topic,
            [
                Outgoing(event.system, event.value, self._partitions[event.system])
                for event in events
            ],
            settled,
            headers=STRUCTURED_HEADER,
            timestamp_ms=time.time_ns() // 1_000_000,
        )
        self._open[number] = _Batch(events, posting)
        self.in_flight += len(events)
        if posting.missing == 0:  # nothing was taken by the client
            self._settle(number, is_settled)
        if not self._is_hearing:
            self._is_hearing = True
            loop.call_later(HEAR_SECONDS, self._hear, loop)
        return posting

    def _hear(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            self._outbox.hear()
        finally:  # an edge that no longer hears would answer nobody for ever
            self._is_hearing = bool(self._open)
            if self._is_hearing:
                loop.call_later(HEAR_SECONDS, self._hear, loop)

    def _settle(self, number: int, is_settled: "asyncio.Future[None]") -> None:
        batch = self._open.pop(number, None)
        if batch is None:
            return
        self.in_flight -= len(batch.events)
        failed = [o for o in batch.posting.outcomes.values() if isinstance(o, KafkaAway)]
        self.away = str(failed[-1]) if failed else None
        if not is_settled.done():
            is_settled.set_result(None)
