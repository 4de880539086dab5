"""The free days of imports: by contract, minded by most, and owed a warning when they end."""

import pytest

from correlation.instants import DAY, HOUR
from simulator.world.boxes import Appointment, Box
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_clocks import free_time
from simulator.world.port import Port
from tests.simulator.world.conftest import Told

NOW = 1_793_577_600_000


@pytest.fixture
def port(everything: Told) -> Port:
    """Return a port of the world."""
    return everything.world.ports["COCTG"]


def standing(port: Port) -> Box:
    """Return a released import that may stand for three days from now on."""
    box = Box("RDAU2000016", "IMPORT", "45G1", "DRY", False, 20_000, "YARD", inbound=port.calls[0])
    box.free_until, box.told["clock"], box.forwarder = NOW + 3 * DAY, NOW, "fwd-011"
    box.name_it(NOW)
    return box


def fetched(box: Box, slot_at: int) -> Appointment:
    gate = "COCTG:SMDG:SPRC/gate/1"
    words = ("apt:SPRC:1", "trk:SPRC:1", "COLLECT", [box], "trk-017", gate, "ter-ctg-1")
    return Appointment(*words, slot_at, NOW)  # type: ignore[arg-type]


def test_free_days_that_end_without_a_truck_are_an_incident_two_days_before(
    port: Port, ledger: Ledger
) -> None:
    """Until a truck is booked for before their end."""
    box = standing(port)
    key = "T06|RDAU2000016/20261102|STORAGE"

    assert free_time(ledger, port.voices, box, NOW) == NOW + DAY
    assert not ledger.is_so(key)
    free_time(ledger, port.voices, box, NOW + DAY)
    assert ledger.is_so(key)
    box.appointment = fetched(box, NOW + 2 * DAY)
    free_time(ledger, port.voices, box, NOW + DAY + HOUR)
    assert not ledger.is_so(key)


def test_a_truck_that_cannot_take_the_box_does_not_stop_the_clock(
    port: Port, ledger: Ledger
) -> None:
    """A held box, or a slot after the last free day."""
    box = standing(port)
    key = "T06|RDAU2000016/20261102|STORAGE"
    box.appointment, box.blockers = fetched(box, NOW + 2 * DAY), {"SANITARY": NOW}

    free_time(ledger, port.voices, box, NOW + 2 * DAY)
    assert ledger.is_so(key)
    box.appointment, box.blockers = fetched(box, NOW + 4 * DAY), {}
    free_time(ledger, port.voices, box, NOW + 2 * DAY)
    assert ledger.is_so(key)


def test_contracts_differ_in_their_free_days(everything: Told) -> None:
    """Reefers have at most three days, others three, seven, twenty-one or what is usual."""
    for port in everything.world.ports.values():
        days = {box.free_days for box in port.imports if box.cargo != "REEFER"}
        cold = {box.free_days for box in port.imports if box.cargo == "REEFER"}
        assert days <= {3, 7, 21, port.volumes.free_days}
        assert len(days) > 1
        assert cold <= {3}
