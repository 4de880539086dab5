"""A ship on her way through her ports: what is listed of it, and how lateness travels."""

from collections.abc import Mapping

import pytest

from contracts.profile import Community
from correlation.instants import DAY, HOUR, MINUTE
from simulator.truth import Label
from simulator.world.calls import Call, Plan, Said
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_rotations import delay_travels, foreseen
from simulator.world.port import Port
from simulator.world.rotations import Leg, Rotation
from simulator.world.world import World, plan
from tests.simulator.world.a_ship import a_call
from tests.simulator.world.conftest import Told, told

NOW = 1_793_577_600_000
KEY = "R01|imo:9990014|RDA:044R|PABLB"


@pytest.fixture(scope="module")
def ports(communities: Mapping[str, Community]) -> Mapping[str, Port]:
    """Return two ports in which nothing has happened yet."""
    return World(plan("calm-week", 7, ("COCTG", "PABLB"), 1.0, 0.01), communities).ports


@pytest.fixture
def ledger() -> Ledger:
    """Return an open ledger."""
    made = Ledger("PABLB", list[Label]().append)
    made.is_open = True
    return made


def an_expected_call(port: Port, berth_at: int) -> Call:
    """Return a call of the ship that her agent expects as she is announced."""
    call = a_call(port, berth_at)
    call.is_told, call.known = True, Said(berth_at - 2 * HOUR, NOW, NOW, first_told_at=NOW)
    return call


def late_by(call: Call, late: int, at: int) -> None:
    """Let her agent know at an instant that she will be so late."""
    call.known = Said(call.announced_at - 2 * HOUR + late, at, at, first_told_at=at)


@pytest.fixture
def way(ports: Mapping[str, Port]) -> Rotation:
    """Return Cartagena in two days, a port that is not simulated, and Balboa in six."""
    first, last = NOW + 2 * DAY, NOW + 6 * DAY
    calls = [an_expected_call(ports["COCTG"], first), an_expected_call(ports["PABLB"], last)]
    legs = [
        Leg("COCTG", first, first + calls[0].stays, call=calls[0], port=ports["COCTG"]),
        Leg("PAONX", NOW + 4 * DAY, NOW + 5 * DAY, 2 * DAY, 2 * HOUR),
        Leg("PABLB", last, last + calls[1].stays, DAY, HOUR, calls[1], port=ports["PABLB"]),
    ]
    ship = calls[0].ship
    made = Rotation(ship, "RDA", "044R", legs, told={"COCTG": NOW, "PABLB": NOW})
    calls[0].rotation = calls[1].rotation = made
    return made


def ends(way: Rotation) -> tuple[Call, Call]:
    """Return her first call and her last."""
    first, last = way.legs[0].call, way.legs[-1].call
    assert first is not None
    assert last is not None
    return first, last


def test_a_ship_that_leaves_late_comes_late_by_what_she_cannot_make_up(way: Rotation) -> None:
    """Twelve hours late, two and one made up: nine, in the next port but one too."""
    first, last = ends(way)
    before = last.comes_at

    way.left(first, way.legs[0].leaves_at + 12 * HOUR, NOW)

    assert last.comes_at - before == 9 * HOUR
    assert last.root == "late-departure-upstream"


def test_a_ship_that_makes_it_up_on_the_way_is_not_late(way: Rotation) -> None:
    """Three hours late, three made up."""
    first, last = ends(way)
    before = last.comes_at

    way.left(first, way.legs[0].leaves_at + 3 * HOUR, NOW)

    assert (last.comes_at, last.root) == (before, "eta-drift")


@pytest.mark.parametrize(("late", "so"), [(7, False), (7.1, True), (40, True)])
def test_a_delay_travels_once_it_is_over_four_hours_on_arrival(
    way: Rotation, ledger: Ledger, ports: Mapping[str, Port], late: float, so: bool
) -> None:
    """Seven hours late in Cartagena are four in Balboa, where nobody spoke of her for an hour."""
    first, last = ends(way)
    late_by(first, int(late * HOUR), NOW)

    delay_travels(ledger, ports["PABLB"].voices, last, NOW + 2 * HOUR)

    assert ledger.is_so(KEY) is so


def test_a_ship_that_spoke_in_the_last_hour_is_not_foretold(
    way: Rotation, ledger: Ledger, ports: Mapping[str, Port]
) -> None:
    """Whoever asks gets her own word; an hour later it is asked whether that has changed."""
    first, last = ends(way)
    late_by(first, 20 * HOUR, NOW)

    again = delay_travels(ledger, ports["PABLB"].voices, last, NOW + 59 * MINUTE)

    assert not ledger.is_so(KEY)
    assert again == NOW + HOUR


def test_a_delay_that_was_agreed_on_has_arrived(
    way: Rotation, ledger: Ledger, ports: Mapping[str, Port]
) -> None:
    """Her berth time in Balboa is moved to the hour that is foreseen."""
    first, last = ends(way)
    late_by(first, 20 * HOUR, NOW)
    delay_travels(ledger, ports["PABLB"].voices, last, NOW + 2 * HOUR)
    assert ledger.is_so(KEY)

    berth_at = last.announced_at + 17 * HOUR
    last.plan = Plan("1", 0.0, berth_at, berth_at + last.stays, NOW + 3 * HOUR, NOW + 3 * HOUR)
    delay_travels(ledger, ports["PABLB"].voices, last, NOW + 3 * HOUR)

    assert not ledger.is_so(KEY)


def test_the_port_where_she_has_been_knows_best(way: Rotation) -> None:
    """Feared twenty hours late, she left Cartagena on time."""
    first, last = ends(way)
    late_by(first, 20 * HOUR, NOW)
    word = foreseen(way, last)
    assert word is not None
    assert word.late == 17 * HOUR

    way.left(first, way.legs[0].leaves_at, NOW + 3 * DAY)

    assert foreseen(way, last) is None


def test_every_voyage_is_listed_with_its_ports_in_order(hubs: Told) -> None:
    """In each port that she calls at; a port that she passes by is on no list after that."""
    listed = [line.event for line in hubs.lines if line.event["type"].endswith("rotation-set")]
    dropped = {
        line.event["data"]["refs"]["vessel"]["imo"]
        for line in hubs.lines
        if line.event["data"].get("status") == "OMIT"
    }
    for event in listed:
        legs = event["data"]["legs"]
        ports = [leg["port"] for leg in legs]
        assert [leg["arrival_at"] for leg in legs] == sorted(leg["arrival_at"] for leg in legs)
        gone = event["subject"].split(":")[1] in dropped and event["data"]["list_version"] > 1
        assert gone or event["partitionkey"] in ports
    assert len({event["subject"] for event in listed}) > 60


def test_a_delay_comes_from_a_port_where_she_was_before(hubs: Told) -> None:
    """Each R01 is of a port that stands behind another simulated one in her list."""
    lists = {
        line.event["subject"]: [leg["port"] for leg in line.event["data"]["legs"]]
        for line in hubs.lines
        if line.event["type"].endswith("rotation-set")
    }
    found = [label for label in hubs.labels if label.code == "R01"]
    for label in found:
        _, ship, voyage, system = label.dedup_key.split("|")
        ports = lists[f"rot:{ship.removeprefix('imo:')}:{voyage}"]
        before = ports[: ports.index(system)] if system in ports else ports
        assert set(before) & set(hubs.world.ports), label.dedup_key
    assert len(found) > 5


def test_in_which_order_ports_are_named_says_nothing_of_what_is_so_as_the_run_begins(
    communities: Mapping[str, Community],
) -> None:
    """A delay that comes from the last of them is true in the first one from the same instant."""
    found = []
    for systems in (("COCTG", "PABLB"), ("PABLB", "COCTG")):
        made = told(communities, "hub-knock-on", systems=systems, days=0.02, density=0.001)
        found.append(
            {
                (label.dedup_key, label.true_start, label.knowable_at)
                for label in made.labels
                if label.code == "R01"
            }
        )

    assert found[0] == found[1]
    assert any("|COCTG" in key for key, _, _ in found[0])
