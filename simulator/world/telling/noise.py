"""The faults of systems that tell the truth: repeats, delays, corrections, wrong clocks, silence.

None of it is an incident of the port by itself. Shares are common port practice.
"""

from random import Random
from typing import Final, NamedTuple

from correlation.instants import DAY, HOUR, MINUTE
from simulator.world.chance import lognormal, stream
from simulator.world.disruptions import Spells
from simulator.world.instants import whole
from simulator.world.telling.handover import Event

REPEATED: Final = 0.005
DELAYED: Final = 0.02
DELAY_MEDIAN: Final = 20 * MINUTE
DELAY_SIGMA: Final = 1.54
"""With this spread one delay in a hundred is over 12 hours."""
CORRECTED: Final = 0.01
TAKEN_BACK: Final = 0.003
CLOCK_WRONG: Final = 1 / 30
"""Of sources; by one to five hours, as where a system has the wrong zone."""
SILENT_EACH: Final = 10 * DAY
SILENT_HOURS: Final = (0.25, 8.0)
PROMPT: Final = ("vessel.call-announced", "clearance.booking-changed")
"""What opens an object comes in time: a system sends it weeks ahead."""


class Faults(NamedTuple):
    """What is wrong with one event on its way."""

    delay: int = 0
    repeated_after: int = 0
    corrected_after: int = 0
    taken_back_after: int = 0


NONE: Final = Faults()


class Noise:
    """Draws the faults of one source."""

    def __init__(self, seed: int, source: str, factor: float, begins: int) -> None:
        """Draw `factor` times as many faults as an ordinary source has."""
        self._chance = stream(seed, "noise", source)
        self._shares = [share * factor for share in (REPEATED, DELAYED, CORRECTED, TAKEN_BACK)]
        self._any = sum(self._shares)
        clock = stream(seed, "clock", source)
        hours = clock.choice((-5, -4, -3, -2, -1, 1, 2, 3, 4, 5))
        self.clock_off = hours * HOUR if clock.random() < CLOCK_WRONG * factor else 0
        gap = SILENT_EACH / factor if factor else DAY * 40_000
        chance = stream(seed, "silence", source)
        self.silences = Spells("source-silence", chance, gap, SILENT_HOURS, begins + 2 * HOUR)

    def of(self, kind: str) -> Faults:
        """Draw what goes wrong with the next event."""
        drawn = self._chance.random()
        if drawn >= self._any or kind in PROMPT or kind.endswith("beat"):
            return NONE
        repeated, delayed, corrected, _ = self._shares
        if drawn < repeated:
            return Faults(repeated_after=self._chance.randint(1, 10) * MINUTE)
        if drawn < repeated + delayed:
            return Faults(delay=whole(lognormal(self._chance, DELAY_MEDIAN, DELAY_SIGMA)))
        after = self._chance.randint(3, 45) * MINUTE
        if drawn < repeated + delayed + corrected:
            return Faults(corrected_after=after)
        return Faults(taken_back_after=after)


def mistaken(event: Event, chance: Random) -> Event | None:
    """Return the first, mistaken version of an event that is corrected later, or None.

    A weight is off by a few per cent, a count of trucks by some; other facts are said right.
    """
    data = event["data"]
    for name in ("gross_kg", "trucks", "boxes", "teu"):
        if isinstance(data.get(name), int):
            off = round(data[name] * (1 + chance.choice((-0.04, 0.04))))
            return {**event, "data": {**data, name: off}}
    return None
