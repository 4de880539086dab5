"""When a truck or train that was seen on its way will be at the gate, and how sure that is.

Only what left a waypoint towards the port is expected: who stands at one goes on nobody knows
when. The spread is a mean deviation; 8/5 of it on either side are the p10 and p90 of what is
normally spread (1.2816 x 1.2533), once it added is about the p80.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from contracts.corridors import Waypoint
from correlation.instants import MINUTE, hour_of_week, written
from correlation.picture.entities import Appointment
from correlation.picture.journeys import Journey, Travel, learned, usual
from correlation.picture.port import Port
from correlation.picture.wrong_clocks import seen_at
from correlation.statements import Slot, Statement

MOVED_ON: Final = ("OUT", "THROUGH")
TURNED: Final = "TURNED_AWAY"
WAITING: Final = ("ANTE_PORT", "PARKING")
SHOWN_STEP: Final = 5 * MINUTE
"""An expectation is told in steps of five minutes: it is no more exact than that."""


class Expected(Struct, frozen=True, gc=False):
    """When somebody on the way is expected at the gate, give or take `spread` (ms).

    `said` is the passage that this rests on, in words that show place, time and spread. `is_there`
    once the gate saw it: then `at` is when.
    """

    at: int
    spread: int
    place: str
    seen_at: int
    said: Statement
    is_there: bool = False


def waypoint_of(port: Port, place: str) -> Waypoint | None:
    """Return the place of a corridor with this code, if the profile has it."""
    return port.community.waypoints.get(place) if port.community else None


def travel_from(port: Port, waypoint: Waypoint, facility: str, at: int) -> Travel:
    """Return how long it takes from a waypoint to a terminal for who leaves at an instant."""
    known = port.travel.get(_way(waypoint.place, facility, at))
    return known or usual(waypoint.usual_to(facility), waypoint.spread_to(facility))


def _way(place: str, facility: str, at: int) -> str:
    return f"{place}|{facility}|{hour_of_week(at)}"


def learn_from(port: Port, journey: Journey) -> None:
    """Learn from a journey that is over how long it took from each waypoint to the gate.

    It is asked once, when the journey is let go: all corrections of its facts are in by then.
    """
    arrived_at = arrival_of(port, journey)
    if arrived_at is None or not journey.facility:
        return
    for key in sorted(journey.passages):
        said = port.ruling(journey.passages[key])
        waypoint = waypoint_of(port, key.partition("|")[0])
        if said is None or waypoint is None or not _goes_on(said) or said.get("is_foreseen"):
            continue
        left_at = said_at(said)
        if left_at < arrived_at:
            before = travel_from(port, waypoint, journey.facility, left_at)
            way = _way(waypoint.place, journey.facility, left_at)
            port.travel.put(way, learned(before, arrived_at - left_at))


def arrival_of(port: Port, journey: Journey) -> int | None:
    """Return when a journey was first seen at the gate after it was on the way, or None."""
    first = min((said_at(said) for said in _rulings(port, journey.passages)), default=0)
    seen = [said_at(said) for said in _rulings(port, journey.arrivals)]
    return min((at for at in seen if at >= first), default=None)


def said_at(said: Statement) -> int:
    """Return the instant that a sighting or an arrival speaks of, by a clock that is right."""
    return seen_at(said) or 0


def _rulings(port: Port, slots: dict[str, Slot]) -> list[Statement]:
    return [said for slot in slots.values() if (said := port.ruling(slot))]


def _goes_on(said: Statement) -> bool:
    return said.get("step") in MOVED_ON and said.get("direction") == "TO_PORT"


def last_seen(port: Port, journey: Journey) -> Statement | None:
    """Return the latest sighting of a journey."""
    seen = _rulings(port, journey.passages)
    return seen[0] if len(seen) == 1 else max(seen, key=_when, default=None)


def _when(said: Statement) -> tuple[int, str, bool]:
    """Order sightings: the latest; at one place and instant, having left it comes last."""
    return said_at(said), str(said.get("place")), said.get("step") in MOVED_ON


def expected_of(port: Port, journey: Journey, facility: str) -> Expected | None:
    """Return when a journey is expected at the gate of a terminal, or was there."""
    said = last_seen(port, journey)
    if said is None or not facility or TURNED in journey.arrivals:
        return None
    place, seen_at = str(said.get("place")), said_at(said)
    there_at = arrival_of(port, journey)
    if there_at is not None and journey.mode != "RAIL":  # the boxes of a train come off one by one
        return Expected(there_at, 0, place, seen_at, said, is_there=True)
    if said.get("step") == "ARRI":  # a train at the terminal's own ramp
        return _shown(Expected(seen_at, 0, place, seen_at, said))
    waypoint = waypoint_of(port, place)
    if waypoint is None or not _goes_on(said):
        return None
    travel = travel_from(port, waypoint, facility, seen_at)
    at = (seen_at + travel.mean + SHOWN_STEP // 2) // SHOWN_STEP * SHOWN_STEP
    spread = -(-travel.spread // SHOWN_STEP) * SHOWN_STEP
    return _shown(Expected(max(at, seen_at), spread, waypoint.name, seen_at, said))


def _shown(expected: Expected) -> Expected:
    said = expected.said
    words = (
        f"{said.get('place')} {said.get('step')} {written(expected.seen_at)},"
        f" gate {written(expected.at)} +/- {expected.spread // MINUTE} min"
    )
    return replace(expected, said=replace(said, value=words))


def on_the_way(port: Port, names: Iterable[str], facility: str) -> Expected | None:
    """Return the newest sighting of whoever brings one of these: appointment ids, box numbers."""
    if not port.journeys_of:
        return None
    found: list[tuple[int, str, Expected | None]] = []
    for name in names:
        for identity in port.journeys_of.get(name, ()):
            journey = port.journeys[identity]
            said = last_seen(port, journey)
            if said is not None:
                expected = expected_of(port, journey, facility)
                found.append((said_at(said), identity, expected))
    return max(found, key=lambda one: one[:2])[2] if found else None


def aboard_of(appointment: Appointment) -> list[str]:
    """Return the boxes that the truck of an appointment brings, and so has aboard."""
    return [task.box for task in appointment.tasks if task.box and task.direction == "DELIVER"]


def of_appointment(port: Port, appointment: Appointment) -> Expected | None:
    """Return when the truck of an appointment is expected, as seen on its way and not as it says.

    The newer of both counts: what the truck said itself after it was seen is better known.
    """
    if not port.journeys_of:
        return None
    names = (appointment.id, *aboard_of(appointment))
    expected = on_the_way(port, names, appointment.facility)
    if expected is None or expected.is_there:
        return None
    own_word = port.ruling(appointment.truck_eta)
    if own_word and own_word.known_at >= expected.said.known_at:
        return None
    return expected


def told(expected: Expected | None) -> tuple[tuple[str, str | int], ...]:
    """Return what texts say of a sighting: where and when, and when at the gate, how surely."""
    if expected is None:
        return ()
    return (
        ("place", expected.place),
        ("seen_at", expected.seen_at),
        ("arrives_at", expected.at),
        ("spread_span", expected.spread),
    )


def word_of(expected: Expected | None) -> Statement | None:
    """Return a sighting as evidence."""
    return None if expected is None else expected.said


def waiting_place(port: Port, facility: str) -> str | None:
    """Return where trucks for a terminal wait: the nearest ante-port of the profile, or parking."""
    known = port.community.waypoints.values() if port.community else ()
    waits = [
        (WAITING.index(point.kind), point.usual_to(facility), point.place)
        for point in known
        if point.kind in WAITING
    ]
    return min(waits)[2] if waits else None


def seen_ahead(port: Port, buckets: Iterable[str]) -> list[Expected]:
    """Return the sightings of the trucks that a gate expects in these half hours, by half hour."""
    journeys = [port.journeys[name] for bucket in buckets for name in port.on_road.get(bucket, ())]
    found = [expected_of(port, journey, journey.facility) for journey in journeys]
    return [expected for expected in found if expected]
