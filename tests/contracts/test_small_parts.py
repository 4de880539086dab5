"""Journal frames, topic table, problems and rejected records."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contracts.catalogue import EVENT_TYPES
from contracts.fields import Instant
from contracts.journal import (
    TICK,
    Frame,
    JournalRecord,
    Origin,
    UnreadableFrame,
    decode_frame,
    encode_frame,
    frame_digest,
)
from contracts.problems import FOUND_LENGTH_MAX, Problem, shown
from contracts.rejected import RejectedOrigin, kept_original, rejection_id
from contracts.topics import FAMILIES, TOPICS, family_topic, partition_of, qualified

ZONES = [UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=13, minutes=45))]
FRAME = Frame(
    version=1,
    origins=(Origin("rada.gate.v1", "tid", 3),),
    records=(JournalRecord(0, at=5, value=b"{}", key="COCTG"), JournalRecord(TICK, at=6)),
)


def test_a_frame_reads_back_as_itself() -> None:
    """Same frame, same bytes, same digest."""
    value = encode_frame(FRAME)

    assert decode_frame(value) == FRAME
    assert frame_digest(value) == frame_digest(encode_frame(FRAME))


@pytest.mark.parametrize("value", [b"", b"\x93", msgspec.msgpack.encode([7, [], []])])
def test_what_is_no_frame_is_said(value: bytes) -> None:
    """Foreign bytes and foreign versions are named."""
    with pytest.raises(UnreadableFrame):
        decode_frame(value)


@pytest.mark.parametrize(
    ("key", "partition"),
    [("21", 6), ("foobar", 8), ("a-little-bit-long-string", 4), ("COCTG", 5), ("ab", 9)],
)
def test_partitions_are_those_of_javas_partitioner(key: str, partition: int) -> None:
    """Java's murmur2 of "21", "foobar" and the long string is known from Kafka's own tests."""
    known = {
        "21": -973932308,
        "foobar": -790332482,
        "a-little-bit-long-string": -985981536,
    }
    if key in known:
        assert partition_of(key, 10) == (known[key] & 0x7FFFFFFF) % 10
    assert 0 <= partition_of(key, partition) < partition


def test_each_topic_says_how_kafka_is_to_keep_it() -> None:
    """The journal never expires by time; alerts are compacted."""
    settings = {topic.name: topic.configuration() for topic in TOPICS}

    assert settings["rada.journal.v1"]["retention.ms"] == "-1"
    assert settings["rada.alerts.v1"]["cleanup.policy"] == "compact"
    assert {family_topic(family) for family in FAMILIES} <= settings.keys()


def test_a_namespace_goes_before_the_name() -> None:
    """Live topics have no prefix."""
    assert qualified("rada.gate.v1") == "rada.gate.v1"
    assert qualified("rada.gate.v1", "trial") == "trial.rada.gate.v1"


def test_a_found_value_is_shown_short_and_on_one_line() -> None:
    """Whatever a sender wrote, an answer stays readable."""
    assert shown("a\n b") == "a b"
    assert shown(7) == "7"
    assert len(shown("x" * 999)) == FOUND_LENGTH_MAX
    assert str(Problem("BAD_FIELD", "f", "x", "y")) == "f: found x, allowed is y"


def test_a_rejection_of_the_same_record_has_the_same_id() -> None:
    """Said twice it is one message; another offset is another."""
    origin = RejectedOrigin(topic="rada.gate.v1", topic_id="t", partition=1, offset=7)
    other = RejectedOrigin(topic="rada.gate.v1", topic_id="t", partition=1, offset=8)

    assert rejection_id(origin) == rejection_id(origin) != rejection_id(other)


def test_the_original_is_kept_except_where_a_person_stands_in_it() -> None:
    """A clear plate is not stored anywhere, and a stub has nothing to keep."""
    bad, plate = Problem("BAD_FIELD", "f", "x", "y"), Problem("PLAIN_PLATE", "f", "x", "y")

    assert base64.b64decode(kept_original(bad, b"{}") or "") == b"{}"
    assert kept_original(plate, b"{}") is None
    assert kept_original(bad, None) is None


def test_every_family_has_a_beat_and_every_code_is_used_once() -> None:
    """The catalogue is whole: 15 + 13 + 13 + 14 + 16 + 2 types and six beats."""
    codes = [row.code for row in EVENT_TYPES.values() if row.code != "S00"]

    assert len(codes) == len(set(codes)) == 73
    assert {f"rada.{family}.source-beat" for family in FAMILIES} <= EVENT_TYPES.keys()


@given(st.builds(datetime.fromtimestamp, st.integers(10**9, 4 * 10**9), st.sampled_from(ZONES)))
def test_an_aware_datetime_is_taken_from_python_too(moment: datetime) -> None:
    """Edges build events from values; what comes out is UTC."""
    assert TypeAdapter(Instant).validate_python(moment).utcoffset() == timedelta(0)
