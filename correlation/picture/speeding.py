"""Whether somebody on the road was at the gate sooner than anybody can drive there.

A profile says how many minutes the way from a place of a corridor to a gate usually takes, at what
lorries make on average. Faster than lorries may go, it was another truck, or another box.
"""

from msgspec import Struct

from correlation.instants import MINUTE
from correlation.picture.corridors import MOVED_ON, TURNED, said_at, waypoint_of
from correlation.picture.journeys import Journey
from correlation.picture.port import Port
from correlation.picture.sources import source_key
from correlation.statements import Slot, Statement


class TooFast(Struct, frozen=True, gc=False):
    """Two sightings that one truck cannot both be: how long it took, and at least takes (ms)."""

    place: str
    first: Statement
    then: Statement
    took: int
    least: int


def too_fast(port: Port, journey: Journey) -> TooFast | None:
    """Return the last place that a truck left too shortly before it was at the gate."""
    if journey.mode != "TRUCK" or not journey.facility:
        return None
    policy = port.policy
    arrivals = {sign: slot for sign, slot in journey.arrivals.items() if sign != TURNED}
    arrived = min(_believed(port, arrivals), key=said_at, default=None)
    if arrived is None:
        return None
    left = [
        said
        for said in _believed(port, journey.passages)
        if said.get("step") in MOVED_ON and said.get("direction") == "TO_PORT"
    ]
    for said in sorted(left, key=said_at, reverse=True):
        waypoint = waypoint_of(port, str(said.get("place")))
        minutes = waypoint.usual_to(journey.facility) if waypoint else 0
        took = said_at(arrived) - said_at(said)
        if waypoint is None or minutes < policy.road_least_minutes or took < 0:
            continue
        least = int(minutes * MINUTE * policy.road_usual_kmh / policy.road_most_kmh)
        return TooFast(waypoint.name, said, arrived, took, least) if took < least else None
    return None


def _believed(port: Port, slots: dict[str, Slot]) -> list[Statement]:
    """Return what rules of each slot, but not by a clock that is known to be ahead."""
    found = [said for slot in slots.values() if (said := port.ruling(slot))]
    return [said for said in found if not _is_ahead(port, said.source)]


def _is_ahead(port: Port, source: str) -> bool:
    known = port.sources.get(source_key(source, "gate"))
    return known is not None and known.ahead_at > known.fine_at
