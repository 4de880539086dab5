"""Rules over several fields: what the shape of a field alone cannot say."""

import json
from typing import Any

import pytest

from contracts.catalogue import EVENT_TYPES
from contracts.clearance import CUSTOMS_STATUS
from contracts.decode import decode, decode_by_model
from contracts.fields import is_known
from contracts.problems import InvalidEvent, Problem
from tests.contracts.samples import event_of

Json = dict[str, Any]


def problem_of(event_type: str, **fields: Any) -> Problem:
    """Return the first problem of the full example with these fields changed (None: removed)."""
    event = event_of(EVENT_TYPES[event_type], full=True)
    event["data"].update(fields)
    event["data"] = {name: value for name, value in event["data"].items() if value is not None}
    with pytest.raises(InvalidEvent) as caught:
        decode(json.dumps(event).encode())
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("event_type", "fields", "field", "allowed"),
    [
        (
            "rada.vessel.voyage-declared",
            {"destination_raw": None, "eta_at": None, "draught_m": None},
            "data",
            "at least one of destination_raw",
        ),
        (
            "rada.clearance.customs-changed",
            {"status": "SELECTED", "channel": None},
            "data.channel",
            "AUTO, DOC, PHYS, SPECIAL",
        ),
        (
            "rada.clearance.hold-placed",
            {"visit": None, "bl": None, "refs": None},
            "data.visit",
            "visit or bl",
        ),
        (
            "rada.clearance.booking-changed",
            {"terminal_call": None, "refs": None},
            "data.terminal_call",
            "carrier_call_ref",
        ),
        (
            "rada.vessel.berth-plan-set",
            {"departure_at": "2026-11-05T19:00:00Z"},
            "data.departure_at",
            "after arrival_at 2026-11-05T19:00:00Z",
        ),
        ("rada.vessel.connections-set", {"groups": [{}]}, "data.groups[0].count", "count, or"),
        (
            "rada.gate.appointment-changed",
            {"tasks": [{"direction": "COLLECT"}]},
            "data.tasks[0].box",
            "box or booking",
        ),
        (
            "rada.gate.appointment-changed",
            {"slot": {"from_at": "2026-11-05T16:00:00Z", "to_at": "2026-11-05T15:00:00Z"}},
            "data.slot.to_at",
            "not before from_at 2026-11-05T16:00:00Z",
        ),
        ("rada.yard.stock-listed", {"part": 2, "parts": 1}, "data.part", "1 to 1"),
        (
            "rada.yard.stock-listed",
            {"entries": [{"box": "RDAU2000016", "block": "3C"}] * 501},
            "data.entries",
            "at most 500 entries",
        ),
        ("rada.gate.queue-reported", {"remark": "x" * 501}, "data.remark", "500 characters"),
        (
            "rada.gate.queue-reported",
            {"raw": {"system": "x", "codes": ["x" * 5000]}},
            "data.raw.codes",
            "4096 bytes",
        ),
        (
            "rada.gate.queue-reported",
            {"refs": {"booking": "x" * 101}},
            "data.refs.booking",
            "100 characters",
        ),
        (
            "rada.network.delay-foreseen",
            {"delay_min": {"p10": 3, "p50": 2, "p90": 9}},
            "data.delay_min.p50",
            "p10 <= p50 <= p90",
        ),
        (
            "rada.network.delay-foreseen",
            {
                "arrival_at": {
                    "p10": "2026-11-05T16:00:00Z",
                    "p50": "2026-11-05T16:00:00Z",
                    "p90": "2026-11-05T15:00:00Z",
                }
            },
            "data.arrival_at.p50",
            "p10 <= p50 <= p90",
        ),
        ("rada.command.alert-snoozed", {"why": ""}, "data.why", "at least 1 characters"),
        ("rada.vessel.milestone-stated", {"classifier": "ETA"}, "data.classifier", "EST, REQ"),
        ("rada.yard.inventory-reported", {"teu": 12.5}, "data.teu", "a whole number"),
        ("rada.yard.inventory-reported", {"teu": "12"}, "data.teu", "a whole number"),
        ("rada.vessel.position-reported", {"lat": 91.0}, "data.lat", "90 or less"),
        ("rada.yard.availability-stated", {"available": "yes"}, "data.available", "true or false"),
        ("rada.yard.availability-stated", {"for": None}, "data.for", "required"),
    ],
)
def test_a_broken_rule_names_its_field_and_what_is_allowed(
    event_type: str, fields: Json, field: str, allowed: str
) -> None:
    """Each rule points at the field to mend."""
    problem = problem_of(event_type, **fields)

    assert problem.field == field
    assert allowed in problem.allowed


def test_particulars_without_any_particular_are_refused() -> None:
    """A ship of which nothing is said is no statement."""
    event = event_of(EVENT_TYPES["rada.vessel.particulars-declared"], full=False) | {"data": {}}
    with pytest.raises(InvalidEvent) as caught:
        decode(json.dumps(event).encode())

    assert "call_sign" in caught.value.problems[0].allowed


def gated_in(box: str, system: str | None) -> bytes:
    event = event_of(EVENT_TYPES["rada.gate.container-gated-in"], full=True)
    event["data"]["box"]["box"] = box
    event["data"]["raw"] = {"system": system} if system else None
    return json.dumps(event).encode()


def test_a_wrong_check_digit_is_refused_from_a_system_that_should_know_better() -> None:
    """A person or a program can mend the number before it is sent."""
    with pytest.raises(InvalidEvent) as caught:
        decode(gated_in("RDAU2000017", None))

    (problem,) = caught.value.problems
    assert (problem.field, problem.found) == ("data.box.box", "RDAU2000017")


@pytest.mark.parametrize("system", ["CODECO D.95B", "COARRI D.00B"])
def test_a_report_of_fact_keeps_its_wrong_check_digit(system: str) -> None:
    """What happened, happened under the number that was typed; the core looks for the box."""
    assert decode(gated_in("RDAU2000017", system)).data.box.box == "RDAU2000017"


def test_a_report_of_fact_still_needs_the_form_of_a_container_number() -> None:
    """Free text is no box number in any message."""
    with pytest.raises(InvalidEvent):
        decode(gated_in("BOX 17", "CODECO D.95B"))


def test_an_unknown_word_of_an_open_vocabulary_is_kept() -> None:
    """A new status of a customs authority is never rejected; readers see that it is unknown."""
    event = event_of(EVENT_TYPES["rada.clearance.customs-changed"], full=True)
    event["data"]["status"] = " levante_parcial "

    status = decode(json.dumps(event).encode()).data.status

    assert status == "LEVANTE_PARCIAL"
    assert not is_known(CUSTOMS_STATUS, status)
    assert is_known(CUSTOMS_STATUS, "RELEASED")


def test_a_hold_may_name_its_cargo_in_refs() -> None:
    """A bill of lading among the references is enough."""
    event = event_of(EVENT_TYPES["rada.clearance.hold-placed"], full=False)
    event["data"].pop("visit")
    event["data"]["refs"] = {"bl": "bl:RDA:RDABL0099"}

    assert decode(json.dumps(event).encode()).data.visit is None


def test_a_booking_may_name_its_ship_by_voyage() -> None:
    """A carrier that knows no id of ours names the voyage."""
    event = event_of(EVENT_TYPES["rada.clearance.booking-changed"], full=False)
    event["data"].pop("terminal_call")
    event["data"]["refs"] = {"voyage": {"carrier": "RDA", "export_no": "015W"}}

    assert decode(json.dumps(event).encode()).data.refs.voyage.export_no == "015W"


def test_an_open_span_has_no_end() -> None:
    """A closure without a known end is open."""
    event = event_of(EVENT_TYPES["rada.clearance.condition-stated"], full=True)
    event["data"]["span"]["to_at"] = None

    assert decode(json.dumps(event).encode()).data.span.to_at is None


def test_a_lifted_window_keeps_its_null() -> None:
    """`at: null` lifts a cut-off and must survive encoding."""
    event = event_of(EVENT_TYPES["rada.vessel.window-set"], full=False)
    event["data"]["windows"] = [{"code": "FCO", "at": None}]

    assert b'"at":null' in decode_by_model(json.dumps(event).encode()).encode()
