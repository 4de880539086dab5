"""Dangerous goods of the hidden world: what is allowed of them, and when that is broken."""

from collections.abc import Mapping

import pytest

from contracts.profile import Community
from correlation.instants import HOUR, MINUTE
from simulator.world.boxes import Appointment, Box, Permit
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_dangerous import out_of_rule
from simulator.world.telling.voices import Chorus
from tests.simulator.world.conftest import Told, told

NOW = 1_793_577_600_000


@pytest.fixture
def voices(everything: Told) -> Chorus:
    """Return the voices of Cartagena."""
    return everything.world.ports["COCTG"].voices


def goods(permit: Permit) -> Box:
    box = Box("RDAU2000016", "EXPORT", "22G1", "DG", False, 20_000, permit=permit)
    box.told["booked"] = NOW - 90 * HOUR
    box.name_it(NOW - 90 * HOUR)
    return box


def truck(box: Box, slot_at: int) -> Appointment:
    made = Appointment(
        id="apt:SPRC:1",
        truck="trk:SPRC:1",
        direction="DELIVER",
        boxes=[box],
        haulier="trk-017",
        gate="COCTG:SMDG:SPRC/gate/1",
        gate_operator="ter-ctg-1",
        slot_at=slot_at,
        booked_at=NOW - 50 * HOUR,
        told_at=NOW - 50 * HOUR,
    )
    box.appointment = made
    return made


def test_a_truck_with_goods_that_nobody_accepted_is_an_incident_a_day_before(
    ledger: Ledger, voices: Chorus
) -> None:
    """From 24 h before its slot until the acceptance."""
    permit = Permit(240 * HOUR, is_known=True, told_at=NOW - 80 * HOUR)
    box = goods(permit)
    truck(box, NOW + 25 * HOUR)
    key = "P06|RDAU2000016/20261029|DECLARATION"

    assert out_of_rule(ledger, voices, box, NOW) == NOW + HOUR
    assert not ledger.is_so(key)
    out_of_rule(ledger, voices, box, NOW + HOUR)
    assert ledger.is_so(key)
    permit.accepted = True
    out_of_rule(ledger, voices, box, NOW + 2 * HOUR)
    assert not ledger.is_so(key)


@pytest.mark.parametrize(("accepted", "hours"), [(True, 240), (False, 72)])
def test_goods_may_stand_as_long_as_their_acceptance_says(
    ledger: Ledger, voices: Chorus, accepted: bool, hours: int
) -> None:
    """Ten days for an export; three where nothing was accepted."""
    box = goods(Permit(240 * HOUR, accepted=accepted, is_known=True, told_at=NOW - 80 * HOUR))
    box.place, box.happened["gated_in"], box.told["gated_in"] = "YARD", NOW, NOW + MINUTE
    key = "P06|RDAU2000016/20261029|DWELL"

    out_of_rule(ledger, voices, box, NOW + hours * HOUR)
    assert not ledger.is_so(key)
    out_of_rule(ledger, voices, box, NOW + hours * HOUR + MINUTE)
    assert ledger.is_so(key)


def test_goods_beside_others_are_an_incident_until_they_are_set_apart(
    ledger: Ledger, voices: Chorus
) -> None:
    """Whatever was accepted."""
    box = goods(Permit(240 * HOUR, accepted=True, is_known=True, told_at=NOW))
    box.place, box.happened["gated_in"], box.told["placed"] = "YARD", NOW, NOW + MINUTE
    box.beside = "RDAU2000021/20261029"
    key = "P06|RDAU2000016/20261029|SEGREGATION"

    out_of_rule(ledger, voices, box, NOW)
    assert ledger.is_so(key)
    box.beside = ""
    out_of_rule(ledger, voices, box, NOW + HOUR)
    assert not ledger.is_so(key)


def test_no_goods_come_in_by_the_gate_before_they_are_accepted(everything: Told) -> None:
    """A truck that brings them without is turned away."""
    came = [
        box
        for port in everything.world.ports.values()
        for box in port.boxes
        if box.permit and "gated_in" in box.happened
    ]

    assert came
    assert all(box.permit and box.permit.accepted for box in came)


def test_every_ship_is_told_what_she_brings(everything: Told) -> None:
    """The list of what comes off a ship names each box that has come off since."""
    lists = [
        line.event
        for line in everything.lines
        if line.event["type"] == "rada.yard.work-list-set"
        and line.event["data"]["kind"] == "DISCHARGE"
    ]
    listed = {entry["box"] for event in lists for entry in event["data"]["entries"]}
    came = {
        line.event["subject"]: line.event["data"]["terminal_call"]
        for line in everything.lines
        if line.event["type"] == "rada.yard.container-discharged"
    }
    told = {event["subject"] for event in lists}

    assert len(told) > 5
    assert {box for box, part in came.items() if part in told} <= listed


def test_goods_aboard_a_ship_on_which_work_has_begun_have_their_leave_told(
    communities: Mapping[str, Community],
) -> None:
    """What comes off in the first hours of a run was allowed before it; the authority says so."""
    lines = told(communities, "calm-week", days=0.5, density=0.4, seed=101).lines
    said = {line.event["subject"] for line in lines if line.event["type"].endswith("goods-changed")}
    off = [line.event for line in lines if line.event["type"].endswith("container-discharged")]
    dangerous = {event["subject"] for event in off if event["data"]["box"].get("dg")}

    assert len(dangerous) > 10
    assert dangerous <= said
