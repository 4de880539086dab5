"""`./rada score` on a tiny run, as a person and a program read it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import app
from tests.simulator.score.a_run import written_run

RUN = CliRunner()


def test_the_score_is_json_for_a_program(tmp_path: Path) -> None:
    """`overall` and `codes.<code>` hold the figures that were asked for."""
    shown = RUN.invoke(app, ["score", "--run", str(written_run(tmp_path)), "--json", "--check"])

    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    asked = {"truths", "precision", "recall", "useful_recall", "median_lead_min", "duplicates"}
    assert asked | {"cause_right"} <= set(document["overall"])
    assert asked | {"cause_right"} <= set(document["codes"]["B01"])
    assert document["codes"]["B01"]["useful_recall"] == 1.0
    assert document["check"]["replay_equal"] is True


def test_the_score_is_a_table_and_a_report_for_people(tmp_path: Path) -> None:
    """One line an alert and one of all; the report is written where it was asked for."""
    html = tmp_path / "score.html"

    shown = RUN.invoke(
        app, ["score", "--run", str(written_run(tmp_path)), "--html", str(html), "--lang", "pt"]
    )

    assert shown.exit_code == 0, shown.output
    assert "late-ship, seed 3" in shown.stdout
    assert [
        line.split()[0] for line in shown.stdout.splitlines() if line.startswith(("B01", "all"))
    ]
    assert "no rule yet, in no figure: B09 1" in shown.stdout
    assert '<html lang="pt">' in html.read_text("utf-8")


def test_a_folder_without_a_run_is_one_clear_message(tmp_path: Path) -> None:
    """Exit code 1, what was found and what a run is."""
    shown = RUN.invoke(app, ["score", "--run", str(tmp_path)])

    assert shown.exit_code == 1
    assert "run.json: found no such file; a run is a folder with" in shown.output.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "found none, wanted is one: --scenario NAME, or --run DIR"),
        (["--scenario", "calm-week", "--run", "."], "found both"),
        (["--all", "--html", "x.html"], "--html"),
        (["--all", "--seeds", "one"], "found 'one', allowed are numbers"),
    ],
)
def test_options_that_do_not_go_together_are_named(arguments: list[str], message: str) -> None:
    """Exit code 2, what was found and what is allowed; nothing is made."""
    shown = RUN.invoke(app, ["score", *arguments])

    assert shown.exit_code == 2
    assert message in " ".join(shown.output.replace("│", " ").split())


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    """Exit code 1 and one line, before anything is folded."""
    shown = RUN.invoke(app, ["score", "--scenario", "storm"])

    assert shown.exit_code == 1
    assert "found 'storm', allowed is one of calm-week" in shown.output
