"""`./rada simulate`: files with a world in them, and what it says of itself."""

import json
from pathlib import Path

import msgspec
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from cli.app import app
from simulator.truth import Label
from simulator.world.scenario import SCENARIOS

SMALL = ("--seed", "3", "--ports", "coctg", "--days", "0.3", "--density", "0.01")


def simulated(folder: Path, *more: str) -> dict[str, object]:
    asked = ["simulate", "--scenario", "calm-week", *SMALL, "--out", str(folder), "--json", *more]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    document: dict[str, object] = json.loads(result.stdout)
    return document


def test_run_is_written_as_lines_labels_and_a_summary(tmp_path: Path) -> None:
    """The counts of the summary are those of the files."""
    document = simulated(tmp_path)

    lines = (tmp_path / "events.ndjson").read_bytes().splitlines()
    labels = (tmp_path / "labels.ndjson").read_bytes().splitlines()
    assert document == json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert document["events"] == len(lines)
    assert document["labels"] == len([msgspec.json.decode(each, type=Label) for each in labels])
    assert document["ports"] == ["COCTG"]
    assert set(json.loads(lines[0])) == {"at", "publisher", "family", "event"}


def test_parquet_holds_the_same_run(tmp_path: Path) -> None:
    """The same columns; the event is a string."""
    simulated(tmp_path)
    simulated(tmp_path, "--format", "parquet")

    rows = parquet.read_table(tmp_path / "events.parquet").to_pylist()
    lines = [json.loads(each) for each in (tmp_path / "events.ndjson").read_bytes().splitlines()]
    assert [{**row, "event": json.loads(row["event"])} for row in rows] == lines


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--scenario", "calm-week"), "wanted is --scenario NAME"),
        (("--out", "x"), "wanted is --scenario NAME"),
        (("--scenario", "storm", "--out", "x"), "storm"),
    ],
)
def test_unclear_wish_is_refused_with_what_is_wanted(asked: tuple[str, ...], said: str) -> None:
    """Exit code 2, and what was found or wanted."""
    result = CliRunner().invoke(app, ["simulate", *asked])

    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


def test_port_without_a_profile_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, and which there are."""
    asked = ["simulate", "--scenario", "calm-week", "--ports", "NLRTM", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, asked)

    assert result.exit_code == 1
    assert "NLRTM" in result.output + capsys.readouterr().err


def test_every_scenario_is_listed() -> None:
    """With what happens in it."""
    result = CliRunner().invoke(app, ["simulate", "--list", "--json"])

    assert json.loads(result.stdout) == {each.name: each.says for each in SCENARIOS.values()}
