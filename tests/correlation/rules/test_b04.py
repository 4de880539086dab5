"""B04 told like a port clerk: a ship that does not leave, and the one that waits for her place."""

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    CARRIER,
    NOON,
    OTHER_SHIP,
    SHIP,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_length,
    a_milestone,
    an_event,
    told,
)
from tests.correlation.rules.given_ship import PILOTS, a_service, a_unit

LEAVES = NOON + 10 * HOUR
PART = "COCTG/9999993/20261105/SPRC/1"


def of_b04(records: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was said of the overstay alone."""
    return told(one for one in records if one["code"] == "B04")


def a_ship_alongside(port: APort, *, follower_at: int | None = None) -> None:
    """Berth a ship that is to leave ten hours after noon, and plan another one on her place."""
    port.hear(
        a_length(200, at=NOON),
        a_berth_plan(NOON - HOUR, LEAVES, at=NOON - HOUR),
        a_milestone("ACT", NOON - HOUR, at=NOON, service="BERTH"),
        at=NOON,
    )
    if follower_at is not None:
        port.hear(
            a_length(150, at=NOON, ship=OTHER_SHIP),
            a_berth_plan(follower_at, follower_at + 20 * HOUR, at=NOON, ship=OTHER_SHIP),
            at=NOON,
        )


def test_a_ship_half_an_hour_behind_her_departure_is_told_in_yellow() -> None:
    """Nobody comes next: yellow, and only once the half hour is over."""
    port = APort()
    a_ship_alongside(port)

    before = port.wait(LEAVES + 30 * MINUTE)
    said = port.wait(LEAVES + 31 * MINUTE)

    assert before == []
    assert told(said) == [("B04", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == "B04|COCTG:SMDG:SPRC|COCTG/9999993/20261105"
    assert said[0]["action"][1]["code"] == "AGREE_DEPARTURE"


def test_a_ship_that_leaves_on_time_is_no_news() -> None:
    """She casts off a quarter of an hour late."""
    port = APort()
    a_ship_alongside(port, follower_at=LEAVES + 5 * HOUR)
    port.wait(LEAVES + 15 * MINUTE)

    now = LEAVES + 15 * MINUTE
    left = port.hear(a_milestone("ACT", now, at=now, service="BERTH", point="DEPA"), at=now)

    assert of_b04(left + port.wait(LEAVES + 3 * HOUR)) == []


def test_a_late_departure_foreseen_matters_when_the_next_ship_is_near() -> None:
    """90 minutes late: no news while the next ship is ten hours away, news at six hours."""
    port = APort()
    a_ship_alongside(port, follower_at=NOON + 11 * HOUR)
    late = a_milestone("EST", LEAVES + 90 * MINUTE, at=NOON + HOUR, service="BERTH", point="DEPA")

    early = port.hear(late, at=NOON + HOUR) + port.wait(NOON + 5 * HOUR - MINUTE)
    said = port.wait(NOON + 5 * HOUR)

    assert of_b04(early) == []
    assert of_b04(said) == [("B04", "RAISED", "ORANGE")]


def test_it_grows_red_as_the_next_ship_comes_nearer_and_ends_with_the_departure() -> None:
    """Red 3 hours before the next ship; cleared when she has left."""
    port = APort()
    a_ship_alongside(port, follower_at=LEAVES + 5 * HOUR)
    late = a_milestone("EST", LEAVES + 90 * MINUTE, at=NOON + HOUR, service="BERTH", point="DEPA")
    port.hear(late, at=NOON + HOUR)

    nearer = port.wait(LEAVES + 2 * HOUR)
    now = LEAVES + 2 * HOUR
    left = port.hear(a_milestone("ACT", now, at=now, service="BERTH", point="DEPA"), at=now)

    assert of_b04(nearer) == [("B04", "RAISED", "ORANGE"), ("B04", "RAISED_SEVERITY", "RED")]
    assert of_b04(left) == [("B04", "CLEARED", "RED")]


def test_a_new_departure_agreed_clears_it_when_no_berth_conflict_is_left() -> None:
    """The plan moves by two hours, and the next ship still finds the berth free."""
    port = APort()
    a_ship_alongside(port, follower_at=LEAVES + 5 * HOUR)
    late = a_milestone("EST", LEAVES + 90 * MINUTE, at=NOON + HOUR, service="BERTH", point="DEPA")
    port.hear(late, at=NOON + HOUR)
    port.wait(LEAVES)

    now = LEAVES
    agreed = port.hear(a_berth_plan(NOON - HOUR, LEAVES + 2 * HOUR, at=now), at=now)
    said = port.wait(now + 20 * MINUTE)

    assert of_b04(agreed) == []
    assert of_b04(said)[-1] == ("B04", "CLEARED", "ORANGE")


def test_a_ship_without_her_pilot_four_minutes_before_the_half_hour_is_told_then() -> None:
    """Her pilot is ordered and not on board; with him on board she has until the half hour."""
    waits, leaving = APort(), APort()
    pilot = a_unit("PILOT-1", "PILOT", LEAVES, LEAVES + HOUR)
    for port in (waits, leaving):
        a_ship_alongside(port)
        at, way = NOON + HOUR, "OUTB"
        port.hear(
            a_service(PART, "PILOTAGE", "CONFIRMED", at=at, direction=way, units=[pilot]), at=at
        )
    boards = LEAVES + 20 * MINUTE
    board = a_milestone("ACT", boards, at=boards, service="PILOTAGE", point="STRT", source=PILOTS)
    board["data"]["phase"] = "OUTB"
    leaving.hear(board, at=boards)

    assert of_b04(waits.wait(LEAVES + 25 * MINUTE)) == []
    assert of_b04(waits.wait(LEAVES + 27 * MINUTE)) == [("B04", "RAISED", "YELLOW")]
    assert of_b04(leaving.wait(LEAVES + 30 * MINUTE)) == []
    assert of_b04(leaving.wait(LEAVES + 31 * MINUTE)) == [("B04", "RAISED", "YELLOW")]


def test_the_agent_of_the_ship_that_waits_is_told_and_not_her_own() -> None:
    """Her own agent knows why she stays; whose ship finds the berth taken does not."""
    port = APort()
    a_ship_alongside(port, follower_at=LEAVES + 5 * HOUR)
    for ship, name, agent in (
        (SHIP, "COCTG/9999993/20261105", "agt-ctg-1"),
        (OTHER_SHIP, "COCTG/9999981/20261106", "agt-ctg-2"),
    ):
        said = {
            "vessel": ship,
            "arrival_at": written(LEAVES + 5 * HOUR if ship is OTHER_SHIP else NOON - HOUR),
            "terminal_calls": [{"facility": TERMINAL, "carrier": "RDA"}],
            "agent": agent,
            "refs": {"port": "COCTG", "vessel": ship},
        }
        announced = an_event("vessel.call-announced", name, said, at=NOON, source=CARRIER)
        port.hear(announced, at=NOON)

    records = [one for one in port.wait(LEAVES + 31 * MINUTE) if one["code"] == "B04"]

    told_to = {party["organisation"] for one in records for party in one["audience"]}
    assert "agt-ctg-2" in told_to
    assert "agt-ctg-1" not in told_to


def test_a_departure_agreed_anew_clears_the_conflict_and_the_stay_in_one_quarter_of_an_hour() -> (
    None
):
    """The next ship is moved, too: what only waits to be cleared is no conflict any more."""
    port = APort()
    a_ship_alongside(port, follower_at=LEAVES + 2 * HOUR)
    late = a_milestone("EST", LEAVES + 150 * MINUTE, at=NOON + HOUR, service="BERTH", point="DEPA")
    port.hear(late, at=NOON + HOUR)
    port.wait(LEAVES)
    assert {one["code"] for one in port.open_alerts().values()} == {"B03", "B04"}

    port.hear(
        a_berth_plan(NOON - HOUR, LEAVES + 150 * MINUTE, at=LEAVES),
        a_berth_plan(LEAVES + 6 * HOUR, LEAVES + 26 * HOUR, at=LEAVES, ship=OTHER_SHIP),
        at=LEAVES,
    )
    said = port.wait(LEAVES + 16 * MINUTE)

    assert [one for one in told(said) if one[1] == "CLEARED"] == [
        ("B03", "CLEARED", "RED"),
        ("B04", "CLEARED", "RED"),
    ]
