"""What a week of a big port costs the simulator, and whether a second week needs more memory.

One run of two such stretches is made in this process, its events put into words and thrown away.
The bare loop beside it (`sum(range(100000))`) is timed before and after: it says how fast the
machine was.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any, Final

import msgspec
import psutil

from bench.told import Told
from contracts.profile import Community
from correlation.instants import DAY
from simulator.truth import Label
from simulator.world.output import pour
from simulator.world.telling.handover import Line
from simulator.world.world import World, plan

SCENARIO: Final = "calm-week"
SEED: Final = 1
WEEK_DAYS: Final = 7
_BARE_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Sample:
    """The process at one moment: events told, CPU seconds, resident bytes."""

    events: int
    cpu_s: float
    rss: int


@dataclass(frozen=True)
class Outcome:
    """What one run came to: after the first stretch, after as long again, and the bare loop."""

    days: int
    half: Sample
    whole: Sample
    bare_per_s: float

    def document(self) -> dict[str, Any]:
        """Return it as `--json` writes it.

        `cpu_s` is of both stretches; `port_week_s` of the first, its warm-up included, None where
        that was not a week. `rss_mb` is keyed by the days after which it was seen.
        """
        return {
            "events": self.whole.events,
            "events_per_s": round(self.whole.events / self.whole.cpu_s),
            "cpu_s": round(self.whole.cpu_s, 1),
            "port_week_s": round(self.half.cpu_s, 1) if self.days == WEEK_DAYS else None,
            "rss_mb": {
                str(days): round(seen.rss / 1e6, 1)
                for days, seen in ((self.days, self.half), (2 * self.days, self.whole))
            },
            "bare_loops_per_s": round(self.bare_per_s),
        }


class _Words:
    """Puts what is told into words, as they are written, and forgets them."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode_lines

    def lines(self, lines: Sequence[Line]) -> None:
        self._encode(lines)

    def label(self, label: Label) -> None:
        self._encode((label,))


def measure(
    communities: Mapping[str, Community],
    system: str,
    days: int,
    told: Told,
    *,
    density: float = 1.0,
) -> Outcome:
    """Run a port system (with a share of its boxes) for so many days, and for as many again.

    Raises:
        UnknownPort: it has no profile.
    """
    told("bare loop", 0.0)
    before = _bare()
    process, seen = psutil.Process(), list[Sample]()
    began = time.process_time()
    world = World(plan(SCENARIO, SEED, (system,), 2.0 * days, density), communities)

    def sample(events: int) -> Sample:
        return Sample(events, time.process_time() - began, process.memory_info().rss)

    def watch(events: int, at: int) -> None:
        told("a world", (at - world.begins) / (world.ends - world.begins))
        if not seen and at >= world.begins + days * DAY:
            seen.append(sample(events))

    tally = pour(world, _Words(), watch)
    last = sample(sum(tally.events.values()))
    return Outcome(days, seen[0] if seen else last, last, mean((before, _bare())))


def _bare() -> float:
    """Return how often a second the bare loop runs."""
    began, count = time.process_time(), 0
    while (took := time.process_time() - began) < _BARE_SECONDS:
        sum(range(100_000))
        count += 1
    return count / took
