"""Load lists of the hidden world: what is on them, and when too much of it is not ready."""

import pytest

from correlation.instants import HOUR
from simulator.world.boxes import Booking, Box
from simulator.world.calls import Call
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_lists import load_list
from simulator.world.port import Port
from tests.simulator.world.conftest import Told


@pytest.fixture
def port(everything: Told) -> Port:
    """Return a port of the world."""
    return everything.world.ports["COCTG"]


def a_list(call: Call, boxes: int, ready: int) -> None:
    """Give a ship a list of boxes of which so many are ready."""
    boxes_made, call.load_list_told_at = list[Box](), 0
    for number in range(boxes):
        box = Box("RDAU2000016", "EXPORT", "22G1", "DRY", False, 9_000, "YARD", forwarder="fwd-011")
        box.booking = Booking(f"bkg:RDA:{number}", call, "DRY", "fwd-011", papers_done=True)
        box.is_weighed, box.is_cleared = True, number < ready
        boxes_made.append(box)
    call.list_to_load(boxes_made)


@pytest.mark.parametrize(("ready", "so"), [(100, False), (98, False), (97, True)])
def test_a_list_is_short_when_more_than_two_of_a_hundred_are_not_ready(
    port: Port, ledger: Ledger, ready: int, so: bool
) -> None:
    """From six hours before the work begins."""
    call = next(call for call in port.calls if call.stage == "FAR" and call.plan)
    assert call.plan is not None
    a_list(call, 100, ready)
    key, starts_at = f"P04|{call.part}", call.plan.berth_at + HOUR

    load_list(ledger, port.voices, call, starts_at - 7 * HOUR)
    assert not ledger.is_so(key)
    load_list(ledger, port.voices, call, starts_at - 6 * HOUR)
    assert ledger.is_so(key) is so


def test_what_is_loaded_was_on_the_list_of_its_ship(everything: Told) -> None:
    """Every export that goes on board stands in a load list that was told before."""
    lists: dict[str, set[str]] = {}
    loaded = 0
    for line in everything.lines:
        event = line.event
        if event["type"] == "rada.yard.work-list-set" and event["data"]["kind"] == "LOAD":
            entries = {entry["box"] for entry in event["data"]["entries"]}
            lists.setdefault(event["subject"], set()).update(entries)
        if event["type"] == "rada.yard.container-loaded":
            data = event["data"]
            if data["box"]["category"] == "EXPORT" and data["terminal_call"] in lists:
                loaded += 1
                assert event["subject"] in lists[data["terminal_call"]]
    assert loaded > 5
