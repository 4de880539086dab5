"""The benchmark of the simulator: what its figures are of."""

from pathlib import Path

import pytest

from bench.simulate import SCENARIO, SEED, Outcome, measure
from plumbing.communities import load
from simulator.world.world import UnknownPort, World, plan


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """Return what a small port came to: a day, and another one."""
    return measure(load(Path("communities")), "COBUN", 1, lambda _what, _share: None, density=0.01)


def test_both_stretches_are_counted(outcome: Outcome) -> None:
    """As many events as the world of both tells; the first stretch has fewer, and took less."""
    world = World(plan(SCENARIO, SEED, ("COBUN",), 2.0, 0.01), load(Path("communities")))

    assert outcome.whole.events == sum(1 for _ in world.lines())
    assert 0 < outcome.half.events < outcome.whole.events
    assert 0 < outcome.half.cpu_s < outcome.whole.cpu_s


def test_only_a_week_is_given_as_a_week(outcome: Outcome) -> None:
    """A stretch of a day has no figure of a week: the days before it weigh more."""
    document = outcome.document()

    assert document["port_week_s"] is None
    assert list(document["rss_mb"]) == ["1", "2"]
    assert document["events_per_s"] > 0
    assert document["bare_loops_per_s"] > 0


def test_a_port_without_a_profile_is_an_error() -> None:
    """It is named."""
    with pytest.raises(UnknownPort, match="XXYYY"):
        measure({}, "XXYYY", 1, lambda _what, _share: None)
