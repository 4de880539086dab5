"""The scenarios by name: how often each of the 17 disruptions strikes, and how noisy systems are.

A rate of 1 is that of an ordinary year; forced disruptions happen in every run of the scenario.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

KINDS: Final = (
    "late-departure-upstream",
    "swell-closure",
    "channel-stop",
    "pilot-shortage",
    "crane-breakdown",
    "slow-shift",
    "bunker-overrun",
    "clearance-late",
    "labour-stoppage",
    "yard-wave",
    "gate-down",
    "road-block",
    "customs-wave",
    "call-changed",
    "early-arrival",
    "reefer-power-loss",
    "dg-without-permit",
)
"""The kinds of disruption; also the `root_kind` of a label. `source-silence` is noise."""


class Forced(NamedTuple):
    """A disruption that happens in every run: from which day, for how many hours.

    `where` is a group of ports: `pacific`, `hubs` or `all`; where a run has none of the group,
    all of its ports.
    """

    kind: str
    day: float
    hours: float
    where: str = "all"


class Scenario(NamedTuple):
    """A named world: factors over an ordinary year (1), by kind of disruption and for noise."""

    name: str
    says: str
    rates: Mapping[str, float] = MappingProxyType({})
    others: float = 0.4
    """The factor of every kind that `rates` does not name."""
    noise: float = 1.0
    forced: tuple[Forced, ...] = ()
    walk_ins: float = 0.05
    no_shows: float = 0.08

    def rate(self, kind: str) -> float:
        """Return how much more often than in an ordinary year a kind strikes."""
        return self.rates.get(kind, self.others)


SCENARIOS: Final = {
    each.name: each
    for each in (
        Scenario("calm-week", "an ordinary week with little going wrong", others=0.25, noise=0.5),
        Scenario(
            "swell-week",
            "swell closes the ports of the Pacific for a day and a half, then for some hours",
            {"swell-closure": 1.0, "late-departure-upstream": 1.0},
            forced=(
                Forced("swell-closure", 1.6, 36, "pacific"),
                Forced("swell-closure", 5.2, 9, "pacific"),
            ),
        ),
        Scenario(
            "hub-knock-on",
            "ships leave late, cranes of the hubs break, and the delay travels on",
            {
                "late-departure-upstream": 2.5,
                "crane-breakdown": 6.0,
                "slow-shift": 3.0,
                "bunker-overrun": 3.0,
                "pilot-shortage": 2.0,
            },
            forced=(Forced("labour-stoppage", 1.3, 14, "hubs"),),
        ),
        Scenario(
            "gate-crisis",
            "roads are blocked, a gate system fails, and half of the trucks come unbooked",
            {"gate-down": 12.0, "road-block": 6.0, "yard-wave": 4.0},
            forced=(
                Forced("road-block", 1.5, 20),
                Forced("gate-down", 2.55, 5),
                Forced("road-block", 4.6, 7),
                Forced("yard-wave", 1.0, 120),
            ),
            walk_ins=0.5,
            no_shows=0.14,
        ),
        Scenario(
            "customs-wave",
            "three times as many boxes are held for five days, and more releases are taken back",
            {"customs-wave": 4.0, "clearance-late": 2.0, "dg-without-permit": 3.0},
            forced=(Forced("customs-wave", 0.8, 120),),
        ),
        Scenario(
            "dirty-data",
            "little goes wrong, but systems repeat, mistype, delay, contradict and fall silent",
            others=0.3,
            noise=5.0,
        ),
        Scenario(
            "everything",
            "all of it at once",
            others=2.5,
            noise=2.0,
            forced=(
                Forced("swell-closure", 1.2, 26),
                Forced("road-block", 2.4, 12),
                Forced("gate-down", 3.5, 4),
                Forced("customs-wave", 2.0, 96),
                Forced("labour-stoppage", 4.8, 10),
            ),
            walk_ins=0.12,
            no_shows=0.1,
        ),
    )
}
HUBS: Final = ("COCTG", "JMKIN", "PABLB", "PAONX", "UYMVD")
"""Ports where more than half of the boxes change ships (ECLAC port rankings, 2018)."""
