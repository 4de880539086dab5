"""The day that the demo shows: whom it shows, and what it owes a reader."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from contracts.profile import Community
from plumbing.communities import load
from simulator.shown_day import DENSITY, SHOWN, STORY, TOLD_WITHIN, Incident, a_day, owed
from tests.simulator.score.given_score import a_label, minute

ENDS = minute(600)


@pytest.fixture(scope="module")
def communities() -> Mapping[str, Community]:
    """Return the profiles that the repository ships."""
    return load(Path("communities"))


def test_every_port_is_played_and_two_have_more_boxes(
    communities: Mapping[str, Community],
) -> None:
    """Ships of all ports sail; trucks and boxes are many where a reader looks."""
    world = a_day(communities)

    assert sorted(world.ports) == sorted(communities)
    assert {s: p.density for s, p in world.ports.items() if p.density != DENSITY} == SHOWN


def test_what_is_owed_is_each_code_of_the_story_once_a_port() -> None:
    """What nobody could know in time, and what happens elsewhere, is owed to no reader."""
    labels = [
        a_label(0),
        a_label(0, dedup_key="B01|another"),
        a_label(0, system="JMKIN"),
        a_label(0, code="P02"),
        a_label(0, code="T05", knowable_at=None),
        a_label(0, code="T03", knowable_at=ENDS - TOLD_WITHIN + 1),
    ]

    assert owed(labels, ENDS) == [Incident("COCTG", "B01", STORY["B01"])]
