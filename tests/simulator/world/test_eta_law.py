"""The error of expected arrivals: by horizon as the law says, and one path a leg."""

from itertools import pairwise
from statistics import fmean, median

import pytest

from correlation.instants import HOUR
from simulator.world.chance import stream
from simulator.world.eta_law import error_path

PATHS = 1500
MEAN_ERRORS = {120: 13.0, 72: 8.9, 24: 3.8}
"""Horizon (h) -> mean absolute error (h), as alerts are judged by; computed from the law."""


def errors_near(hours: float) -> list[float]:
    found = []
    for number in range(PATHS):
        path = error_path(stream(7, "eta", number))
        before, error = min(path, key=lambda step: abs(step[0] - hours * HOUR))
        if abs(before - hours * HOUR) < 0.25 * hours * HOUR:
            found.append(error / HOUR)
    return found


@pytest.mark.parametrize("hours", sorted(MEAN_ERRORS))
def test_mean_error_is_that_of_the_law_at_each_horizon(hours: int) -> None:
    """Within a fifth of the table: a path thinks anew at hours near the rows, not on them."""
    mean = fmean(abs(error) for error in errors_near(hours))

    assert mean == pytest.approx(MEAN_ERRORS[hours], rel=0.20)


def test_estimates_are_early_more_often_than_late() -> None:
    """Ships come later than they said: the errors are biased to the late side."""
    assert median(errors_near(72)) > 0.5


def test_a_path_remembers_its_error() -> None:
    """What is wrong at one horizon is mostly still wrong, the same way, at the next."""
    same = total = 0
    for number in range(300):
        path = [error for before, error in error_path(stream(7, "eta", number)) if before > HOUR]
        same += sum((a > 0) == (b > 0) for a, b in pairwise(path))
        total += len(path) - 1

    assert same / total > 0.68


def test_a_path_comes_nearer_and_nearer() -> None:
    """Its instants are in order, and the last one is within two hours of the arrival."""
    path = [before for before, _ in error_path(stream(7, "eta", 1))]

    assert path == sorted(path, reverse=True)
    assert path[-1] < 2 * HOUR
