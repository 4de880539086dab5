"""The air in reefers that are read: how it warms, what is said of it, and when that is P05."""

from collections.abc import Mapping

import pytest

from contracts.profile import Community
from correlation.instants import HOUR, MINUTE
from simulator.world import cooling
from simulator.world.boxes import Box
from simulator.world.cooling import Air
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_reefers import without_power
from tests.simulator.world.conftest import Told, told

NOW = 1_793_577_600_000
FRUIT, KEY = "RDAU2000021", "P05|RDAU2000021/20261102"


@pytest.fixture
def fruit(everything: Told) -> Box:
    """Return a reefer of fruit that stands in the yard, is cold, and is read."""
    call = everything.world.ports["COCTG"].calls[0]
    box = Box(FRUIT, "IMPORT", "45R1", "REEFER", False, 9_000, "YARD", inbound=call)
    box.name_it(NOW)
    box.air = Air(NOW, plugged_at=NOW)
    return box


def test_air_is_over_its_limit_from_where_it_crosses_it_to_where_it_crosses_back() -> None:
    """It warms two degrees an hour for two hours, then cools three degrees an hour."""
    air = Air(NOW)

    air.turn(NOW, 2.0, 2.0)
    assert air.over(2.0) == (NOW + HOUR, None)
    air.turn(NOW + 2 * HOUR, -3.0, 2.0)

    assert air.off_at(NOW + 2 * HOUR) == pytest.approx(4.0)
    assert air.over(2.0) == (NOW + HOUR, NOW + 2 * HOUR + 40 * MINUTE)
    assert air.off_at(NOW + 4 * HOUR) == 0.0


def test_air_that_was_cooled_in_time_was_never_over_its_limit() -> None:
    """Half an hour without power is a degree."""
    air = Air(NOW)

    air.turn(NOW, 2.0, 2.0)
    air.turn(NOW + HOUR // 2, -3.0, 2.0)

    assert air.over(2.0)[0] is None


def test_a_broken_unit_is_an_incident_an_hour_after_the_fruit_is_too_warm(
    everything: Told, ledger: Ledger, fruit: Box
) -> None:
    """It has power all the time; it ends when the fruit is cold enough again."""
    port = everything.world.ports["COCTG"]
    assert fruit.air is not None
    fruit.air.turn(NOW, 2.0, cooling.LIMITS[True])
    due = NOW + 2 * HOUR

    assert without_power(ledger, port.voices, fruit, due) == due + 1
    assert not ledger.is_so(KEY)
    without_power(ledger, port.voices, fruit, due + 1)
    assert ledger.is_so(KEY)
    fruit.air.turn(due + HOUR, -3.0, cooling.LIMITS[True])
    assert without_power(ledger, port.voices, fruit, due + HOUR) == due + HOUR + 80 * MINUTE
    without_power(ledger, port.voices, fruit, due + HOUR + 80 * MINUTE)
    assert not ledger.is_so(KEY)


def test_a_monitor_that_fails_is_an_incident_two_hours_after_its_last_reading(
    everything: Told, ledger: Ledger, fruit: Box
) -> None:
    """The reefer is well, but nobody knows."""
    port = everything.world.ports["COCTG"]
    assert fruit.air is not None
    fruit.air.is_mute, fruit.air.read_at = True, NOW

    without_power(ledger, port.voices, fruit, NOW + 2 * HOUR)
    assert not ledger.is_so(KEY)
    without_power(ledger, port.voices, fruit, NOW + 2 * HOUR + 1)

    assert ledger.is_so(KEY)


@pytest.fixture(scope="module")
def read(communities: Mapping[str, Community]) -> Told:
    """Return a day of a port in which each reefer is read, and every second unit breaks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooling, "READ", 1.0)
        patch.setattr(cooling, "BREAKS", 0.2)
        return told(communities, "everything", days=1.2, density=0.03, seed=32)


def test_readings_come_each_half_hour_and_some_are_too_warm(read: Told) -> None:
    """A reading names its set point; most are near it, those of broken units are not."""
    said = [
        line.event["data"] for line in read.lines if line.event["type"].endswith("reefer-measured")
    ]
    off = [data["return_c"] - data["set_point_c"] for data in said]

    assert len(said) > 100
    assert min(off) >= 0
    assert 0 < sum(each > cooling.LIMITS[False] for each in off) < len(off) / 2


def test_what_is_too_warm_for_an_hour_is_told_as_truth_and_can_be_known(read: Told) -> None:
    """A broken unit is known an hour after the first reading that shows it."""
    warm = [label for label in read.labels if label.code == "P05" and label.knowable_at]

    assert warm
    assert all(label.true_start <= (label.knowable_at or 0) for label in warm)
