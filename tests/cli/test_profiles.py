"""`./rada profiles`: what an operator sees of the port communities, and of a slip in one."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import app
from plumbing.profile_text import BadProfile
from stack.services import ROOT

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for system in ("COCTG", "BRITJ"):
        shutil.copy(ROOT / "communities" / f"{system}.yaml", tmp_path)
    monkeypatch.setenv("RADA_COMMUNITIES", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_profiles_alone_checks_all_and_shows_a_line_each() -> None:
    """System, name, and how large the port is."""
    shown = RUN.invoke(app, ["profiles"])

    assert shown.exit_code == 0, shown.output
    assert "COCTG" in shown.stdout
    assert "Santa Catarina" in shown.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", [["profiles", "--json"], ["profiles", "check", "--json"]])
def test_a_program_gets_the_same_as_json(command: list[str]) -> None:
    """Sums over the facilities of a port, in the order of the systems."""
    shown = RUN.invoke(app, command)

    brazil, cartagena = json.loads(shown.stdout)["profiles"]
    assert brazil["locodes"] == ["BRITJ", "BRNVT", "BRIOA", "BRSFS", "BRIBB"]
    assert brazil["languages"] == ["pt", "es", "en"]
    assert (cartagena["system"], cartagena["terminals"], cartagena["quay_metres"]) == (
        "COCTG",
        4,
        2960,
    )


def test_a_slip_is_named_with_file_and_line(folder: Path) -> None:
    """Thresholds too, which only the core knows."""
    with (folder / "COCTG.yaml").open("a", encoding="utf-8") as profile:
        profile.write("standard: []\n")

    shown = RUN.invoke(app, ["profiles"])

    assert isinstance(shown.exception, BadProfile)
    lines = len((folder / "COCTG.yaml").read_text("utf-8").splitlines())
    assert f"COCTG.yaml:{lines}: standard: found an unknown field" in str(shown.exception)
