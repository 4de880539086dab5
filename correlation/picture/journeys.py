"""Trucks and trains on their way, and how long the way takes: as kept, without a verdict.

How long it takes from a waypoint to a gate is learned for each hour of the week as a decaying mean
and a decaying mean deviation, the estimator by which TCP times its answers (V. Jacobson,
"Congestion Avoidance and Control", SIGCOMM 1988; RFC 6298), except that the weight of an
observation is 1/n until n is `OBSERVED_MOST`: the profile's usual time counts as `PRIOR` of them,
so that a first odd truck does not rule. With `took` the time that a truck needed:

    n = min(n + 1, OBSERVED_MOST)
    off = took - mean, kept within OUTLIER spreads on either side
    mean = mean + off / n
    spread = spread + (|off| - spread) / n

All of it in whole milliseconds, divided towards minus infinity: the same bytes everywhere.
"""

from typing import Final

from msgspec import Struct

from correlation.instants import MINUTE
from correlation.statements import Slot

PRIOR: Final = 4
OBSERVED_MOST: Final = 64
"""About the last 64 trucks of that hour of the week count; a few weeks at a quiet place."""
OUTLIER: Final = 4
"""A driver who slept on the way is four spreads late, however long he slept."""


class Travel(Struct, frozen=True, array_like=True, gc=False):
    """How long the way from a waypoint to a terminal takes in one hour of the week."""

    seen: int
    mean: int
    spread: int


class Journey(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A truck or train on its way, under the id by which a waypoint named it.

    `names` are the appointment and the boxes that are aboard as far as anyone said; `facility`
    the terminal that it is bound for. `passages` maps `PLACE|STEP` to when it was there,
    `arrivals` a sign of its being at the gate to when. `bucket` is the gate and half hour in which
    it is expected; it `counts` there itself if it has no appointment that does.
    """

    id: str
    mode: str = ""
    facility: str = ""
    names: tuple[str, ...] = ()
    passages: dict[str, Slot] = {}
    arrivals: dict[str, Slot] = {}
    bucket: str = ""
    counts: bool = False


def usual(minutes: int, spread: int) -> Travel:
    """Return what a profile says of a way, as if that many trucks had been seen on it."""
    return Travel(PRIOR, minutes * MINUTE, spread * MINUTE)


def learned(travel: Travel, took: int) -> Travel:
    """Return what is known of a way after one more truck came that took so long (ms)."""
    seen = min(travel.seen + 1, OBSERVED_MOST)
    bound = OUTLIER * max(travel.spread, MINUTE)
    off = max(-bound, min(bound, took - travel.mean))
    mean = travel.mean + off // seen
    return Travel(seen, mean, travel.spread + (abs(off) - travel.spread) // seen)
