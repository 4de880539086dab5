"""Is the score of a run a property of the run? Folded again, and folded in another order.

The same lines twice must give the same bytes. Lines that arrive in another order, within the
lateness that the network itself may add, must end in the same picture: the same alerts open,
each as bad. Each source keeps its own order, as it does in Kafka. What was raised and closed on
the way may differ where a hold just ended or did not. A call's id holds the day that its first
word named; another first word may name another day, so calls are compared by their ship.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Any, Final

import msgspec
from msgspec import Struct

from contracts.profile import Community
from correlation.instants import MINUTE
from simulator.score.folding import Folded, Watch, fold
from simulator.score.runs import Line, Run

LATENESS_MS: Final = MINUTE
"""Kafka orders nothing between topics, and a poster tries again within a minute."""
EXAMPLES_MAX: Final = 5
_CALL: Final = re.compile(r"([A-Z]{5}/[0-9]{7})/[0-9]{8}")


class _Source(Struct):
    source: str


_source: Final = msgspec.json.Decoder(_Source)


@dataclass(frozen=True)
class Check:
    """How a run stands up to folding it again.

    `different`: the keys that are open, or how badly, only in one of both orders at the end.
    `passing`: how many keys were said in one order only and are closed at the end.
    """

    is_replayed: bool
    different: tuple[str, ...]
    passing: int
    alerts: int

    @property
    def is_good(self) -> bool:
        """Tell whether nothing differs."""
        return self.is_replayed and not self.different

    def document(self) -> dict[str, Any]:
        """Return the check for a program."""
        return {
            "replay_equal": self.is_replayed,
            "shuffled_equal": not self.different,
            "shuffled_different": len(self.different),
            "shuffled_passing": self.passing,
            "alerts": self.alerts,
            "examples": list(self.different[:EXAMPLES_MAX]),
        }


def check(
    run: Run,
    communities: Mapping[str, Community],
    first: Folded,
    watch: Watch | None = None,
) -> Check:
    """Fold a run again as it is, and shuffled; compare both with how it was folded first."""
    again = fold(run, communities, watch)
    other = fold(run, communities, watch, shuffled(run.lines(), run.seed))
    mine, theirs = open_at_the_end(first), open_at_the_end(other)
    different = sorted({key for key, _ in (mine - theirs) + (theirs - mine)})
    passing = {by_ship(i.key) for i in first.instances} ^ {by_ship(i.key) for i in other.instances}
    return Check(
        is_replayed=again.digest == first.digest,
        different=tuple(different),
        passing=len(passing - set(different)),
        alerts=len(first.instances),
    )


def shuffled(lines: Iterable[Line], seed: int) -> Iterator[Line]:
    """Yield the lines of each minute with their sources in another order, at the same instants."""
    chance = Random(f"{seed}/shuffled")  # noqa: S311  another order, not a secret
    for _, together in groupby(lines, key=lambda line: line.at // LATENESS_MS):
        held = list(together)
        turns = [_source.decode(line.event).source for line in held]
        waiting: dict[str, deque[Line]] = {}
        for source, line in zip(turns, held, strict=True):
            waiting.setdefault(source, deque()).append(line)
        chance.shuffle(turns)
        for was, source in zip(held, turns, strict=True):
            line = waiting[source].popleft()
            yield Line(was.at, line.publisher, line.family, line.event)


def open_at_the_end(folded: Folded) -> Counter[tuple[str, str]]:
    """Return the alerts that are open at the end, by key and severity."""
    return Counter(
        (by_ship(instance.key), instance.severities[-1][1])
        for instance in folded.instances
        if instance.state == "OPEN"
    )


def by_ship(key: str) -> str:
    """Return a dedup key without the days of its calls, two calls in the order of their ships."""
    parts = _CALL.sub(r"\1", key).split("|")
    return "|".join([*parts[:1], *sorted(parts[1:])]) if parts[0] == "B03" else "|".join(parts)
