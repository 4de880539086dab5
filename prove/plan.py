"""What is done to Rada, and when: chosen by a seed alone, so that a run can be told again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final, Literal

EDGES: Final = ("vessel_events", "gate_events", "yard_events", "clearance_events")
PARTS: Final = ("sequencer", "coordinator", "edge", "alert_gateway")
PAUSE_SECONDS: Final = (0.2, 3.0)
"""Between two faults: short enough that many strike a part that is still coming back."""
CALM_SHARE: Final = 0.75
"""Of this share of the coordinator's deaths the next fault waits, so that its return is timed."""

Kind = Literal["kill", "freeze", "kill_broker", "wipe"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One blow: after `pause` seconds, SIGKILL to `part` or something done to Kafka or Valkey.

    `is_calm` tells that nothing else is struck until the coordinator spoke again.
    """

    kind: Kind
    part: str
    pause: float
    is_calm: bool = False


def plan(kills: int, seed: int) -> list[Fault]:
    """Return so many kills, all parts in turn, with one freeze, one dead broker and one wipe."""
    chance = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    faults = [_kill(part, chance) for part in islice(_parts(chance), kills)]
    others: tuple[tuple[Kind, str], ...] = (
        ("freeze", "kafka"),
        ("kill_broker", "kafka"),
        ("wipe", "valkey"),
    )
    for kind, part in others:
        at = chance.randint(0, len(faults))
        faults.insert(at, Fault(kind, part, chance.uniform(*PAUSE_SECONDS)))
    return faults


def _kill(part: str, chance: Random) -> Fault:
    pause, is_calm = chance.uniform(*PAUSE_SECONDS), chance.random() < CALM_SHARE
    return Fault("kill", part, pause, is_calm and part == "coordinator")


def _parts(chance: Random) -> Iterator[str]:
    while True:
        for part in chance.sample(PARTS, len(PARTS)):
            yield chance.choice(EDGES) if part == "edge" else part
