"""The report and the page: complete in each language, and nothing from elsewhere."""

import re
from importlib.resources import files
from io import StringIO

import pytest
from babel.messages.pofile import read_po

from simulator.score.card import Card, card
from simulator.score.folding import fold
from simulator.score.report import LANGUAGES, measures, report
from simulator.score.series import COLUMNS, page, pooled
from simulator.score.timeline import timeline
from tests.simulator.score.a_run import KEY, a_run, community, labels

HERE = files("simulator.score")


@pytest.fixture(scope="module")
def scored() -> Card:
    run = a_run()
    return card(run, fold(run, {"COCTG": community()}), labels(), 1.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_one_file_in_each_language(scored: Card, language: str) -> None:
    """The incident's own sentence is in it, and no address of anywhere else."""
    text = report(scored, language)

    fact = scored.folded.instances[0].fact[language]
    assert fact
    assert fact in text
    assert f'<html lang="{language}">' in text
    assert re.findall(r"https?://|<script|@import|<link", text) == []


@pytest.mark.parametrize("language", ["es", "pt"])
def test_every_word_of_the_report_is_translated(scored: Card, language: str) -> None:
    """Each sentence that the template asks for stands in each catalogue, and is not empty."""
    template = HERE.joinpath("report.html.j2").read_text("utf-8")
    asked = {
        *re.findall(r'_\("([^"]+)"', template),
        *(name for name, _, _ in measures(scored.overall)),
    }
    asked |= {"silent", "early", "late", "shared", "false", "duplicate"}
    text = HERE.joinpath("words", f"{language}.po").read_text("utf-8")
    known = {str(it.id): it.string for it in read_po(StringIO(text), locale=language) if it.id}

    assert asked == set(known)
    assert [word for word in sorted(asked) if not known[word]] == []


def test_the_timeline_shows_truth_and_word_on_one_scale(scored: Card) -> None:
    """Truth before word, the word after what made it knowable, the impact last."""
    shown = timeline(scored, "es")

    assert shown is not None
    (row,) = shown.rows
    assert row.key == KEY
    assert row.truth.left < row.knowable < row.said[0].left < row.act_by < row.impact
    before_act, after_act = row.act_by - row.knowable, row.impact - row.act_by
    assert before_act / after_act == pytest.approx(22 / 6, abs=0.01)
    assert all(0 < at < 100 for at, _ in shown.ticks)


def test_pooled_runs_add_their_counts(scored: Card) -> None:
    """Shares are made anew from the sums: a perfect run and an empty one are a perfect one."""
    silent = card(scored.run, type(scored.folded)(), labels(), 1.0)

    both = pooled([scored.overall, silent.overall])

    assert (both["truths"], both["precision"], both["recall"]) == (2, 1.0, 0.5)
    assert both["missed"] == {"silent": 1}
    assert both["audience_exact"] == 1.0


def test_the_page_has_all_runs_together_and_each(scored: Card) -> None:
    """Markdown tables of one width, and the alerts that have no rule named."""
    text = page([scored.document(), scored.document()])

    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert widths == {len(COLUMNS) + 2}
    assert text.count("## late-ship, seed 3") == 2
    assert "No rule yet, in no figure: B09 2." in text
