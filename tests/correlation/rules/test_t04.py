"""T04: the queue at a gate, as reported, as the trucks show it, and as it will be."""

from typing import Any

import pytest

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    GATE,
    GATE_1,
    NOON,
    TERMINAL,
    APort,
    Event,
    a_lane,
    a_profile,
    a_queue,
    an_appointment,
    an_event,
    profile_changed,
    told,
    withdrawn,
)
from tests.correlation.rules.given_ship import a_condition

BLOCK = "cnd:COCTG:pa-ctg:77"
KEY = f"T04|{TERMINAL}|{GATE_1}|BOTH"


def a_step(step: str, truck: str, *, at: int, **data: Any) -> Event:
    """Return G06: a truck without a known appointment passes gate 1."""
    body = {"step": step, "gate": GATE_1, **data}
    return an_event("gate.truck-progressed", f"trk:SPRC:{truck}", body, at=at, source=GATE)


def a_gate(capacity: int, hours: dict[str, list[str]] | None = None) -> APort:
    """Return a port whose terminal has one gate of this many trucks an hour."""
    gate = {"id": "1", "capacity_per_hour": capacity}
    place = {
        "code": TERMINAL,
        "name": "SPRC",
        "quay_metres": 700,
        "gates": [gate | {"hours": hours} if hours else gate],
    }
    port = APort()
    document = a_profile(facilities=[place])
    document["sources"] = []
    port.hear(profile_changed(document, at=NOON), at=NOON)
    return port


def reported(port: APort, wait: float, *, until: int, since: int = NOON) -> list[Event]:
    """Report the same wait each ten minutes; return what is said."""
    said = []
    for at in range(since, until + 1, 10 * MINUTE):
        said += port.hear(a_queue(wait, at=at), at=at)
    return said


def test_an_hour_in_the_queue_is_told_after_a_quarter_of_an_hour() -> None:
    """The clerk reports 60 minutes at gate 1 three times: open lanes, hold trucks back."""
    port = APort()

    early = reported(port, 60, until=NOON + 10 * MINUTE)
    said = reported(port, 60, since=NOON + 20 * MINUTE, until=NOON + 20 * MINUTE)

    assert early == []
    assert told(said) == [("T04", "RAISED", "ORANGE")]
    assert said[0]["dedup_key"] == KEY
    assert [action["code"] for action in said[0]["action"]] == ["OPEN_LANES", "METER_TRUCKS"]
    assert "1 h" in said[0]["text"]["es"]["fact"]


def test_a_short_queue_is_no_news() -> None:
    """40 minutes is below the limit of 45."""
    port = APort()

    assert reported(port, 40, until=NOON + HOUR) == []


def test_one_long_wait_among_short_ones_is_no_news() -> None:
    """The mean of half an hour counts, not one report."""
    port = APort()
    reported(port, 10, until=NOON + HOUR)
    now = NOON + 70 * MINUTE

    port.hear(a_queue(60, at=now), at=now)

    assert port.wait(now + 15 * MINUTE) == []


def test_a_queue_of_two_hours_is_red() -> None:
    """Beyond 120 minutes, or beyond the parking area."""
    port = APort()
    long = reported(port, 130, until=NOON + 20 * MINUTE)
    other = APort()
    other.hear(a_queue(50, at=NOON, beyond_parking=True), at=NOON)

    assert told(long) == [("T04", "RAISED", "RED")]
    assert told(other.wait(NOON + 20 * MINUTE)) == [("T04", "RAISED", "RED")]


def test_a_queue_that_melted_clears_after_half_an_hour_below_thirty_minutes() -> None:
    """35 minutes keeps the alert, 20 minutes for half an hour ends it."""
    port = APort()
    reported(port, 60, until=NOON + 30 * MINUTE)
    reported(port, 35, since=NOON + 40 * MINUTE, until=NOON + 2 * HOUR)
    kept = list(port.open_alerts())

    said = reported(port, 20, since=NOON + 130 * MINUTE, until=NOON + 200 * MINUTE)

    assert kept == [KEY]
    assert [change for _, change, _ in told(said)][-1] == "CLEARED"
    assert port.open_alerts() == {}


def test_a_gate_that_no_longer_reports_keeps_its_alert() -> None:
    """Silence never clears: an hour after the last report nobody knows that the queue is gone."""
    port = APort()
    reported(port, 60, until=NOON + 30 * MINUTE)

    port.wait(NOON + 3 * HOUR)

    assert list(port.open_alerts()) == [KEY]


def test_a_queue_is_over_when_the_gate_closes() -> None:
    """It closes at 08:30 on the port's clock (13:30 UTC): nobody waits before it in the night."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    port = a_gate(100, {day: ["06:00-08:30"] for day in days})
    reported(port, 60, until=NOON + 80 * MINUTE)
    held = list(port.open_alerts())

    said = port.wait(NOON + 150 * MINUTE)

    assert held == [KEY]
    assert [change for _, change, _ in told(said)][-1] == "CLEARED"
    assert port.open_alerts() == {}


def test_more_trucks_booked_than_the_gate_can_pass_are_told_two_hours_ahead() -> None:
    """24 trucks are booked within two hours at a gate that passes ten an hour."""
    port = a_gate(10)
    for n in range(24):
        slot = NOON + 3 * HOUR + n % 2 * HOUR
        port.hear(an_appointment(str(n), slot, at=NOON), at=NOON)

    early = port.wait(NOON + HOUR)
    said = port.wait(NOON + 3 * HOUR)

    assert early == []
    assert told(said)[0] == ("T04", "RAISED", "ORANGE")
    assert said[0]["template"] == "t04.arrivals"
    assert said[0]["params"]["percent"] == 120
    assert {"organisation": "trk-017", "role": "TRK", "why": "NOMINATED"} in said[0]["audience"]


def test_closed_lanes_make_a_full_hour_too_much() -> None:
    """Twelve trucks are fine with two lanes; with one closed they are 120 % of the other."""
    port = a_gate(10)
    port.hear(a_lane(1, "OPEN", at=NOON), a_lane(2, "OPEN", at=NOON), at=NOON)
    for n in range(12):
        port.hear(an_appointment(str(n), NOON + HOUR, at=NOON), at=NOON)
    calm = port.wait(NOON + 20 * MINUTE)
    shut = NOON + 20 * MINUTE
    port.hear(a_lane(2, "CLOSED", at=shut, reason="SCANNER"), at=shut)

    said = port.wait(shut + 20 * MINUTE)

    assert calm == []
    assert told(said) == [("T04", "RAISED", "ORANGE")]
    assert said[0]["action"][0] == {"code": "OPEN_LANES", "params": {"lanes": 1}}


@pytest.mark.parametrize(("walk_ins", "expected"), [(1, []), (4, ["t04.walk_ins"])])
def test_trucks_that_pass_show_the_queue_where_nobody_reports_it(
    walk_ins: int, expected: list[str]
) -> None:
    """Ten trucks queue ten minutes each: fine, unless over a fifth had no slot."""
    port = a_gate(60)
    for n in range(10):
        at = NOON + n * MINUTE
        port.hear(a_step("QUEUE_IN", str(n), at=at, walk_in=n < walk_ins or None), at=at)
    for n in range(10):
        at = NOON + (10 + n) * MINUTE
        port.hear(a_step("LANE_IN", str(n), at=at), at=at)

    said = port.wait(NOON + 40 * MINUTE)

    assert [one["template"] for one in said if one["change"] == "RAISED"] == expected


def test_trucks_that_waited_an_hour_are_told_without_any_report() -> None:
    """Six trucks pass the lane an hour after they queued."""
    port = a_gate(60)
    trucks = range(6)
    for n in trucks:
        port.hear(a_step("QUEUE_IN", str(n), at=NOON), at=NOON)
    for n in trucks:
        at = NOON + HOUR + n * MINUTE
        port.hear(a_step("LANE_IN", str(n), at=at), at=at)

    said = port.wait(NOON + 90 * MINUTE)

    assert [one["template"] for one in said if one["change"] == "RAISED"] == ["t04.queue"]


def test_reports_that_were_never_true_retract_the_alert() -> None:
    """The camera counted wrong: its worst report is withdrawn."""
    port = APort()
    wrong = a_queue(300, at=NOON)
    port.hear(wrong, at=NOON)
    port.hear(a_queue(10, at=NOON + 10 * MINUTE), at=NOON + 10 * MINUTE)
    raised = port.wait(NOON + 20 * MINUTE)

    said = port.hear(
        withdrawn(wrong, at=NOON + 21 * MINUTE, refs={"port": "COCTG"}), at=NOON + 21 * MINUTE
    )

    assert told(raised) == [("T04", "RAISED", "RED")]
    assert told(said) == [("T04", "RETRACTED", "RED")]


def a_block(from_at: int, to_at: int | None, *, at: int, **data: Any) -> Event:
    """Return C13: the road to the port is blocked."""
    body = {"kind": "ROAD_BLOCK", "scope": {"road": "access"}, **data}
    return a_condition(from_at, to_at, at=at, classifier="ACT", name=BLOCK, **body)


def test_a_road_block_is_the_root_of_the_queue_that_it_makes() -> None:
    """T04: trucks that came through after the protest queue for an hour; its cause is known."""
    port = APort()
    port.hear(a_block(NOON - 4 * HOUR, NOON - HOUR, at=NOON - 4 * HOUR), at=NOON - 4 * HOUR)

    said = reported(port, 60, until=NOON + 20 * MINUTE)

    assert told(said) == [("T04", "RAISED", "ORANGE")]
    assert (said[0]["root_cause"], said[0]["cause_kind"]) == (BLOCK, "ROAD_BLOCK")


def test_a_block_told_after_the_queue_is_found_behind_it() -> None:
    """T04: the police tells of it late; the open alert stands under it from then on."""
    port = APort()
    reported(port, 60, until=NOON + 20 * MINUTE)
    now = NOON + 25 * MINUTE

    said = port.hear(a_block(NOON - HOUR, None, at=now), at=now)

    assert [(one["code"], one["root_cause"]) for one in said] == [("T04", BLOCK)]


@pytest.mark.parametrize(
    "condition",
    [
        {"kind": "SWELL", "scope": {"system": "COCTG"}},
        {"kind": "STRIKE", "scope": {"channel": "pilots"}},
        {"kind": "GATE_CLOSURE", "scope": {"gate": "COCTG:SMDG:TCC/gate/1"}},
        {"kind": "ROAD_BLOCK", "scope": {"road": "access"}, "effect": "INFO"},
    ],
)
def test_what_stops_ships_or_another_gate_is_not_behind_a_queue(condition: Any) -> None:
    """T04: swell, pilots and the gate of another terminal keep no truck waiting here."""
    port = APort()
    port.hear(a_block(NOON - HOUR, None, at=NOON - HOUR, **condition), at=NOON - HOUR)

    said = reported(port, 60, until=NOON + 20 * MINUTE)

    assert [one["root_cause"] for one in said if one["code"] == "T04"] == [None]
