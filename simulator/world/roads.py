"""The land corridors of a port: which way a truck comes, and where on it somebody sees it.

A place says that a truck passed; who knows how long it usually takes from there knows when it will
be at the gate, about. That is no more than what a profile says of its corridors.
"""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from contracts.corridors import Waypoint
from correlation.instants import HOUR, MINUTE
from simulator.world.boxes import Appointment
from simulator.world.chance import clipped, lognormal
from simulator.world.instants import whole
from simulator.world.port import Port, Steps
from simulator.world.telling import of_trucks as say

TRAVEL_HOURS: Final = (1.5, 4.0)
FAR_HOURS: Final = (6.0, 16.0)
FAR: Final = 0.04
"""Share of trucks that come from beyond a border, or as far (common practice, as is all here)."""
THROUGH: Final = 0.6
"""Share of trucks that come by a corridor; the others start in the city."""
DEVIATION: Final = 1.25
"""Standard over mean deviation of what is normally spread."""
WAITING: Final = ("ANTE_PORT", "PARKING")
FASTEST: Final = 0.6
"""Of the usual time of a way: lorries make 45 km/h on it and may drive 80 at the most."""
WAITS: Final = 18.0
"""Minutes that a truck stands at an ante-port, median."""
STEP: Final = 5 * MINUTE
"""An expectation is no more exact than that."""


class Passage(NamedTuple):
    """A truck at a place: when, whether it comes in, goes out or through, how long it stood."""

    at: int
    waypoint: Waypoint
    step: str
    waited: int = 0


def travel(chance: Random) -> int:
    """Draw how long a truck drives to the port, ms."""
    hours = FAR_HOURS if chance.random() < FAR else TRAVEL_HOURS
    return whole(chance.uniform(*hours) * HOUR, MINUTE)


def passages(port: Port, facility: str, arrives: int, chance: Random) -> list[Passage]:
    """Draw where a truck that arrives at a gate at an instant is seen before it, in order."""
    roads = [
        road.waypoints
        for road in port.community.corridors
        if all(point.kind != "RAIL_RAMP" for point in road.waypoints)
    ]
    if not roads or chance.random() >= THROUGH:
        return []
    way, luck = chance.choice(roads), chance.gauss(0, 1)
    found = [seen for point in way for seen in _at(point, facility, (arrives, luck), chance)]
    return sorted(
        (each for each in found if each.at > port.now), key=lambda each: (each.at, each.step)
    )


def _at(
    point: Waypoint, facility: str, trip: tuple[int, float], chance: Random
) -> Iterator[Passage]:
    """Yield when a truck is at a place; `trip`: when it arrives, and how the road is to it."""
    arrives, luck = trip
    usual, spread = point.usual_to(facility), point.spread_to(facility)
    minutes = clipped(usual + DEVIATION * spread * luck, usual * FASTEST, usual * 2.0)
    left_at = arrives - whole(minutes * MINUTE)
    if point.kind not in WAITING:
        yield Passage(left_at, point, "OUT" if point.kind in ("DRY_PORT", "DEPOT") else "THROUGH")
        return
    waits = whole(lognormal(chance, WAITS, 0.6) * MINUTE)
    yield Passage(left_at - waits, point, "IN")
    yield Passage(left_at, point, "OUT", waits)


def expected_at(passage: Passage, facility: str) -> int:
    """Return when a truck is expected at a gate by where it went on, in steps of five minutes."""
    at = passage.at + passage.waypoint.usual_to(facility) * MINUTE
    return (at + STEP // 2) // STEP * STEP


def driven(port: Port, made: Appointment, arrives: int, chance: Random) -> Steps:
    """Drive through a corridor, if that is the way, and be seen; yields each passage once told."""
    own, is_moving = (made.comes_at, made.comes_told_at), made.is_moving
    facility = made.gate.partition("/")[0]
    for passage in passages(port, facility, arrives, chance):
        yield port.wait(passage.at)
        if made.state == "CANCELLED":
            return
        made.passed, told = passage, say.sighted(port.voices, made, port.now, passage)
        if passage.step == "IN":  # nobody knows when who stands there goes on
            made.comes_at, made.comes_told_at = own
            made.is_moving, made.is_seen = is_moving, False
        else:
            made.comes_at, made.comes_told_at = expected_at(passage, facility), told
            made.is_moving = made.is_seen = True
        port.watch.truck(made)
