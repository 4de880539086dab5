"""The land corridors of a profile: places, usual minutes, and what is refused."""

from typing import Any, get_args

import pytest

from contracts.corridors import WaypointKind
from contracts.gate import WAYPOINT_KIND
from tests.contracts.test_profile import SPRC, TCC, Json, a_profile, community, problem_of

ANTE_PORT: Json = {
    "place": "AP-1",
    "name": "Antepuerto",
    "kind": "ANTE_PORT",
    "usual_minutes": 40,
    "minutes_to": {TCC: 80},
}


def with_waypoints(*changes: Json) -> Json:
    points = [ANTE_PORT | change for change in changes]
    return a_profile(corridors=[{"id": "NORTE", "name": "Vía norte", "waypoints": points}])


def test_a_waypoint_says_how_long_it_takes_to_each_terminal() -> None:
    """The usual minutes, those to a terminal farther off, and a quarter of them as spread."""
    known = community(corridors=with_waypoints({})["corridors"]).waypoints["AP-1"]

    assert (known.usual_to(SPRC), known.usual_to(TCC)) == (40, 80)
    assert (known.spread_to(SPRC), known.spread_to(TCC)) == (10, 20)


def test_the_kinds_of_places_are_those_that_events_name() -> None:
    """A profile knows no kind that `waypoint-passed` does not, nor the other way round."""
    assert get_args(WaypointKind) == WAYPOINT_KIND.values


@pytest.mark.parametrize(
    ("profile", "field", "allowed"),
    [
        (
            with_waypoints({"kind": "TOLL"}),
            "corridors[0].waypoints[0].kind",
            "one of ANTE_PORT, DRY_PORT, WEIGHBRIDGE",
        ),
        (with_waypoints({"usual_minutes": 0}), "corridors[0].waypoints[0].usual_minutes", "1 or"),
        (
            with_waypoints({"usual_minutes": 4000}),
            "corridors[0].waypoints[0].usual_minutes",
            "2880 or less",
        ),
        (
            with_waypoints({"place": "ap 1"}),
            "corridors[0].waypoints[0].place",
            "pattern",
        ),
        (
            with_waypoints({"minutes_to": {"COCTG:SMDG:OTHER": 5}}),
            "corridors.0.waypoints.0.minutes_to",
            f"one of {SPRC}, {TCC}; found COCTG:SMDG:OTHER",
        ),
        (with_waypoints({}, {}), "corridors", "twice there is AP-1"),
        (
            a_profile(corridors=[{"id": "N", "name": "Norte", "waypoints": []}]),
            "corridors[0].waypoints",
            "1",
        ),
    ],
)
def test_a_wrong_corridor_is_told_where_and_what_is_allowed(
    profile: dict[str, Any], field: str, allowed: str
) -> None:
    """Whoever keeps the profile mends the named field."""
    problem = problem_of(profile)

    assert problem.field == field
    assert allowed in problem.allowed
