"""Two working days of Cartagena and Callao: a small scenario, the same for the same seed.

Most of it is calm. What is not: `EXPECTED` says which alerts a reader must see, and how each
stands at the end.
"""

from collections.abc import Mapping
from itertools import chain
from random import Random
from typing import Final, NamedTuple

from contracts.profile import Community
from simulator import callao, cartagena
from simulator.background import beats, gauges, repeated
from simulator.moments import END, START, Moment
from simulator.stage import Stage

SYSTEMS: Final = ("COCTG", "PECLL")
FIRST_NUMBERS: Final = {"COCTG": 55_001, "PECLL": 77_001}


class Incident(NamedTuple):
    """An alert of the story: where, which rule, and how it stands when the scenario ends."""

    system: str
    code: str
    state: str
    what: str


EXPECTED: Final = (
    Incident("COCTG", "B01", "CLEARED", "RADA MAGDALENA slips by nine hours, then agrees anew"),
    Incident("COCTG", "B03", "OPEN", "she will still lie where RADA CHIMILA is to berth"),
    Incident("COCTG", "T03", "CLEARED", "25 trucks come before her window opens, until moved"),
    Incident("COCTG", "T05", "CLEARED", "customs holds a box that is to be fetched at 18:00"),
    Incident("COCTG", "T01", "EXPIRED", "a truck stopped on the road misses RADA TAYRONA"),
    Incident("PECLL", "D01", "CLEARED", "the gate system is silent for four hours"),
    Incident("PECLL", "T05", "OPEN", "a customs release is taken back before the pick-up"),
)


def two_days(communities: Mapping[str, Community], seed: int = 7) -> list[Moment]:
    """Return every event of the scenario in the order in which it is posted."""
    chance = Random(seed)  # noqa: S311  a world, not a secret
    told: list[Moment] = []
    for system in SYSTEMS:
        stage = Stage(communities[system], chance, FIRST_NUMBERS[system])
        told += _of_port(stage, chance)
    return sorted(told, key=lambda moment: moment.at)


def _of_port(stage: Stage, chance: Random) -> list[Moment]:
    story = callao.moments if stage.community.system == "PECLL" else cartagena.moments
    said = [
        moment
        for moment in chain(story(stage), gauges(stage.community, stage.cast, chance))
        if START <= moment.at < END
    ]
    said += beats(stage.cast, said)
    said.sort(key=lambda moment: moment.at)
    if stage.community.system != "PECLL":
        return list(repeated(said, chance, but=""))
    cut_off = callao.cut_off(stage, iter(said))
    return list(repeated(cut_off, chance, but=callao.silent_gate(stage).source))
