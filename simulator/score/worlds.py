"""Runs made on the way: the world goes on while the core folds what it says."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

import msgspec

from contracts.profile import Community
from correlation.instants import DAY
from plumbing.communities import load
from simulator.score.card import card
from simulator.score.folding import fold
from simulator.score.runs import Line, Run, Unreadable
from simulator.score.series import Document
from simulator.truth import Label
from simulator.world.instants import FIRST_DAY, whole
from simulator.world.scenario import SCENARIOS
from simulator.world.world import UnknownPort, UnknownScenario, World, plan

NAMES: Final = tuple(SCENARIOS)
"""The scenarios of the world."""


class Asked(NamedTuple):
    """A run that is asked for: plain values, that may cross to another process."""

    scenario: str
    seed: int
    systems: tuple[str, ...]
    days: float
    density: float
    profiles: Path


def made(asked: Asked, communities: Mapping[str, Community]) -> Run:
    """Return a run of the world; its lines are made each time they are read.

    Raises:
        Unreadable: there is no such scenario, or no profile of a port.
    """
    telling = _Telling(asked, communities)
    telling.world()  # an unknown name is said before anything is folded
    ends = FIRST_DAY + whole(asked.days * DAY)
    return Run(
        asked.scenario,
        asked.seed,
        asked.systems,
        FIRST_DAY,
        ends,
        telling.lines,
        telling.labels,
    )


def scored(asked: Asked) -> Document:
    """Return the score card of a run, made and folded here."""
    communities = load(asked.profiles)
    run = made(asked, communities)
    began = monotonic()
    folded = fold(run, communities)
    seconds = monotonic() - began
    return card(run, folded, run.labels(), seconds).document()


class _Telling:
    """Tells one run as often as it is asked, and keeps the truth of the first time."""

    def __init__(self, asked: Asked, communities: Mapping[str, Community]) -> None:
        self._asked, self._communities = asked, communities
        self._labels: list[Label] | None = None

    def world(self) -> World:
        """Return the world at its beginning."""
        asked = self._asked
        try:
            chosen = plan(asked.scenario, asked.seed, asked.systems, asked.days, asked.density)
            return World(chosen, self._communities)
        except (UnknownPort, UnknownScenario) as unknown:
            raise Unreadable(str(unknown)) from unknown

    def lines(self) -> Iterator[Line]:
        """Yield what is handed over, as the score reads it."""
        world = self.world()
        encode = msgspec.json.Encoder().encode
        for told in world.lines():
            event = msgspec.Raw(encode(told.event))
            yield Line(told.at, told.publisher, told.family, event)
        if self._labels is None:
            self._labels = world.take_labels()

    def labels(self) -> list[Label]:
        """Return what was true, known once the lines were read to their end."""
        assert self._labels is not None, "labels are asked for after the lines"
        return self._labels
