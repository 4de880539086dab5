"""Find the object of an event in its data, for a source that names no `subject`."""

from collections.abc import Mapping
from typing import Any


def first_named(data: Mapping[str, Any], *paths: str) -> str | None:
    """Return the first text among dotted paths; a ship is named by IMO number, else by MMSI."""
    for path in paths:
        value = at(data, path)
        if isinstance(value, dict):
            value = _ship(value)
        if isinstance(value, str) and value:
            return value
    return None


def at(data: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a dotted path, or None."""
    value: Any = data
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def joined(data: Mapping[str, Any], form: str, *paths: str) -> str | None:
    """Return an id built from texts at paths, `con:{}>{}` say; None when one is missing."""
    values = [first_named(data, path) for path in paths]
    return form.format(*values) if all(values) else None


def _ship(vessel: Mapping[str, Any]) -> str | None:
    for number in ("imo", "mmsi"):
        if isinstance(vessel.get(number), str):
            return f"{number}:{vessel[number]}"
    return None
