"""Several runs scored side by side, and what is written of them."""

import json
from pathlib import Path

import pytest

from cli.score_series import series, write
from simulator.score.card import card
from simulator.score.folding import fold
from simulator.score.runs import Unreadable
from simulator.score.series import Document
from tests.simulator.score.a_run import a_run, community, events, labels


def scored(told: int) -> Document:
    """Return the card of the late ship with so many of her events; of none there is no card."""
    if not told:
        raise Unreadable("nothing was told")
    run = a_run(events()[:told])
    return card(run, fold(run, {"COCTG": community()}), labels(), 1.0).document()


def test_cards_come_in_the_order_asked_for_and_are_written(tmp_path: Path) -> None:
    """Two runs in two processes: the JSON has each and all together, the page a part for each."""
    documents = series([4, 2], scored)

    together = write(documents, tmp_path / "figures")

    assert [document["run"]["events"] for document in documents] == [4, 2]
    kept = json.loads((tmp_path / "figures" / "score.json").read_text("utf-8"))
    assert kept == json.loads(json.dumps(together))
    assert kept["overall"]["truths"] == 2
    assert kept["overall"]["recall"] == 0.5
    assert kept["codes"]["B01"]["missed"] == {"silent": 1}
    assert "## late-ship, seed 3" in (tmp_path / "figures" / "score.md").read_text("utf-8")


def test_a_run_that_fails_ends_the_series() -> None:
    """No card is better than half a page of them."""
    with pytest.raises(Unreadable, match="nothing was told"):
        series([0], scored)
