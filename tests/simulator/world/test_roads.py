"""Trucks on the land corridors: where they are seen, what is known by that, what it makes so."""

from collections import Counter
from itertools import pairwise

import pytest

from correlation.instants import HOUR, MINUTE, written
from simulator.numbers import ship as numbered
from simulator.truth import Label
from simulator.world.boxes import Appointment, Box
from simulator.world.calls import Call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_land import pickup
from simulator.world.labels.of_windows import early_truck
from simulator.world.port import Port
from simulator.world.roads import Passage, expected_at, passages
from tests.simulator.world.conftest import Told

GATE = "COCTG:SMDG:CTGTM/gate/1"
NOW = 1_793_577_600_000  # Monday, 19:00 on Sunday in Cartagena
OPENS = NOW + 20 * HOUR


def a_trip(direction: str, slot_at: int, box: Box) -> Appointment:
    """Return an appointment that was told at the beginning."""
    made = Appointment(
        "apt:CTGTM:1", "trk:CTGTM:1", "DELIVER", [box], "trk-017", GATE, "ter-ctg-3", slot_at, NOW
    )
    made.direction = "COLLECT" if direction == "COLLECT" else "DELIVER"
    made.told_at, box.appointment = NOW, made
    return made


@pytest.fixture
def delivery(port: Port) -> Appointment:
    """Return a truck that is booked for the hour in which its ship's window opens."""
    box = Box("RDAU2000016", "EXPORT", "22G1", "DRY", False, 9_000, forwarder="fwd-011")
    box.outbound = Call(
        system="COCTG",
        terminal=port.terminals[0],
        ship=numbered(1, "CLARA", 200.0),
        carrier="RDA",
        voyage="1",
        service="S1",
        announced_at=OPENS + 100 * HOUR,
        comes_at=OPENS + 98 * HOUR,
        moves=500,
        discharges=250,
        cranes=1,
    )
    box.outbound.windows, box.outbound.windows_told_at = {"EFC": OPENS}, NOW
    box.outbound.id = "COCTG/9990014/20261106"
    return a_trip("DELIVER", OPENS, box)


def seen(made: Appointment, comes_at: int, at: int) -> None:
    """Let a truck be seen at an instant, to be at the gate at another."""
    made.comes_at, made.comes_told_at, made.is_moving, made.is_seen = comes_at, at, True, True


@pytest.mark.parametrize(("early", "so"), [(30, False), (31, True)])
def test_a_truck_that_was_seen_on_its_way_may_come_before_the_window(
    delivery: Appointment, ledger: Ledger, early: int, so: bool
) -> None:
    """Its slot is right; by where it was seen it will be half an hour early, or more."""
    seen(delivery, OPENS - early * MINUTE, OPENS - 2 * HOUR)

    early_truck(ledger, delivery, OPENS - 2 * HOUR)

    assert ledger.is_so("T02|RDAU2000016|apt:CTGTM:1") is so


def test_a_truck_that_stands_at_the_gate_too_soon_is_early_until_it_is_inside(
    delivery: Appointment, ledger: Ledger
) -> None:
    """Nobody saw it coming."""
    delivery.is_here, delivery.came_at = True, OPENS - HOUR
    delivery.came_told_at = delivery.came_at
    early_truck(ledger, delivery, OPENS - HOUR)
    assert ledger.is_so("T02|RDAU2000016|apt:CTGTM:1")

    delivery.is_inside = True
    early_truck(ledger, delivery, OPENS - 25 * MINUTE)

    assert not ledger.is_so("T02|RDAU2000016|apt:CTGTM:1")


@pytest.mark.parametrize(("local_hour", "so"), [(21, False), (22, True)])
def test_a_truck_that_comes_after_the_gate_has_closed_collects_nothing(
    port: Port, ledger: Ledger, local_hour: int, so: bool
) -> None:
    """The gates of Compas close at ten in the evening; the box itself could be had."""
    midnight = NOW + 5 * HOUR
    box = Box("RDAU2000016", "IMPORT", "22G1", "DRY", False, 9_000, place="YARD")
    made = a_trip("COLLECT", midnight + 20 * HOUR, box)
    seen(made, midnight + local_hour * HOUR, midnight + 19 * HOUR)

    pickup(ledger, port.voices, box, midnight + 19 * HOUR)

    assert ledger.is_so("T05|RDAU2000016|apt:CTGTM:1") is so


def test_a_truck_that_was_left_behind_is_no_early_truck_until_it_goes(
    delivery: Appointment, ledger: Ledger
) -> None:
    """T03 speaks for it, and within three days the terminal decides before its haulier is told."""
    delivery.slot_at, delivery.told_at = OPENS - 5 * HOUR, NOW
    key = "T02|RDAU2000016|apt:CTGTM:1"

    early_truck(ledger, delivery, OPENS - 9 * HOUR, is_left=True)
    assert not ledger.is_so(key)
    early_truck(ledger, delivery, OPENS - 9 * HOUR)
    assert ledger.is_so(key)
    seen(delivery, OPENS - 5 * HOUR, OPENS - 7 * HOUR)
    early_truck(ledger, delivery, OPENS - 7 * HOUR, is_left=True)
    assert ledger.is_so(key)


def test_trucks_left_behind_stand_behind_what_is_wrong_with_one_of_them(
    port: Port, delivery: Appointment
) -> None:
    """T03 is the cause of T02 and T05, while it is so; a change that left nobody is none."""
    labels: list[Label] = []
    ledger = Ledger("COCTG", labels.append)
    ledger.is_open = True
    left_key, other_key = "T03|COCTG/9990014/20261106/CTGTM/1|1", "T03|of another ship|1"
    truth = Truth(left_key, "RED", NOW, OPENS, OPENS, {"ter-ctg-3"}, "omission")
    ledger.so(truth, NOW)
    seen(delivery, OPENS - HOUR, OPENS - 2 * HOUR)
    box = Box("RDAU7654323", "IMPORT", "22G1", "DRY", False, 9_000, place="YARD")
    box.blockers["CUSTOMS"] = OPENS + HOUR
    pickup_made = a_trip("COLLECT", OPENS, box)
    seen(pickup_made, OPENS, OPENS - 2 * HOUR)

    early_truck(ledger, delivery, OPENS - 2 * HOUR, left_key)
    pickup(ledger, port.voices, box, OPENS - 2 * HOUR, other_key)
    ledger.close(OPENS)

    assert {label.code: label.root_key for label in labels} == {
        "T02": left_key,
        "T03": None,
        "T05": None,
    }


def test_a_truck_is_expected_after_the_usual_time_from_where_it_went_on(port: Port) -> None:
    """Fifty minutes from the weighbridge of Turbaco, in steps of five."""
    point = next(
        each
        for road in port.community.corridors
        for each in road.waypoints
        if each.place == "BAL-TURBACO"
    )

    assert expected_at(Passage(NOW + MINUTE, point, "THROUGH"), GATE[:16]) == NOW + 50 * MINUTE


def test_a_truck_passes_its_corridor_in_order_and_about_as_long_as_usual(port: Port) -> None:
    """Of many trips: in order, off by a quarter of the usual minutes on average, within a third."""
    chance, arrives, off = port.stream("trips"), port.now + 40 * HOUR, []
    for _ in range(2_000):
        trip = passages(port, GATE[:16], arrives, chance)
        assert all(first.at <= second.at for first, second in pairwise(trip))
        for each in trip:
            usual = each.waypoint.usual_to(GATE[:16]) * MINUTE
            if each.step != "IN":
                off.append(abs(arrives - each.at - usual) / usual)
    assert len(off) > 2_000
    assert sum(off) / len(off) == pytest.approx(0.25, rel=1 / 3)


def test_trucks_are_seen_before_they_come_to_the_gate(everything: Told) -> None:
    """Every sighting is of a place of the profile; about half of the trucks have one."""
    places = {
        each.place
        for port in everything.world.ports.values()
        for road in port.community.corridors
        for each in road.waypoints
    }
    last, came = dict[str, tuple[str, str]](), Counter[str]()
    for line in everything.lines:
        event = line.event
        stamp = event["source"], event["time"]
        if event["type"] == "rada.gate.waypoint-passed":
            assert event["data"]["place"] in places
            last[event["subject"]] = stamp
        elif event["data"].get("step") == "QUEUE_IN" and line.at > everything.world.begins + HOUR:
            before = last.get(event["subject"])
            came["not" if before is None else "seen"] += 1
            if before and before[0] == stamp[0]:  # by one clock
                assert before[1] <= stamp[1]
    assert came["seen"] / came.total() == pytest.approx(0.48, abs=0.1)


def test_a_truck_that_is_under_way_as_the_run_begins_is_told_where_it_was_last_seen(
    everything: Told,
) -> None:
    """Who could tell that it comes too soon has to have heard of it, with its appointment."""
    begins = everything.world.begins
    booked, seen = set[str](), list[str]()
    for line in everything.lines:
        event = line.event
        if event["type"] == "rada.gate.appointment-changed":
            booked.add(event["subject"])
        is_old = event["time"] < written(begins - MINUTE)
        if event["type"] == "rada.gate.waypoint-passed" and is_old and line.at < begins + HOUR:
            assert event["data"].get("appointment") in booked
            seen.append(event["subject"])

    assert seen
    assert len(set(seen)) == len(seen)
