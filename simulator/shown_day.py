"""The day that the demo shows: Monday from five to five, of all ports, and what it owes a reader.

All ships of all ports sail. Boxes and trucks are few, so that two cores carry it in about a
minute; only the two ports that the demo tells of have more of them.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from contracts.profile import Community
from correlation.instants import HOUR
from simulator.truth import Label
from simulator.world.world import World, plan

SCENARIO: Final = "everything"
SEED: Final = 10
STARTS: Final = 10 * HOUR
"""After midnight UTC: 05:00 in Cartagena and in Callao."""
DAYS: Final = 0.5
DENSITY: Final = 0.003
SHOWN: Final = {"COCTG": 0.05, "PECLL": 0.03}
"""The ports that are told of line by line, with their share of boxes and trucks."""
STORY: Final = {
    "B01": "a ship is off her agreed time",
    "B03": "two ships are meant for one berth",
    "T03": "trucks stand on a ship's old times",
    "T05": "a box cannot be handed over to its truck",
    "D01": "a source falls silent",
}
TOLD_WITHIN: Final = HOUR
"""What becomes knowable later than so long before the end may not be told any more, ms."""


class Incident(NamedTuple):
    """What is true in a port that is told of: which alert is owed, and what it is about."""

    system: str
    code: str
    what: str


def a_day(communities: Mapping[str, Community], days: float = DAYS) -> World:
    """Return the world of the demo at its beginning; it ends after so many days."""
    run = plan(SCENARIO, SEED, sorted(communities), days, DENSITY)
    return World(run._replace(more=SHOWN, starts=STARTS), communities)


def owed(labels: Iterable[Label], ends: int) -> list[Incident]:
    """Return the incidents that a reader must see of a day that ends at an instant, in order."""
    found = {
        (label.system, label.code)
        for label in labels
        if label.system in SHOWN
        and label.code in STORY
        and label.knowable_at is not None
        and label.knowable_at <= ends - TOLD_WITHIN
    }
    return [Incident(system, code, STORY[code]) for system, code in sorted(found)]
