"""Clocks that are wrong by hours: which of two words is newer is told by the right time."""

import pytest

from correlation.instants import HOUR, MINUTE, SECOND, written
from tests.correlation.given import (
    GATE,
    NOON,
    OTHER_SHIP,
    SHIP,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_discharge,
    a_lane,
    a_milestone,
    a_profile,
    an_appointment,
    an_event,
    of,
    profile_changed,
    told,
    windows,
)
from tests.correlation.rules.at_the_quay import BOXES, PART, a_yard_crane
from tests.correlation.rules.test_p05 import a_plug, a_reefer_in

ARRIVES, LEAVES = NOON + 40 * HOUR, NOON + 60 * HOUR


def by_clock(event: Event, at: int, off: int) -> Event:
    """Return an event that was written down at an instant by a clock that is off."""
    return {**event, "time": written(at + off), "recordedtime": written(at + off)}


def planned(off: int) -> tuple[Event, Event]:
    """Return the plans of two ships, one behind the other, by a terminal with this clock."""
    first = a_berth_plan(ARRIVES, LEAVES, at=NOON)
    second = a_berth_plan(LEAVES + 3 * HOUR, LEAVES + 20 * HOUR, at=NOON, ship=OTHER_SHIP)
    return by_clock(first, NOON, off), by_clock(second, NOON, off)


def expected(arrival: int, *, at: int) -> Event:
    """Return when her carrier expects the first ship alongside."""
    return a_milestone("EST", arrival, at=at, service="BERTH", ship=SHIP)


def test_a_plan_held_up_is_no_newer_by_a_clock_that_is_ahead() -> None:
    """B03: she was planned before she was late; her plan's last word, hours under way, is older."""
    port, off = APort(), 5 * HOUR
    agreed = a_milestone("PLN", ARRIVES, at=NOON, service="BERTH", source=TOS)
    port.hear(*planned(off), at=NOON)
    raised = port.hear(expected(ARRIVES + 7 * HOUR, at=NOON + HOUR), at=NOON + HOUR)
    raised += port.wait(NOON + 2 * HOUR)
    after = port.hear(by_clock(agreed, NOON, off), at=NOON + 3 * HOUR)
    after += port.wait(NOON + 5 * HOUR)

    assert told(raised, of="B03") == [("B03", "RAISED", "YELLOW")]
    assert not of("B03", after)
    assert any(key.startswith("B03|") for key in port.open_alerts())


def test_a_clock_is_as_far_ahead_as_its_promptest_words_show() -> None:
    """D03: a word that was under way for hours looks less ahead; it sets no clock right."""
    port, off = APort(), 5 * HOUR
    words = [by_clock(event, NOON, off) for event in planned(0)]
    port.hear(words[0], at=NOON)
    port.hear(words[1], at=NOON + 3 * HOUR)
    port.wait(NOON + 3 * HOUR + 30 * MINUTE)

    clock = port.open_alerts()[f"D03|{TOS}|recordedtime|clock"]
    assert clock["delta"]["value"] > 4.5 * 60


def test_a_plan_by_a_clock_that_is_behind_is_as_new_as_it_is() -> None:
    """B03: agreed anew after the word that she is late, though its terminal reads an hour before.

    A clock that is behind is known by its quickest words, once its source is no stranger.
    """
    port, off = APort(), -4 * HOUR
    port.hear(*planned(off), at=NOON)
    for minutes in range(10, 180, 10):
        at = NOON + minutes * MINUTE
        plan = a_berth_plan(ARRIVES, LEAVES, at=at, bow_m=500, ship={"imo": "9993602"})
        port.hear(by_clock(plan, at, off), at=at)
    now = NOON + 3 * HOUR
    port.hear(expected(ARRIVES + 7 * HOUR, at=now), at=now)
    raised = port.wait(now + HOUR)
    agreed = a_milestone("PLN", ARRIVES + HOUR, at=now, service="BERTH", source=TOS)
    moved = a_berth_plan(ARRIVES + HOUR, LEAVES + HOUR, at=now)
    now += HOUR
    port.hear(by_clock(agreed, now, off), by_clock(moved, now, off), at=now)
    port.wait(now + HOUR)

    assert told(raised, of="B03") == [("B03", "RAISED", "YELLOW")]
    assert not any(key.startswith("B03|") for key in port.open_alerts())


def test_a_reefer_came_when_it_did_whatever_the_gate_read() -> None:
    """P05: by a gate whose clock is two hours behind it came at noon; an hour later it is told."""
    port, off, other = APort(), -2 * HOUR, "RDAU7654323"
    for minutes in range(0, 240, 10):
        at = NOON - 4 * HOUR + minutes * MINUTE
        heard = [a_plug("ON", at=at, box=other), by_clock(a_lane(1, "OPEN", at=at), at, off)]
        if not minutes:
            heard.insert(0, a_reefer_in(2.0, at=at, box=other))
        port.hear(*heard, at=at)

    port.hear(by_clock(a_reefer_in(2.0), NOON, off), at=NOON)
    early = port.wait(NOON + 60 * MINUTE)
    said = port.wait(NOON + 61 * MINUTE, step=MINUTE)

    assert not of("P05", early)
    assert told(said, of="P05") == [("P05", "RAISED", "YELLOW")]


@pytest.mark.parametrize("off", [-2 * HOUR, 3 * HOUR])
def test_a_reefer_has_no_power_since_it_was_unplugged_whatever_the_yard_read(off: int) -> None:
    """P05: an hour and ten minutes after the plug was pulled, by a right clock."""
    port, pulled = APort(), NOON + 5 * HOUR
    port.hear(a_reefer_in(2.0), by_clock(a_plug("ON", at=NOON), NOON, off), at=NOON)
    for minutes in range(10, 300, 10):
        at = NOON + minutes * MINUTE
        port.hear(by_clock(a_plug("ON", at=at), at, off), at=at)

    port.hear(by_clock(a_plug("OFF", at=pulled), pulled, off), at=pulled)
    early = port.wait(pulled + 60 * MINUTE)
    said = port.wait(pulled + 70 * MINUTE, step=MINUTE)

    assert not of("P05", early)
    assert told(said, of="P05") == [("P05", "RAISED", "YELLOW")]


@pytest.mark.parametrize(("late", "so"), [(110, False), (130, True)])
def test_a_word_is_late_by_the_right_time(late: int, so: bool) -> None:
    """D03: more than two hours under way, from a yard whose clock is three hours behind."""
    port, off, landed = APort(), -3 * HOUR, NOON + 4 * HOUR
    for minutes in range(0, 240 + late, 10):
        at = NOON + minutes * MINUTE
        port.hear(by_clock(a_yard_crane("WORKING", at=at), at, off), at=at)

    heard = landed + late * MINUTE
    word = by_clock(a_discharge("RDAU2000016", PART, at=landed), landed, off)
    said = port.hear(a_berth_plan(NOON, LEAVES, at=heard), word, at=heard)

    assert [one["delta"]["value"] for one in of("D03", said)] == [late] * so


def test_what_was_held_up_for_hours_makes_no_clock_wrong() -> None:
    """D03: boxes landed for an hour are told five hours later within seconds: each of them late."""
    port, now = APort(), NOON + 5 * HOUR
    for minutes in range(0, 270, 10):
        at = NOON + minutes * MINUTE
        port.hear(a_yard_crane("WORKING" if minutes % 20 else "STOPPED", at=at), at=at)
    port.hear(a_yard_crane("BROKEN", at=NOON + HOUR), at=now - 35 * MINUTE)  # the only one late
    for at in range(now - 30 * MINUTE, now, 5 * MINUTE):
        port.hear(an_event("yard.source-beat", TOS, {"as_of": written(at)}, at=at), at=at)
    said = port.hear(a_berth_plan(NOON, LEAVES, at=now), at=now)
    for n in range(3):
        landed, at = NOON + n * 20 * MINUTE, now + n * 5 * SECOND
        said += port.hear(a_discharge(BOXES[n], PART, at=landed), at=at)

    assert [round(one["delta"]["value"]) for one in of("D03", said)] == [300, 280, 260]


def test_what_a_clock_is_behind_is_no_lateness_of_the_word_of_a_plug() -> None:
    """P05: a yard two hours behind tells of each plug at once; a missing word is not under way."""
    port, off, other = APort(), -2 * HOUR, "RDAU7654323"
    begins = NOON - 4 * HOUR
    yard = {"source": TOS, "organisation": "ter-ctg-1", "families": ["yard"], "weight": 80}
    document = a_profile(sources=[{**yard, "silence_minutes": {"yard": 30}}])
    port.hear(profile_changed(document, at=begins), at=begins)
    port.hear(a_reefer_in(2.0, at=begins, box=other), at=begins)
    for minutes in range(0, 320, 10):
        at = begins + minutes * MINUTE
        heard = [by_clock(a_plug("ON", at=at, box=other), at, off)]
        heard += [a_reefer_in(2.0)] if at == NOON else []
        said = port.hear(*heard, at=at)
        assert not of("P05", said)

    said = port.wait(NOON + 71 * MINUTE, step=MINUTE)
    assert told(said, of="P05") == [("P05", "RAISED", "YELLOW")]


def test_what_a_clock_that_is_ahead_catches_up_with_is_not_late() -> None:
    """D03: a yard four hours ahead was not heard from ten to six; then it tells of its boxes."""
    port, off = APort(), 4 * HOUR
    for minutes in range(0, 24 * 60, 10):
        at = NOON - 26 * HOUR + minutes * MINUTE
        state = "WORKING" if minutes % 20 else "STOPPED"
        port.hear(by_clock(a_yard_crane(state, at=at), at, off), at=at)
    port.wait(NOON + 6 * HOUR)

    said: list[Event] = []
    for n in range(10):
        lifted, at = NOON + n * 10 * MINUTE, NOON + 6 * HOUR + n * MINUTE
        said += port.hear(by_clock(a_discharge(BOXES[n], PART, at=lifted), lifted, off), at=at)

    assert [one["dedup_key"] for one in of("D03", said) if one["template"] == "d03.late"] == []


def test_a_truck_came_when_it_did_whatever_the_gate_read() -> None:
    """T02: by a gate whose clock is three hours behind it came three minutes early, as one may."""
    port, off, box = APort(), -3 * HOUR, "RDAU2000016"
    part = "COCTG/9999993/20261107/SPRC/1"
    for minutes in range(0, 240, 10):
        at = NOON - 4 * HOUR + minutes * MINUTE
        port.hear(by_clock(a_lane(1, "OPEN", at=at), at, off), at=at)
    slot = an_appointment("1", NOON + HOUR, at=NOON, box=box)
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(windows(part, at=NOON, EFC=NOON + 63 * MINUTE, FCO=NOON + 44 * HOUR), at=NOON)
    port.hear(a_booking(part, box, at=NOON), by_clock(slot, NOON, off), at=NOON)

    came = NOON + HOUR
    data = {"step": "QUEUE_IN", "appointment": "apt:SPRC:1"}
    step = an_event("gate.truck-progressed", "trk:SPRC:1", data, at=came, source=GATE)
    said = port.hear(by_clock(step, came, off), at=came)

    assert of("T02", said) == []
