"""Reefers of the hidden world: how long their cargo bears to be without power."""

import pytest

from correlation.instants import HOUR, MINUTE
from simulator.truth import Label
from simulator.world.boxes import Box, Kind
from simulator.world.labels.audience import carriers
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_reefers import without_power
from simulator.world.port import Port
from tests.simulator.world.conftest import Told

NOW = 1_793_577_600_000


@pytest.fixture
def port(everything: Told) -> Port:
    """Return a port of the world."""
    return everything.world.ports["COCTG"]


@pytest.mark.parametrize(("number", "minutes"), [("RDAU2000021", 60), ("RDAU2000016", 120)])
def test_fruit_bears_an_hour_without_power_and_frozen_cargo_two(
    port: Port, ledger: Ledger, number: str, minutes: int
) -> None:
    """Then it is an incident, until power is back."""
    box = Box(number, "IMPORT", "45R1", "REEFER", False, 9_000, "YARD", inbound=port.calls[0])
    box.name_it(NOW)
    box.off_since, box.told["power"] = NOW, NOW
    key = f"P05|{number}/20261102"

    assert without_power(ledger, port.voices, box, NOW) == NOW + minutes * MINUTE + 1
    assert not ledger.is_so(key)
    without_power(ledger, port.voices, box, NOW + minutes * MINUTE + 1)
    assert ledger.is_so(key)
    box.off_since = None
    without_power(ledger, port.voices, box, NOW + 5 * HOUR)
    assert not ledger.is_so(key)


@pytest.mark.parametrize(
    ("kind", "is_stock", "owed"),
    [
        ("TRANSSHIP", True, False),
        ("TRANSSHIP", False, True),
        ("IMPORT", True, True),
    ],
)
def test_no_carrier_is_owed_a_word_of_a_box_that_nobody_named_as_its_own(
    port: Port, kind: Kind, is_stock: bool, owed: bool
) -> None:
    """What changes ships and stood there before the first word is known from a stock list only."""
    labels: list[Label] = []
    ledger = Ledger("COCTG", labels.append)
    ledger.is_open = True
    call = port.calls[0]
    box = Box("RDAU2000016", kind, "45R1", "REEFER", False, 9_000, "YARD", inbound=call)
    box.name_it(NOW)
    box.off_since, box.told["power"] = NOW, NOW
    if is_stock:
        box.told["stocked"] = NOW

    without_power(ledger, port.voices, box, NOW + 3 * HOUR)
    ledger.close(NOW + 5 * HOUR)

    carrier = set(carriers(port.voices, (call.carrier,)))
    assert carrier
    assert [bool(carrier & set(label.audience)) for label in labels] == [owed]


def test_reefers_in_the_yard_have_power_but_for_a_few(port: Port) -> None:
    """Even where power is lost more often than anywhere, most of them are cold."""
    cold = [box for box in port.boxes if box.cargo == "REEFER" and not box.is_empty]
    off = [box for box in cold if box.off_since is not None]

    assert len(cold) > 5
    assert len(off) < 0.5 * len(cold)
