"""Packing: what arrived in one partition becomes frames of the journal, stamped and bounded.

Pure: records and the clock come in as values, frames go out as bytes. What is said per record is
where its sequencer looked (`since`), its offset, and the instant `at`, which never falls.

With a played clock, time is what the last clock-advanced command of this partition said, and
each such command brings a tick behind it. A record that arrives before the first one has no time
yet: it is held, and goes out stamped with that first instant, ahead of the command itself.
"""

from dataclasses import dataclass, field
from typing import Final

from contracts.journal import (
    FRAME_BYTES_MAX,
    FRAME_RECORDS_MAX,
    FRAME_VERSION,
    RECORD_BYTES_MAX,
    TICK,
    Frame,
    JournalRecord,
    Origin,
    encode_frame,
)
from contracts.topics import family_topic
from plumbing.rules import ALL, Rules
from services.sequencer.commands import Headers, advanced_to, is_core_change

_CLOCK_TOPIC: Final = family_topic("command")
_RECORD_OVERHEAD: Final = 48
"""Bytes that a record costs in its frame beside value, key and headers, at the most."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record as it was read from an input topic."""

    offset: int
    value: bytes
    received_at: int
    key: str = ""
    headers: Headers = ()
    start: int = 0
    """Where the input began, if records are missing before this one."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One frame to write, and what may be committed once it is reported."""

    value: bytes
    records: int
    positions: dict[Origin, int]


@dataclass(slots=True)
class Bounds:
    """Where a frame is cut; the defaults are the journal's."""

    records: int = FRAME_RECORDS_MAX
    frame_bytes: int = FRAME_BYTES_MAX
    record_bytes: int = RECORD_BYTES_MAX


@dataclass(slots=True)
class _Open:
    """The frame that is being filled."""

    records: list[JournalRecord] = field(default_factory=list)
    origins: dict[Origin, int] = field(default_factory=dict)
    size: int = 0


class Packer:
    """Packs the records of one partition; `positions` says from where each origin is read."""

    def __init__(
        self,
        positions: dict[Origin, int],
        *,
        rules: Rules = ALL,
        is_played: bool = False,
        started_at: int = 0,
        bounds: Bounds | None = None,
    ) -> None:
        """Start at the committed positions; `started_at` is the last time known of this journal."""
        self.positions = dict(positions)
        self.at = started_at
        self._rules = rules
        self._is_played = is_played
        self._bounds = bounds or Bounds()
        self._open = _Open()
        self._closed: list[Packed] = []
        self._held: list[tuple[Origin, Arrival]] = []

    @property
    def has_clock(self) -> bool:
        """Whether records can be stamped: always by the wall, later by a played clock."""
        return not self._is_played or self.at > 0

    def add(self, origin: Origin, arrivals: list[Arrival], clock: int) -> None:
        """Take records of one origin, in its order, at this instant of the sequencer's clock."""
        if not self._is_played:
            self.at = max(self.at, clock) if "now_max" in self._rules else clock
        is_command = origin.topic.startswith("rada.command.")
        for arrival in arrivals:
            if is_command:
                self._add_command(origin, arrival)
            elif self.has_clock:
                self._pack(origin, arrival)
            else:
                self._held.append((origin, arrival))

    def tick(self, clock: int) -> None:
        """Write down that time passed; a played clock ticks by its commands alone."""
        if self._is_played:
            return
        self.at = max(self.at, clock) if "now_max" in self._rules else clock
        self._add_tick()

    def take(self) -> list[Packed]:
        """Close the open frame and return every frame since the last call, in order."""
        if self._open.records:
            self._close()
        packed, self._closed = self._closed, []
        return packed

    def _add_command(self, origin: Origin, arrival: Arrival) -> None:
        # A direct publisher may send commands, but never rules the time.
        is_heard = self._is_played and origin.topic == _CLOCK_TOPIC
        advanced = advanced_to(arrival.value, arrival.headers) if is_heard else None
        if advanced is not None:
            self.at = max(self.at, advanced)
            self._release()
        if not self.has_clock:
            self._held.append((origin, arrival))
            return
        self._pack(origin, arrival)
        if advanced is not None:
            self._add_tick()
        if is_core_change(arrival.value, arrival.headers):
            self._close()

    def _release(self) -> None:
        held, self._held = self._held, []
        for origin, arrival in held:
            self._pack(origin, arrival)
            if origin.topic.startswith("rada.command.") and is_core_change(
                arrival.value, arrival.headers
            ):
                self._close()

    def _pack(self, origin: Origin, arrival: Arrival) -> None:
        size = len(arrival.value) + len(arrival.key) + _RECORD_OVERHEAD
        for name, value in arrival.headers:
            size += len(name) + len(value) + 8
        is_stub = size > self._bounds.record_bytes and "frame_bytes" in self._rules
        kept = _RECORD_OVERHEAD if is_stub else size
        frame = self._open
        if frame.records and (
            len(frame.records) >= self._bounds.records
            or (frame.size + kept > self._bounds.frame_bytes and "frame_bytes" in self._rules)
        ):
            self._close()
            frame = self._open
        index = frame.origins.setdefault(origin, len(frame.origins))
        received_at = self.at if self._is_played else arrival.received_at
        frame.records.append(
            JournalRecord(
                index,
                self.at,
                self.positions.get(origin, 0),
                arrival.offset,
                received_at,
                arrival.key,
                None if is_stub else arrival.value,
                len(arrival.value) if is_stub else 0,
                () if is_stub else tuple(arrival.headers),
                arrival.start,
            )
        )
        frame.size += kept
        self.positions[origin] = arrival.offset + 1

    def _add_tick(self) -> None:
        if len(self._open.records) >= self._bounds.records:
            self._close()
        self._open.records.append(JournalRecord(TICK, self.at))
        self._open.size += _RECORD_OVERHEAD

    def _close(self) -> None:
        frame, self._open = self._open, _Open()
        value = encode_frame(Frame(FRAME_VERSION, tuple(frame.origins), tuple(frame.records)))
        self._closed.append(Packed(value, len(frame.records), dict(self.positions)))
