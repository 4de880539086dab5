"""Boxes that change ships: foreseen before they come, and at risk when ships close up."""

from collections import Counter

import pytest

from correlation.instants import HOUR
from simulator.numbers import ship as numbered
from simulator.truth import Label
from simulator.world.boxes import Box
from simulator.world.calls import Call, Connection, Plan, Said
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_connections import at_risk
from simulator.world.port import Port
from simulator.world.telling.of_ships import connections
from tests.simulator.world.conftest import Told

NOW = 1_793_577_600_000


@pytest.fixture
def port(hubs: Told) -> Port:
    """Return a hub."""
    return hubs.world.ports["COCTG"]


def ship(port: Port, berth_at: int, imo: int) -> Call:
    like = next(call for call in port.calls if call.plan)
    call = Call(
        system="COCTG",
        terminal=like.terminal,
        ship=numbered(imo, f"CLARA {imo}", 200.0),
        carrier="RDA",
        voyage="1",
        service="S1",
        announced_at=berth_at,
        comes_at=berth_at,
        moves=500,
        discharges=250,
        cranes=1,
        agent="agt-ctg-1",
    )
    call.plan = Plan("1", 0.0, berth_at, berth_at + 20 * HOUR, NOW, NOW)
    call.known = Said(berth_at - 2 * HOUR, NOW, NOW)
    call.name_it(berth_at)
    return call


def box(cargo: str) -> Box:
    return Box("RDAU2000016", "TRANSSHIP", "22G1", cargo, False, 9_000)


@pytest.mark.parametrize(
    ("cargo", "gap", "so"),
    [("DRY", 30, True), ("DRY", 31, False), ("REEFER", 35, True), ("REEFER", 37, False)],
)
def test_boxes_need_half_a_day_from_ship_to_ship_and_reefers_more(
    port: Port, ledger: Ledger, cargo: str, gap: int, so: bool
) -> None:
    """19 hours of work, then 12, or 18, until the next ship takes boxes on an hour after berthing.

    What was at risk stays so until two hours are to spare.
    """
    first, second = ship(port, NOW, 1), ship(port, NOW + gap * HOUR - HOUR, 2)
    connection = Connection(first, second, [box(cargo)], NOW)

    at_risk(ledger, port.voices, connection, NOW)
    assert ledger.is_so(f"R02|COCTG|{first.id}|{second.id}") is so


def test_no_group_of_a_connection_names_more_boxes_than_its_contract_allows(port: Port) -> None:
    """Twelve hundred dry boxes and a reefer, of one hub's biggest ships."""
    first, second = ship(port, NOW, 1), ship(port, NOW + 30 * HOUR, 2)
    boxes = [box("DRY") for _ in range(1200)] + [box("REEFER")]

    groups = connections(Connection(first, second, boxes, NOW))["groups"]

    assert [len(group["boxes"]) for group in groups] == [500, 500, 200, 1]
    assert [group["reefer"] for group in groups] == [False, False, False, True]


def test_a_connection_is_at_risk_until_there_is_time_to_spare(port: Port, ledger: Ledger) -> None:
    """One hour is not enough, two are."""
    first, second = ship(port, NOW, 1), ship(port, NOW + 25 * HOUR, 2)
    connection = Connection(first, second, [box("DRY")], NOW)
    key = f"R02|COCTG|{first.id}|{second.id}"
    assert second.plan is not None

    found = []
    for later in (0, 6, 7):
        second.plan.berth_at = NOW + (25 + later) * HOUR
        second.known = Said(second.plan.pilot_at, NOW, NOW)
        at_risk(ledger, port.voices, connection, NOW)
        found.append(ledger.is_so(key))

    assert found == [True, True, False]


def test_a_late_ship_can_be_known_from_the_first_of_her_words(port: Port) -> None:
    """Her hour at the berth is received; that of her pilot, two hours before, comes later."""
    first, second = ship(port, NOW, 1), ship(port, NOW + 15 * HOUR, 2)
    first.known = Said(NOW, NOW + 1, NOW + 2 * HOUR, first_told_at=NOW + HOUR)
    written: list[Label] = []
    ledger = Ledger("COCTG", written.append)
    ledger.is_open = True

    at_risk(ledger, port.voices, Connection(first, second, [box("DRY")], NOW), NOW)
    ledger.close(NOW + 3 * HOUR)

    assert [label.knowable_at for label in written] == [NOW + HOUR]


def test_no_box_is_foreseen_for_two_ships(port: Port) -> None:
    """A box has one connection, and its ship is the one that the connection names."""
    pairs = [(each, box) for call in port.calls for each in call.connections for box in each.boxes]
    found = Counter({box: 0 for _, box in pairs})
    for call in port.calls:
        for connection in call.connections:
            if connection.inbound is call:
                found.update(connection.boxes)
    assert found
    assert max(found.values()) == 1


def test_what_is_told_of_connections_are_boxes_that_the_ship_brings(hubs: Told) -> None:
    """Every box of a connection stands in the list of what comes off its ship, if that is told."""
    listed: dict[str, set[str]] = {}
    for line in hubs.lines:
        data = line.event["data"]
        if data.get("kind") == "DISCHARGE" and "entries" in data:
            entries = {entry["box"] for entry in data["entries"]}
            listed.setdefault(line.event["subject"], set()).update(entries)
    told_of = [
        line.event["data"] for line in hubs.lines if line.event["type"].endswith("connections-set")
    ]

    assert told_of
    for data in told_of:
        boxes = {number for group in data["groups"] for number in group["boxes"]}
        assert boxes <= listed.get(data["inbound"], boxes)


def test_what_a_terminal_counts_and_does_not_say_puts_no_connection_at_risk(
    port: Port, ledger: Ledger
) -> None:
    """R02: by the half hour's count she is done hours later, by the hour's that is said in time."""
    first, second = ship(port, NOW, 1), ship(port, NOW + 34 * HOUR, 2)
    connection = Connection(first, second, [box("DRY")], NOW)
    first.progress_told_at, first.said_end_at = NOW + 8 * HOUR, NOW + 19 * HOUR
    first.ends_at = NOW + 40 * HOUR
    key = f"R02|COCTG|{first.id}|{second.id}"

    at_risk(ledger, port.voices, connection, NOW + 9 * HOUR)
    assert not ledger.is_so(key)
    first.said_end_at = first.ends_at
    at_risk(ledger, port.voices, connection, NOW + 9 * HOUR)
    assert ledger.is_so(key)
