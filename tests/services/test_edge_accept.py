"""`accept`: what an edge adds to an event, what it leaves alone, and that nothing breaks it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.decode import decode
from plumbing.communities import Registry
from plumbing.edge import Accepted, Entrance, Refused, accept
from plumbing.keys import Credential
from services.clearance_events.translate import subject_of as of_clearance
from services.gate_events.translate import subject_of as of_gate
from services.vessel_events.translate import subject_of as of_vessel
from services.yard_events.translate import subject_of as of_yard
from tests.services.edges import PROFILES, a_gate_in

NOON = datetime(2026, 10, 31, 17, 6, tzinfo=UTC)
TERMINAL = Credential({"COCTG": "ter-ctg-1"})
SUBJECTS = {"gate": of_gate, "yard": of_yard, "vessel": of_vessel, "clearance": of_clearance}


@cache
def an_entrance(*, family: str = "gate", is_played: bool = False) -> Entrance:
    return Entrance(family, SUBJECTS[family], Registry(Path(PROFILES)), is_played)


def accepted(event: Mapping[str, Any], **entrance: Any) -> Accepted:
    outcome = accept(json.dumps(event).encode(), an_entrance(**entrance), TERMINAL, NOON)
    assert isinstance(outcome, Accepted), outcome
    return outcome


def written(event: Mapping[str, Any], **entrance: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(accepted(event, **entrance).value)
    return value


def refused(event: Mapping[str, Any] | bytes, **entrance: Any) -> Refused:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    outcome = accept(body, an_entrance(**entrance), TERMINAL, NOON)
    assert isinstance(outcome, Refused), outcome
    return outcome


def test_the_data_keeps_the_bytes_of_its_source() -> None:
    """Spaces, order, unknown fields and spelling of numbers stay as they were sent."""
    event = json.dumps(a_gate_in(subject=None))
    data = '{ "zz_new" : 1.10, "facility":"COCTG:SMDG:SPRC", "box":{"box":"RDAU2000016"} }'
    body = event[: event.index('"data":')] + '"data": ' + data + "}"

    outcome = accept(body.encode(), an_entrance(), TERMINAL, NOON)

    assert isinstance(outcome, Accepted)
    assert data.encode() in outcome.value


def test_the_edge_says_when_it_received_and_who_published() -> None:
    """A received time and publisher from outside are overwritten; a false publisher is noted."""
    event = a_gate_in(receivedtime="2020-01-01T00:00:00Z", publisher="car-rda")

    outcome = accepted(event)

    value = json.loads(outcome.value)
    assert datetime.fromisoformat(value["receivedtime"]) == NOON
    assert value["publisher"] == "ter-ctg-1"
    assert outcome.warnings[0].startswith("PUBLISHER_REPLACED")


def test_on_a_played_clock_the_edge_says_no_time() -> None:
    """The sequencer takes the time of a played namespace from the player alone."""
    value = written(a_gate_in(receivedtime="2020-01-01T00:00:00Z"), is_played=True)

    assert "receivedtime" not in value


def test_a_missing_record_time_is_the_edges_and_noted() -> None:
    """Without recordedtime the edge's clock stands for it, and the answer says so."""
    outcome = accepted(a_gate_in(recordedtime=None))

    assert datetime.fromisoformat(json.loads(outcome.value)["recordedtime"]) == NOON
    assert outcome.warnings[0].startswith("NO_RECORD_TIME")
    played = written(a_gate_in(recordedtime=None), is_played=True)
    assert played["recordedtime"] == played["time"]


def test_what_can_be_told_from_the_rest_need_not_be_sent() -> None:
    """Port system, organisation, subject, schema and content type are filled in."""
    event = a_gate_in(partitionkey=None, organisation=None, subject=None)

    value = written(event)

    assert value["partitionkey"] == "COCTG"
    assert value["organisation"] == "ter-ctg-1"
    assert value["subject"] == "RDAU2000016"
    assert value["dataschema"] == "urn:rada:schema:gate.container-gated-in:1.0"
    assert value["datacontenttype"] == "application/json"


@pytest.mark.parametrize(
    ("data", "subject"),
    [
        ({"refs": {"port": "COCTG"}}, "x"),
        ({"facility": "COCTG:SMDG:SPRC"}, "x"),
        ({"refs": {"facility": "COCTG:SMDG:SPRC"}}, "x"),
        ({}, "COCTG/9999993/20261105"),
    ],
)
def test_the_port_system_is_found_where_an_event_names_its_port(
    data: dict[str, Any], subject: str
) -> None:
    """refs.port, then a facility, then the subject."""
    event = a_gate_in(partitionkey=None, retracted=True, subject=subject, data=data)

    assert written(event)["partitionkey"] == "COCTG"


def test_an_event_without_a_port_is_refused() -> None:
    """No port is guessed from the key."""
    event = a_gate_in(partitionkey=None, retracted=True, data={})

    assert refused(event).problems[0].reason == "UNKNOWN_PORT"


def test_a_key_that_contradicts_the_event_is_refused() -> None:
    """An event of Callao does not travel as one of Cartagena."""
    event = a_gate_in()
    event["data"] = {**event["data"], "refs": {"port": "PECLL"}}

    problem = refused(event).problems[0]

    assert (problem.reason, problem.field, problem.found) == (
        "WRONG_KEY",
        "data.refs.port",
        "PECLL",
    )


def test_a_retraction_has_a_body() -> None:
    """A withdrawal can never be taken for a tombstone."""
    event = a_gate_in(retracted=True, data={"reason": "typed number"})

    assert decode(accepted(event).value).retracted


def test_what_is_odd_and_allowed_is_remarked() -> None:
    """An unknown attribute, an unregistered source and a clock ahead are warnings, not errors."""
    event = a_gate_in(
        source="/COCTG/ter-ctg-1/new", recordedtime="2026-10-31T17:30:00Z", zznew="kept"
    )

    outcome = accepted(event)

    assert [warning.split(":")[0] for warning in outcome.warnings] == [
        "CLOCK_AHEAD",
        "UNREGISTERED_SOURCE",
        "UNKNOWN_FIELD",
    ]
    assert json.loads(outcome.value)["zznew"] == "kept"


def test_the_same_event_gives_the_same_bytes() -> None:
    """Sent again under its id, an event differs in nothing but the clock."""
    assert accepted(a_gate_in()) == accepted(a_gate_in())


@pytest.mark.parametrize(
    ("kind", "data", "subject"),
    [
        ("rada.vessel.call-announced", {"vessel": {"imo": "9999993"}}, "imo:9999993"),
        ("rada.vessel.position-reported", {"refs": {"vessel": {"mmsi": "1"}}}, "mmsi:1"),
        ("rada.vessel.connections-set", {"inbound": "a", "outbound": "b"}, "con:a>b"),
        (
            "rada.vessel.rotation-set",
            {"refs": {"vessel": {"imo": "1"}, "voyage": {"carrier": "RDA", "export_no": "9"}}},
            "rot:1:RDA:9",
        ),
        ("rada.gate.appointment-changed", {"refs": {"appointment": "apt:S:1"}}, "apt:S:1"),
        ("rada.yard.stock-listed", {"refs": {"facility": "COCTG:SMDG:TCC"}}, "COCTG:SMDG:TCC"),
        ("rada.yard.work-list-set", {"refs": {"terminal_call": "c/T/1"}}, "c/T/1"),
        (
            "rada.clearance.formality-changed",
            {"refs": {"call": "c"}, "direction": "INBD", "formality": "PRATIQUE"},
            "c/INBD/PRATIQUE",
        ),
        (
            "rada.clearance.nomination-changed",
            {"organisation": "trk-017", "object": "bl:RDA:1", "role": "TRK"},
            "nom:trk-017:bl:RDA:1:TRK",
        ),
        ("rada.clearance.condition-stated", {}, None),
    ],
)
def test_a_family_knows_what_its_events_are_about(
    kind: str, data: dict[str, Any], subject: str | None
) -> None:
    """Each edge finds the object in its own events' data."""
    assert SUBJECTS[kind.split(".")[1]](kind, data) == subject


def test_a_hold_without_a_number_is_found_by_its_lift() -> None:
    """Hold and lift of one cargo, kind and authority have one id; another authority's differs."""
    data = {"visit": "RDAU2000016", "kind": "CUSTOMS", "authority": "aut-co-customs"}

    placed = of_clearance("rada.clearance.hold-placed", data)

    assert placed == of_clearance("rada.clearance.hold-lifted", data)
    other = {**data, "authority": "aut-co-health"}
    assert placed != of_clearance("rada.clearance.hold-placed", other)
    assert placed != of_clearance("rada.clearance.release-granted", data)
    assert of_clearance("rada.clearance.hold-placed", {"kind": "CUSTOMS"}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ATTRIBUTES = st.sampled_from([*a_gate_in(), "partitionkey", "receivedtime", "retracted", "refs"])


@given(st.binary(max_size=200))
def test_no_bytes_break_accept(body: bytes) -> None:
    """Anything at all is answered with problems."""
    assert refused(body).problems


@given(st.dictionaries(ATTRIBUTES, JSON, max_size=4), st.dictionaries(st.text(), JSON, max_size=3))
def test_no_values_break_accept(changes: dict[str, Any], data: dict[str, Any]) -> None:
    """Whatever stands in an attribute, what is accepted decodes and keeps its id."""
    event = {**a_gate_in(), "data": {**a_gate_in()["data"], **data}, **changes}

    outcome = accept(json.dumps(event).encode(), an_entrance(), TERMINAL, NOON)

    if isinstance(outcome, Accepted):
        read = decode(outcome.value)
        assert (read.id, read.partitionkey, read.publisher) == (outcome.id, "COCTG", "ter-ctg-1")
    else:
        assert all(problem.allowed for problem in outcome.problems)


@pytest.mark.parametrize(
    "body",
    [
        b'{"specversion":"1.0","data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'\xef\xbb\xbf{"specversion":"1.0"}',
        b'{"type":"rada.gate.container-gated-in","data":"\xff"}',
        b'{"type":"rada.gate.container-gated-in","partitionkey":"\xff","data":{}}',
        b'{"type":"rada.gate.container-gated-in","partitionkey":NaN,"data":{}}',
        b'{"type":"rada.gate.container-gated-in","data":{"refs":[]}}',
        b"null",
        b"",
    ],
)
def test_crafted_bytes_are_refused(body: bytes) -> None:
    """Depth, marks, broken text and wrong shapes end in a problem."""
    assert refused(body).problems
