"""Calls that are dropped, cut short or come in another order, and how long others hang on them."""

from collections.abc import Mapping

import pytest

from contracts.profile import Community
from correlation.instants import DAY, HOUR
from simulator.truth import Label
from simulator.world import changes, planning
from simulator.world.boxes import Booking, Box
from simulator.world.calls import Call, Plan, Said
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_conditions import dropped
from simulator.world.labels.watch import Watch
from simulator.world.port import Port
from simulator.world.rotations import Leg, Rotation
from tests.simulator.world.a_ship import a_call
from tests.simulator.world.conftest import Told, told

NOW = 1_793_577_600_000


@pytest.fixture
def call(port: Port) -> Call:
    """Return a call in four days, with a booking that was said at the beginning."""
    berth_at = NOW + 4 * DAY
    made = a_call(port, berth_at)
    made.known = Said(berth_at - 2 * HOUR, NOW, NOW)
    box = Box("RDAU2000016", "EXPORT", "22G1", "DRY", False, 9_000)
    made.bookings = [Booking("bkg:RDA:1", made, "DRY", "fwd-011", [box], NOW, NOW)]
    return made


@pytest.mark.parametrize(("status", "so"), [("OMIT", True), ("ROTC", False)])
def test_a_word_since_then_settles_another_order_but_no_omission(
    port: Port, ledger: Ledger, call: Call, status: str, so: bool
) -> None:
    """The booking is said again an hour later, still for this ship."""
    call.status, call.status_at, call.status_told_at = status, NOW + HOUR, NOW + HOUR
    dropped(ledger, port.voices, call, NOW + HOUR)
    assert ledger.is_so(f"R03|{call.id}|{status}")

    call.bookings[0].said_at = NOW + 2 * HOUR
    dropped(ledger, port.voices, call, NOW + 2 * HOUR)

    assert ledger.is_so(f"R03|{call.id}|{status}") is so


def test_nothing_hangs_on_an_omission_once_its_boxes_are_rolled(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """The booking has no boxes any more."""
    call.status, call.status_at, call.status_told_at = "OMIT", NOW, NOW
    dropped(ledger, port.voices, call, NOW)
    call.bookings[0].boxes.clear()

    dropped(ledger, port.voices, call, NOW + HOUR)

    assert not ledger.is_so(f"R03|{call.id}|OMIT")


def test_of_a_ship_that_cuts_and_runs_only_what_she_leaves_behind_hangs_on_her(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """Until the carrier lists what she still loads it may be any box; then it is not the listed."""
    key = f"R03|{call.id}|CUTR"
    kept = call.bookings[0].boxes[0]
    call.status, call.status_at, call.status_told_at = "CUTR", NOW, NOW
    dropped(ledger, port.voices, call, NOW)
    assert ledger.is_so(key)

    call.load_list, call.is_cut_listed = [kept], True
    dropped(ledger, port.voices, call, NOW + HOUR)

    assert not ledger.is_so(key)


def test_a_box_left_behind_hangs_on_the_ship_until_it_is_booked_on_another(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """The carrier lists her load without it; hours later its booking has no boxes any more."""
    key = f"R03|{call.id}|CUTR"
    call.status, call.status_at, call.is_cut_listed = "CUTR", NOW, True
    dropped(ledger, port.voices, call, NOW)
    assert ledger.is_so(key)

    call.bookings[0].boxes.clear()
    dropped(ledger, port.voices, call, NOW + 3 * HOUR)

    assert not ledger.is_so(key)


def test_ships_that_cut_and_run_are_discharged_and_leave_boxes_for_the_next_ones(
    communities: Mapping[str, Community], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every ship does: all of them sail, their imports come ashore, and what stays is rolled."""
    monkeypatch.setattr(changes, "CHANGED", 0.0)
    monkeypatch.setattr(changes, "CUT_SHORT", 1.0)
    run = told(communities, "everything", days=1.5, density=0.03, seed=31)
    data = [line.event["data"] for line in run.lines]
    cut = {each["refs"]["call"] for each in data if each.get("status") == "CUTR"}
    left = {
        each["refs"]["call"]
        for each in data
        if (each.get("service"), each.get("point"), each.get("classifier"))
        == ("BERTH", "DEPA", "ACT")
    }
    counts = run.world.ports["COCTG"].counts
    truths = [label for label in run.labels if label.dedup_key.endswith("|CUTR")]

    assert cut
    assert cut & left
    assert counts["imports"] > 0
    assert counts["rolled"] > 0
    assert truths
    assert all(label.severity_path[-1][1] == "RED" for label in truths)


def test_in_another_order_a_ship_comes_later_by_a_stay_and_the_way(call: Call) -> None:
    """Twenty hours at the port behind and two days between: both change places in the list."""
    first = Leg("COCTG", NOW + 4 * DAY, NOW + 5 * DAY, call=call)
    second = Leg("PAONX", NOW + 7 * DAY, NOW + 7 * DAY + 20 * HOUR, sails=2 * DAY)
    way = Rotation(call.ship, "RDA", "044R", [first, second])

    later = way.swapped(call)

    assert later == 68 * HOUR
    assert [(leg.system, leg.arrives_at) for leg in way.legs] == [
        ("PAONX", NOW + 4 * DAY),
        ("COCTG", NOW + 4 * DAY + 68 * HOUR),
    ]
    assert first.leaves_at - first.arrives_at == DAY


def test_ships_send_where_they_are_bound(everything: Told) -> None:
    """A ship that is near is bound here, by the code of the port or by what her crew typed."""
    bound = [line.event for line in everything.lines if line.event["type"].endswith("declared")]
    here = [
        event["data"]
        for event in bound
        if "destination_raw" in event["data"] and "previous" not in event["data"]
    ]
    typed = [data for data in here if "destination" not in data]

    assert len(here) > 10
    assert len(typed) < len(here) / 2


def test_a_ship_that_comes_to_be_late_stands_behind_the_boxes_that_lack_a_truck(
    port: Port, call: Call
) -> None:
    """Her box had no appointment, within a day of its cut-off, before she was known to be late."""
    written: list[Label] = []
    ledger = Ledger("COCTG", written.append)
    ledger.is_open, now = True, int(port.env.now)
    watch = Watch(port.env, ledger, port.voices, lambda _: None)
    box = call.bookings[0].boxes[0]
    box.outbound, box.booking = call, call.bookings[0]
    box.told["booked"] = now
    call.exports, call.is_watched = [box], True
    call.windows, call.windows_told_at = {"FCO": now + 20 * HOUR}, now
    berth_at = now + 44 * HOUR
    call.plan = Plan("1", 0.0, berth_at, berth_at + call.stays, now, now)
    call.known = Said(berth_at - 2 * HOUR, now, now)

    watch.ship(call)
    watch.export(box)
    call.known = Said(berth_at + 10 * HOUR, now, now)
    watch.ship(call)
    ledger.close(now + HOUR)

    roots = {label.dedup_key: label.root_keys for label in written}
    assert roots["T01|bkg:RDA:1|RDAU2000016|FCO"] == (f"B01|COCTG|{call.id}",)


def test_a_crew_may_type_a_name_that_another_port_has_too(
    communities: Mapping[str, Community], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiver takes Cartagena for the one in Spain and names both; no ship passes us by."""
    monkeypatch.setattr(planning, "RETYPED", 10.0)
    run = told(communities, "calm-week", days=1.0, density=0.01, seed=31)
    bound = [line.event["data"] for line in run.lines if line.event["type"].endswith("declared")]
    retyped = [data for data in bound if data.get("resolved_by") == "NAME"]

    assert retyped
    assert {data["destination"] for data in retyped} == {"ESCAR"}
    assert all(data["candidates"] == ["COCTG", "ESCAR"] for data in retyped)
    assert not [label for label in run.labels if label.code == "R03"]
