"""A played clock: the port's time passes so many times as fast as the wall's."""

import pytest

from correlation.instants import MINUTE
from replay.paced import Pace
from tests.correlation.given import NOON


class Wall:
    """A clock that only naps move."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def read(self) -> float:
        """Return its time in seconds."""
        return self.now

    def nap(self, seconds: float) -> None:
        """Let time pass."""
        self.naps.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(("speed", "seconds"), [(1, 120.0), (60, 2.0), (0.5, 240.0)])
def test_a_minute_of_the_port_takes_its_share_of_the_wall(speed: float, seconds: float) -> None:
    """Two minutes at 60 take two seconds, and the first frame comes at once."""
    wall = Wall()
    pace = Pace(speed, wall=wall.read, sleep=wall.nap)

    pace.until(NOON)
    at_first = wall.now
    pace.until(NOON + 2 * MINUTE)

    assert at_first == 1000.0
    assert wall.now == pytest.approx(1000.0 + seconds)
    assert max(wall.naps) <= 0.5


def test_a_player_that_is_late_catches_up_and_does_not_drift() -> None:
    """Frames are due by the first one, so work between them slows nothing down."""
    wall = Wall()
    pace = Pace(60, wall=wall.read, sleep=wall.nap)
    pace.until(NOON)
    wall.now += 1.5  # the fold and Kafka took that long

    pace.until(NOON + MINUTE)
    late = wall.now
    pace.until(NOON + 2 * MINUTE)

    assert late == pytest.approx(1001.5)
    assert wall.now == pytest.approx(1002.0)
