"""Finding breaking changes between two schemas."""

import copy
from typing import Any

import pytest

from contracts.compatibility import breaking_changes
from contracts.export import schemas

Json = dict[str, Any]
OLD: Json = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 10, "minLength": 1, "pattern": "^a$"},
        "count": {"type": "integer", "maximum": 9},
        "status": {"type": "string", "x-known": ["A"]},
        "kind": {"enum": ["EST", "ACT"]},
        "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        "list": {"type": "array", "maxItems": 5, "items": {"$ref": "#/$defs/Entry"}},
        "free": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["name"],
    "$defs": {
        "Entry": {
            "type": "object",
            "properties": {"x": {"type": "string"}, "more": {"$ref": "#/$defs/Entry"}},
            "required": ["x"],
        }
    },
}


def changed(path: str, value: Any) -> list[str]:
    """Return the breaking changes after one change; `value` of None removes."""
    new = copy.deepcopy(OLD)
    *steps, last = path.split("/")
    node: Any = new
    for step in steps:
        node = node[int(step) if isinstance(node, list) else step]
    if value is None:
        del node[int(last) if isinstance(node, list) else last]
    else:
        node[last] = value
    return breaking_changes(OLD, new)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties/new", {"type": "string"}),
        ("properties/name/maxLength", 20),
        ("properties/name/minLength", 0),
        ("properties/name/maxLength", None),
        ("properties/name/pattern", None),
        ("properties/count/type", "number"),
        ("properties/count/maximum", 99),
        ("properties/status/x-known", ["A", "B"]),
        ("properties/list/maxItems", 500),
        ("required", []),
        ("title", "Other"),
        ("properties/at/anyOf", [*OLD["properties"]["at"]["anyOf"], {"type": "integer"}]),
        ("$defs/Entry/properties/new", {"type": "string"}),
    ],
)
def test_what_only_widens_is_allowed(path: str, value: Any) -> None:
    """A minor version may add and widen."""
    assert changed(path, value) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("properties/name", None, ".name: removed"),
        ("required", ["name", "count"], ".count: is now required"),
        ("properties/name/maxLength", 5, ".name: maxLength was 10, is 5"),
        ("properties/name/minLength", 2, ".name: minLength was 1, is 2"),
        ("properties/name/pattern", "^b$", ".name: pattern was '^a$', is '^b$'"),
        ("properties/count/minimum", 1, ".count: minimum was None, is 1"),
        ("properties/count/type", "string", ".count: type was 'integer', is 'string'"),
        ("properties/count/default", 3, ".count: default was None, is 3"),
        ("properties/kind/enum", ["EST"], ".kind: enum was ['EST', 'ACT'], is ['EST']"),
        ("properties/kind/enum", ["EST", "ACT", "PLN"], ".kind: enum was"),
        ("properties/status/enum", ["A"], ".status: enum was None"),
        ("properties/at/anyOf/1", None, ".at: 2 forms were allowed, now 1"),
        ("properties/at/anyOf/0/format", "date", ".at: format was 'date-time', is 'date'"),
        ("properties/list/maxItems", 4, ".list: maxItems was 5, is 4"),
        ("$defs/Entry/properties/x", None, ".list[].x: removed"),
        ("$defs/Entry/required", ["x", "more"], ".list[].more: is now required"),
        ("properties/free/additionalProperties/type", "integer", ".free[]: type was"),
        ("properties/free/additionalProperties", False, ".free: additionalProperties was"),
        ("x-fold", "L", ".: x-fold was None, is 'L'"),
    ],
)
def test_what_narrows_or_renames_is_breaking(path: str, value: Any, said: str) -> None:
    """Each breaking change is named with its place."""
    (line,) = changed(path, value)

    assert line.startswith(said)


def test_a_number_that_becomes_whole_is_breaking() -> None:
    """Every whole number is a number, but not the other way round."""
    assert breaking_changes({"type": "number"}, {"type": "integer"})


def test_a_schema_does_not_break_itself() -> None:
    """Of all our schemas none differs from itself, recursive ones included."""
    assert breaking_changes(OLD, OLD) == []
    assert all(breaking_changes(schema, schema) == [] for schema in schemas().values())
