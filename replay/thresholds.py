"""Thresholds to try, from a file: each fault is one line with its place, found and allowed."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml

from correlation.policy import DEFAULT

NAMES: Final = tuple(name for name in DEFAULT.__struct_fields__ if name != "version")
UNDER: Final = "policy"
"""The section of a port's profile that holds its thresholds; a file may be such a section."""

_LARGEST: Final = 1e9
_EXAMPLE: Final = "one threshold a line, such as `cutoff_margin_minutes: 60`"


class BadThresholds(ValueError):
    """The file cannot be used; each fault is one line: file, line, field, found, allowed."""

    def __init__(self, faults: list[str]) -> None:
        """Keep the faults in the order of the file."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read_thresholds(file: Path) -> dict[str, float]:
    """Return the thresholds that a YAML file names, at its top or under `policy:`.

    Raises:
        BadThresholds: it cannot be read, names what is no threshold, or gives no number.
    """
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise BadThresholds([f"{file}: cannot be read ({error})"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        told = getattr(error, "problem", None) or str(error)
        raise BadThresholds([f"{where}: found no YAML ({told}), allowed is {_EXAMPLE}"]) from error
    pairs = _pairs(root)
    if pairs is None or not pairs:
        raise BadThresholds([f"{file}:1: found no threshold, allowed is {_EXAMPLE}"])
    faults = list(_faults(file, pairs))
    if faults:
        raise BadThresholds(faults)
    return {name.value: float(_scalar(value)) for name, value in pairs}


def _pairs(root: Any) -> list[tuple[yaml.Node, yaml.Node]] | None:
    if not isinstance(root, yaml.MappingNode):
        return None
    if [name.value for name, _ in root.value] == [UNDER]:
        return _pairs(root.value[0][1])
    return list(root.value)


def _faults(file: Path, pairs: list[tuple[yaml.Node, yaml.Node]]) -> Iterator[str]:
    lines: dict[str, int] = {}
    for key, value in pairs:
        line, name, found = key.start_mark.line + 1, str(key.value), _scalar(value)
        where = f"{file}:{line}: {name}"
        if name not in NAMES:
            yield f"{where}: found a name that is no threshold, allowed is {_allowed(name)}"
        elif name in lines:
            yield f"{where}: found twice, here and in line {lines[name]}, allowed is once"
        elif not _is_threshold(found):
            yield f"{where}: found {found!r}, allowed is a number from 0 to {_LARGEST:.0f}"
        lines.setdefault(name, line)


def _allowed(name: str) -> str:
    close = get_close_matches(name, NAMES, n=3, cutoff=0.5)
    nearest = f"{' or '.join(close)}, or another of: " if close else "one of: "
    return nearest + ", ".join(each for each in sorted(NAMES) if each not in close)


def _is_threshold(found: Any) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    return 0 <= found <= _LARGEST


def _scalar(node: yaml.Node) -> Any:
    try:
        return yaml.safe_load(yaml.serialize(node, Dumper=yaml.SafeDumper))
    except yaml.YAMLError:
        return node.value  # a tag that stands for no plain value
