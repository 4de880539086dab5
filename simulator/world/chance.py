"""Chance of the world: a stream of its own for each purpose and object, and its distributions.

A stream is named by the seed, what it is for and whom it is about, so that one thing more in the
world draws from a stream of its own and changes nothing else.
"""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from math import exp
from random import Random


def stream(seed: int, *names: object) -> Random:
    """Return the stream of these names, such as `stream(7, "boxes", call_id)`."""
    return Random("/".join(map(str, (seed, *names))))  # noqa: S311  a world, not a secret


def below(chance: Random, bound: int) -> int:
    """Draw a whole number from 0 to below a bound: as `randrange` does, but sooner."""
    bits = bound.bit_length()
    drawn = chance.getrandbits(bits)
    while drawn >= bound:
        drawn = chance.getrandbits(bits)
    return drawn


def lognormal(chance: Random, median: float, sigma: float) -> float:
    """Return a draw whose logarithm is normal, with this median."""
    return median * exp(chance.gauss(0.0, sigma))


def gamma(chance: Random, shape: float, mean: float) -> float:
    """Return a draw of a gamma law with this mean; an Erlang law where the shape is whole."""
    return chance.gammavariate(shape, mean / shape) if mean > 0 else 0.0


def clipped(value: float, low: float, high: float) -> float:
    """Return a value, or the bound that it passes."""
    return max(low, min(high, value))


def share(chance: Random, amount: float) -> int:
    """Return a whole number whose mean is `amount`."""
    least = int(amount)
    return least + (chance.random() < amount - least)


class Choice:
    """Picks an index by weight, many times."""

    def __init__(self, weights: Sequence[float]) -> None:
        """Keep weights, which need not add up to 1."""
        self._sums = list(accumulate(weights))

    def pick(self, chance: Random) -> int:
        """Return the index of the weight that was drawn."""
        drawn = chance.random() * self._sums[-1]
        return min(bisect(self._sums, drawn), len(self._sums) - 1)
