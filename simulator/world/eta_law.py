"""How wrong an expected arrival is, by how far it lies ahead: one path for each leg of a ship.

The error of an estimate made h hours before the arrival is, with probability 1 - w, normal around
a bias with a spread sigma, and else a late tail: bias plus an Erlang law of order 2 with scale
theta. Deviations of container ships follow such a law (Dockflow study of estimated arrivals); the
figures by horizon are common practice. A path is a random walk: what is wrong at one horizon is
mostly still wrong at the next, and a ship in the late tail leaves it once, in a jump.
"""

from bisect import bisect_left
from itertools import pairwise
from math import exp, log2
from random import Random
from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world.chance import gamma

HORIZONS: Final = (2.0, 6.0, 12.0, 24.0, 48.0, 72.0, 120.0, 168.0)
BIAS: Final = (0.1, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
SIGMA: Final = (0.4, 0.8, 1.8, 3.0, 5.0, 7.0, 11.0, 14.0)
THETA: Final = (1.0, 2.5, 4.0, 6.0, 9.0, 12.0, 16.0, 20.0)
TAIL: Final = (0.03, 0.05, 0.08, 0.12, 0.15, 0.15, 0.15, 0.15)

SAID_AT: Final = (190, 168, 144, 120, 96, 72, 56, 44, 32, 23, 15, 9, 5.5, 3, 1.5)
"""Hours before the arrival at which ship and agent think anew: about eleven values differ."""
MEMORY: Final = 0.45
"""How fast an error is forgotten: its correlation is exp(-MEMORY x log2 of both horizons)."""
STEP: Final = 5 * MINUTE


def interpolated(table: tuple[float, ...], hours: float) -> float:
    """Return a parameter of the law at a horizon, straight between the rows of its table."""
    at = bisect_left(HORIZONS, hours)
    if at == 0:
        return table[0]
    if at == len(HORIZONS):
        return table[-1]
    low, high = HORIZONS[at - 1], HORIZONS[at]
    part = (hours - low) / (high - low)
    return table[at - 1] + part * (table[at] - table[at - 1])


def error_path(chance: Random) -> list[tuple[int, int]]:
    """Return (time before the arrival, error) pairs in ms, the earliest first.

    The error is the arrival less the estimate: positive where the estimate is too early.
    """
    hours = sorted((hour * chance.uniform(0.92, 1.08) for hour in SAID_AT), reverse=True)
    normal, tail = chance.gauss(0, 1), gamma(chance, 2, 2.0)
    in_tail = chance.random()
    path = [_error(hours[0], normal, tail, in_tail)]
    for before, after in pairwise(hours):
        kept = exp(-MEMORY * log2(before / after))
        normal = kept * normal + (1 - kept * kept) ** 0.5 * chance.gauss(0, 1)
        path.append(_error(after, normal, tail, in_tail))
    return [
        (int(hour * HOUR), round(error * HOUR / STEP) * STEP)
        for hour, error in zip(hours, path, strict=True)
    ]


def _error(hours: float, normal: float, tail: float, in_tail: float) -> float:
    bias = interpolated(BIAS, hours)
    if in_tail < interpolated(TAIL, hours):
        return bias + tail * interpolated(THETA, hours)
    return bias + normal * interpolated(SIGMA, hours)
