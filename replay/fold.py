"""The state before a range, and the fold of a range with the code that the journal names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from contracts.journal import TICK, Frame
from correlation.engine import apply_frame, new_state
from correlation.snapshot import thaw
from correlation.state import Said, State
from replay.bounds import Bound
from replay.source import CannotReplay, Journal
from services.coordinator.snapshots import Found
from services.coordinator.version import core_version

Watch = Callable[[int, int], None]
"""Told after each frame: how many are folded, and the port's time in milliseconds."""


@dataclass(frozen=True)
class Range:
    """What is replayed: frames `first` to before `end`, from the state that stands at `cursor`."""

    first: int
    end: int
    cursor: int
    snapshot: Found | None = None

    @property
    def frames(self) -> int:
        """How many frames are folded, those before the range included."""
        return max(0, self.end - self.cursor - 1)

    def document(self) -> dict[str, int]:
        """Return the range for a program."""
        return {
            "from_offset": self.first,
            "to_offset": self.end - 1,
            "folded_from_offset": self.cursor + 1,
        }

    def state(self, journal: Journal) -> State:
        """Return the state behind `cursor`, a new one at each call."""
        if self.snapshot is None:
            return new_state(journal.partition, journal.partitions)
        return thaw(self.snapshot.parts)


@dataclass
class Tally:
    """What was folded."""

    frames: int = 0
    records: int = 0
    events: int = 0

    def count(self, frame: Frame) -> None:
        """Count a frame; ticks are records and no events."""
        self.frames += 1
        self.records += len(frame.records)
        self.events += sum(record.origin != TICK for record in frame.records)


@dataclass
class Fold:
    """One state on its way through a range."""

    state: State
    tally: Tally = field(default_factory=Tally)

    def apply(self, offset: int, frame: Frame) -> list[Said]:
        """Fold one frame as the coordinator does.

        Raises:
            CannotReplay: from here on the journal names other code than this program.
        """
        named = self.state.core_version
        if named not in (None, _OURS):
            raise CannotReplay(
                f"from journal offset {offset} on the journal names core version {named}; this"
                f" program is {_OURS}. Only the program of version {named} can say again what it"
                " said: run `replay` of that version. What this version said stands behind its"
                " own snapshots: name a later --from."
            )
        self.tally.count(frame)
        return apply_frame(self.state, offset, frame)


_OURS: Final = core_version()


def range_between(journal: Journal, first: Bound | None, end: Bound | None) -> Range:
    """Return the range between two bounds, with the newest usable state before it.

    None is as far as the journal reaches.

    Raises:
        CannotReplay: no frame lies between them, or what comes before cannot be folded.
    """
    if journal.start == journal.end:
        raise CannotReplay(
            f"{journal.place} holds no frame: nothing was ever said here. `./rada status` shows"
            " whether its sequencer runs."
        )
    if first is not None and first.offset is not None and first.offset < journal.start:
        raise CannotReplay(
            f"offset {first.offset} is trimmed away: {journal.place} holds {journal.extent}"
        )
    begins = None if first is None else journal.resolve(first)
    ends = None if end is None else journal.resolve(end)
    chosen = range_of(journal, begins, ends)
    if chosen.first >= chosen.end:
        raise CannotReplay(
            f"no frame of {journal.place} lies in that range; it holds {journal.extent}"
        )
    return chosen


def range_of(journal: Journal, first: int | None, end: int | None) -> Range:
    """Return the range of these offsets, with the newest usable state before it.

    Raises:
        CannotReplay: the journal was trimmed and no snapshot of this code stands before it.
    """
    end = journal.end if end is None else end
    whole = journal.start == 0 and first is None
    usable = [] if whole else _usable(journal)
    if first is None:
        first = 0 if whole else min((found.cursor + 1 for found in usable), default=journal.start)
    for found in usable:
        if found.cursor < first:
            return Range(first, end, found.cursor, found)
    if journal.start > 0:
        raise CannotReplay(_trimmed(journal, first, [found.cursor + 1 for found in usable]))
    return Range(first, end, -1)


def _trimmed(journal: Journal, first: int, stands: list[int]) -> str:
    told = (
        f"{journal.place} was trimmed: the first frame left is {journal.extent}. To replay from"
        f" offset {first} on, a snapshot of this program from before it is needed; "
    )
    if stands:
        named = ", ".join(str(offset) for offset in sorted(stands))
        return f"{told}a replay can begin at offset {named}: name it with --from."
    return (
        f"{told}there is none. RADA_JOURNAL_DAYS of the coordinator says how long a journal is"
        " kept; a backup of the journal or its snapshots brings an older one back."
    )


def frames_of(journal: Journal, chosen: Range) -> Iterator[tuple[int, Frame]]:
    """Yield every frame that has to be folded for a range, in order and without a hole."""
    wanted = chosen.cursor + 1
    for offset, frame in journal.frames(wanted, chosen.end):
        if offset != wanted:
            raise CannotReplay(f"{journal.name}: frames {wanted} to {offset - 1} are gone")
        yield offset, frame
        wanted += 1


def _usable(journal: Journal) -> list[Found]:
    return [found for found in journal.snapshots() if found.manifest.core_version == _OURS]
