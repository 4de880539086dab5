"""Decoding: what enters, what is refused, and how that is said."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.blocks import Withdrawal
from contracts.catalogue import EVENT_TYPES, OUTPUT_TYPES, EventType
from contracts.decode import decode, decode_by_model, decode_output
from contracts.envelope import EVENT_BYTES_MAX, Event
from contracts.problems import InvalidEvent, Problem
from tests.contracts.samples import event_of

EXAMPLES = Path(__file__).parent / "examples"
GATED_IN = EVENT_TYPES["rada.gate.container-gated-in"]
Json = dict[str, Any]


def examples(name: str) -> list[Json]:
    found: list[Json] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


ALL_EXAMPLES = [*examples("worked"), *examples("minimal"), *examples("full")]


def read(event: Json) -> Event[Any]:
    value = json.dumps(event).encode()
    if event["type"] in OUTPUT_TYPES:
        return decode_output(value)
    decode(value)  # what the quick reader takes is equal to what the model reads: test_quick.py
    return decode_by_model(value)


def gated_in(**attributes: Any) -> Json:
    return event_of(GATED_IN, full=True) | attributes


def with_data(event: Json, **fields: Any) -> Json:
    return {**event, "data": {**event["data"], **fields}}


def refused(event: Json | bytes) -> Problem:
    value = event if isinstance(event, bytes) else json.dumps(event).encode()
    with pytest.raises(InvalidEvent) as caught:
        decode(value)
    return caught.value.problems[0]


@pytest.mark.parametrize("event", ALL_EXAMPLES, ids=lambda e: f"{e['type']}-{e['id']}")
def test_every_committed_example_is_read_by_todays_model(event: Json) -> None:
    """Yesterday's examples parse today."""
    decoded = read(event)

    row = (EVENT_TYPES | OUTPUT_TYPES)[event["type"]]
    expected = Withdrawal if event.get("retracted") else row.data
    assert type(decoded.data) is expected
    assert decoded.id == event["id"]


@pytest.mark.parametrize("event", ALL_EXAMPLES, ids=lambda e: f"{e['type']}-{e['id']}")
def test_an_encoded_event_reads_back_as_itself(event: Json) -> None:
    """Encoding loses nothing that was set, explicit nulls included."""
    decoded = read(event)

    assert read(json.loads(decoded.encode())) == decoded


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=lambda row: row.type)
def test_every_type_has_committed_examples(row: EventType) -> None:
    """A type without a minimal and a full example would not be kept compatible."""
    for name in ("minimal", "full"):
        assert row.type in {event["type"] for event in examples(name)}


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_invalid_event(value: bytes) -> None:
    """Whatever lies on a topic, the answer is an event or InvalidEvent."""
    with pytest.raises(InvalidEvent):
        decode(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(EVENT_TYPES)), st.data())
def test_no_value_in_any_field_raises_anything_but_invalid_event(
    event_type: str, draw: st.DataObject
) -> None:
    """Any JSON in any field of any type is read or refused, never a crash."""
    event = event_of(EVENT_TYPES[event_type], full=True)
    part = draw.draw(st.sampled_from(["envelope", "data"]))
    target = event if part == "envelope" else event["data"]
    target[draw.draw(st.sampled_from(sorted(target)))] = draw.draw(JSON)

    problems: tuple[Problem, ...] = ()
    try:
        decode(json.dumps(event).encode())
    except InvalidEvent as error:
        problems = error.problems

    assert all(problem.field and problem.allowed for problem in problems)


@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=20)), max_size=4))
def test_no_headers_raise_anything_but_invalid_event(headers: list[tuple[str, bytes]]) -> None:
    """Headers are as untrusted as values."""
    with pytest.raises(InvalidEvent):
        decode(b'{"x":1}', [("ce_id", b"1"), *headers])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "BAD_JSON"),
        (b"{", "BAD_JSON"),
        (b"\xff\xfe", "BAD_JSON"),
        (b"[]", "BAD_FIELD"),
        (b"{}", "BAD_FIELD"),
        (b'{"type":7}', "BAD_FIELD"),
        (b'{"type":"rada.gate.unheard-of"}', "UNKNOWN_TYPE"),
        (b'{"type":"com.example.thing"}', "UNKNOWN_TYPE"),
        (b'{"type":"rada.alert.changed"}', "UNKNOWN_TYPE"),
        (b" " * (EVENT_BYTES_MAX + 1), "TOO_LARGE"),
        (b"[" * 100_000, "BAD_FIELD"),
        (b'{"x":' * 100_000, "BAD_JSON"),
        (b'{"type":"rada.gate.lane-changed","x":' + b"[" * 100_000, "BAD_JSON"),
        (b'{"type":"rada.gate.lane-changed","plate":' + b"[" * 100_000, "BAD_JSON"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_event_is_refused_with_its_reason(value: bytes, reason: str) -> None:
    """Each kind of wrong record has its reason code."""
    assert refused(value).reason == reason


def test_an_unknown_type_is_shown_the_types_of_its_family() -> None:
    """A typing error in a type is mended by reading the answer."""
    problem = refused(gated_in(type="rada.gate.container-gate-in"))

    assert "rada.gate.container-gated-in" in problem.allowed
    assert "rada.yard" not in problem.allowed


def test_json_broken_behind_the_type_is_bad_json() -> None:
    """The model reads what the first look at the type skipped."""
    problem = refused(json.dumps(gated_in()).encode().replace(b'"COCTG"', b'"\\ud800"', 1))

    assert problem.reason == "BAD_JSON"


@pytest.mark.parametrize(
    ("change", "field", "reason", "found", "allowed"),
    [
        ({"partitionkey": "XXABC"}, "partitionkey", "UNKNOWN_PORT", "XXABC", "one of ARBUE"),
        ({"partitionkey": "PACTB"}, "partitionkey", "UNKNOWN_PORT", "PACTB", "PAONX"),
        ({"time": "2026-10-27T14:00:00"}, "time", "BAD_FIELD", "2026-10-27T14:00:00", "RFC 3339"),
        ({"time": 1698416400}, "time", "BAD_FIELD", "1698416400", "RFC 3339 UTC"),
        ({"time": "1698416400"}, "time", "BAD_FIELD", "1698416400", "RFC 3339 UTC"),
        ({"time": "2101-01-01T00:00:00Z"}, "time", "BAD_FIELD", "2101", "between 2000 and 2100"),
        ({"time": "1999-12-31T23:59:59Z"}, "time", "BAD_FIELD", "1999", "between 2000 and 2100"),
        ({"time": "2026-13-27T14:00:00Z"}, "time", "BAD_FIELD", "2026-13", "RFC 3339 UTC"),
        ({"id": ""}, "id", "BAD_FIELD", "", "at least 1 characters"),
        ({"id": "x" * 129}, "id", "BAD_FIELD", "xxx", "at most 128 characters"),
        ({"specversion": "0.3"}, "specversion", "BAD_FIELD", "0.3", "one of 1.0"),
        ({"confidence": 101}, "confidence", "BAD_FIELD", "101", "100 or less"),
        ({"confidence": -1}, "confidence", "BAD_FIELD", "-1", "0 or more"),
        ({"confidence": True}, "confidence", "BAD_FIELD", "true", "a whole number"),
        ({"retracted": "yes"}, "retracted", "BAD_FIELD", "yes", "true or false"),
        ({"source": "two words"}, "source", "BAD_FIELD", "two words", "pattern"),
        ({"data": []}, "data", "BAD_FIELD", "a list of 0", "a JSON object"),
        ({"data": {}}, "data.box", "BAD_FIELD", "nothing", "required"),
        ({"subject": None}, "subject", "BAD_FIELD", "nothing", "text"),
        ({"subject": {"a": 1}}, "subject", "BAD_FIELD", "a JSON object", "text"),
        (
            {"dataschema": "urn:rada:schema:gate.container-gated-in:2.0"},
            "dataschema",
            "BAD_FIELD",
            "gated-in:2.0",
            "urn:rada:schema:gate.container-gated-in:1.0",
        ),
        (
            {"dataschema": "urn:rada:schema:gate.container-gated-in:1.x"},
            "dataschema",
            "BAD_FIELD",
            "1.x",
            "gated-in:1.0",
        ),
    ],
)
def test_a_wrong_attribute_is_told_field_found_and_allowed(
    change: Json, field: str, reason: str, found: str, allowed: str
) -> None:
    """The night operator reads what to mend."""
    problem = refused(gated_in(**change))

    assert (problem.field, problem.reason) == (field, reason)
    assert found in problem.found
    assert allowed in problem.allowed


def test_a_missing_attribute_is_named() -> None:
    """A required attribute that is absent is found as nothing."""
    event = gated_in()
    del event["recordedtime"]

    assert refused(event).field == "recordedtime"


def test_several_faults_are_told_at_once() -> None:
    """A sender mends all of them in one go."""
    event = with_data(gated_in(confidence=200), mode="PLANE", facility="SPRC")
    with pytest.raises(InvalidEvent) as caught:
        decode(json.dumps(event).encode())

    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["confidence", "data.facility", "data.mode"]


def test_nesting_beyond_reason_is_bad_json() -> None:
    """The model reads less deep than the first look at the type."""
    value = json.dumps(with_data(gated_in(), deep=0)).encode()

    assert refused(value.replace(b'"deep": 0', b'"deep": ' + b"[" * 300 + b"]" * 300)).reason == (
        "BAD_JSON"
    )


def test_a_newer_minor_of_the_schema_is_read() -> None:
    """A sender may be ahead of us by a minor version."""
    decode(json.dumps(gated_in(dataschema=GATED_IN.schema_uri[:-1] + "17")).encode())


def test_unknown_fields_are_ignored() -> None:
    """A newer sender may know more than we do."""
    event = with_data(gated_in(newattribute="x"), colour="red")

    assert not hasattr(decode(json.dumps(event).encode()).data, "colour")


def test_an_instant_with_another_offset_becomes_utc() -> None:
    """Nine in the morning in Cartagena is two in the afternoon in UTC."""
    event = decode(json.dumps(gated_in(time="2026-10-27T09:00:00-05:00")).encode())

    assert event.time == datetime(2026, 10, 27, 14, tzinfo=UTC)
    assert event.time.tzinfo is UTC
    assert b'"2026-10-27T14:00:00Z"' in event.encode()


def test_a_fact_falls_back_on_its_message() -> None:
    """Without factid and updatedtime, the message is the fact and its record time the version."""
    event = decode(json.dumps(event_of(GATED_IN, full=False)).encode())

    assert (event.fact_id, event.fact_version) == (event.id, event.recorded_at)
    assert event.occurred_at == event.time


def test_a_withdrawal_needs_no_data_of_its_type() -> None:
    """A retraction carries why, and the key of the slot that it leaves."""
    data = {"reason": "typed twice", "service": "BERTH", "point": "ARRI", "classifier": "EST"}
    event = decode(json.dumps(gated_in(retracted=True, data=data)).encode())

    assert isinstance(event.data, Withdrawal)
    assert event.data.service == "BERTH"


@pytest.mark.parametrize(
    "data",
    [
        {"plate": "ABC123"},
        {"tasks": [{"Plate": "ABC123"}]},
        {"driver_name": "somebody"},
        {"refs": {"x": {"driver": {"name": "somebody"}}}},
    ],
)
def test_a_person_in_clear_text_is_refused_and_not_repeated(data: Json) -> None:
    """Plates and drivers cross as tokens only; the answer does not carry them further."""
    problem = refused(with_data(gated_in(), **data))

    assert problem.reason == "PLAIN_PLATE"
    assert "ABC123" not in str(problem)
    assert "somebody" not in str(problem)


def test_a_plate_in_the_place_of_its_token_is_refused_and_not_repeated() -> None:
    """What is too short for an HMAC is clear text."""
    row = EVENT_TYPES["rada.gate.truck-progressed"]
    plate = "ABC123"
    problem = refused(with_data(event_of(row, full=True), plate_token=plate))

    assert (problem.reason, problem.field) == ("PLAIN_PLATE", "data.plate_token")
    assert "ABC123" not in str(problem)


def test_a_name_of_a_field_written_with_escapes_is_found_too() -> None:
    """JSON can spell `plate` so that no byte of it shows."""
    value = json.dumps(with_data(gated_in(), hidden="ABC123")).encode()

    assert refused(value.replace(b'"hidden"', b'"\\u0070late"')).reason == "PLAIN_PLATE"


def test_tokens_and_an_empty_plate_are_no_clear_text() -> None:
    """`plate_token` is what a plate should be, and null tells nothing."""
    row = EVENT_TYPES["rada.gate.truck-progressed"]
    event = with_data(event_of(row, full=True), plate=None)

    assert decode(json.dumps(event).encode()).data.plate_token


def test_broken_json_with_a_plate_in_it_is_still_bad_json() -> None:
    """The walk for clear names leaves broken JSON to the model."""
    value = b'{"type":"rada.gate.queue-reported","data":{"plate":"\xff"}}'

    assert refused(value).reason == "BAD_JSON"


def binary(event: Json, **headers: bytes) -> list[tuple[str, bytes]]:
    named = {
        f"ce_{name}": (json.dumps(value) if not isinstance(value, str) else value).encode()
        for name, value in event.items()
        if name not in ("data", "datacontenttype")
    }
    return [("content-type", b"application/json; charset=UTF-8"), *(named | headers).items()]


def test_a_binary_event_says_the_same_as_a_structured_one() -> None:
    """Both modes of the CloudEvents Kafka binding lead to one event."""
    event = gated_in()

    said = decode(json.dumps(event["data"]).encode(), binary(event))

    assert said == decode(json.dumps(event).encode())


def test_a_binary_withdrawal_is_read() -> None:
    """`ce_retracted: true` is text in a header and true in the event."""
    event = gated_in(retracted=True)

    assert decode(b'{"reason":"x"}', binary(event)).retracted is True


def test_structured_content_type_wins_over_ce_headers() -> None:
    """The content type decides the mode."""
    headers = [("Content-Type", b"application/cloudevents+json"), ("ce_id", b"other")]

    assert decode(json.dumps(gated_in()).encode(), headers).id == gated_in()["id"]


def test_headers_without_attributes_leave_the_value_alone() -> None:
    """A trace header makes no binary event."""
    assert decode(json.dumps(gated_in()).encode(), [("traceparent", b"00")])


def test_a_binary_event_without_data_is_refused() -> None:
    """It would be a tombstone."""
    with pytest.raises(InvalidEvent) as caught:
        decode(b"", binary(gated_in()))

    assert caught.value.problems[0].field == "data"


def test_a_confidence_in_words_is_refused_in_a_header_too() -> None:
    """Only digits become a number."""
    with pytest.raises(InvalidEvent) as caught:
        decode(b"{}", binary(gated_in(), ce_confidence=b"high"))

    assert "confidence" in {problem.field for problem in caught.value.problems}


def test_outputs_are_not_let_in_and_inputs_are_not_said() -> None:
    """Nobody may send an alert to us, and we say no gate-in."""
    with pytest.raises(InvalidEvent):
        decode_output(json.dumps(gated_in()).encode())
