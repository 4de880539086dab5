"""Blocks and gates of the hidden world: too full, too many trucks, and how that is counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from contracts.profile import Community
from correlation.instants import HOUR, MINUTE, instant
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_places import Busy, Filled, congested, too_full
from simulator.world.slots import is_open
from simulator.world.telling.voices import Chorus
from tests.simulator.world.conftest import Told, told

NOW = 1_793_577_600_000
GATE = "COCTG:SMDG:SPRC/gate/1"
FLOW = f"T04|COCTG:SMDG:SPRC|{GATE}|BOTH"
CALM = Busy(GATE, "ter-ctg-1", 10.0, 70.0, 5.0, 60.0, NOW, lambda: ("trk-017",), "walk-ins")


@pytest.fixture
def voices(everything: Told) -> Chorus:
    """Return the voices of Cartagena."""
    return everything.world.ports["COCTG"].voices


def filled(everything: Told, level: float, plugged: float = 0.5) -> Filled:
    terminal = everything.world.ports["COCTG"].terminals[0]
    return Filled(terminal, "1A", level, plugged, NOW, "yard-wave")


@pytest.mark.parametrize(
    ("level", "plugged", "so"),
    [(0.84, 0.5, False), (0.86, 0.5, True), (0.5, 0.94, False), (0.5, 0.96, True)],
)
def test_a_block_is_too_full_by_its_room_or_its_plugs(
    ledger: Ledger, everything: Told, level: float, plugged: float, so: bool
) -> None:
    """From 85 % of its room, or 95 % of its plugs."""
    too_full(ledger, filled(everything, level, plugged), NOW)
    code = everything.world.ports["COCTG"].terminals[0].code

    assert ledger.is_so(f"P01|{code}|1A|2026-11-02T00:00:00Z") is so


def test_a_full_block_is_an_incident_of_each_shift_until_it_is_well_below(
    ledger: Ledger, everything: Told
) -> None:
    """At 82 % it is still too full in the next shift, at 79 % no longer."""
    code = everything.world.ports["COCTG"].terminals[0].code
    first, second = (f"P01|{code}|1A|2026-11-02T0{hour}:00:00Z" for hour in (0, 8))

    too_full(ledger, filled(everything, 0.9), NOW + 6 * HOUR)
    too_full(ledger, filled(everything, 0.82), NOW + 8 * HOUR)
    assert (ledger.is_so(first), ledger.is_so(second)) == (False, True)
    too_full(ledger, filled(everything, 0.79), NOW + 10 * HOUR)
    assert not ledger.is_so(second)


@pytest.mark.parametrize(
    ("worse", "eased"),
    [
        ({"wait": 46.0}, {"wait": 29.0}),
        ({"turn": 91.0}, {"turn": 62.0}),
        ({"walk_ins": 21.0}, {"walk_ins": 13.0}),
        ({"ahead": 111.0}, {"ahead": 76.0}),
    ],
)
def test_a_gate_is_congested_by_its_queue_its_stay_those_without_a_slot_or_those_to_come(
    ledger: Ledger, voices: Chorus, worse: dict[str, Any], eased: dict[str, Any]
) -> None:
    """45 minutes of wait, 90 inside, one in five unbooked, 110 % to come; over when well below."""
    congested(ledger, voices, CALM, NOW)
    assert not ledger.is_so(FLOW)
    congested(ledger, voices, CALM._replace(**worse), NOW + 15 * MINUTE)
    assert ledger.is_so(FLOW)
    congested(ledger, voices, CALM._replace(**{"turn": 60.0, **eased}), NOW + 30 * MINUTE)
    assert not ledger.is_so(FLOW)


def test_a_wave_fills_blocks_that_are_else_half_empty(
    communities: Mapping[str, Community], calm: Told
) -> None:
    """In a gate crisis the yard fills from the second day on; in a calm week it does not."""
    crisis = told(communities, "gate-crisis", days=2.2, density=0.01, seed=11)
    full = [label for label in crisis.labels if label.code == "P01"]

    assert {label.root_kind for label in full} == {"yard-wave"}
    assert len(full) > 3
    assert [label for label in calm.labels if label.code == "P01"] == []


def test_a_gate_offers_no_slot_in_which_it_is_closed(everything: Told) -> None:
    """Slots lie in its opening hours, and no more trucks are booked in one than it offers."""
    shown = [
        line.event for line in everything.lines if line.event["type"].endswith("slots-offered")
    ]
    assert shown
    for event in shown:
        facility, _, named = event["subject"].partition("/gate/")
        community = everything.world.ports[event["partitionkey"]].community
        place = next(each for each in community.facilities if each.code == facility)
        gate = next(each for each in place.gates if each.id == named)
        for slot in event["data"]["slots"]:
            at = instant(datetime.fromisoformat(slot["from_at"]))
            assert is_open(gate, at, community.timezone)
            assert 0 <= slot["booked"] <= slot["offered"]
