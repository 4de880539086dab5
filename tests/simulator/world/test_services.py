"""Pilots and tugs of the hidden world: ordered for a movement, and what is wrong with orders."""

import pytest

from correlation.instants import HOUR, MINUTE
from simulator.world.calls import Call, Order, Said
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_answers import replacements
from simulator.world.labels.of_services import mismatches
from simulator.world.port import Port
from tests.simulator.world.conftest import Told


@pytest.fixture
def port(everything: Told) -> Port:
    """Return a port of the world."""
    return everything.world.ports["COCTG"]


@pytest.fixture
def call(port: Port) -> Call:
    """Return a ship that is to come, on the hour that she knows."""
    found = next(call for call in port.calls if call.stage == "FAR" and call.plan)
    assert found.plan is not None
    found.orders.clear()
    found.known = Said(found.plan.pilot_at, found.plan.set_at - 1, found.plan.set_at)
    return found


@pytest.mark.parametrize(
    ("left", "off", "so"), [(20, 59, False), (20, 61, True), (11, 29, False), (11, 31, True)]
)
def test_a_pilot_may_be_off_by_an_hour_and_near_the_movement_by_half_of_it(
    port: Port, ledger: Ledger, call: Call, left: int, off: int, so: bool
) -> None:
    """Twelve hours before it is less that is borne."""
    at = call.moves_in_at
    call.orders["PILOTAGE", "INBD"] = Order(at + off * MINUTE, 1, 1, told_at=at - 30 * HOUR)

    mismatches(ledger, port.voices, call, at - left * HOUR)
    assert ledger.is_so(f"B05|{call.id}|INBD|PILOTAGE") is so


@pytest.mark.parametrize(("left", "so"), [(7, False), (6, True)])
def test_a_pilot_who_declined_is_missed_from_six_hours_before(
    port: Port, ledger: Ledger, call: Call, left: int, so: bool
) -> None:
    """Before that another one is found."""
    at = call.moves_in_at
    call.orders["PILOTAGE", "INBD"] = Order(at, 1, 1, is_given=False, told_at=at - 30 * HOUR)

    mismatches(ledger, port.voices, call, at - left * HOUR)
    assert ledger.is_so(f"B05|{call.id}|INBD|PILOTAGE") is so


def test_a_tug_too_few_is_an_incident_until_it_is_ordered(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """On the day of the movement."""
    at = call.moves_in_at
    order = call.orders["TOWAGE", "INBD"] = Order(at, 1, 2, told_at=at - 30 * HOUR)
    key = f"B05|{call.id}|INBD|TOWAGE"

    mismatches(ledger, port.voices, call, at - 20 * HOUR)
    assert ledger.is_so(key)
    order.units = 2
    mismatches(ledger, port.voices, call, at - 19 * HOUR)
    assert not ledger.is_so(key)


@pytest.mark.parametrize(("off", "so"), [(15, False), (45, True)])
def test_the_pilot_of_a_ship_that_came_late_is_measured_by_when_she_came(
    port: Port, ledger: Ledger, call: Call, monkeypatch: pytest.MonkeyPatch, off: int, so: bool
) -> None:
    """She waits at the roads; the hour that was agreed is over and measures nothing."""
    came = call.moves_in_at + 55 * MINUTE
    monkeypatch.setattr(call, "stage", "WAITING")
    monkeypatch.setitem(call.happened, "came", came)
    call.orders["PILOTAGE", "INBD"] = Order(came - off * MINUTE, 1, 1, told_at=came - HOUR)

    mismatches(ledger, port.voices, call, came)
    assert ledger.is_so(f"B05|{call.id}|INBD|PILOTAGE") is so


@pytest.mark.parametrize(("waited", "so"), [(119, False), (121, True)])
def test_a_pilot_who_declined_is_owed_another_one_after_two_hours(
    port: Port, ledger: Ledger, call: Call, waited: int, so: bool
) -> None:
    """Until one is ordered."""
    at = call.moves_in_at
    declined_at = at - 8 * HOUR
    order = Order(at, 1, 1, is_given=False, told_at=declined_at, declined_at=declined_at)
    call.orders["PILOTAGE", "INBD"] = order
    key = f"B02|{call.system}|{call.part}|PILOTAGE|REPLACE"

    replacements(ledger, port.voices, call, declined_at + waited * MINUTE)
    assert ledger.is_so(key) is so
    order.declined_at = None
    replacements(ledger, port.voices, call, declined_at + 3 * HOUR)
    assert not ledger.is_so(key)


def test_every_ship_that_comes_in_has_a_pilot(everything: Told) -> None:
    """Nobody begins to move before a pilot was ordered for her."""
    moved = [
        call
        for port in everything.world.ports.values()
        for call in port.calls
        if call.happened.get("moving", 0) > everything.world.begins
    ]

    assert moved
    assert all(("PILOTAGE", "INBD") in call.orders for call in moved)
