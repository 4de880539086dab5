"""When trucks want to come: by hour of the day and day of the week, within what is allowed.

The hours are measured shares of a terminal with slots (ConFlowGen); weekends are common practice.
"""

from functools import lru_cache
from random import Random
from typing import Final

from contracts.places import Gate as GateProfile
from correlation.instants import HOUR
from simulator.world.chance import Choice
from simulator.world.instants import local, whole

# fmt: off
HOURS: Final = (
    0.5, 0.5, 0.6, 0.8, 0.8, 0.8, 4.8, 6.0, 6.8, 7.2, 7.4, 7.6,
    7.4, 7.2, 7.6, 8.0, 8.0, 6.0, 4.0, 2.8, 2.4, 1.2, 1.0, 0.8,
)
# fmt: on
WEEK: Final = (17.2, 17.2, 17.2, 17.2, 17.2, 10.0, 4.0)
"""Monday to Sunday: Saturday 10 %, Sunday 4 %."""
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(gate: GateProfile, at: int, timezone: str) -> bool:
    """Tell whether a gate is open in the whole hour of an instant."""
    if gate.hours is None:
        return True
    day, hour = local(at, timezone)
    spans = getattr(gate.hours, DAYS[day])
    return any(int(each[:2]) <= hour < (int(each[6:8]) or 24) for each in spans)


@lru_cache(maxsize=4096)
def weight(at: int, timezone: str) -> float:
    """Return how much trucks like to come in the hour of an instant."""
    day, hour = local(at, timezone)
    return HOURS[hour] * WEEK[day]


class Hours:
    """The hours of a span, to pick one by how much trucks like to come in it."""

    def __init__(self, hours: range, timezone: str, rises: float) -> None:
        """Weigh the starts of whole hours; `rises` is how much more the last is liked."""
        self._hours = hours
        count = len(self._hours)
        self._choice = Choice(
            [
                weight(at, timezone) * (1 + rises * index / count) + 1e-6
                for index, at in enumerate(self._hours)
            ]
        )

    def pick(self, chance: Random) -> int:
        """Return the start of an hour."""
        return self._hours[self._choice.pick(chance)]


def between(start: int, end: int, timezone: str, rises: float) -> Hours:
    """Return the whole hours from start to end, at least one."""
    first = whole(start + HOUR - 1, HOUR)
    last = whole(max(first + HOUR, end) + HOUR - 1, HOUR)
    return _weighed(first, last, timezone, rises)


@lru_cache(maxsize=2048)
def _weighed(first: int, last: int, timezone: str, rises: float) -> Hours:
    return Hours(range(first, last, HOUR), timezone, rises)


def near(at: int, timezone: str, chance: Random) -> int:
    """Return the start of an hour within the day after an instant, at a time that is liked."""
    return between(at, at + 24 * HOUR, timezone, 0.0).pick(chance)
