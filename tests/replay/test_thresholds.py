"""Thresholds to try, from a file: what is wrong is named with its place and what is allowed."""

from pathlib import Path

import pytest

from replay.thresholds import BadThresholds, read_thresholds


def written(folder: Path, text: str) -> Path:
    file = folder / "try.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "text",
    [
        "cutoff_margin_minutes: 60\nhysteresis: 0.5\n",
        "policy: {cutoff_margin_minutes: 60, hysteresis: 0.5}\n",
    ],
    ids=["at the top", "as in a profile"],
)
def test_thresholds_stand_at_the_top_or_under_policy(tmp_path: Path, text: str) -> None:
    """A section of a profile can be tried as it is."""
    assert read_thresholds(written(tmp_path, text)) == {
        "cutoff_margin_minutes": 60.0,
        "hysteresis": 0.5,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\n\ncutoff_margin: 3", "try.yaml:3: cutoff_margin: found a name that is no thres"),
        ("cutoff_margin: 3", "no threshold, allowed is cutoff_margin_minutes or "),
        ("shelf_hours: soon", "try.yaml:1: shelf_hours: found 'soon', allowed is a number from 0"),
        ("shelf_hours: -1", "shelf_hours: found -1, allowed is a number from 0"),
        ("shelf_hours: .inf", "shelf_hours: found inf, allowed is a number from 0"),
        ("shelf_hours: .nan", "shelf_hours: found nan, allowed is a number from 0"),
        ("shelf_hours: true", "shelf_hours: found True, allowed is a number from 0"),
        ("shelf_hours: !hours 3", "shelf_hours: found '3', allowed is a number from 0"),
        ("shelf_hours: 1\nshelf_hours: 2", "try.yaml:2: shelf_hours: found twice, here and"),
        ("- shelf_hours", "try.yaml:1: found no threshold, allowed is one threshold a line"),
        ("", "try.yaml:1: found no threshold"),
        ("policy: {}", "try.yaml:1: found no threshold"),
        ("a: [", "try.yaml:1: found no YAML"),
        ("a: \0", "found no YAML"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_line_field_found_and_allowed(
    tmp_path: Path, text: str, told: str
) -> None:
    """Nothing is tried that was not meant: a wrong name is never left out quietly."""
    with pytest.raises(BadThresholds) as refused:
        read_thresholds(written(tmp_path, text))

    assert told in str(refused.value)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    """Whoever mends a file mends it once."""
    with pytest.raises(BadThresholds) as refused:
        read_thresholds(written(tmp_path, "one: 1\nshelf_hours: x\n"))

    assert len(refused.value.faults) == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The path that was looked at is in the message."""
    with pytest.raises(BadThresholds, match=r"nothing\.yaml: cannot be read"):
        read_thresholds(tmp_path / "nothing.yaml")
