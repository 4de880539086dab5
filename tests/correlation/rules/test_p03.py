"""P03: the work on a ship will not be finished by her agreed departure."""

from typing import Any

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    a_profile,
    an_event,
    of,
    profile_changed,
    told,
    withdrawn,
)
from tests.correlation.rules.at_the_quay import (
    CALL,
    PART,
    a_forecast,
    a_lift,
    a_ship_alongside,
    a_yard_by_a_clock,
    an_actual,
    lifts,
    progress,
)


def worked(port: APort, hours: int, pace: int, total: int = 400) -> list[Event]:
    """Let the terminal say its figures each hour from 13:00 on, so many boxes an hour."""
    said: list[Event] = []
    for hour in range(1, hours + 1):
        at = NOON + hour * HOUR
        done = (hour - 1) * pace
        figures = progress(done, total - done, at=at, first_lift_at=written(NOON + HOUR))
        said += port.hear(figures, at=at)
        said += port.wait(at + 50 * MINUTE)
    return [one for one in said if one["code"] == "P03"]


def test_a_ship_at_half_her_pace_is_told_after_the_hold() -> None:
    """P03: 300 boxes left at 20 an hour take until 07:00, she was to leave at 20:00 of the day."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 8 * HOUR, moves=400)

    said = worked(port, 4, 20)

    assert told(said)[0] == ("P03", "RAISED", "RED")
    first = said[0]
    assert first["dedup_key"] == f"P03|{PART}"
    assert first["impact_at"] == written(NOON + 8 * HOUR)
    assert first["act_by_at"] == written(NOON + 4 * HOUR)
    assert [action["code"] for action in first["action"]] == [
        "ADD_CRANE",
        "CUT_CARGO",
        "AGREE_DEPARTURE",
    ]


def test_a_ship_in_good_time_is_no_news() -> None:
    """P03: 40 boxes an hour from 13:00 on are done at 23:00, and she leaves at 08:00."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 20 * HOUR, moves=400)

    assert worked(port, 11, 40) == []


def test_half_an_hour_beyond_is_the_band_in_which_nothing_begins_or_ends() -> None:
    """P03: the trigger gives 30 min that the clear condition does not."""
    # Done at 23:00, at sea at midnight: 20 min after the departure that was agreed.
    port = APort()
    a_ship_alongside(port, leaves=NOON + 11 * HOUR + 40 * MINUTE, moves=400)

    assert worked(port, 5, 40) == []


def test_what_is_true_for_less_than_the_hold_is_not_said() -> None:
    """P03: a low figure that is followed by a better one within 20 min raises nothing."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 12 * HOUR, moves=400)
    for minutes, done in ((60, 0), (180, 60), (190, 120)):
        at = NOON + minutes * MINUTE
        figures = progress(done, 400 - done, at=at, first_lift_at=written(NOON + HOUR))
        port.hear(figures, at=at)
        if minutes == 180:
            assert [key[:3] for key in port.state.ports["COCTG"].pending] == ["P03"]

    assert port.wait(NOON + 4 * HOUR) == []


def test_a_new_departure_clears_it_after_twenty_minutes() -> None:
    """P03: agreed anew, in time for her: cleared after the clear hold, not before."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 8 * HOUR, moves=400)
    worked(port, 4, 20)
    at = port.state.now
    agreed = a_milestone("PLN", NOON + 30 * HOUR, at=at, service="BERTH", point="DEPA", source=TOS)

    assert port.hear(agreed, at=at) == []
    assert port.wait(at + 19 * MINUTE) == []
    assert told(port.wait(at + 21 * MINUTE)) == [("P03", "CLEARED", "RED")]


def test_sailing_late_expires_it() -> None:
    """P03: she left hours after what was agreed: the harm is done."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 8 * HOUR, moves=400)
    worked(port, 9, 30)
    at = NOON + 16 * HOUR
    port.wait(at)
    said = port.hear(an_actual("BERTH", at, point="DEPA"), at=at)

    assert ("P03", "EXPIRED") in [(one["code"], one["change"]) for one in said]


def test_withdrawn_figures_retract_it() -> None:
    """P03: figures that were those of another ship never made it true."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 12 * HOUR, moves=400)
    at = NOON + 3 * HOUR
    right = progress(80, 320, at=at - HOUR, first_lift_at=written(NOON + HOUR))
    wrong = progress(100, 1400, at=at, first_lift_at=written(NOON + HOUR))
    port.hear(right, at=at - HOUR)
    port.hear(wrong, at=at)
    raised = port.wait(at + 21 * MINUTE)
    said = port.hear(withdrawn(wrong, at=at + HOUR // 2), at=at + HOUR // 2)

    assert [one[0] for one in told(raised)] == ["P03"]
    assert told(said, of="P03") == [("P03", "RETRACTED", "RED")]


def test_single_lifts_tell_the_pace_where_no_figures_do() -> None:
    """P03: 20 boxes an hour off the ship, of 400: the forecast says how many are left."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 9 * HOUR, moves=400)
    lifts(port, 60, begin=NOON + 30 * MINUTE)

    said = [one for one in port.said if one.topic == "alerts"]
    raised = port.open_alerts()[f"P03|{PART}"]

    assert said
    assert raised["severity"] == "RED"
    assert raised["params"]["sails_at"] == written(NOON + 21 * HOUR + 30 * MINUTE)


def told_singly(port: APort, *told_an_hour: int) -> list[Event]:
    """Let figures count 40 boxes of 360 each hour, of which so many are told one by one."""
    a_ship_alongside(port, leaves=NOON + 10 * HOUR + 15 * MINUTE, moves=360)
    said: list[Event] = []
    first = 0
    for hour, count in enumerate(told_an_hour):
        begins = NOON + hour * HOUR
        for n in range(count):
            at = begins + (n + 1) * HOUR // (count + 1)
            said += port.hear(a_lift(first + n, at=at), at=at)
        first += count
        done = 40 * (hour + 1)
        figures = progress(done, 360 - done, at=begins + HOUR, first_lift_at=written(NOON))
        said += port.hear(figures, at=begins + HOUR)
    return said


def test_boxes_that_only_the_figures_count_do_not_make_a_ship_slow() -> None:
    """P03: 40 boxes an hour by the figures, 34 told one by one: she is done in nine hours."""
    assert told(told_singly(APort(), *[34] * 6), of="P03") == []


def test_a_ship_that_loads_boxes_of_which_few_are_told_goes_by_the_figures() -> None:
    """P03: each of 160 boxes off her is told, then one in four of those that she loads."""
    assert told(told_singly(APort(), *[40] * 4, *[10] * 4), of="P03") == []


def test_boxes_that_nobody_counts_yet_are_taken_to_go_as_planned() -> None:
    """P03, P02: a single box of 400 is told in four hours of work: that is no slow ship."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 20 * HOUR, moves=400)
    began = an_actual("CARGO_OPERATIONS", NOON + HOUR, point="STRT")
    port.hear(began, at=NOON + HOUR)
    lifts(port, 1, begin=NOON + 2 * HOUR)

    said = port.wait(NOON + 6 * HOUR)

    assert told(said, of="P03") == []
    assert told(said, of="P02") == []


def test_one_look_or_ten_in_a_quarter_of_an_hour_say_the_same() -> None:
    """P03: nothing in it hangs on the moment at which it is looked at."""
    port, often = APort(), APort()
    for one in (port, often):
        a_ship_alongside(one, leaves=NOON + 9 * HOUR, moves=400)
        lifts(one, 60, begin=NOON + 30 * MINUTE)
    until = NOON + 5 * HOUR
    port.wait(until, step=HOUR)
    often.wait(until, step=MINUTE)

    assert port.open_alerts().keys() == often.open_alerts().keys()
    for key, alert in often.open_alerts().items():
        assert port.open_alerts()[key]["params"] == alert["params"]


def test_the_next_ship_on_her_metres_makes_it_orange() -> None:
    """P03: less than two hours late is yellow, but not if a ship waits for the berth."""
    alone, followed = APort(), APort()
    for port in (alone, followed):
        a_ship_alongside(port, leaves=NOON + 11 * HOUR, moves=400)
    followed.hear(
        a_berth_plan(NOON + 12 * HOUR, NOON + 30 * HOUR, at=NOON, ship=OTHER_SHIP), at=NOON
    )

    assert told(worked(alone, 3, 40))[0] == ("P03", "RAISED", "YELLOW")
    assert told(worked(followed, 3, 40))[0] == ("P03", "RAISED", "ORANGE")


def a_condition(kind: str, begins: int, ends: int, *, at: int) -> Event:
    """Return a C13: the whole port is closed for a span."""
    data: dict[str, Any] = {
        "kind": kind,
        "scope": {"system": "COCTG"},
        "effect": "CLOSED",
        "classifier": "EST",
        "span": {"from_at": written(begins), "to_at": written(ends)},
    }
    return an_event("clearance.condition-stated", "cnd:COCTG:pa-ctg:1", data, at=at)


def test_a_lost_tide_makes_it_red_and_stands_behind_it() -> None:
    """P03: she could have left with the water; when she is ready there is none."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 11 * HOUR, moves=400)
    port.hear(a_condition("TIDE", NOON + 11 * HOUR + 1, NOON + 18 * HOUR, at=NOON), at=NOON)

    said = worked(port, 3, 40)

    assert told(said)[0] == ("P03", "RAISED", "RED")
    assert said[0]["root_cause"] == "cnd:COCTG:pa-ctg:1"


def test_idle_cranes_and_a_late_arrival_stand_behind_it() -> None:
    """P03: it is the middle of the chain: cranes, then her arrival, then the port's conditions."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 8 * HOUR, moves=400)

    said = port.wait(NOON + 3 * HOUR)
    idle = port.open_alerts()[f"P02|{PART}"]
    unfinished = port.open_alerts()[f"P03|{PART}"]

    assert {one["code"] for one in said} == {"P02", "P03"}
    assert unfinished["root_cause"] == idle["alert_id"]
    finding = port.state.ports["COCTG"].alerts[unfinished["alert_id"]].finding
    assert finding.causes == (f"P02|{PART}", f"B01|COCTG|{CALL}")


def test_a_new_plan_counts_while_the_word_that_agrees_is_under_way() -> None:
    """P03: the plan of 17:05 gives her until the next day; nobody has to wait for the milestone."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 40 * HOUR, moves=400)
    old = NOON + 8 * HOUR
    for at, leaves in ((NOON - HOUR, old), (NOON + 5 * HOUR, NOON + 40 * HOUR)):
        word = a_milestone("PLN", leaves, at=at, service="BERTH", point="DEPA", source=TOS)
        planned = a_berth_plan(NOON, leaves, at=at + 5 * MINUTE)
        port.hear(*([word] if leaves == old else []), planned, at=max(port.state.now, at))

    assert worked(port, 9, 20) == []


def test_an_agreement_newer_than_the_plan_is_the_promise() -> None:
    """P03: she agreed at 11:30 to leave at 20:00; the plan of 11:00 still says noon of next day."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 40 * HOUR, moves=400)
    agreed = NOON + 8 * HOUR
    at = NOON - 30 * MINUTE
    word = a_milestone("PLN", agreed, at=at, service="BERTH", point="DEPA", source=TOS)
    port.hear(word, at=port.state.now)

    said = worked(port, 4, 20)

    assert said[0]["impact_at"] == written(agreed)


def test_the_pace_of_boxes_is_that_of_the_quay_and_not_of_a_wrong_clock() -> None:
    """P03: her boxes are lifted in good time, by a clock that is three hours ahead."""
    port = APort()
    a_yard_by_a_clock(port, 3 * HOUR)
    a_ship_alongside(port, leaves=NOON + 12 * HOUR, moves=300)

    said = []
    for n in range(100):
        at = NOON + 30 * MINUTE + n * 2 * MINUTE
        said += port.hear(a_lift(n, at=at + 3 * HOUR), at=at)

    assert of("P03", said) == []


def test_what_only_keeps_ships_from_moving_does_not_stand_behind_slow_work() -> None:
    """P03: the port is closed by swell, and her cranes make 40 boxes an hour all the same.

    At 15 an hour she rolls: the swell stands behind it.
    """
    for pace, root in ((40, None), (15, "cnd:COCTG:pa-ctg:1")):
        port = APort()
        a_ship_alongside(port, leaves=NOON + 10 * HOUR, moves=400)
        swell = a_condition("SWELL", NOON + 2 * HOUR, NOON + 30 * HOUR, at=NOON)
        port.hear(swell, at=NOON)
        began = an_actual("CARGO_OPERATIONS", NOON + 30 * MINUTE, point="STRT")
        port.hear(began, at=NOON + 30 * MINUTE)

        worked(port, 5, pace)

        assert port.open_alerts()[f"P03|{PART}"]["root_cause"] == root


def test_a_closure_that_let_her_berth_late_stands_behind_it() -> None:
    """P03: planned for 06:00, fast at noon when the port was open again, to leave as agreed before.

    Of a departure that was agreed at noon the closure is not behind: that knew of it.
    """
    for agreed_at, root in ((NOON - 10 * HOUR, "cnd:COCTG:pa-ctg:1"), (NOON + HOUR, None)):
        port = APort()
        closure = a_condition("CLOSURE", NOON - 8 * HOUR, NOON - HOUR, at=NOON - 9 * HOUR)
        leaves = NOON + 8 * HOUR
        port.hear(a_berth_plan(NOON - 6 * HOUR, leaves, at=NOON - 10 * HOUR), at=NOON - 10 * HOUR)
        port.hear(a_forecast(400, at=NOON - 9 * HOUR), closure, at=NOON - 9 * HOUR)
        port.hear(an_actual("ALL_FAST", NOON), at=NOON)
        agreed = a_milestone("PLN", leaves, at=agreed_at, service="BERTH", point="DEPA", source=TOS)
        port.hear(agreed, at=max(agreed_at, port.state.now))

        worked(port, 4, 40)

        assert port.open_alerts()[f"P03|{PART}"]["root_cause"] == root


def test_a_strike_stands_behind_it_until_a_departure_is_agreed_that_knows_of_it() -> None:
    """P03: a strike from 14:00 to 16:00; at 17:00 a new departure, and she is late again."""
    for leaves, root in ((None, "cnd:COCTG:pa-ctg:1"), (NOON + 11 * HOUR, None)):
        port = APort()
        a_ship_alongside(port, leaves=NOON + 8 * HOUR, moves=400)
        strike = a_condition("STRIKE", NOON + 2 * HOUR, NOON + 4 * HOUR, at=NOON)
        port.hear(strike, at=NOON)
        worked(port, 4, 40)
        if leaves:
            at = NOON + 5 * HOUR
            port.hear(
                a_milestone("PLN", leaves, at=at, service="BERTH", point="DEPA", source=TOS), at=at
            )
        figures = progress(200, 200, at=NOON + 6 * HOUR, first_lift_at=written(NOON + HOUR))
        port.hear(figures, at=NOON + 6 * HOUR)
        port.wait(NOON + 6 * HOUR + 40 * MINUTE)

        assert port.open_alerts()[f"P03|{PART}"]["root_cause"] == root


def test_cranes_that_started_late_stand_behind_it_though_they_work_when_it_is_told() -> None:
    """P03: she is late by 14:15, works from 14:25 on, and is told at 14:35, after the hold."""
    port = APort()
    a_ship_alongside(port, leaves=NOON + 14 * HOUR, moves=400)
    starts = NOON + 145 * MINUTE
    port.wait(starts - MINUTE)
    idle = port.open_alerts()[f"P02|{PART}"]

    ended = port.hear(an_actual("CARGO_OPERATIONS", starts, point="STRT"), at=starts)
    said = port.wait(NOON + 3 * HOUR)

    assert told(ended) == [("P02", "CLEARED", "ORANGE")]
    assert [(one["code"], one["root_cause"]) for one in said] == [("P03", idle["alert_id"])]


def test_a_ship_is_not_slow_while_her_terminal_is_not_heard() -> None:
    """P03: forty boxes an hour told one by one, until the yard falls silent; she goes on."""
    port = APort()
    yard = {"source": TOS, "organisation": "ter-ctg-1", "families": ["yard"], "weight": 80}
    document = a_profile(sources=[{**yard, "silence_minutes": {"yard": 20}}])
    port.hear(profile_changed(document, at=NOON - 11 * HOUR), at=NOON - 11 * HOUR)
    a_ship_alongside(port, leaves=NOON + 8 * HOUR, moves=240)
    lifts(port, 120, begin=NOON, each=90_000)

    unheard = port.wait(NOON + 5 * HOUR)
    back = NOON + 5 * HOUR + MINUTE
    beat = an_event("yard.source-beat", TOS, {"as_of": written(back)}, at=back)
    said = port.hear(beat, at=back) + port.wait(back + HOUR)

    assert of("P03", unheard) == []
    assert next(change for _, change, _ in told(of("P03", said))) == "RAISED"
