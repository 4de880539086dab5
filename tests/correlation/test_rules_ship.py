"""B01 and B03: ships off their agreed time, and two ships on the same metres."""

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    SHIP,
    TOS,
    APort,
    a_berth_plan,
    a_length,
    a_milestone,
    of,
    told,
    withdrawn,
)


def test_a_ship_five_hours_late_two_days_ahead_is_told_after_the_hold() -> None:
    """B01: more than tol(H) off the plan, true for 30 minutes, is raised once."""
    port = APort()
    plan, late = NOON + 48 * HOUR, NOON + 53 * HOUR
    assert port.hear(a_milestone("PLN", plan, at=NOON), at=NOON) == []
    assert port.hear(a_milestone("EST", late, at=NOON + 1), at=NOON + 1) == []

    said = port.wait(NOON + 2 * HOUR)

    assert told(said) == [("B01", "RAISED", "YELLOW")]
    assert said[0]["raised_at"] == "2026-11-05T12:30:00.001Z"
    assert said[0]["delta"] == {"name": "arrival_off_agreed", "value": 5.0, "unit": "h"}
    assert said[0]["act_by_at"] == "2026-11-07T06:00:00Z"


def test_a_ship_within_tolerance_is_no_news() -> None:
    """B01: an estimate within tol(H) of the plan raises nothing."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    port.hear(a_milestone("EST", NOON + 51 * HOUR, at=NOON), at=NOON)

    assert port.wait(NOON + 3 * HOUR) == []


def test_two_agreeing_updates_of_one_source_need_no_hold() -> None:
    """B01: a second update of the same source in the same direction raises at once."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    port.hear(a_milestone("EST", NOON + 53 * HOUR, at=NOON), at=NOON)

    said = port.hear(
        a_milestone("EST", NOON + 54 * HOUR, at=NOON + 5 * MINUTE), at=NOON + 5 * MINUTE
    )

    assert told(said) == [("B01", "RAISED", "YELLOW")]


def test_arrival_at_the_pilot_station_ends_the_alert() -> None:
    """B01: an actual closes it at once."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    port.hear(a_milestone("EST", NOON + 54 * HOUR, at=NOON), at=NOON)
    port.wait(NOON + HOUR)

    said = port.hear(a_milestone("ACT", NOON + 54 * HOUR, at=NOON + 54 * HOUR), at=NOON + 54 * HOUR)

    assert ("B01", "CLEARED") in [(one["code"], one["change"]) for one in said]
    assert port.open_alerts() == {}


def test_a_new_plan_clears_after_the_clear_hold() -> None:
    """B01: agreeing a new time clears it 15 minutes later, not before."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    port.hear(a_milestone("EST", NOON + 54 * HOUR, at=NOON), at=NOON)
    port.wait(NOON + HOUR)

    moved = port.hear(a_milestone("PLN", NOON + 54 * HOUR, at=NOON + HOUR), at=NOON + HOUR)
    before = port.wait(NOON + HOUR + 14 * MINUTE)
    after = port.wait(NOON + HOUR + 16 * MINUTE)

    assert moved == []
    assert before == []
    assert told(after) == [("B01", "CLEARED", "YELLOW")]


def test_an_estimate_taken_back_retracts_what_it_raised() -> None:
    """B01: a withdrawn fact was never true, so neither was the alert; it is said at once."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    estimate = a_milestone("EST", NOON + 54 * HOUR, at=NOON)
    port.hear(estimate, at=NOON)
    port.wait(NOON + HOUR)
    slot = {"service": "PILOT_BOARDING_PLACE", "point": "ARRI", "classifier": "EST"}

    said = port.hear(
        withdrawn(estimate, at=NOON + HOUR, refs={"port": "COCTG", "vessel": SHIP}, **slot),
        at=NOON + HOUR,
    )

    assert told(of("B01", said)) == [("B01", "RETRACTED", "YELLOW")]
    assert said[0]["because"].startswith("w-")


def two_ships(port: APort, *, second_arrives: int) -> None:
    """Plan two ships at the same metres, the second at the given hour after noon."""
    port.hear(
        a_length(200, at=NOON),
        a_berth_plan(NOON + 10 * HOUR, NOON + 30 * HOUR, at=NOON),
        a_length(150, at=NOON, ship=OTHER_SHIP),
        a_berth_plan(
            NOON + second_arrives * HOUR, NOON + 60 * HOUR, at=NOON, ship=OTHER_SHIP, bow_m=150
        ),
        at=NOON,
    )


def test_two_ships_on_the_same_metres_are_a_conflict() -> None:
    """B03: metres and hours overlap for over half an hour, after a 20 minute hold."""
    port = APort()
    two_ships(port, second_arrives=28)

    said = port.wait(NOON + HOUR)

    assert told(said) == [("B03", "RAISED", "ORANGE")]
    assert said[0]["params"]["overlap_span"] == 3 * HOUR
    assert said[0]["text"]["es"]["fact"].startswith("RADA EXAMPLE") is False


def test_ships_one_after_the_other_are_no_conflict() -> None:
    """B03: an hour and more between the stays raises nothing."""
    port = APort()
    two_ships(port, second_arrives=32)

    assert port.wait(NOON + HOUR) == []


def test_a_ship_that_moves_along_the_quay_ends_the_conflict() -> None:
    """B03: new metres clear it after 15 minutes."""
    port = APort()
    two_ships(port, second_arrives=28)
    port.wait(NOON + HOUR)

    port.hear(
        a_berth_plan(
            NOON + 28 * HOUR, NOON + 60 * HOUR, at=NOON + HOUR, ship=OTHER_SHIP, bow_m=400
        ),
        at=NOON + HOUR,
    )
    said = port.wait(NOON + 2 * HOUR)

    assert told(said) == [("B03", "CLEARED", "ORANGE")]


def test_a_new_place_is_waited_for_once_another_hour_is_agreed() -> None:
    """B03: agreed for 28 h on instead of 32, and where she lies then is told half an hour later."""
    placed, silent = APort(), APort()
    for port in (placed, silent):
        two_ships(port, second_arrives=32)
        agreed = a_milestone(
            "PLN",
            NOON + 28 * HOUR,
            at=NOON + HOUR,
            service="BERTH",
            ship=OTHER_SHIP,
            source=TOS,
        )
        port.hear(agreed, at=NOON + HOUR)
    place = a_berth_plan(
        NOON + 28 * HOUR, NOON + 60 * HOUR, at=NOON + HOUR, ship=OTHER_SHIP, bow_m=400
    )
    placed.wait(NOON + 90 * MINUTE)
    placed.hear(place, at=NOON + 90 * MINUTE)

    assert placed.wait(NOON + 5 * HOUR) == []
    assert silent.wait(NOON + 2 * HOUR - MINUTE) == []
    assert told(silent.wait(NOON + 3 * HOUR))[0] == ("B03", "RAISED", "ORANGE")


def test_an_estimate_that_has_stood_for_hours_needs_no_hold_when_less_is_borne() -> None:
    """An hour and a half behind is borne until six hours before, and told at that minute."""
    port = APort()
    agreed = NOON + 20 * HOUR
    port.hear(a_milestone("PLN", agreed, at=NOON), at=NOON)
    port.hear(a_milestone("EST", agreed + 90 * MINUTE, at=NOON), at=NOON)

    early = port.wait(agreed - 6 * HOUR - MINUTE)
    said = port.wait(agreed - 6 * HOUR)

    assert early == []
    assert told(said) == [("B01", "RAISED", "YELLOW")]
