"""The short way through an edge says what the long way says."""

import json
from typing import Any

import pytest

from contracts.envelope import EVENT_BYTES_MAX
from plumbing import edge
from plumbing.edge import Accepted, Refused, accept
from plumbing.edge_complete import completed
from tests.services.edges import a_gate_in
from tests.services.test_edge_accept import NOON, TERMINAL, an_entrance

PLAIN = {"recordedtime": "2026-11-05T11:59:58Z"}


def both_ways(monkeypatch: pytest.MonkeyPatch, event: dict[str, Any]) -> list[Accepted | Refused]:
    given, entrance = json.dumps(event).encode(), an_entrance()
    found = [accept(given, entrance, TERMINAL, NOON)]
    monkeypatch.setattr(edge, "completed", lambda *_: None)
    return [*found, accept(given, entrance, TERMINAL, NOON)]


def is_short(event: dict[str, Any]) -> bool:
    given = json.dumps(event).encode()
    return completed(given, "gate", TERMINAL.organisations, NOON) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"organisation": "ter-ctg-1", "dataschema": "urn:rada:schema:gate.container-gated-in:1.0"},
        {"source": "/COCTG/unheard-of/gate"},
        {"recordedtime": "2026-12-05T11:59:58Z"},
        {"organisation": "ter-ctg-2"},
        {"subject": "RDAU2000016", "confidence": 70, "sequence": "17", "factid": "f"},
    ],
)
def test_a_plain_event_ends_the_same_either_way(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """Same attributes, same remarks, same refusal; only the order of attributes is the edge's."""
    event = a_gate_in(**PLAIN, **changes) if "recordedtime" not in changes else a_gate_in(**changes)
    assert is_short(event)

    short, long = both_ways(monkeypatch, event)

    assert type(short) is type(long)
    if isinstance(short, Accepted) and isinstance(long, Accepted):
        assert json.loads(short.value) == json.loads(long.value)
        assert (short.id, short.system, short.warnings) == (long.id, long.system, long.warnings)
    else:
        assert short == long


@pytest.mark.parametrize(
    "changes",
    [
        {"publisher": "car-rda"},
        {"receivedtime": "2020-01-01T00:00:00Z"},
        {"recordedtime": None},
        {"subject": None},
        {"partitionkey": None},
        {"partitionkey": "PECLL"},
        {"type": "rada.yard.container-placed"},
        {"colour": "green"},
        {"type": 7},
        {"traceparent": "x" * EVENT_BYTES_MAX},
    ],
)
def test_any_other_event_goes_the_long_way(changes: dict[str, Any]) -> None:
    """Whatever is missing, foreign, too much or too large is judged one attribute after another."""
    assert is_short(a_gate_in(**PLAIN))
    assert not is_short(a_gate_in(**{**PLAIN, **changes}))


def test_the_short_way_keeps_the_bytes_of_the_data() -> None:
    """Spaces and the spelling of numbers stay as they were sent."""
    data = b'{ "box":{"box":"RDAU2000016", "gross_kg":10 },"facility" :"COCTG:SMDG:SPRC"}'
    event = (
        json.dumps(a_gate_in(**PLAIN, data=0)).encode().replace(b'"data": 0', b'"data": ' + data)
    )

    outcome = accept(event, an_entrance(), TERMINAL, NOON)

    assert completed(event, "gate", TERMINAL.organisations, NOON) is not None
    assert isinstance(outcome, Accepted)
    assert data in outcome.value
