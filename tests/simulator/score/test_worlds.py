"""A run of the world, made and scored on the way."""

import pytest

from plumbing.communities import load
from simulator.score.runs import Unreadable
from simulator.score.worlds import Asked, made, scored
from stack.services import ROOT

PROFILES = ROOT / "communities"
ASKED = Asked("calm-week", 3, ("PECLL",), 0.1, 0.02, PROFILES)


def test_a_world_is_scored_in_one_go() -> None:
    """What a process of a series returns: the card of the run that was asked for."""
    document = scored(ASKED)

    assert document["run"]["scenario"] == "calm-week"
    assert document["run"]["events"] > 100
    assert document["overall"]["truths"] == sum(
        figures["truths"] for figures in document["codes"].values()
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scenario": "storm"}, r"found 'storm', allowed is one of calm-week, "),
        ({"systems": ("XXXXX",)}, r"no profile of XXXXX; there are "),
    ],
)
def test_what_there_is_not_is_said_before_anything_is_folded(
    changes: dict[str, object], message: str
) -> None:
    """An unknown name is answered with those that are known."""
    wrong = ASKED._replace(**changes)  # type: ignore[arg-type]

    with pytest.raises(Unreadable, match=message):
        made(wrong, load(PROFILES))
