"""Rosters of the hidden world: told for every hour, ahead, and anew when a pilot does not come."""

from typing import Any

from correlation.instants import HOUR
from simulator.world.instants import written
from simulator.world.rosters import AHEAD, SHIFT, UNITS, on_duty, shifts_at
from tests.simulator.world.conftest import Told


def rosters(told: Told, system: str, kind: str) -> list[dict[str, Any]]:
    """Return what was said of who is on duty."""
    return [
        line.event
        for line in told.lines
        if line.event["type"] == "rada.vessel.roster-set"
        and line.event["partitionkey"] == system
        and line.event["data"].get("kind") == kind
    ]


def test_every_hour_of_a_run_has_a_roster(everything: Told) -> None:
    """From the beginning to the end, of pilots and of tugs, in each port."""
    for system, port in everything.world.ports.items():
        for kind in UNITS:
            spans = {
                each["data"]["span"]["from_at"]: each["data"]
                for each in rosters(everything, system, kind)
            }
            for begins in range(everything.world.begins, everything.world.ends, SHIFT):
                said = spans[written(begins)]
                assert said["span"]["to_at"] == written(begins + SHIFT)
                assert said["provider"] in port.voices.codes["NAU"]


def test_a_shift_is_told_as_it_is(everything: Told) -> None:
    """The first word of each shift is how many are to be on duty in it; tugs never change."""
    for system, port in everything.world.ports.items():
        for begins in range(everything.world.begins, everything.world.ends, SHIFT):
            said = [
                each["data"]["units_available"]
                for each in rosters(everything, system, "TUG")
                if each["data"]["span"]["from_at"] == written(begins)
            ]
            assert set(said) == {on_duty(port, "TUG", begins)}


def test_a_roster_stands_hours_before_its_shift(everything: Told) -> None:
    """At any instant the shifts that begin within ten hours have theirs."""
    at = everything.world.begins + 15 * HOUR

    assert [start for start, _ in shifts_at(at)] == [at - 7 * HOUR, at + HOUR, at + 9 * HOUR]
    assert AHEAD > SHIFT


def test_a_pilot_who_declines_is_missing_from_the_roster(everything: Told) -> None:
    """When he says so, one fewer is on duty than the shift was told to have."""
    seen = 0
    for system, port in everything.world.ports.items():
        declined = {
            line.event["time"]
            for line in everything.lines
            if line.event["type"] == "rada.vessel.service-changed"
            and line.event["partitionkey"] == system
            and line.event["data"].get("status") == "DECLINED"
        }
        for said in rosters(everything, system, "PILOT"):
            if said["time"] in declined:
                seen += 1
                begins = next(
                    start
                    for start in range(everything.world.begins, everything.world.ends, SHIFT)
                    if written(start) == said["data"]["span"]["from_at"]
                )
                assert said["data"]["units_available"] < on_duty(port, "PILOT", begins)
    assert seen
