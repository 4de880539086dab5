"""The quick reader against the models: what it takes, the model takes, and with equal values."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from contracts import quick
from contracts.catalogue import EVENT_TYPES, EventType
from contracts.decode import CLEAR_NAMES, decode, decode_by_model
from contracts.problems import InvalidEvent
from tests.contracts.samples import event_of

EXAMPLES = Path(__file__).parent / "examples"
Json = dict[str, Any]
BY_MODEL_ONLY = {"rada.command.policy-changed", "rada.command.profile-changed"}
"""Types with a part that may be anything."""
GATED_IN = EVENT_TYPES["rada.gate.container-gated-in"]


def samples() -> list[Json]:
    found = [event_of(row, full=full) for row in EVENT_TYPES.values() for full in (False, True)]
    for name in ("worked", "minimal", "full"):
        found += json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return [event for event in found if event["type"] in quick.QUICK]


SAMPLES = samples()


def written(event: Json) -> bytes:
    return json.dumps(event).encode()


def tree(value: Any) -> Any:
    """Return the fields and their values all the way down, with types that must be the same."""
    if isinstance(value, BaseModel):
        return {name: tree(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, msgspec.Struct):
        # The type of an event is the tag of its struct, and no field of it.
        names = {*value.__struct_fields__, *({"type"} & {*dir(value)})}
        return {name: tree(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return tuple(tree(entry) for entry in value)
    if isinstance(value, datetime):
        assert value.utcoffset() is not None
        return value
    return type(value), value


def assert_not_wrong(given_: bytes) -> bool:
    """Tell whether the quick reader took it; then the model takes it with equal values."""
    event = quick.read(given_)
    if event is None:
        return False
    assert tree(event) == tree(decode_by_model(given_))
    return True


def test_every_type_but_those_of_whole_documents_is_read_quickly() -> None:
    """A new type with a part for which no struct is known would be slow, and shows here."""
    assert EVENT_TYPES.keys() - quick.QUICK.keys() == BY_MODEL_ONLY


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=lambda row: row.type)
def test_an_example_of_every_type_reads_the_same_both_ways(row: EventType, full: bool) -> None:
    """The least event and the one with every field have the same attributes and values."""
    given_ = written(event_of(row, full=full))

    assert assert_not_wrong(given_) is (row.type not in BY_MODEL_ONLY)


def test_what_is_worked_out_of_an_event_is_the_same_both_ways() -> None:
    """Properties of the envelope read the same: what the fact is, its version, its instants."""
    for event in (event_of(GATED_IN, full=full) for full in (False, True)):
        ours, model = decode(written(event)), decode_by_model(written(event))

        assert isinstance(ours, msgspec.Struct)
        for name in ("fact_id", "fact_version", "occurred_at", "recorded_at"):
            assert getattr(ours, name) == getattr(model, name)


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(node, dict):
        for name, child in node.items():
            found += paths(child, (*path, name))
    elif isinstance(node, list):
        for at, child in enumerate(node):
            found += paths(child, (*path, at))
    return found


def changed(event: Json, path: tuple[Any, ...], value: Any) -> Json:
    copy: Json = json.loads(json.dumps(event))
    node: Any = copy
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return copy


ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 16, 361, 2**53 - 1, 2**53, 2**64, 1.0, 1.5, -0.0, 1e300,
    "", " ", "a", "A", "ACT", "act", " ACT", "ACT ", "ACT\n", "ÑU", "ñu", "ß", "ſ", "İ", "x" * 41,
    "X" * 61, "x" * 101, "x" * 129, "x" * 201, "x" * 501, "\u00a0A", "\x1cA", "A\x85", "😀" * 60,
    "COCTG", "COCTG\n", "COCTG:SMDG:SPRC", "COCTG:SMDG:SPRC\n", "USNYC", "RDAU2000016",
    "RDAU2000017", "RDAU2000016\n", "9999993", "9999994", "９９９９９９３", "352000001",
    "K01", "K٣٤",
    "2026-10-27T14:00:00Z", "2026-10-27t14:00:00z", "2026-10-27 14:00:00Z",
    "2026-10-27T14:00:00.5Z", "2026-10-27T14:00:00.1234567Z", "2026-10-27T14:00:00.9999999Z",
    "2026-10-27T14:00:00.123456789Z", "2026-10-27T14:00:00.1234567891Z", "2026-10-27T14:00Z",
    "2026-10-27T14:00:00-05:00", "2026-10-27T14:00:00+00:00", "2026-10-27T14:00:00-00:00",
    "2026-10-27T14:00:00+0000", "2026-10-27T14:00:00-0000", "2026-10-27T14:00:00-0500",
    "2026-10-27T23:59:60Z", "2026-10-27T24:00:00Z", "2026-02-29T00:00:00Z", "2026-10-27",
    "1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z", "2099-12-31T23:59:59.999Z",
    "2100-01-01T00:00:00Z", "2100-01-01T00:00:01Z", "0001-01-01T00:00:00Z", 1793109600,
    "2026-10-27T14:00:00Z\n", "2026-10-27T14:00:00", "tok:5f0c1d1e6a0b4a57", "ABC123",
    "1.0", "urn:rada:schema:gate.container-gated-in:1.0", "urn:rada:schema:x:1.0",
    "CODECO", [], {}, [None], ["x"] * 21, ["x"] * 501, ["x" * 2000] * 3, [[]], {"x": 1},
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(ODD_VALUES),
    st.integers(-(2**66), 2**66),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=70),
    st.from_regex(r"\A2[01][0-9]{2}-[01][0-9]-[0-3][0-9]T[012][0-9]:00:00(\.[0-9]{1,10})?Z\Z"),
)


@given(st.sampled_from(SAMPLES), st.data())
def test_a_changed_event_is_never_read_otherwise_than_by_the_model(
    event: Json, data: st.DataObject
) -> None:
    """Whatever stands in any one or two places, the quick reader has a doubt or is right."""
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(paths(event)))
        event = changed(event, path, data.draw(VALUES))

    ascii_only = data.draw(st.booleans())
    assert_not_wrong(json.dumps(event, ensure_ascii=ascii_only).encode(errors="replace"))


@pytest.mark.parametrize("value", ODD_VALUES, ids=lambda value: repr(value)[:40])
def test_an_odd_value_in_any_place_is_read_as_by_the_model(value: Any) -> None:
    """Each odd value in each place of the busiest events."""
    for name in ("gate.container-gated-in", "gate.appointment-changed", "vessel.berth-plan-set"):
        event = event_of(EVENT_TYPES[f"rada.{name}"], full=True)
        for path in paths(event):
            assert_not_wrong(written(changed(event, path, value)))


@given(st.sampled_from(SAMPLES), st.data())
def test_bytes_that_are_damaged_are_never_read_otherwise_than_by_the_model(
    event: Json, data: st.DataObject
) -> None:
    """A byte changed, left out or put in anywhere: a doubt, or what the model reads."""
    given_ = bytearray(written(event))
    at = data.draw(st.integers(0, len(given_) - 1))
    given_[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))

    assert_not_wrong(bytes(given_))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"factid": "fact-1"', b'"factid": "fact-1", "factid": "fact-2"'),
        (b'"confidence": 80', b'"confidence": 80, "confidence": 81'),
        (b'"confidence": 80', b'"confidence": 80.0'),
        (b'"confidence": 80', b'"confidence": 8e1'),
        (b'"confidence": 80', b'"confidence": NaN'),
        (b"14:00:20Z", b"14:00:20\\u002e1234567Z"),
        (b"14:00:20Z", b"14:00:20.123456\\u0037Z"),
        (b"14:00:20Z", b"14:00:20\\u002b0000"),
        (b"14:00:20Z", b"14:00:20+00\\u0030\\u0030"),
        (b"ter-ctg-1", b"\\ud800"),
        (b"ter-ctg-1", b"\xff"),
        (b'"mode"', b'"MODE"'),
    ],
)
def test_a_strange_way_of_writing_is_no_trap(before: bytes, after: bytes) -> None:
    """Repeated names, escapes and broken texts are read as the model reads them, or not at all."""
    given_ = written(event_of(GATED_IN, full=True))
    assert before in given_

    assert_not_wrong(given_.replace(before, after))


def test_both_spellings_of_a_field_with_two_are_read_as_by_the_model() -> None:
    """`for` on the wire is `for_` in Python, which the model takes as well."""
    event = event_of(EVENT_TYPES["rada.yard.availability-stated"], full=False)

    assert assert_not_wrong(written(event))
    other = event["data"].pop("for")
    for data in ({"for_": other}, {"for": "DROP_OFF", "for_": other}, {"for_": other, "for": "X"}):
        assert_not_wrong(written(event | {"data": event["data"] | data}))


@pytest.mark.parametrize(
    "attributes",
    [
        {"retracted": True},
        {"colour": "green"},
        {"dataschema": "urn:rada:schema:gate.container-gated-in:1.7"},
        {"time": "2026-10-27T09:00:00-05:00"},
    ],
)
def test_doubt_is_left_to_the_model_which_takes_it(attributes: Json) -> None:
    """Withdrawals, fields that are not known, newer schemas and offsets go the slow way."""
    given_ = written(event_of(GATED_IN, full=True) | attributes)

    assert quick.read(given_) is None
    assert isinstance(decode(given_), BaseModel)


def test_a_word_that_is_not_known_is_read_quickly_too() -> None:
    """A vocabulary is open: a terminal that says STACK for ever does not go the slow way."""
    event = event_of(EVENT_TYPES["rada.yard.container-placed"], full=True)
    event["data"]["kind"] = "STACK"

    assert assert_not_wrong(written(event))


def test_no_field_has_the_name_of_a_person_in_clear_text() -> None:
    """The quick reader takes no unknown field, so none of these names can hide in its events."""
    names = {name for struct in every_struct() for name in struct.__struct_encode_fields__}

    assert names & CLEAR_NAMES == set()
    assert all(struct.__struct_config__.forbid_unknown_fields for struct in every_struct())


def every_struct() -> set[type[msgspec.Struct]]:
    found: set[type[msgspec.Struct]] = set()
    waiting: list[Any] = list(quick.QUICK.values())
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            if kind not in found:
                found.add(kind)
                waiting += [field.type for field in msgspec.structs.fields(kind)]
        else:
            waiting += getattr(kind, "__args__", ())
    return found


def test_a_wrong_check_digit_is_refused_in_the_words_of_the_model() -> None:
    """What the quick reader doubts, the model refuses, and says what is allowed."""
    event = event_of(GATED_IN, full=True)
    event["data"]["box"]["box"] = "RDAU2000017"
    event["data"]["raw"]["system"] = "OTHER"

    with pytest.raises(InvalidEvent, match=re.escape("data.box.box: found RDAU2000017")):
        decode(written(event))
