"""D01: a closed gate is quiet, not silent; its floor counts only the hours in which it is open."""

from typing import Any

import pytest

from contracts.profile import Community
from correlation.instants import DAY, HOUR, MINUTE, written
from correlation.picture.hours import after_open_time, gate_hours
from tests.correlation.given import (
    GATE,
    NOON,
    TERMINAL,
    APort,
    Event,
    a_profile,
    an_event,
    profile_changed,
    told,
)

DAYTIME = {day: ["06:00-22:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
EVENING = NOON + 14 * HOUR + 50 * MINUTE
"""21:50 in Cartagena on Thursday, ten minutes before the gate closes."""


def a_place(*hours: dict[str, list[str]] | None) -> dict[str, Any]:
    """Return the terminal with one gate for each of these hours; None is round the clock."""
    gates = [
        {"id": str(n), "capacity_per_hour": 60, **({"hours": each} if each else {})}
        for n, each in enumerate(hours, 1)
    ]
    return {"code": TERMINAL, "name": "SPRC", "quay_metres": 700, "gates": gates}


def a_port(*hours: dict[str, list[str]] | None) -> APort:
    """Return a port whose gate feed may be silent for 15 minutes."""
    port = APort()
    document = a_profile(facilities=[a_place(*hours)])
    port.hear(profile_changed(document, at=EVENING), at=EVENING)
    port.hear(a_queue(at=EVENING), at=EVENING)
    return port


def a_queue(*, at: int) -> Event:
    """Return G09, so that the feed has spoken."""
    data = {"as_of": written(at), "direction": "BOTH", "trucks": 2}
    return an_event("gate.queue-reported", f"{TERMINAL}/gate/1", data, at=at, source=GATE)


def test_a_gate_that_closes_is_quiet_until_it_opens_again() -> None:
    """Ten minutes on Thursday evening and five on Friday morning are fifteen."""
    port = a_port(DAYTIME)

    night = port.wait(EVENING + 8 * HOUR + 15 * MINUTE, step=MINUTE)
    said = port.wait(EVENING + 8 * HOUR + 17 * MINUTE, step=MINUTE)

    assert night == []
    assert told(said) == [("D01", "RAISED", "YELLOW")]


def test_a_gate_that_speaks_in_the_morning_was_never_silent() -> None:
    """And a night is no habit: fifteen minutes later it would be silent as ever."""
    port = a_port(DAYTIME)
    morning = EVENING + 8 * HOUR + 12 * MINUTE
    port.wait(morning, step=10 * MINUTE)
    port.hear(a_queue(at=morning), at=morning)

    early = port.wait(morning + 15 * MINUTE, step=MINUTE)
    said = port.wait(morning + 17 * MINUTE, step=MINUTE)

    assert early == []
    assert told(said) == [("D01", "RAISED", "YELLOW")]


@pytest.mark.parametrize("hours", [(None,), (DAYTIME, None)])
def test_a_terminal_with_a_gate_round_the_clock_has_no_night(hours: Any) -> None:
    """One open gate is enough to speak."""
    port = a_port(*hours)

    assert told(port.wait(EVENING + 17 * MINUTE, step=MINUTE)) == [("D01", "RAISED", "YELLOW")]


def test_a_weekend_is_skipped_and_a_night_shift_runs_past_midnight() -> None:
    """Closed from Saturday 22:00 to Monday 06:00; 22:00-02:00 ends on the next day."""
    document = a_profile(facilities=[a_place(DAYTIME)])
    week = gate_hours(Community.model_validate(document), "ter-ctg-1")
    saturday = EVENING + 2 * DAY
    shift = a_profile(facilities=[a_place({"thu": ["22:00-02:00"]})])
    night = gate_hours(Community.model_validate(shift), "ter-ctg-1")

    after = after_open_time(week, "COCTG", saturday, 15 * MINUTE)
    late = after_open_time(night, "COCTG", EVENING, 3 * HOUR)
    next_week = after_open_time(night, "COCTG", EVENING, 5 * HOUR)

    assert after == saturday + 10 * MINUTE + 32 * HOUR + 5 * MINUTE
    assert late == EVENING + 10 * MINUTE + 3 * HOUR
    assert next_week == EVENING + 10 * MINUTE + 7 * DAY + HOUR
