"""When each disruption of a port begins and ends: hidden, drawn as the world comes to it.

Rates are common port practice, those of swell and stoppages from published counts of closures.
"""

from collections.abc import Iterable, Mapping
from math import log
from random import Random
from typing import Final, NamedTuple

from correlation.instants import DAY, HOUR
from simulator.world.chance import clipped, lognormal, stream
from simulator.world.instants import whole
from simulator.world.scenario import HUBS, Scenario
from simulator.world.volumes import Volumes

YEAR: Final = 365 * DAY
KEPT: Final = 3 * DAY


class Spell(NamedTuple):
    """One stretch of a disruption, ms, and its number in the port."""

    kind: str
    start: int
    end: int
    number: int


class Spells:
    """The stretches of one kind, in order and apart, drawn no further than they are asked for."""

    def __init__(
        self, kind: str, chance: Random, gap: float, hours: tuple[float, float], first: int
    ) -> None:
        """Draw from `first` on, on average one in each `gap` ms, lasting between two hours."""
        self._kind, self._chance, self._gap, self._hours = kind, chance, gap, hours
        self._held: list[Spell] = []
        self._drawn_to = first
        self._number = 0

    def force(self, spans: Iterable[tuple[int, int]]) -> None:
        """Let these stretches happen whatever is drawn."""
        for start, end in sorted(spans):
            self._add(start, end)

    def near(self, start: int, end: int) -> list[Spell]:
        """Return the stretches that touch a span which ends no earlier than any asked before."""
        while self._gap < YEAR * 50 and self._drawn_to <= end:
            begins = whole(self._drawn_to + self._chance.expovariate(1.0) * self._gap)
            low, high = self._hours
            hours = clipped(
                lognormal(self._chance, (low * high) ** 0.5, log(high / low) / 3), low, high
            )
            ends = begins + whole(hours * HOUR)
            self._drawn_to = ends
            if not any(spell.start < ends and begins < spell.end for spell in self._held):
                self._add(begins, ends)
        return [spell for spell in self._held if spell.start < end and start < spell.end]

    def at(self, instant: int) -> Spell | None:
        """Return the stretch that holds an instant, or None."""
        return next(iter(self.near(instant, instant + 1)), None)

    def forget(self, before: int) -> None:
        """Let go of what ended long before an instant."""
        self._held = [spell for spell in self._held if spell.end > before - KEPT]

    def _add(self, start: int, end: int) -> None:
        self._number += 1
        self._held.append(Spell(self._kind, start, end, self._number))
        self._held.sort(key=lambda spell: spell.start)


# Kind: times a year in a port, hours from and to.
_A_YEAR: Final[Mapping[str, tuple[float, tuple[float, float]]]] = {
    "swell-closure": (3, (5, 40)),
    "channel-stop": (6, (3, 8)),
    "labour-stoppage": (1.5, (8, 72)),
    "yard-wave": (4, (120, 480)),
    "gate-down": (8, (1, 6)),
    "road-block": (3, (4, 48)),
    "customs-wave": (6, (100, 140)),
    "reefer-power-loss": (8, (1, 5)),
}
EXPOSED_CLOSURES_A_YEAR: Final = 18


class Disruptions:
    """Every kind of disruption that strikes a whole port."""

    def __init__(
        self, seed: int, scenario: Scenario, volumes: Volumes, begins: int, others: Iterable[str]
    ) -> None:
        """Draw those of one port; `others` are all ports of the run, for what is forced where."""
        self.spells: dict[str, Spells] = {}
        for kind, (often, hours) in _A_YEAR.items():
            is_exposed = kind == "swell-closure" and volumes.is_exposed
            a_year = EXPOSED_CLOSURES_A_YEAR if is_exposed else often
            rate = a_year * scenario.rate(kind)
            chance = stream(seed, "disruptions", volumes.system, kind)
            gap = YEAR / rate if rate else YEAR * 100
            self.spells[kind] = Spells(kind, chance, gap, hours, begins)
            self.spells[kind].force(
                (begins + whole(each.day * DAY), begins + whole((each.day + each.hours / 24) * DAY))
                for each in scenario.forced
                if each.kind == kind and _is_meant(each.where, volumes.system, tuple(others))
            )

    def at(self, kind: str, instant: int) -> Spell | None:
        """Return the stretch of a kind that holds an instant, or None."""
        return self.spells[kind].at(instant)

    def closure(self, instant: int) -> Spell | None:
        """Return what keeps ships from moving at an instant, or None."""
        return self.at("swell-closure", instant) or self.at("channel-stop", instant)

    def forget(self, before: int) -> None:
        """Let go of what ended long before an instant."""
        for spells in self.spells.values():
            spells.forget(before)


PACIFIC: Final = ("CLSAI", "CLVAP", "COBUN", "MXLZC", "MXZLO", "PABLB", "PECLL", "PEPAI")


def _is_meant(where: str, system: str, systems: tuple[str, ...]) -> bool:
    group = {"pacific": PACIFIC, "hubs": HUBS}.get(where, systems)
    return system in group or not any(each in group for each in systems)
