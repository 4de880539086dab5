"""B07 told like a port clerk: the harbour closes, and which ships that concerns."""

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    TERMINAL,
    APort,
    a_berth_plan,
    a_length,
    a_milestone,
    told,
    withdrawn,
)
from tests.correlation.rules.given_ship import SWELL, a_condition, particulars


def a_ship_for_tomorrow(port: APort) -> None:
    """Agree the pilot for 30 h from noon, the berth two hours later, departure a day later."""
    port.hear(
        a_milestone("PLN", NOON + 30 * HOUR, at=NOON),
        a_berth_plan(NOON + 32 * HOUR, NOON + 56 * HOUR, at=NOON),
        at=NOON,
    )


def test_swell_forecast_over_the_pilot_time_is_told_and_grows_worse() -> None:
    """Yellow as a forecast over a day ahead, orange inside a day, red when it is in force."""
    port = APort()
    a_ship_for_tomorrow(port)

    said = port.hear(a_condition(NOON + 28 * HOUR, NOON + 40 * HOUR, at=NOON), at=NOON)
    nearer = port.wait(NOON + 5 * HOUR)
    now = NOON + 28 * HOUR
    closed = port.hear(a_condition(now, NOON + 40 * HOUR, at=now, classifier="ACT"), at=now)

    assert told(said) == [("B07", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == f"B07|COCTG|{SWELL}|COCTG/9999993/20261106"
    assert said[0]["root_cause"] == SWELL
    assert said[0]["act_by_at"] == "2026-11-06T10:00:00Z"
    assert "marejada" in said[0]["text"]["es"]["fact"]
    assert told(nearer) == [("B07", "RAISED_SEVERITY", "ORANGE")]
    assert told(closed) == [("B07", "RAISED_SEVERITY", "RED")]


def test_a_closure_that_ends_before_the_ship_comes_is_no_news() -> None:
    """An hour before the pilot and half an hour behind the berth are the margins, no more."""
    port = APort()
    a_ship_for_tomorrow(port)

    before = a_condition(NOON + 10 * HOUR, NOON + 29 * HOUR, at=NOON)
    between = a_condition(NOON + 33 * HOUR, NOON + 54 * HOUR, at=NOON, name="cnd:COCTG:pa-ctg:115")

    assert port.hear(before, between, at=NOON) == []
    assert port.wait(NOON + 9 * HOUR) == []


def test_a_ship_moved_behind_the_closure_clears_it_after_a_quarter_of_an_hour() -> None:
    """New times behind the closure clear it 15 minutes later."""
    port = APort()
    a_ship_for_tomorrow(port)
    port.hear(a_condition(NOON + 28 * HOUR, NOON + 40 * HOUR, at=NOON), at=NOON)

    moved = port.hear(
        a_milestone("PLN", NOON + 42 * HOUR, at=NOON + HOUR),
        a_berth_plan(NOON + 44 * HOUR, NOON + 68 * HOUR, at=NOON + HOUR),
        at=NOON + HOUR,
    )
    early = port.wait(NOON + HOUR + 14 * MINUTE)
    said = port.wait(NOON + HOUR + 16 * MINUTE)

    assert [one for one in moved if one["code"] == "B07"] == []
    assert early == []
    assert told(said) == [("B07", "CLEARED", "YELLOW")]


def test_a_closure_taken_back_was_never_true() -> None:
    """The authority withdraws its notice: everyone told hears so at once."""
    port = APort()
    a_ship_for_tomorrow(port)
    closure = a_condition(NOON + 28 * HOUR, NOON + 40 * HOUR, at=NOON)
    port.hear(closure, at=NOON)

    said = port.hear(withdrawn(closure, at=NOON + MINUTE), at=NOON + MINUTE)

    assert told(said, of="B07") == [("B07", "RETRACTED", "YELLOW")]


def test_a_closure_without_an_end_concerns_only_the_next_day() -> None:
    """Nobody knows how long: what is to move within 24 hours is told, the rest when it comes."""
    port = APort()
    a_ship_for_tomorrow(port)

    assert port.hear(a_condition(NOON, None, at=NOON, classifier="ACT"), at=NOON) == []
    said = port.wait(NOON + 6 * HOUR)
    port.hear(
        a_condition(NOON, None, at=NOON + 6 * HOUR, lifted_at="2026-11-05T18:00:00Z"),
        at=NOON + 6 * HOUR,
    )
    lifted = port.wait(NOON + 7 * HOUR)

    assert told(said) == [("B07", "RAISED", "RED")]
    assert said[0]["raised_at"] == "2026-11-05T17:10:00Z"  # the first tick behind 17:00
    assert told(lifted) == [("B07", "CLEARED", "RED")]


def test_too_little_water_stops_the_deep_ship_alone() -> None:
    """A draught limit below what a ship declares stops her; a shallower one passes."""
    for draught, expected in ((11.0, []), (13.5, [("B07", "RAISED", "YELLOW")])):
        port = APort()
        a_ship_for_tomorrow(port)
        port.hear(particulars(at=NOON, draught_max_m=draught), at=NOON)

        said = port.hear(
            a_condition(
                NOON + 28 * HOUR,
                NOON + 40 * HOUR,
                at=NOON,
                kind="DRAUGHT",
                effect="RESTRICTED",
                limits={"draught_m": 12.5},
            ),
            at=NOON,
        )

        assert told(said) == expected


def test_wind_at_one_terminal_stops_its_cranes_for_an_hour_or_more() -> None:
    """Cranes that stand for 45 minutes are no news; for an hour they are."""
    for minutes, expected in ((45, []), (60, [("B07", "RAISED", "YELLOW")])):
        port = APort()
        a_ship_for_tomorrow(port)
        starts = NOON + 40 * HOUR

        said = port.hear(
            a_condition(
                starts,
                starts + minutes * MINUTE,
                at=NOON,
                kind="WIND",
                scope={"facility": TERMINAL},
            ),
            at=NOON,
        )

        assert told(said) == expected


def test_a_late_ship_stands_under_the_closure_that_keeps_her_out() -> None:
    """The condition is the root of B01 too: one incident, not two."""
    port = APort()
    a_ship_for_tomorrow(port)
    port.hear(a_condition(NOON + 28 * HOUR, NOON + 40 * HOUR, at=NOON), at=NOON)

    port.hear(a_milestone("EST", NOON + 41 * HOUR, at=NOON + HOUR), at=NOON + HOUR)
    said = port.wait(NOON + 2 * HOUR)

    assert [(one["code"], one["root_cause"]) for one in said] == [("B01", SWELL)]


def test_a_ship_stands_under_the_first_of_two_closures_that_follow_each_other() -> None:
    """Swell until tomorrow at 02:00, from midnight to 10:00 fog: she comes when both are over."""
    port = APort()
    a_ship_for_tomorrow(port)
    fog = "cnd:COCTG:pa-ctg:115"
    port.hear(
        a_condition(NOON + 28 * HOUR, NOON + 38 * HOUR, at=NOON),
        a_condition(NOON + 36 * HOUR, NOON + 46 * HOUR, at=NOON, kind="VISIBILITY", name=fog),
        at=NOON,
    )

    port.hear(a_milestone("EST", NOON + 47 * HOUR, at=NOON + HOUR), at=NOON + HOUR)
    said = port.wait(NOON + 2 * HOUR)

    assert [(one["code"], one["root_cause"]) for one in said] == [("B01", SWELL)]


def test_a_ship_that_is_late_for_another_reason_stands_alone() -> None:
    """Early, still in the midst of the closure, or long after it: it is not what moved her."""
    for expected_at in (NOON + 24 * HOUR, NOON + 37 * HOUR, NOON + 44 * HOUR):
        port = APort()
        a_ship_for_tomorrow(port)
        port.hear(a_condition(NOON + 28 * HOUR, NOON + 40 * HOUR, at=NOON), at=NOON)

        port.hear(a_milestone("EST", expected_at, at=NOON + HOUR), at=NOON + HOUR)
        said = port.wait(NOON + 2 * HOUR)

        assert [(one["code"], one["root_cause"]) for one in said] == [("B01", None)]


def test_a_closure_is_behind_a_full_berth_only_through_the_ship_that_it_makes_late() -> None:
    """The first one says two hours more, in the days before no news: the berths clash, that is all.

    Ten hours more are: then the closure stands behind her, and she behind the clash.
    """
    for more, closed_until, root in ((2, 32, None), (10, 40, SWELL)):
        port = APort()
        a_ship_for_tomorrow(port)
        second = a_berth_plan(NOON + 57 * HOUR, NOON + 70 * HOUR, at=NOON, ship=OTHER_SHIP)
        port.hear(a_length(200, at=NOON), a_length(200, at=NOON, ship=OTHER_SHIP), second, at=NOON)
        port.hear(a_condition(NOON + 28 * HOUR, NOON + closed_until * HOUR, at=NOON), at=NOON)
        late = NOON + (30 + more) * HOUR
        port.hear(
            a_milestone("EST", late, at=NOON + HOUR),
            a_milestone("EST", late + 2 * HOUR, at=NOON + HOUR, service="BERTH"),
            at=NOON + HOUR,
        )

        port.wait(NOON + 3 * HOUR)

        roots = {one["code"]: one["root_cause"] for one in port.open_alerts().values()}
        assert roots["B03"] == root


def test_who_was_late_until_a_new_plan_is_not_behind_the_conflict_that_the_plan_makes() -> None:
    """Agreed anew she is in time, or nearly, and meant for metres that are taken: no cause."""
    port = APort()
    a_ship_for_tomorrow(port)
    second = a_berth_plan(NOON + 70 * HOUR, NOON + 90 * HOUR, at=NOON, ship=OTHER_SHIP)
    port.hear(a_length(200, at=NOON), a_length(200, at=NOON, ship=OTHER_SHIP), second, at=NOON)
    port.hear(a_milestone("EST", NOON + 40 * HOUR, at=NOON + HOUR), at=NOON + HOUR)
    port.wait(NOON + 2 * HOUR)
    assert {one["code"] for one in port.open_alerts().values()} == {"B01"}

    at = NOON + 2 * HOUR
    port.hear(
        a_milestone("PLN", NOON + 40 * HOUR, at=at),
        a_berth_plan(NOON + 42 * HOUR, NOON + 80 * HOUR, at=at),
        at=at,
    )
    a_little_later = NOON + 42 * HOUR + 20 * MINUTE
    at += MINUTE
    port.hear(a_milestone("EST", a_little_later, at=at, service="BERTH"), at=at)
    said = port.wait(at + 30 * MINUTE)

    assert [(one["code"], one["change"], one["root_cause"]) for one in said] == [
        ("B01", "CLEARED", None),
        ("B03", "RAISED", None),
    ]


def test_an_estimate_from_before_a_plan_makes_no_ship_late_by_it() -> None:
    """The plan of 14:00 is heard, the new hours that go with it are under way: nobody is early.

    RADA SECOND is late by her plan of noon, behind the first one; by that of 14:00 she would be
    early as she was expected before, and behind the conflict.
    """
    port = APort()
    a_ship_for_tomorrow(port)
    port.hear(
        a_length(200, at=NOON),
        a_length(200, at=NOON, ship=OTHER_SHIP),
        a_milestone("PLN", NOON + 48 * HOUR, at=NOON, ship=OTHER_SHIP),
        a_milestone("PLN", NOON + 50 * HOUR, at=NOON, service="BERTH", ship=OTHER_SHIP),
        a_berth_plan(NOON + 50 * HOUR, NOON + 70 * HOUR, at=NOON, ship=OTHER_SHIP),
        at=NOON,
    )
    at = NOON + HOUR
    port.hear(
        a_milestone("EST", NOON + 53 * HOUR, at=at, ship=OTHER_SHIP),
        a_milestone("EST", NOON + 55 * HOUR, at=at, service="BERTH", ship=OTHER_SHIP),
        at=at,
    )
    port.wait(NOON + 2 * HOUR)
    assert {one["code"] for one in port.open_alerts().values()} == {"B01", "B03"}

    at = NOON + 2 * HOUR
    planned = a_berth_plan(NOON + 56 * HOUR, NOON + 76 * HOUR, at=at, ship=OTHER_SHIP)
    said = port.hear(planned, at=at)

    assert {one["root_cause"] for one in said if one["code"] == "B03"} <= {None}
    [conflict] = [one for one in port.open_alerts().values() if one["code"] == "B03"]
    assert conflict["root_cause"] is None


def test_a_strike_of_the_port_stops_the_cranes_and_one_of_the_pilots_the_ship() -> None:
    """Without a channel it is the dockers': her cargo work stops; with one, her way in does."""
    for scope, word in (({"system": "COCTG"}, "WORK"), ({"channel": "Bocachica"}, "ENTER")):
        port = APort()
        a_ship_for_tomorrow(port)

        said = port.hear(
            a_condition(NOON + 29 * HOUR, NOON + 40 * HOUR, at=NOON, kind="STRIKE", scope=scope),
            at=NOON,
        )

        assert [one["params"]["movement_word"] for one in said] == [word]
