"""B05 beside a roster: who is on duty at the hour that a ship needs, and when somebody is free."""

from correlation.instants import DAY, HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    SYSTEM,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    withdrawn,
)
from tests.correlation.rules.given_ship import a_roster, a_service, a_unit
from tests.correlation.rules.test_b05 import COMES, PART, a_ship_to_come, of_b05

OTHER = "COCTG/9999981/20261106/SPRC/1"
DECLINED_AT = COMES - 5 * HOUR


def with_a_pilot_who_declines(*rosters: Event, taken: int = 0) -> Event:
    """Return what is said of a ship whose pilot declines, while others have taken so many."""
    port = APort()
    a_ship_to_come(port)
    second = COMES + 2 * HOUR
    port.hear(
        a_milestone("PLN", second, at=NOON, ship=OTHER_SHIP),
        a_berth_plan(second, second + 20 * HOUR, at=NOON, ship=OTHER_SHIP, bow_m=600),
        at=NOON,
    )
    units = [
        a_unit(f"pilot-{number}", "PILOT", COMES - HOUR, COMES + HOUR) for number in range(taken)
    ]
    if units:
        port.hear(a_service(OTHER, "PILOTAGE", "CONFIRMED", at=NOON, units=units), at=NOON)
    port.hear(*rosters, at=NOON)
    port.wait(DECLINED_AT, step=HOUR)
    port.hear(a_service(PART, "PILOTAGE", "DECLINED", at=DECLINED_AT), at=DECLINED_AT)
    said = [one for one in port.wait(DECLINED_AT + 15 * MINUTE) if one["code"] == "B05"]
    mine = [one for one in said if one["dedup_key"].startswith("B05|COCTG/9999993")]
    assert of_b05(mine) == [("B05", "RAISED", "ORANGE")]
    return mine[0]


def a_day_of(units: int) -> Event:
    """Return the pilots of the day on which she comes."""
    return a_roster(units, COMES - 12 * HOUR, COMES + 12 * HOUR, at=NOON)


def test_without_a_roster_the_hour_of_the_ship_is_proposed() -> None:
    """Nobody says who is on duty: the order is for the hour at which she moves."""
    said = with_a_pilot_who_declines()

    assert said["template"] == "b05.missing"
    assert said["action"][0]["params"]["at"] == COMES
    assert said["params"]["on_duty"] is None


def test_with_a_free_pilot_the_hour_of_the_ship_is_proposed() -> None:
    """Two are on duty and one is taken: the other one can be ordered, and the roster proves it."""
    said = with_a_pilot_who_declines(a_day_of(2), taken=1)

    assert said["template"] == "b05.missing"
    assert said["action"][0]["params"]["at"] == COMES
    assert "rada.vessel.roster-set" in {each["type"] for each in said["evidence"]}


def test_where_nobody_is_free_the_next_common_hour_is_proposed() -> None:
    """Both pilots serve another ship until an hour later: that is when she can have one."""
    said = with_a_pilot_who_declines(a_day_of(2), taken=2)

    assert said["template"] == "b05.none_free"
    assert said["action"][0]["params"]["at"] == COMES + HOUR
    assert "2" in said["text"]["en"]["fact"]
    assert said["params"]["free_units"] == 0


def test_a_shift_without_anybody_is_passed_over() -> None:
    """The night has nobody on duty; the morning shift, four hours later, has."""
    night = a_roster(0, COMES - 4 * HOUR, COMES + 4 * HOUR, at=NOON)
    morning = a_roster(3, COMES + 4 * HOUR, COMES + 12 * HOUR, at=NOON)

    said = with_a_pilot_who_declines(night, morning)

    assert said["template"] == "b05.none_free"
    assert said["action"][0]["params"]["at"] == COMES + 4 * HOUR


def test_the_newest_word_of_a_span_rules() -> None:
    """Two were to be there and one fell ill; the word of it comes later, and is of later."""
    before = a_day_of(1)
    ill = a_roster(0, COMES - 12 * HOUR, COMES + 12 * HOUR, at=NOON + MINUTE)

    said = with_a_pilot_who_declines(before, ill)

    assert said["params"]["on_duty"] == 0


def test_tugs_are_no_pilots() -> None:
    """A roster of tugs says nothing of who can pilot her."""
    tugs = a_roster(0, COMES - DAY, COMES + DAY, at=NOON, kind="TUG")

    assert with_a_pilot_who_declines(tugs)["template"] == "b05.missing"


def test_a_roster_alone_alerts_nobody() -> None:
    """Nobody on duty is no mismatch of a service that is ordered for the right hour."""
    port = APort()
    a_ship_to_come(port)
    unit = [a_unit("pilot-1", "PILOT", COMES, COMES + 2 * HOUR)]
    port.hear(a_service(PART, "PILOTAGE", "CONFIRMED", at=NOON, units=unit), at=NOON)
    port.hear(a_roster(0, COMES - 12 * HOUR, COMES + 12 * HOUR, at=NOON), at=NOON)

    assert of_b05(port.wait(COMES - 2 * HOUR)) == []


def test_a_roster_that_is_taken_back_says_nothing_any_more() -> None:
    """It was sent by mistake: the hour of the ship is proposed as if nobody had spoken."""
    wrong = a_day_of(0)

    said = with_a_pilot_who_declines(wrong, withdrawn(wrong, at=NOON + MINUTE))

    assert said["template"] == "b05.missing"
    assert said["params"]["on_duty"] is None


def test_a_roster_is_forgotten_a_day_after_its_span() -> None:
    """A pilot of last week is on duty nowhere."""
    port = APort()
    port.hear(a_roster(2, NOON, NOON + 8 * HOUR, at=NOON), at=NOON)

    port.wait(NOON + 31 * HOUR, step=HOUR)
    assert len(port.state.ports[SYSTEM].rosters) == 1
    port.wait(NOON + 33 * HOUR, step=HOUR)
    assert len(port.state.ports[SYSTEM].rosters) == 0
