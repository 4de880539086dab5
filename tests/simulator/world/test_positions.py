"""Where ships are heard near a port: straight in, and sometimes in two places."""

from collections.abc import Mapping

import pytest

from contracts.identifiers import PORT_SYSTEMS
from contracts.profile import Community
from correlation.instants import MINUTE
from correlation.picture.clashes import MILES_A_DEGREE
from simulator.world import positions
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_faults import Twin, twin
from simulator.world.port import Port
from tests.simulator.world.conftest import Told, told

NOW = 1_793_577_600_000


def off(run: Told) -> list[float]:
    """Return how many miles of latitude off the port each position is."""
    here = PORT_SYSTEMS["COCTG"].latitude
    return [
        abs(line.event["data"]["lat"] - here) * MILES_A_DEGREE
        for line in run.lines
        if line.event["type"].endswith("position-reported")
    ]


@pytest.fixture
def of_ten_ships_nine_have_twins(communities: Mapping[str, Community]) -> Told:
    """Return a day of a port in which nearly each ship's number is sent by another one too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(positions, "TWINS", 1.8)
        return told(communities, "calm-week", days=1.0, density=0.01, seed=31)


def test_a_ship_is_heard_within_sixty_miles_of_her_port(calm: Told) -> None:
    """Twice or more; what is farther off is another port's business."""
    heard = off(calm)

    assert len(heard) > 20
    assert max(heard) < positions.HEARD_WITHIN + 1


def test_a_second_transponder_is_heard_far_off_and_is_true_of_the_ship(
    of_ten_ships_nine_have_twins: Told,
) -> None:
    """Its place is thirty miles off at least; the incident begins with the first word of it."""
    run = of_ten_ships_nine_have_twins
    labels = [label for label in run.labels if label.dedup_key.startswith("D04|imo:")]

    assert max(off(run)) > positions.HEARD_WITHIN + 1
    assert labels
    assert all(label.knowable_at == label.true_start for label in labels)


def test_a_ship_in_two_places_is_true_until_the_other_one_is_heard_no_more(
    port: Port, ledger: Ledger
) -> None:
    """An hour and a half, from the first word on."""
    other = Twin("9999993", NOW, NOW + 90 * MINUTE)

    assert twin(ledger, port.voices, other, NOW - 1) == NOW
    assert twin(ledger, port.voices, other, NOW) == NOW + 90 * MINUTE
    assert ledger.is_so("D04|imo:9999993")
    assert twin(ledger, port.voices, other, NOW + 90 * MINUTE) is None
    assert not ledger.is_so("D04|imo:9999993")
