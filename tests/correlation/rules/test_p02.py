"""P02: cranes that do not start, and cranes that stand still."""

import pytest

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_command,
    a_profile,
    an_event,
    of,
    profile_changed,
    told,
    withdrawn,
)
from tests.correlation.rules.at_the_quay import (
    PART,
    a_crane,
    a_forecast,
    a_lift,
    a_ship_alongside,
    a_yard_by_a_clock,
    a_yard_crane,
    an_actual,
    lifts,
    progress,
)
from tests.correlation.rules.given_ship import SWELL, a_condition


def test_a_ship_fast_for_an_hour_without_a_lift_is_told() -> None:
    """P02: more than 60 min after all fast and nothing lifted; worse at 120 and at 180 min."""
    port = APort()
    a_ship_alongside(port)

    early = port.wait(NOON + HOUR)
    said = [one for one in port.wait(NOON + 190 * MINUTE) if one["code"] == "P02"]

    assert early == []
    assert [one for one in told(said) if one[1] != "REGROUPED"] == [
        ("P02", "RAISED", "YELLOW"),
        ("P02", "RAISED_SEVERITY", "ORANGE"),
        ("P02", "RAISED_SEVERITY", "RED"),
    ]
    assert said[0]["dedup_key"] == f"P02|{PART}"
    assert said[0]["act_by_at"] == written(NOON + 90 * MINUTE)
    assert said[0]["text"]["es"]["fact"].startswith("RADA EXAMPLE está amarrada desde el 05-11")


def test_work_that_the_terminal_says_has_begun_is_not_called_for() -> None:
    """P02: the start of cargo work counts like a first lift, until figures tell more."""
    port = APort()
    a_ship_alongside(port)
    begun = NOON + 50 * MINUTE
    port.hear(an_actual("CARGO_OPERATIONS", begun, point="STRT"), at=begun)

    assert port.wait(NOON + 90 * MINUTE) == []


def test_the_gangway_down_makes_it_sooner() -> None:
    """P02: 45 min after the gangway is down, if that is before 60 min after all fast."""
    port = APort()
    a_ship_alongside(port)
    down = NOON + 5 * MINUTE
    port.hear(an_actual("GANGWAY_DOWN_AND_SECURE", down), at=down)

    assert port.wait(NOON + 50 * MINUTE) == []
    assert told(port.wait(NOON + 52 * MINUTE)) == [("P02", "RAISED", "YELLOW")]


def test_a_planned_start_is_given_half_an_hour() -> None:
    """P02: 30 min after the planned start of work; a plan from before she came counts not."""
    late, early = APort(), APort()
    for port, start in ((late, NOON + 10 * MINUTE), (early, NOON - HOUR)):
        plan = a_berth_plan(NOON, NOON + 20 * HOUR, at=NOON - 2 * HOUR)
        plan["data"]["ops_start_at"] = written(start)
        port.hear(plan, at=NOON - 2 * HOUR)
        port.hear(an_actual("ALL_FAST", NOON), at=NOON)

    assert told(late.wait(NOON + 41 * MINUTE)) == [("P02", "RAISED", "YELLOW")]
    assert early.wait(NOON + 41 * MINUTE) == []


def test_a_ship_whose_first_box_is_lifted_in_time_is_no_news() -> None:
    """P02: one lift within the hour is a start, and lifts go on."""
    port = APort()
    a_ship_alongside(port)
    lifts(port, 40, begin=NOON + 50 * MINUTE)

    assert port.open_alerts() == {}
    assert all(one.topic != "alerts" for one in port.said)


def test_no_lift_for_45_minutes_is_told_and_a_lift_clears_it() -> None:
    """P02: work that stands still outside a break; the next lift ends it at once."""
    port = APort()
    a_ship_alongside(port)
    lifts(port, 20, begin=NOON + 30 * MINUTE)
    last = NOON + 30 * MINUTE + 19 * 3 * MINUTE

    assert port.wait(last + 45 * MINUTE) == []
    raised = port.wait(last + 46 * MINUTE)
    again = last + 50 * MINUTE
    cleared = port.hear(a_lift(20, at=again), at=again)

    assert told(raised) == [("P02", "RAISED", "YELLOW")]
    assert told(cleared) == [("P02", "CLEARED", "YELLOW")]


def test_a_planned_break_is_no_stop() -> None:
    """P02: the 45 min are counted from the end of a break."""
    port = APort()
    a_ship_alongside(port)
    lifts(port, 20, begin=NOON + 30 * MINUTE)
    begins = NOON + 90 * MINUTE
    ends = begins + HOUR
    pause = a_crane("BREAK", at=begins, classifier="PLN", until_at=written(ends))
    port.hear(pause, at=begins)

    assert port.wait(ends + 45 * MINUTE) == []
    assert told(port.wait(ends + 46 * MINUTE)) == [("P02", "RAISED", "YELLOW")]


def test_figures_alone_tell_a_stop_when_the_next_ones_have_not_risen() -> None:
    """P02: where no single lift is told, silence between two figures proves nothing."""
    port = APort()
    a_ship_alongside(port)
    for minutes, done in ((40, 10), (100, 40)):
        at = NOON + minutes * MINUTE
        assert port.hear(progress(done, 400 - done, at=at), at=at) == []

    at = NOON + 160 * MINUTE
    between = port.wait(at - MINUTE)
    said = port.hear(progress(40, 360, at=at), at=at)

    assert between == []
    assert told(said) == [("P02", "RAISED", "YELLOW")]


def test_nothing_is_said_of_cranes_while_their_terminal_is_not_heard() -> None:
    """P02: each lift is told till the yard falls silent at two; heard again at four, they stand.

    Another system of the terminal that has never spoken is no sign of life.
    """
    port = APort()
    yard = {"source": TOS, "organisation": "ter-ctg-1", "families": ["yard"], "weight": 80}
    yard["silence_minutes"] = {"yard": 60}
    mute = {**yard, "source": f"{TOS}-2"}
    document = a_profile(sources=[yard, mute])
    port.hear(profile_changed(document, at=NOON - 11 * HOUR), at=NOON - 11 * HOUR)
    a_ship_alongside(port)
    lifts(port, 40, begin=NOON)

    unheard = port.wait(NOON + 3 * HOUR)
    back = NOON + 4 * HOUR
    beat = an_event("yard.source-beat", TOS, {"as_of": written(back)}, at=back)
    said = port.hear(beat, at=back) + port.wait(back + HOUR)

    assert of("P02", unheard) == []
    assert next(change for _, change, _ in told(of("P02", said))) == "RAISED"


def test_a_ship_that_is_done_or_gone_is_no_news() -> None:
    """P02: after the last box nothing has to be lifted; departure ends it."""
    port = APort()
    a_ship_alongside(port)
    done = NOON + 4 * HOUR
    port.hear(progress(300, 100, at=NOON + HOUR), at=NOON + HOUR)
    port.hear(progress(400, 0, at=done), at=done)

    assert port.wait(done + 6 * HOUR) == []


def test_a_follower_within_twelve_hours_makes_it_red_unless_the_reason_is_accepted() -> None:
    """P02: red when the next ship is due; orange at most once the delay reason is accepted."""
    port = APort()
    a_ship_alongside(port)
    port.hear(a_berth_plan(NOON + 12 * HOUR, NOON + 30 * HOUR, at=NOON, ship=OTHER_SHIP), at=NOON)
    raised = [one for one in port.wait(NOON + 61 * MINUTE) if one["code"] == "P02"]
    at = NOON + 70 * MINUTE
    port.hear(a_crane("BROKEN", at=at, delay_reasons=["CRN"]), at=at)
    ruling = a_command(
        "fact-ruled", at=at + 1, object=PART, field="delay_reason", ruling="ACCEPTED", winner="TER"
    )
    said = port.hear(ruling, at=at + 1)

    assert told(raised) == [("P02", "RAISED", "RED")]
    assert told(said) == [("P02", "LOWERED_SEVERITY", "ORANGE")]


def test_an_all_fast_taken_back_retracts_it() -> None:
    """P02: a ship that was never at the quay has no idle cranes."""
    port = APort()
    a_ship_alongside(port)
    port.wait(NOON + 70 * MINUTE)
    at = NOON + 75 * MINUTE
    fast = an_actual("ALL_FAST", NOON)
    taken_back = withdrawn(
        fast, at=at, service="ALL_FAST", point="CMPL", classifier="ACT", refs=fast["data"]["refs"]
    )

    assert told(port.hear(taken_back, at=at), of="P02") == [("P02", "RETRACTED", "YELLOW")]


def test_cranes_that_the_terminal_says_stand_are_told_without_another_figure() -> None:
    """P02: 50 boxes an hour, then 25 and no crane works: the last one at 13:30, told at 14:16."""
    port = APort()
    a_ship_alongside(port)
    for hour, done, cranes in ((0, 50, 2), (1, 100, 2), (2, 125, 0)):
        at = NOON + hour * HOUR
        port.hear(progress(done, 400 - done, at=at, cranes_active=cranes), at=at)

    assert port.wait(NOON + 2 * HOUR + 15 * MINUTE) == []
    assert told(port.wait(NOON + 2 * HOUR + 16 * MINUTE)) == [("P02", "RAISED", "YELLOW")]


def test_cranes_that_work_at_the_last_figure_may_have_lifted_since() -> None:
    """P02: hourly figures that rise say nothing of the hour that has begun."""
    port = APort()
    a_ship_alongside(port)
    for hour, done in ((0, 50), (1, 100), (2, 125)):
        at = NOON + hour * HOUR
        port.hear(progress(done, 400 - done, at=at, cranes_active=2), at=at)

    assert port.wait(NOON + 2 * HOUR + 59 * MINUTE) == []


def test_a_box_lifted_after_the_cranes_were_said_to_stand_shows_that_one_works() -> None:
    """P02: no crane at work at two; a lift at 14:10 begins the time anew, as long as it is told."""
    port = APort()
    a_ship_alongside(port)
    for hour, done, cranes in ((0, 50, 2), (1, 100, 2), (2, 125, 0)):
        at = NOON + hour * HOUR
        port.hear(progress(done, 400 - done, at=at, cranes_active=cranes), at=at)
    lifted = NOON + 2 * HOUR + 10 * MINUTE
    port.hear(a_lift(300, at=lifted), at=lifted)

    assert port.wait(NOON + 2 * HOUR + 58 * MINUTE) == []


def test_work_that_has_begun_and_moved_nothing_by_its_first_figures_is_told() -> None:
    """P02: said to begin at 13:00 in a strike; at 14:00 no crane works and nothing has moved."""
    port = APort()
    a_ship_alongside(port)
    begun, at = NOON + HOUR, NOON + 2 * HOUR
    port.hear(an_actual("CARGO_OPERATIONS", begun, point="STRT"), at=begun)

    assert port.wait(at) == []
    said = port.hear(progress(0, 400, at=at, cranes_active=0), at=at)

    assert told(said) == [("P02", "RAISED", "YELLOW")]


def test_work_that_stopped_as_it_began_is_the_same_trouble_when_it_is_told_late() -> None:
    """P02: begun at 13:04, an hour's figures are lost; at 15:04 nothing moved since: once more."""
    port = APort()
    a_ship_alongside(port)
    began = NOON + 64 * MINUTE
    said = port.wait(began)
    said += port.hear(an_actual("CARGO_OPERATIONS", began, point="STRT"), at=began)
    said += port.wait(began + 2 * HOUR)
    late = progress(0, 400, at=began + 2 * HOUR, cranes_active=0)
    said += port.hear(late, at=began + 2 * HOUR)

    assert [change for _, change, _ in told(said, of="P02")] == ["RAISED", "CLEARED", "REOPENED"]


def fast_since_noon(port: APort, heard: int) -> list[Event]:
    """Let it be heard late of a planned ship that she is fast; return what is said of it."""
    port.hear(a_berth_plan(NOON, NOON + 20 * HOUR, at=NOON - HOUR), at=NOON - HOUR)
    port.wait(heard)
    return port.hear(an_actual("ALL_FAST", NOON), at=heard)


def test_what_the_terminal_said_while_nobody_heard_it_is_waited_for() -> None:
    """P02: that she is fast comes four hours late, and a minute later that she has been worked."""
    port, heard = APort(), NOON + 4 * HOUR

    said = fast_since_noon(port, heard)
    said += port.wait(heard + MINUTE, step=MINUTE)
    said += port.hear(progress(90, 310, at=heard - 20 * MINUTE), at=heard + 2 * MINUTE)

    assert of("P02", [*said, *port.wait(heard + 30 * MINUTE)]) == []


def test_a_ship_that_was_fast_for_hours_before_it_was_heard_is_told_when_no_more_comes() -> None:
    """P02: twenty minutes after the late word the terminal has said nothing of a lift."""
    port, heard = APort(), NOON + 4 * HOUR

    said = fast_since_noon(port, heard)
    said += port.wait(heard + 20 * MINUTE)
    assert of("P02", said) == []

    assert told(port.wait(heard + 30 * MINUTE), of="P02") == [("P02", "RAISED", "RED")]


@pytest.mark.parametrize("off", [-2 * HOUR, 3 * HOUR])
def test_a_terminal_whose_clock_is_wrong_still_lifts_its_boxes_when_it_does(off: int) -> None:
    """P02: its clock two hours behind or three ahead, a box every ten minutes is no stop."""
    port = APort()
    a_yard_by_a_clock(port, off)
    a_ship_alongside(port)

    said = []
    for n in range(12):
        at = NOON + 30 * MINUTE + n * 10 * MINUTE
        said += port.hear(a_lift(n, at=at + off), at=at)

    assert of("P02", said) == []
    assert port.rejections() == []


@pytest.mark.parametrize("off", [-2 * HOUR, 3 * HOUR])
def test_cranes_that_stand_by_a_wrong_clock_stand(off: int) -> None:
    """P02: 46 min after the last box, whatever the terminal's clock read when it was lifted."""
    port = APort()
    a_yard_by_a_clock(port, off)
    a_ship_alongside(port)
    last = NOON + 50 * MINUTE
    for n, at in enumerate((last - 10 * MINUTE, last)):
        port.hear(a_lift(n, at=at + off), at=at)

    assert of("P02", port.wait(last + 45 * MINUTE)) == []
    said = port.wait(last + 50 * MINUTE)
    assert told(said, of="P02") == [("P02", "RAISED", "YELLOW")]
    assert "since 5 Nov at 07:50" in said[0]["text"]["en"]["fact"]  # 12:50 UTC


def test_her_first_box_may_come_late_before_all_the_others() -> None:
    """P02: with the late word that she is fast comes a box of 13:00, then figures of 15:50."""
    port = APort()
    port.hear(a_berth_plan(NOON, NOON + 20 * HOUR, at=NOON - HOUR), at=NOON - HOUR)
    port.hear(a_forecast(400, at=NOON - HOUR), at=NOON - HOUR)
    heard = NOON + 4 * HOUR
    port.wait(heard)

    said = port.hear(an_actual("ALL_FAST", NOON), a_lift(0, at=NOON + HOUR), at=heard)
    said += port.wait(heard + 2 * MINUTE, step=MINUTE)
    said += port.hear(progress(90, 310, at=heard - 10 * MINUTE), at=heard + 2 * MINUTE)

    assert of("P02", said) == []


def test_boxes_that_are_told_hours_late_by_a_right_clock_were_lifted_when_it_says() -> None:
    """P02: half of the yard's words come three hours late, half at once: its clock is right."""
    port = APort()
    for minutes in range(0, 9 * 60, 10):
        at = NOON - 9 * HOUR + minutes * MINUTE
        late = at - 3 * HOUR
        port.hear(a_yard_crane("WORKING", at=late), a_yard_crane("STOPPED", at=at), at=at)
    a_ship_alongside(port)

    boxes = [a_lift(n, at=NOON + n * 10 * MINUTE) for n in range(1, 7)]
    said = of("P02", port.hear(*boxes, at=NOON + 3 * HOUR))

    assert "since 5 Nov at 08:00" in said[-1]["text"]["en"]["fact"]  # 13:00 UTC


def test_a_strike_stands_behind_idle_cranes_and_a_port_closed_by_swell_does_not() -> None:
    """P02: swell keeps ships from moving and no gang from working; nor does a strike of pilots."""
    port_wide, pilots = {"system": "COCTG"}, {"channel": "COCTG:CH1"}
    roots = []
    for kind, scope in (("STRIKE", port_wide), ("SWELL", port_wide), ("STRIKE", pilots)):
        port = APort()
        a_ship_alongside(port)
        held = a_condition(NOON - HOUR, NOON + 9 * HOUR, at=NOON, kind=kind, scope=scope)
        port.hear(held, at=NOON)
        port.wait(NOON + 90 * MINUTE)
        roots.append(port.open_alerts()[f"P02|{PART}"]["root_cause"])

    assert roots == [SWELL, None, None]
