"""A port's journal as Kafka holds it: frames, snapshots and alerts of one partition, read directly.

No group is joined and no offset committed, so a running Rada notices nothing.
"""

from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

from confluent_kafka.admin import AdminClient

from contracts.journal import Frame, UnreadableFrame, decode_frame, frame_digest
from contracts.topics import ALERTS, JOURNAL, SNAPSHOTS, partition_of, qualified
from correlation.instants import written
from plumbing.kafka import client_config
from plumbing.settings import Settings
from plumbing.topics import topic_id
from replay.bounds import Bound
from services.coordinator import refusals
from services.coordinator.reading import Reader, Record
from services.coordinator.snapshots import Found, Stored, complete_snapshots

_REACHED_WITHIN: Final = 5.0


class CannotReplay(Exception):
    """A range cannot be folded here; the message says why and what to do (exit 64)."""


class Journal:
    """One partition of a namespace's journal, with what stands beside it; a context manager."""

    def __init__(self, settings: Settings, system: str) -> None:
        """Connect to the partition in which a port system lives.

        Raises:
            CannotReplay: this namespace has no journal.
        """
        self.system = system
        self.settings = settings
        self.name = qualified(JOURNAL.name, settings.namespace)
        self.partitions = _partitions_of(settings, self.name)
        self.partition = partition_of(system, self.partitions)
        self._reader = Reader(settings)
        self.start, self.end = self._reader.bounds(self.name, self.partition)

    @property
    def place(self) -> str:
        """The partition as messages name it."""
        return f"{self.name}[{self.partition}]"

    @property
    def extent(self) -> str:
        """What the partition holds, as messages say it: offsets and instants of both ends."""
        first, last = (self._first_at(offset) for offset in (self.start, self.end - 1))
        return (
            f"offset {self.start} ({written(first)}), the last is {self.end - 1} ({written(last)})"
        )

    def __enter__(self) -> Self:
        """Return the journal itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        self._reader.close()

    def frames(self, first: int, end: int) -> Iterator[tuple[int, Frame]]:
        """Yield the frames from `first` to before `end` with their offsets.

        Raises:
            CannotReplay: one of them cannot be read.
        """
        for record in self._records(self.name, first, end):
            yield record.offset, self._frame(record)

    def resolve(self, bound: Bound) -> int:
        """Return the offset of a bound, or of the first frame that reaches its instant.

        What lies outside of the partition becomes its nearer end.
        """
        if bound.offset is not None:
            return min(max(bound.offset, self.start), self.end)
        assert bound.at is not None, "a bound is an offset or an instant"
        low, high = self.start, self.end
        while low < high:  # `at` never falls along a partition
            middle = (low + high) // 2
            if self._frame_at(middle).records[-1].at < bound.at:
                low = middle + 1
            else:
                high = middle
        return low

    def snapshots(self) -> list[Found]:
        """Return the complete snapshots that belong to this journal, the newest first."""
        topic = qualified(SNAPSHOTS.name, self.settings.namespace)
        records = self._records(topic, *self._reader.bounds(topic, self.partition))
        found = complete_snapshots(Stored(record.key, record.value) for record in records)
        shown = refusals.Journal(
            topic_id(self.settings, self.name), self.start, self.end, self.partitions
        )
        return [snapshot for snapshot in found if self._is_ours(snapshot, shown)]

    def alerts(self, first: int | None = None) -> Iterator[Record]:
        """Yield what the alerts partition holds now, from a Kafka offset of its own on."""
        topic = qualified(ALERTS.name, self.settings.namespace)
        start, end = self._reader.bounds(topic, self.partition)
        yield from self._records(topic, max(start, first or 0), end)

    def alert_at(self, offset: int) -> Record | None:
        """Return the record of the alerts partition at a Kafka offset, if it is still there."""
        topic = qualified(ALERTS.name, self.settings.namespace)
        return next(self._records(topic, offset, offset + 1), None)

    def _records(self, topic: str, first: int, end: int) -> Iterator[Record]:
        for batch in self._reader.span(topic, self.partition, first, end):
            yield from batch

    def _first_at(self, offset: int) -> int:
        return self._frame_at(offset).records[0].at

    def _frame_at(self, offset: int) -> Frame:
        record = next(self._records(self.name, offset, offset + 1), None)
        if record is None:
            raise CannotReplay(f"{self.place}: the frame at offset {offset} is gone")
        return self._frame(record)

    def _frame(self, record: Record) -> Frame:
        try:
            return decode_frame(record.value or b"")
        except UnreadableFrame as error:
            raise CannotReplay(f"{self.name}, offset {record.offset}: {error}") from error

    def _is_ours(self, snapshot: Found, shown: refusals.Journal) -> bool:
        standing = None
        if self.start <= snapshot.cursor < self.end:
            record = next(self._records(self.name, snapshot.cursor, snapshot.cursor + 1), None)
            standing = frame_digest(record.value or b"") if record else None
        try:
            refusals.check_journal(snapshot.manifest, shown, self.partition, standing)
        except refusals.Refused:
            return False
        return True


def _partitions_of(settings: Settings, journal: str) -> int:
    # Nobody polls an admin client, so its lines would go to standard error raw; what stands
    # between us and Kafka is raised in the end.
    admin = AdminClient({**client_config(settings), "log_level": 0})
    there = admin.list_topics(timeout=_REACHED_WITHIN).topics
    if journal not in there:
        others = sorted(name for name in there if name.endswith(JOURNAL.name))
        raise CannotReplay(
            f"there is no journal {journal}; this Kafka holds {', '.join(others) or 'none'}."
            " RADA_NAMESPACE names the namespace to read."
        )
    return len(there[journal].partitions)
