"""`./rada key` adds a hash to a profile and touches nothing else in it."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.keys import add_key
from plumbing.communities import Registry, read
from plumbing.keys import hash_of
from stack.services import ROOT

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(ROOT / "communities" / "COCTG.yaml", tmp_path)
    monkeypatch.setenv("RADA_COMMUNITIES", str(tmp_path))
    return tmp_path


def organisations(folder: Path) -> list[str]:
    return [each.code for each in read(folder / "COCTG.yaml").organisations]


def test_a_key_is_shown_once_and_an_edge_knows_it(folder: Path) -> None:
    """The profile holds the hash alone, and a registry finds the organisation by the key."""
    shown = RUN.invoke(app, ["key", "COCTG", "ter-ctg-1", "--json"])
    assert shown.exit_code == 0, shown.output
    key = json.loads(shown.stdout)["key"]

    credential = Registry(folder).keyring.credential({"x-api-key": key})

    assert credential.organisations == {"COCTG": "ter-ctg-1"}
    assert key not in (folder / "COCTG.yaml").read_text("utf-8")


def test_every_comment_and_line_stays(folder: Path) -> None:
    """Two keys for each organisation change nothing but the lines of the keys."""
    file = folder / "COCTG.yaml"
    before = file.read_text("utf-8")

    for code in organisations(folder):
        add_key(file, code, hash_of(code + "1"))
        add_key(file, code, hash_of(code + "2"))

    held = {each.code: tuple(each.keys) for each in read(file).organisations}
    assert held == {code: (hash_of(code + "1"), hash_of(code + "2")) for code in held}
    assert comments(file.read_text("utf-8")) == comments(before)


def comments(text: str) -> list[str]:
    return re.findall(r"#.*", text)


@pytest.mark.parametrize(
    "organisation",
    [
        "  - code: ter-1\n    keys: []  # none yet\n    name: One",
        '  - code: ter-1\n    keys: ["sha256:aa"]\n    name: One',
        "  - code: ter-1\n    keys:\n      - sha256:aa  # the gate's\n    name: One",
        "  - code: ter-1\n    name: One",
        "  - {code: ter-1, name: One}",
        "  - name: One\n    code: ter-1",
    ],
    ids=["empty", "flow", "block", "absent", "inline", "code last"],
)
def test_a_key_finds_its_place_however_the_profile_is_written(organisation: str) -> None:
    """YAML has many forms; each keeps its own, and its comments."""
    import yaml

    from cli.keys import _with_key

    text = f"# top\norganisations:\n{organisation}\n  - code: ter-2\n    name: Two\n"

    written = _with_key(text, "ter-1", "sha256:bb")

    one, two = yaml.safe_load(written)["organisations"]
    assert one["keys"][-1] == "sha256:bb"
    assert one["name"] == "One"
    assert two == {"code": "ter-2", "name": "Two"}
    assert comments(written) == comments(text)


@pytest.mark.usefixtures("folder")
def test_an_organisation_that_is_not_listed_is_named_with_those_that_are() -> None:
    """A misspelt code gets no key; the answer shows what may be meant."""
    shown = RUN.invoke(app, ["key", "COCTG", "ter-ctg-9"])

    assert shown.exit_code == 1
    assert "ter-ctg-9 is not listed for COCTG" in shown.output
    assert "ter-ctg-1" in shown.output


@pytest.mark.usefixtures("folder")
def test_a_port_without_a_profile_is_named() -> None:
    """A port that is not here gets no key, and the ports that are here are listed."""
    shown = RUN.invoke(app, ["key", "XXXXX", "ter-ctg-1"])

    assert shown.exit_code == 1
    assert "no profile of XXXXX; there are: COCTG" in shown.output
