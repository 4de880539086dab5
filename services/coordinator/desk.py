"""One partition at work: the restore, the deliveries, the own outputs read back, the snapshots.

The shell round `Owner` and `SnapshotJob`: it waits, reads and hands bytes over; it decides nothing.
All of it runs on the event loop except blocking reads, and every piece of work is cut into slices,
so that heartbeats and the other partitions go on while a partition is restored.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from prometheus_client import Counter, Gauge

from contracts.journal import frame_digest
from contracts.topics import ALERTS, JOURNAL, PICTURE, SNAPSHOTS, qualified
from plumbing import logs
from plumbing.settings import Settings
from services.coordinator.core import Core
from services.coordinator.delivery import Delivery
from services.coordinator.letters import Letter
from services.coordinator.owner import LIVE, Owner
from services.coordinator.reading import Reader, Record, seen
from services.coordinator.refusals import Journal, check_journal
from services.coordinator.snapshot_job import SnapshotJob
from services.coordinator.snapshots import Found, Stored
from services.coordinator.trimming import trim_journal

SLICE_SECONDS: Final = 0.01
LETTERS_MAX: Final = 50_000
HEAR_SECONDS: Final = 0.25
"""Between two looks at the own outputs: what a zombie said is mended within this and a read."""
TRIM_SECONDS: Final = 600.0
FRAMES_SHARE: Final = 3.0
"""For each second that a snapshot takes from the frames, they have so many until its next step."""
T = TypeVar("T")

FRAMES = Counter("rada_coordinator_frames", "Frames folded", ["partition"])
CURSOR = Gauge("rada_coordinator_cursor", "Journal offset folded last", ["partition"])
SNAPSHOT = Gauge("rada_coordinator_snapshot_cursor", "Cursor of the last snapshot", ["partition"])
SNAPSHOT_BYTES = Gauge(
    "rada_coordinator_snapshot_bytes", "Size of the last snapshot", ["partition"]
)
PAUSE = Gauge(
    "rada_coordinator_snapshot_pause_seconds",
    "Longest time that any snapshot so far held back the frames",
    ["partition"],
)
REJECTED = Counter(
    "rada_coordinator_rejected", "Records that are not in the picture, by reason", ["reason"]
)
RESTORE = Gauge("rada_coordinator_restore_seconds", "From assignment to live", ["partition"])


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the partitions of one process share."""

    settings: Settings
    core: Core
    core_version: str
    journal_id: str
    delivery: Delivery
    threads: Executor
    leave: Callable[[int, str], None]
    """Called when the journal names other code and this partition is finished with ours."""

    def name(self, topic: str) -> str:
        """Return a topic's full name."""
        return qualified(topic, self.settings.namespace)


class Desk:
    """Owns one partition from `run` to its cancellation."""

    def __init__(self, workplace: Workplace, partition: int) -> None:
        """Take the partition; nothing happens before `run`."""
        self._at = workplace
        self.partition = partition
        self._log = logs.get(partition=partition)
        self.owner = Owner(
            partition,
            workplace.settings.kafka.partitions,
            workplace.core,
            core_version=workplace.core_version,
            send=self._send,
        )
        self._wake = asyncio.Event()
        self._own = (workplace.name(ALERTS.name), workplace.name(PICTURE.name))
        self._short = {self._own[0]: "alerts", self._own[1]: "picture"}
        self.progressed_at = time.monotonic()
        # Named once: a label costs as much as the counting.
        self._frames, self._cursor = FRAMES.labels(partition), CURSOR.labels(partition)
        self._pause = 0.0
        self._readers: list[Reader] = []

    async def run(self) -> None:
        """Restore, then follow until cancelled.

        Raises:
            Refused: this process may not own the partition.
        """
        began = time.monotonic()
        reader, tail = self._reader(), self._reader(least_bytes=65_536)
        try:
            found = await self._restore(reader, tail)
            seconds = round(time.monotonic() - began, 3)
            RESTORE.labels(self.partition).set(seconds)
            self._log.info("partition is live", cursor=self.owner.cursor, seconds=seconds)
            job = SnapshotJob(self.owner, self._at.journal_id, self._send, found)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow(reader))
                tasks.create_task(self._hear(tail))
                tasks.create_task(self._write_snapshots(job))
                tasks.create_task(self._trim(job))
        except ExceptionGroup as group:
            # The first failure is the reason; the group's others are its cancelled siblings.
            raise group.exceptions[0] from group
        finally:
            for each in self._readers:
                self._at.threads.submit(each.close)

    def deliver(self, offset: int, value: bytes) -> None:
        """Take what Faust delivers, in any order; what is missing is read directly."""
        before = self.owner.cursor
        missing = self.owner.deliver(offset, value)
        if self.owner.cursor != before:
            self._note(self.owner.cursor - before)
        if missing is not None or self.owner.is_leaving:
            self._wake.set()

    @property
    def is_behind(self) -> bool:
        """Whether there is work known that is not done: a restore, or frames noted."""
        return self.owner.stage != LIVE or self.owner.wanted > self.owner.cursor

    # -- restore

    async def _restore(self, reader: Reader, tail: Reader) -> list[Found]:
        owner = self.owner
        journal_name = self._at.name(JOURNAL.name)
        found = await self._in_thread(lambda: owner.restore(self._stored(reader)))
        self._note(0)
        start, end = await self._in_thread(reader.bounds, journal_name, self.partition)
        journal = Journal(self._at.journal_id, start, end, owner.partitions)
        standing = await self._in_thread(self._digest_at_cursor, reader, journal)
        check_journal(owner.manifest, journal, self.partition, standing)
        await self._scan(tail)
        owner.scanned()
        await self._fold(reader, end)
        owner.caught_up()
        return found

    def _stored(self, reader: Reader) -> Iterator[Stored]:
        topic = self._at.name(SNAPSHOTS.name)
        start, end = reader.bounds(topic, self.partition)
        for batch in reader.span(topic, self.partition, start, end):
            self.progressed_at = time.monotonic()
            for record in batch:
                yield Stored(record.key, record.value)

    def _digest_at_cursor(self, reader: Reader, journal: Journal) -> str | None:
        cursor = self.owner.cursor
        if not journal.start <= cursor < journal.end:
            return None
        name = self._at.name(JOURNAL.name)
        for batch in reader.span(name, self.partition, cursor, cursor + 1):
            for record in batch:
                return frame_digest(record.value or b"")
        return None

    async def _scan(self, tail: Reader) -> None:
        bounds = {
            topic: await self._in_thread(tail.bounds, topic, self.partition) for topic in self._own
        }
        starts = {topic: start for topic, (start, _) in bounds.items()}
        await self._in_thread(tail.seek, starts, self.partition)
        while True:
            positions = await self._in_thread(tail.positions, list(self._own), self.partition)
            if all(
                start == end or positions[topic] >= end for topic, (start, end) in bounds.items()
            ):
                return
            self._take_own(await self._in_thread(tail.read, 0.2, 2_000))

    async def _fold(self, reader: Reader, end: int) -> None:
        if self.owner.cursor + 1 >= end:
            return
        name, owner = self._at.name(JOURNAL.name), self.owner
        span = reader.span(name, self.partition, owner.cursor + 1, end)
        while not owner.is_leaving:
            batch = await self._in_thread(next, span, None)
            if batch is None:
                return
            await self._apply(batch)

    async def _apply(self, batch: list[Record]) -> None:
        until = time.monotonic() + SLICE_SECONDS
        for record in batch:
            before = self.owner.cursor
            self.owner.apply(record.offset, record.value or b"")
            self._note(self.owner.cursor - before)
            await _until(lambda: len(self.owner.letters) <= LETTERS_MAX)
            if time.monotonic() > until:
                await asyncio.sleep(0)
                until = time.monotonic() + SLICE_SECONDS

    # -- live

    async def _follow(self, reader: Reader) -> None:
        while True:
            if self.owner.wanted > self.owner.cursor and not self.owner.is_leaving:
                await self._fold(reader, self.owner.wanted + 1)
                continue
            self._wake.clear()
            await self._wake.wait()

    async def _hear(self, tail: Reader) -> None:
        while True:
            self._take_own(await self._in_thread(tail.read, 0.5, 2_000))
            await asyncio.sleep(HEAR_SECONDS)

    def _take_own(self, records: list[Record]) -> None:
        if records:
            self.progressed_at = time.monotonic()
            self.owner.read_own([seen(record, self._short[record.topic]) for record in records])

    async def _write_snapshots(self, job: SnapshotJob) -> None:
        seconds = self._at.settings.snapshot_seconds
        while True:
            due = time.monotonic() + seconds
            await _until(
                lambda due=due: time.monotonic() >= due or self.owner.is_leaving,  # type: ignore[misc]
                min(0.2, seconds),
            )
            last = max(job.cursors, default=-1)
            if self.owner.cursor > last:
                await self._write_snapshot(job)
            if self.owner.is_leaving:
                await _until(lambda: not len(self.owner.letters))
                self._at.leave(
                    self.partition,
                    f"partition {self.partition}: the journal names core version"
                    f" {self.owner.state.core_version} behind offset {self.owner.cursor},"
                    f" this program is {self._at.core_version}. A snapshot stands there:"
                    " start the named version.",
                )
                return

    async def _write_snapshot(self, job: SnapshotJob) -> None:
        is_complete = False
        while not is_complete:
            began = time.perf_counter()
            is_complete = job.step()
            took = time.perf_counter() - began
            self._pause = max(self._pause, took)
            if job.is_waiting_for_reports:
                await _until(lambda: not job.is_waiting_for_reports)
            # A partition that is about to leave has no frames that could wait for it.
            await asyncio.sleep(0 if self.owner.is_leaving else took * FRAMES_SHARE)
        SNAPSHOT.labels(self.partition).set(job.cursors[0])
        SNAPSHOT_BYTES.labels(self.partition).set(job.bytes_written)
        PAUSE.labels(self.partition).set(self._pause)
        self._log.info(
            "snapshot is complete",
            cursor=job.cursors[0],
            bytes=job.bytes_written,
            pause_ms=round(self._pause * 1000, 1),
        )

    async def _trim(self, job: SnapshotJob) -> None:
        while True:
            await asyncio.sleep(TRIM_SECONDS)
            before = await self._in_thread(
                trim_journal, self._at.settings, self.partition, list(job.cursors)
            )
            if before is not None:
                self._log.info("journal is trimmed", before=before)

    # -- plumbing

    def _send(self, letter: Letter) -> None:
        if letter.topic == "rejected" and letter.value is not None:
            self._alarm(letter.value)
        self._at.delivery.send(letter, self._reported)

    def _alarm(self, rejection: bytes) -> None:
        said = msgspec.json.decode(rejection)
        REJECTED.labels(said["reason"]).inc()
        self._log.warning(
            "a record is not in the picture",
            **{name: said[name] for name in ("reason", "field", "found", "allowed", "origin")},
            rejection=said["id"],
        )

    def _reported(self, letter: Letter, offset: int) -> None:
        if letter.topic == "snapshots":
            letter.status, letter.offset = "reported", offset
        else:
            self.owner.reported(letter, offset)

    def _note(self, frames: int) -> None:
        self.progressed_at = time.monotonic()
        self._frames.inc(frames)
        self._cursor.set(self.owner.cursor)

    def _reader(self, **asking: int) -> Reader:
        reader = Reader(self._at.settings, **asking)
        self._readers.append(reader)
        return reader

    async def _in_thread(self, work: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._at.threads, work, *given)


async def _until(is_so: Callable[[], bool], seconds: float = SLICE_SECONDS) -> None:
    # Reports come in thousands: an event set by each would cost more than looking now and then.
    while not is_so():  # noqa: ASYNC110
        await asyncio.sleep(seconds)
