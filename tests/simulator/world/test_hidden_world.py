"""The laws that the hidden world keeps, whatever goes wrong in it."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from contracts.profile import Community
from simulator.world.boxes import Box, InTwoPlaces
from simulator.world.port import Port
from simulator.world.world import World, plan
from tests.simulator.world.conftest import Told


@pytest.fixture(scope="module")
def port(everything: Told) -> Port:
    """Return a port in which all kinds of things went wrong."""
    return everything.world.ports["COCTG"]


def test_a_box_cannot_be_in_two_places() -> None:
    """A box that is on a ship does not come in by the gate."""
    box = Box("RDAU2000016", "EXPORT", "45G1", "DRY", False, 20_000)
    box.go("TRUCK")
    box.go("YARD")
    box.go("SHIP")

    with pytest.raises(InTwoPlaces, match="RDAU2000016 is SHIP and cannot be TRUCK"):
        box.go("TRUCK")


def test_no_number_is_in_the_yard_twice(port: Port) -> None:
    """A container number stands for one box at a time."""
    numbers = [box.number for box in port.boxes]

    assert len(numbers) == len(set(numbers))


def test_boxes_are_neither_made_nor_lost(port: Port) -> None:
    """What stands in the yard is what came by ship and gate, less what left by both."""
    counts = port.counts
    came = counts["old"] + counts["discharged"] + counts["gated in"]

    assert came == counts["in"]
    # A box that a truck has taken from its block is on its way to the gate.
    assert 0 <= counts["out"] - counts["loaded"] - counts["gated out"] < 20
    assert len(port.boxes) == counts["in"] - counts["out"]


def test_every_block_holds_as_many_boxes_as_stand_in_it(port: Port) -> None:
    """The gauge of a block is the boxes in it, never less than none."""
    for terminal in port.terminals:
        for block, held in terminal.stock.items():
            name = f"{terminal.code}/block/{block}"
            assert held == sum(box.block == name for box in port.boxes)


def test_a_ship_passes_her_milestones_in_order(everything: Told) -> None:
    """Pilot boarding place, under way, alongside, first lift, last lift, sailed."""
    order = ("came", "moving", "alongside", "first_lift", "last_lift", "left")
    passed = 0
    for each in everything.world.ports.values():
        for call in each.calls:
            instants = [call.happened[name] for name in order if name in call.happened]
            assert instants == sorted(instants)
            assert all(name in call.happened for name in order[: len(instants)])
            passed += len(instants) > 2
    assert passed > 5


def test_no_two_ships_lie_on_the_same_metres(communities: Mapping[str, Community]) -> None:
    """Looked at every hour: ships alongside or moving in keep their metres to themselves."""
    world = World(plan("hub-knock-on", 3, ("COCTG",), 2.0, 0.01), communities)
    port, looked, together = world.ports["COCTG"], world.begins, 0
    for _ in world.lines():
        if world.env.now < looked:
            continue
        looked += 3_600_000
        for terminal in port.terminals:
            there = sorted(
                (call.plan.bow_m, call.plan.bow_m + call.ship.loa_m)
                for call in terminal.calls
                if call.stage == "ALONGSIDE" and call.plan
            )
            together += len(there) > 1
            assert all(low[1] <= high[0] for low, high in pairwise(there)), terminal.code
    assert together > 20


def test_queues_are_never_negative(everything: Told) -> None:
    """No gate reports fewer trucks than none, nor a wait that has not begun."""
    reports = [
        line.event["data"]
        for line in everything.lines
        if line.event["type"] == "rada.gate.queue-reported" and not line.event.get("retracted")
    ]

    assert len(reports) > 500
    assert all(data["trucks"] >= 0 and data["wait_mean_min"] >= 0 for data in reports)
