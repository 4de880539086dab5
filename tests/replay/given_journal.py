"""A journal in memory with what was said live beside it: the parts of replay without a broker."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from contracts.journal import Frame
from contracts.topics import partition_of
from correlation.engine import apply_frame, new_state
from correlation.instants import HOUR, MINUTE, day_of
from correlation.snapshot import encode, freeze
from replay.bounds import Bound
from replay.source import Journal
from services.coordinator.reading import Record
from services.coordinator.snapshots import Found, Manifest
from services.coordinator.version import core_version
from tests.correlation import given
from tests.correlation.given import NOON, SYSTEM, APort

BOX, OTHER_BOX = "RDAU7654323", "RDAU2000016"


@dataclass
class JournalInMemory:
    """Answers as `replay.source.Journal` does."""

    written: Sequence[Frame]
    spoken: list[Record]
    partition: int
    system: str = SYSTEM
    partitions: int = given.PARTITIONS
    name: str = "rada.journal.v1"
    start: int = 0
    found: list[Found] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Return the offset behind the last frame."""
        return len(self.written)

    @property
    def place(self) -> str:
        """Return the partition as messages name it."""
        return f"{self.name}[{self.partition}]"

    @property
    def extent(self) -> str:
        """Return what the partition holds."""
        return f"offset {self.start}, the last is {self.end - 1}"

    def frames(self, first: int, end: int) -> Iterator[tuple[int, Frame]]:
        """Yield the frames that are left."""
        yield from list(enumerate(self.written))[max(first, self.start) : end]

    def resolve(self, bound: Bound) -> int:
        """Return the offset of a bound."""
        assert bound.offset is not None, "instants are looked up on a real journal"
        return min(max(bound.offset, self.start), self.end)

    def snapshots(self) -> list[Found]:
        """Return what was put there."""
        return self.found

    def alerts(self, first: int | None = None) -> Iterator[Record]:
        """Yield the records of the alerts partition."""
        yield from (record for record in self.spoken if record.offset >= (first or 0))

    def alert_at(self, offset: int) -> Record | None:
        """Return one of them, if it is there."""
        return next((record for record in self.spoken if record.offset == offset), None)

    def tell(self, at: int, **changes: Any) -> None:
        """Let the record at an offset of the alerts partition say something else."""
        record = self.spoken[at]
        event = json.loads(record.value or b"")
        event["data"].update(changes)
        value = json.dumps(event).encode()
        self.spoken[at] = Record(record.topic, at, record.key, value, record.headers)

    def as_journal(self) -> Journal:
        """Return it as what the code under test asks for."""
        return cast("Journal", self)


def journal_of(frames: Sequence[Frame], *, snapshot_at: int | None = None) -> JournalInMemory:
    """Return a journal, all that its fold says, and a snapshot at a cursor."""
    state = new_state(partition_of(SYSTEM, given.PARTITIONS), given.PARTITIONS)
    journal = JournalInMemory(frames, [], state.partition)
    for offset, frame in enumerate(frames):
        for ordinal, said in enumerate(apply_frame(state, offset, frame)):
            if said.topic != "alerts":
                continue
            headers = {"journalpos": offset, "ordinal": ordinal, "version": said.version}
            as_bytes = {name: str(number).encode() for name, number in headers.items()}
            at = len(journal.spoken)
            journal.spoken.append(Record("rada.alerts.v1", at, said.key, said.value, as_bytes))
        if offset == snapshot_at:
            parts = tuple(encode(freeze(state)))
            manifest = Manifest(
                offset, (), "id", core_version(), "digest", state.partition, state.partitions
            )
            journal.found.append(Found(f"{offset:020d}", manifest, parts))
    return journal


def collection(port: APort, box: str, name: str, slot: int, *, at: int) -> None:
    """Let a box come off a ship unreleased while a truck is booked for it."""
    part = f"{SYSTEM}/9999993/{day_of(NOON + 48 * HOUR)}/SPRC/1"
    plan = given.a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=at)
    appointment = given.an_appointment(name, slot, at=at, direction="COLLECT", box=box)
    port.hear(plan, given.a_discharge(box, part, at=at), appointment, at=at)


def cancelled(port: APort, box: str, name: str, slot: int, *, at: int) -> None:
    """Let the truck's appointment be given up."""
    event = given.an_appointment(
        name, slot, at=at, direction="COLLECT", box=box, status="CANCELLED"
    )
    port.hear(event, at=at)


def a_day() -> APort:
    """Return a port's frames: one pick-up in five hours, and one far away that is given up."""
    port = APort()
    port.hear(given.profile_changed(given.a_profile(sources=[]), at=NOON), at=NOON)
    collection(port, BOX, "501", NOON + 5 * HOUR, at=NOON + MINUTE)
    collection(port, OTHER_BOX, "502", NOON + 20 * HOUR, at=NOON + 2 * MINUTE)
    port.wait(NOON + HOUR)
    cancelled(port, OTHER_BOX, "502", NOON + 20 * HOUR, at=NOON + 2 * HOUR)
    port.wait(NOON + 4 * HOUR)
    cancelled(port, BOX, "501", NOON + 5 * HOUR, at=NOON + 4 * HOUR + MINUTE)
    port.wait(NOON + 6 * HOUR)
    return port
