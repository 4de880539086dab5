"""Worlds that several tests look at, made once."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from contracts.profile import Community
from plumbing.communities import load
from simulator.truth import Label
from simulator.world.labels.ledger import Ledger
from simulator.world.port import Port
from simulator.world.telling.handover import Line
from simulator.world.world import World, plan


class Told(NamedTuple):
    """A world that came to its end, with all that it told and all that was true."""

    world: World
    lines: list[Line]
    labels: list[Label]


def told(
    communities: Mapping[str, Community],
    scenario: str,
    *,
    systems: tuple[str, ...] = ("COCTG",),
    days: float = 3.0,
    density: float = 0.03,
    seed: int = 7,
) -> Told:
    """Return a world at its end."""
    world = World(plan(scenario, seed, systems, days, density), communities)
    lines = list(world.lines())
    return Told(world, lines, world.take_labels())


@pytest.fixture(scope="session")
def communities() -> Mapping[str, Community]:
    """Return the profiles that the repository ships."""
    return load(Path("communities"))


@pytest.fixture(scope="session")
def everything(communities: Mapping[str, Community]) -> Told:
    """Return three days of everything at once in two ports."""
    return told(communities, "everything", systems=("COCTG", "PECLL"), density=0.012, seed=10)


@pytest.fixture(scope="session")
def calm(communities: Mapping[str, Community]) -> Told:
    """Return two calm days of one port."""
    return told(communities, "calm-week", days=2.2, density=0.02, seed=11)


@pytest.fixture(scope="session")
def dirty(communities: Mapping[str, Community]) -> Told:
    """Return days of one port in which systems are at their worst."""
    return told(communities, "dirty-data", days=2.5, density=0.015, seed=12)


@pytest.fixture(scope="session")
def hubs(communities: Mapping[str, Community]) -> Told:
    """Return a day of two hubs that share many services, in which ships come late."""
    return told(communities, "hub-knock-on", systems=("COCTG", "PAONX"), days=1.0, density=0.01)


@pytest.fixture(scope="module")
def port(communities: Mapping[str, Community]) -> Port:
    """Return Cartagena, where nothing has happened yet."""
    return World(plan("calm-week", 7, ("COCTG",), 1.0, 0.01), communities).ports["COCTG"]


@pytest.fixture
def ledger() -> Ledger:
    """Return an open ledger."""
    made = Ledger("COCTG", list[Label]().append)
    made.is_open = True
    return made
