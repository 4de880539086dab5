"""The pure core: what an event costs, and whether it costs more in a port ten times as full.

Two ports live through the same hours, one with ten times the events of the other, and a tick for as
many events in each. Their frames are folded side by side, ten of the larger after one of the
smaller, so that the machine is as fast for one as for the other.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any, Final

from bench.busy_port import EVENTS_PER_SECOND, SYSTEM, TICK_MS, frames
from bench.told import Told
from contracts.journal import TICK, decode_frame
from contracts.profile import Community
from correlation.engine import apply_frame, new_state
from plumbing.garbage import look_in_small_steps

TIMES: Final = 10
SLICES: Final = 10
"""Stretches in which the two ports are compared."""


@dataclass
class _Cost:
    """Events folded in a stretch, and the CPU seconds that took."""

    events: int = 0
    cpu_s: float = 0.0

    @property
    def each(self) -> float:
        """CPU seconds of one event."""
        return self.cpu_s / self.events


@dataclass(frozen=True)
class Outcome:
    """What the larger port came to, and how many times as much its events cost, by stretch."""

    events: int
    cpu_s: float
    unpacking_s: float
    visits: tuple[int, int]
    times_as_much: tuple[float, ...]

    def document(self) -> dict[str, Any]:
        """Return it as `--json` writes it.

        `raw_events_per_s` is of a loop that unpacks the same frames and does nothing with them;
        `tenfold` the median over the stretches.
        """
        return {
            "events": self.events,
            "events_per_s": round(self.events / self.cpu_s),
            "cpu_us_per_event": round(self.cpu_s / self.events * 1e6, 1),
            "raw_events_per_s": round(self.events / self.unpacking_s),
            "ratio": round(self.unpacking_s / self.cpu_s, 4),
            "visits": self.visits[1],
            "visits_in_small": self.visits[0],
            "tenfold": round(median(self.times_as_much), 3),
            "tenfold_by_stretch": [round(times, 2) for times in self.times_as_much],
        }


class _Port:
    """One port whose frames are folded as they are made."""

    def __init__(self, made: Iterator[tuple[bytes, int]]) -> None:
        self.state = new_state(0, 1)
        self.unpacking_s = 0.0
        self._made = made
        self._offset = 0

    def fold(self, count: int, stretch: _Cost) -> int:
        """Fold so many frames more, or those that are left; return their events."""
        before = stretch.events
        for value, _ in islice(self._made, count):
            began = time.process_time()
            frame = decode_frame(value)
            unpacked = time.process_time()
            apply_frame(self.state, self._offset, frame)
            stretch.cpu_s += time.process_time() - unpacked
            self.unpacking_s += unpacked - began
            self._offset += 1
            stretch.events += sum(record.origin != TICK for record in frame.records)
        return stretch.events - before

    @property
    def visits(self) -> int:
        """How many visits it holds."""
        return len(self.state.ports[SYSTEM].visits)


def measure(community: Community, events: int, told: Told) -> Outcome:
    """Fold so many events of a busy port beside a tenth of them in a quiet one."""
    look_in_small_steps()
    small = _Port(frames(community, events // TIMES, EVENTS_PER_SECOND / TIMES, TICK_MS * TIMES))
    large = _Port(frames(community, events))
    stretches = [(_Cost(), _Cost()) for _ in range(SLICES)]
    done = 0
    while done <= events:  # the profile is one event more
        in_small, in_large = stretches[min(done * SLICES // events, SLICES - 1)]
        small.fold(1, in_small)
        done += large.fold(TIMES, in_large)
        told("folding", min(done / events, 1.0))
    return Outcome(
        events=done,
        cpu_s=sum(cost.cpu_s for _, cost in stretches),
        unpacking_s=large.unpacking_s,
        visits=(small.visits, large.visits),
        times_as_much=tuple(b.each / a.each for a, b in stretches if a.events and b.events),
    )
