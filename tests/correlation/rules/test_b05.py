"""B05 told like a port clerk: pilots, tugs and linesmen beside the hour of the ship."""

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    told,
)
from tests.correlation.rules.given_ship import PILOTS, a_service, a_unit

COMES = NOON + 30 * HOUR
PART = "COCTG/9999993/20261106/SPRC/1"
AGENT = "/COCTG/agt-ctg-1/calls"


def of_b05(records: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was said of nautical services alone."""
    return told(one for one in records if one["code"] == "B05")


def a_ship_to_come(port: APort) -> None:
    """Agree the pilot boarding place for 30 h from noon, the berth two hours behind."""
    port.hear(
        a_milestone("PLN", COMES, at=NOON),
        a_berth_plan(COMES + 2 * HOUR, COMES + 26 * HOUR, at=NOON),
        at=NOON,
    )


def a_pilot(at_hour: int, *, at: int) -> Event:
    """Return a V03: when the pilots plan to serve her."""
    return a_milestone("PLN", at_hour, at=at, service="PILOTAGE", point="STRT", source=PILOTS)


def test_a_pilot_planned_ninety_minutes_off_is_told_inside_a_day() -> None:
    """More than an hour off counts from 24 hours ahead, after ten minutes; red at two hours."""
    port = APort()
    a_ship_to_come(port)
    port.hear(a_pilot(COMES + 90 * MINUTE, at=NOON), at=NOON)

    early = port.wait(COMES - 24 * HOUR - MINUTE)
    said = port.wait(COMES - 2 * HOUR)

    assert of_b05(early) == []
    assert of_b05(said) == [("B05", "RAISED", "ORANGE"), ("B05", "RAISED_SEVERITY", "RED")]
    assert said[0]["dedup_key"] == "B05|COCTG/9999993/20261106|INBD|PILOTAGE"
    assert said[0]["delta"]["value"] == 90


def test_three_quarters_of_an_hour_off_count_only_inside_twelve_hours() -> None:
    """45 minutes are borne at 20 hours and no more at 12."""
    port = APort()
    a_ship_to_come(port)
    port.hear(a_pilot(COMES - 45 * MINUTE, at=NOON), at=NOON)

    early = port.wait(COMES - 12 * HOUR - MINUTE)
    said = port.wait(COMES - 11 * HOUR)

    assert of_b05(early) == []
    assert of_b05(said) == [("B05", "RAISED", "ORANGE")]


def test_a_new_time_of_the_pilot_clears_it_ten_minutes_later() -> None:
    """Within 20 minutes for ten minutes."""
    port = APort()
    a_ship_to_come(port)
    port.hear(a_pilot(COMES + 90 * MINUTE, at=NOON), at=NOON)
    port.wait(COMES - 20 * HOUR)

    now = COMES - 20 * HOUR
    moved = port.hear(a_pilot(COMES + 10 * MINUTE, at=now), at=now)
    said = port.wait(now + 11 * MINUTE)

    assert of_b05(moved) == []
    assert of_b05(said) == [("B05", "CLEARED", "ORANGE")]


def test_tugs_that_nobody_took_are_missing_six_hours_ahead() -> None:
    """Required, not ordered: told at six hours and the hold; an order ends it."""
    port = APort()
    a_ship_to_come(port)
    port.hear(a_service(PART, "TOWAGE", "REQUIRED", at=NOON, units_required=2), at=NOON)
    berths = COMES + 2 * HOUR

    early = port.wait(berths - 6 * HOUR - MINUTE)
    said = port.wait(berths - 5 * HOUR)

    assert of_b05(early) == []
    assert of_b05(said) == [("B05", "RAISED", "ORANGE")]
    assert said[0]["template"] == "b05.missing"
    assert said[0]["action"][0]["params"]["units"] == 2


def test_a_pilot_who_declines_does_so_whether_the_ship_is_late_or_not() -> None:
    """She is three hours late and her pilot was re-timed and then declined: nothing behind it."""
    port = APort()
    a_ship_to_come(port)
    late = COMES + 3 * HOUR
    port.wait(COMES - 4 * HOUR)
    now = COMES - 4 * HOUR
    port.hear(a_milestone("EST", late, at=now), at=now)
    port.wait(now + HOUR)
    now += HOUR
    port.hear(a_service(PART, "PILOTAGE", "DECLINED", at=now, units_required=1), at=now)

    port.wait(now + 20 * MINUTE)

    codes = {one["code"]: one["root_cause"] for one in port.open_alerts().values()}
    assert codes["B05"] is None
    assert "B01" in codes


def test_one_tug_of_two_is_too_few() -> None:
    """Two are required and one is ordered; the second one clears it."""
    port = APort()
    a_ship_to_come(port)
    tugs = [a_unit(f"tug-{n}", "TUG", COMES, COMES + 2 * HOUR) for n in (1, 2)]
    port.hear(
        a_service(PART, "TOWAGE", "ORDERED", at=NOON, units=tugs[:1], units_required=2), at=NOON
    )
    said = port.wait(COMES - 20 * HOUR)

    now = COMES - 20 * HOUR
    port.hear(a_service(PART, "TOWAGE", "ORDERED", at=now, units=tugs, units_required=2), at=now)
    after = port.wait(now + 11 * MINUTE)

    assert of_b05(said) == [("B05", "RAISED", "ORANGE")]
    assert said[0]["template"] == "b05.short"
    assert of_b05(after) == [("B05", "CLEARED", "ORANGE")]


def test_one_tug_for_two_ships_at_once_is_told_of_both() -> None:
    """Twenty minutes together are too long; ten are borne."""
    for minutes, expected in ((10, 0), (20, 2)):
        port = APort()
        a_ship_to_come(port)
        second = COMES + 2 * HOUR
        port.hear(
            a_milestone("PLN", second, at=NOON, ship=OTHER_SHIP),
            a_berth_plan(second, second + 20 * HOUR, at=NOON, ship=OTHER_SHIP, bow_m=600),
            at=NOON,
        )
        other = "COCTG/9999981/20261106/SPRC/1"
        begins = second - minutes * MINUTE
        mine = [a_unit("tug-1", "TUG", COMES, second)]
        theirs = [a_unit("tug-1", "TUG", begins, second + HOUR)]
        port.hear(
            a_service(PART, "TOWAGE", "CONFIRMED", at=NOON, units=mine),
            a_service(other, "TOWAGE", "CONFIRMED", at=NOON, units=theirs),
            at=NOON,
        )

        said = port.wait(COMES - 20 * HOUR)

        assert [one["template"] for one in said if one["code"] == "B05"] == [
            "b05.double"
        ] * expected


def test_a_ship_that_is_there_early_waits_for_the_agreed_hour() -> None:
    """She is at the boarding place twelve hours early; her pilot is for the agreed hour."""
    port, there = APort(), COMES - 12 * HOUR
    a_ship_to_come(port)
    port.hear(a_pilot(COMES, at=NOON), at=NOON)
    port.wait(there, step=HOUR)
    port.hear(a_milestone("ACT", there, at=there), at=there)

    assert of_b05(port.wait(there + 2 * HOUR)) == []


def a_ship_at_the_roads(port: APort) -> int:
    """Let her come on time, with a pilot as agreed; return when she anchors."""
    a_ship_to_come(port)
    port.hear(a_pilot(COMES, at=NOON), at=NOON)
    port.wait(COMES, step=HOUR)
    port.hear(a_milestone("ACT", COMES, at=COMES), at=COMES)
    return COMES + 10 * MINUTE


def test_pilots_of_a_ship_at_the_roads_wait_for_the_word_of_her_new_hour() -> None:
    """Her berth is put off by nine hours, her pilot too; the hour to board is heard hours later."""
    port = APort()
    now = a_ship_at_the_roads(port)
    board = COMES + 9 * HOUR
    port.hear(a_berth_plan(board + 2 * HOUR, board + 26 * HOUR, at=now), at=now)
    moved = now + 10 * MINUTE
    port.hear(a_pilot(board, at=moved), at=moved)

    before = port.wait(now + 3 * HOUR)
    after = port.hear(a_milestone("PLN", board, at=now), at=now + 3 * HOUR)
    after += port.wait(now + 4 * HOUR)

    assert [one for one in of_b05(before) if one[1] == "RAISED"] == []
    assert of_b05(after) == []


def test_a_berth_plan_that_is_told_again_leaves_the_agreed_hour_as_it_is() -> None:
    """Only her departure moves: a pilot put off without a reason is told."""
    port = APort()
    now = a_ship_at_the_roads(port)
    port.hear(a_berth_plan(COMES + 2 * HOUR, COMES + 30 * HOUR, at=now), at=now)
    port.hear(a_pilot(COMES + 9 * HOUR, at=now), at=now)

    said = port.wait(now + 20 * MINUTE)

    assert ("B05", "RAISED", "RED") in of_b05(said)


def test_tugs_off_her_new_hour_to_board_are_the_trouble_that_closed_within_the_hour() -> None:
    """The word of it was 25 minutes under way, and the hour alongside is heard before it."""
    port = APort()
    a_ship_to_come(port)
    a_tug = [a_unit("tug-1", "TUG", COMES, COMES + 2 * HOUR)]
    now = COMES - 6 * HOUR
    port.wait(now, step=HOUR)
    port.hear(a_service(PART, "TOWAGE", "CONFIRMED", at=now, units=a_tug, units_required=1), at=now)
    port.hear(a_milestone("EST", COMES + HOUR, at=now), at=now)
    port.wait(now + 20 * MINUTE)
    a_tug = [a_unit("tug-1", "TUG", COMES + HOUR, COMES + 3 * HOUR)]
    mended = now + 20 * MINUTE
    port.hear(
        a_service(PART, "TOWAGE", "CONFIRMED", at=mended, units=a_tug, units_required=1), at=mended
    )
    closed = port.wait(mended + 50 * MINUTE)
    so = mended + 50 * MINUTE
    port.hear(a_milestone("EST", COMES + 4 * HOUR, at=so, service="BERTH"), at=so + 5 * MINUTE)
    port.wait(so + 25 * MINUTE)
    port.hear(a_milestone("EST", COMES + 2 * HOUR, at=so), at=so + 25 * MINUTE)

    said = port.wait(so + 40 * MINUTE)

    assert [one[1] for one in of_b05(closed)] == ["CLEARED"]
    assert [one[1] for one in of_b05(said)] == ["REOPENED"]


def expected_alongside(berths: int, *, at: int) -> Event:
    """Return a V03: when her agent expects her at the berth."""
    return a_milestone("EST", berths, at=at, service="BERTH", source=AGENT)


def test_a_ship_whose_berth_is_expected_later_boards_her_pilot_as_much_later() -> None:
    """One source tells both hours; the word of the later hour to board may be long under way."""
    port = APort()
    a_ship_to_come(port)
    now = COMES - 8 * HOUR
    boards = a_milestone("EST", COMES, at=now, source=AGENT)
    port.hear(boards, expected_alongside(COMES + 2 * HOUR, at=now), at=now)
    port.hear(a_pilot(COMES, at=now), at=now)

    early = port.wait(now + HOUR)
    now += HOUR
    port.hear(expected_alongside(COMES + 4 * HOUR, at=now), at=now)
    said = port.wait(now + HOUR)
    boards = a_milestone("EST", COMES + 2 * HOUR, at=now, source=AGENT)
    after = port.hear(boards, at=now + HOUR)

    assert of_b05(early) == []
    assert of_b05(said) == [("B05", "RAISED", "ORANGE")]
    assert said[-1]["delta"]["value"] == -120
    assert {change for _, change, _ in of_b05(after)} <= {"UPDATED"}
