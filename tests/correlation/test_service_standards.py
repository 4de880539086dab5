"""Service standards told like a port clerk: what was promised, and what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from correlation.instants import DAY, HOUR, MINUTE, written
from correlation.picture.periods import period_of
from tests.correlation.given import (
    NOON,
    APort,
    Event,
    a_profile,
    a_step,
    profile_changed,
    withdrawn,
)
from tests.correlation.given_promises import (
    a_promise,
    a_truck,
    counted,
    port_with,
    said_of,
    said_of_all,
    trucks,
)


def test_nothing_is_said_of_a_promise_before_there_are_enough_cases() -> None:
    """Three slow trucks of three break nothing yet: four are asked for."""
    port = port_with(a_promise("K15", 60))

    trucks(port, 90, 90, 90)
    before = counted(port)
    trucks(port, 90, first=4)

    assert before == ("FEW", 3, 3)
    assert counted(port) == ("BROKEN", 4, 4)


def test_a_promise_is_kept_then_near_then_broken() -> None:
    """Eight of ten within the hour: none late is kept, 4 of 5 is near (80 to 85), 3 of 5 broken."""
    port = port_with(a_promise("K15", 60))
    trucks(port, 30, 40, 50, 60)
    kept = counted(port)
    trucks(port, 61, first=5)
    near = counted(port)
    trucks(port, 200, first=6)

    assert kept == ("KEPT", 4, 0)
    assert near == ("NEAR", 5, 1)
    assert counted(port) == ("BROKEN", 6, 2)
    last = said_of(port)[-1]
    assert last["worst"] == {"value": 200.0, "terminal_call": None}
    assert last["kept_pct"] == 66.7
    assert last["name"] == {
        "es": "Estadía de camiones",
        "en": "Truck turn",
        "pt": "Permanência de caminhões",
    }


def test_a_breach_is_said_at_once_and_other_counts_within_a_minute() -> None:
    """A port does not repeat its counts for every truck; that it failed does not wait."""
    port = port_with(a_promise("K15", 60))
    trucks(port, 30, 30, 30, 30)
    port.wait(NOON + 2 * HOUR)
    before = len(said_of_all(port))

    good = NOON + 2 * HOUR
    port.hear(*a_truck(5, 30, at=good - 30 * MINUTE), at=good)
    quiet = len(said_of_all(port))
    port.hear(*a_truck(6, 99, at=good - 90 * MINUTE), at=good + 1000)
    port.hear(*a_truck(7, 99, at=good - 90 * MINUTE), at=good + 2000)

    assert quiet == before
    assert [one["state"] for one in said_of_all(port)[before:]] == ["NEAR", "BROKEN"]


def test_a_corrected_step_replaces_the_case_that_was_counted() -> None:
    """The gate typed 15:10 for 13:10: one case, now within the hour, and the worst is another."""
    port = port_with(a_promise("K15", 60, cases_min=1))
    trucks(port, 50)
    left = a_step("LEFT", "apt:SPRC:2", at=NOON + 3 * HOUR)
    port.hear(*a_truck(2, 30, at=NOON)[:2], left, at=NOON + 3 * HOUR)
    before = counted(port)

    right = {
        **left,
        "id": "left-2",
        "factid": left["id"],
        "updatedtime": written(NOON + 4 * HOUR),
        "time": written(NOON + 40 * MINUTE),
    }
    port.hear(right, at=NOON + 4 * HOUR)

    assert before == ("BROKEN", 2, 1)
    assert counted(port) == ("KEPT", 2, 0)
    assert said_of(port)[-1]["worst"]["value"] == 50.0


def test_a_step_taken_back_takes_its_case_along() -> None:
    """The truck never left: there is no case of it any more."""
    port = port_with(a_promise("K15", 60, cases_min=1))
    trucks(port, 50, 90)

    left = a_truck(2, 90, at=NOON + 2 * MINUTE)[2]
    port.hear(
        withdrawn(left, at=NOON + 2 * HOUR, refs={"port": "COCTG", "appointment": "apt:SPRC:2"}),
        at=NOON + 2 * HOUR,
    )

    assert counted(port) == ("KEPT", 1, 0)


def test_a_case_said_twice_counts_once() -> None:
    """The same events again change nothing, and nothing is said again."""
    port = port_with(a_promise("K15", 60, cases_min=1))
    trucks(port, 50)
    before = counted(port)
    trucks(port, 50)

    assert counted(port) == before == ("KEPT", 1, 0)
    assert len(said_of_all(port)) == 1


def test_a_late_truck_counts_in_the_day_in_which_it_left() -> None:
    """Told at noon of the next day: yesterday is counted, and said to be over."""
    port = port_with(a_promise("K15", 60, cases_min=1))
    trucks(port, 50)
    port.wait(NOON + DAY)

    port.hear(*a_truck(9, 90, at=NOON + HOUR), at=NOON + DAY)
    port.wait(NOON + DAY + 2 * MINUTE, step=MINUTE)

    (yesterday,) = said_of(port)
    assert (yesterday["label"], yesterday["is_over"]) == ("2026-11-05", True)
    assert (yesterday["state"], yesterday["cases"]) == ("BROKEN", 2)


def test_a_day_ends_at_the_midnight_of_the_port() -> None:
    """Cartagena is five hours behind UTC; when its day ends, that is said once more."""
    port = port_with(a_promise("K15", 60, cases_min=1))
    trucks(port, 50)
    port.wait(NOON + 16 * HOUR + 50 * MINUTE)
    before = said_of(port)[-1]
    port.wait(NOON + 17 * HOUR)

    assert before["ends_at"] == "2026-11-06T05:00:00Z"
    assert (before["is_over"], said_of(port)[-1]["is_over"]) == (False, True)


@pytest.mark.parametrize(
    ("kind", "label", "begins", "ends"),
    [
        ("DAY", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
        ("WEEK", "2026-W36", "2026-08-31T04:00:00Z", "2026-09-07T03:00:00Z"),
        ("MONTH", "2026-09", "2026-09-01T04:00:00Z", "2026-10-01T03:00:00Z"),
    ],
)
def test_in_chile_a_day_may_have_23_hours(kind: str, label: str, begins: str, ends: str) -> None:
    """On 6 September 2026 San Antonio has no midnight: its day begins at one o'clock."""
    noon = 1_788_710_400_000  # 2026-09-06T16:00:00Z

    found = period_of("CLSAI", kind, noon)

    assert (found.label, written(found.begins_at), written(found.ends_at)) == (label, begins, ends)


def test_the_worst_case_is_still_known_when_it_can_no_longer_change() -> None:
    """The truck's appointment is forgotten, a later one is corrected: the worst stays the first."""
    port = port_with(a_promise("K15", 60, period="MONTH", cases_min=1))
    trucks(port, 300)
    port.wait(NOON + 3 * DAY, step=HOUR)
    late = NOON + 3 * DAY
    came = a_truck(2, 400, at=late)
    port.hear(*came, at=late + 400 * MINUTE)
    worst = counted(port), said_of(port)[-1]["worst"]["value"]
    port.hear(
        withdrawn(came[2], at=late + 8 * HOUR, refs={"port": "COCTG", "appointment": "apt:SPRC:2"}),
        at=late + 8 * HOUR,
    )

    assert worst == (("BROKEN", 2, 2), 400.0)
    assert counted(port) == ("BROKEN", 1, 1)
    assert said_of(port)[-1]["worst"]["value"] == 300.0


def test_what_ended_before_a_promise_was_made_is_not_its_case() -> None:
    """A baseline of the past breaks no promise of today."""
    port = port_with(a_promise("K15", 60, cases_min=1))

    port.hear(*a_truck(1, 90, at=NOON - 3 * HOUR), at=NOON + HOUR)

    assert said_of(port) == []


def test_a_promise_of_another_terminal_counts_nothing_here() -> None:
    """Scope: the terminal by its code, or by its whole id."""
    port = port_with(a_promise("K15", 60, scope="TCC", cases_min=1))
    port.hear(a_promise("K15", 60, scope="SPRC", standard_id="here", cases_min=1), at=NOON)
    trucks(port, 90)
    port.wait(port.state.now + 2 * MINUTE, step=MINUTE)

    assert said_of(port) == []
    assert [one["scope"] for one in said_of(port, "here")] == ["SPRC"]


def in_profile(target: float, **more: Any) -> Event:
    """Return M08: a profile with one promise of truck turn."""
    standard = {
        "standard_id": "promise",
        "measure": "K15",
        "scope": "PORT",
        "target": target,
        "unit": "min",
        "period": "day",
        "cases_min": 1,
        **more,
    }
    return profile_changed(a_profile(standards=[standard]), at=NOON)


def test_a_promise_of_the_profile_rules_and_a_command_rules_over_it() -> None:
    """The profile says 60 minutes, M09 then 100; another target begins anew."""
    port = APort()
    port.hear(in_profile(60.0), at=NOON)
    trucks(port, 90)
    before = counted(port)
    port.hear(a_promise("K15", 100, cases_min=1), at=NOON + 4 * HOUR)
    after = said_of(port)
    trucks(port, 95, first=300)

    assert before == ("BROKEN", 1, 1)
    assert after == [{}]
    assert counted(port) == ("KEPT", 1, 0)


def test_a_promise_that_leaves_the_profile_is_taken_off_the_board() -> None:
    """Its periods are tombstones, and its cases are gone."""
    port = APort()
    port.hear(in_profile(60.0), at=NOON)
    trucks(port, 90)
    counted(port)

    port.hear(profile_changed(a_profile(), at=NOON), at=NOON + 4 * HOUR)

    assert said_of(port) == [{}]
    assert list(port.state.ports["COCTG"].cases) == []


def test_another_share_judges_what_was_counted_already() -> None:
    """The same promise with another share keeps its cases."""
    port = APort()
    port.hear(in_profile(60.0, share_pct=50.0), at=NOON)
    trucks(port, 90, 30)
    before = counted(port)

    port.hear(in_profile(60.0, share_pct=51.0), at=NOON + 4 * HOUR)

    assert before == ("NEAR", 2, 1)
    assert counted(port) == ("BROKEN", 2, 1)


def test_a_period_is_let_go_after_two_weeks() -> None:
    """Days are kept for two weeks; a truck of that day counts nowhere then."""
    port = port_with(a_promise("K15", 60, cases_min=1))
    trucks(port, 90)
    port.wait(NOON + 16 * DAY, step=3 * HOUR)
    now = port.state.now

    port.hear(*a_truck(7, 90, at=NOON + HOUR), at=now)

    assert said_of(port) == [{}]
    assert list(port.state.ports["COCTG"].tallies) == []


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("measure", "K99"),
        ("unit", "FORTNIGHT"),
        ("period", "YEAR"),
        ("target", -1.0),
        ("share_pct", 0.0),
        ("near_pct", 101.0),
        ("cases_min", 0),
        ("standard_id", "a|b"),
    ],
)
def test_a_promise_that_cannot_be_followed_is_refused(field: str, found: Any) -> None:
    """M09 with a word that is not known: what was found, and what is allowed."""
    port = APort()

    promise = a_promise("K15", 60)
    promise["data"][field] = found
    port.hear(promise, at=NOON)

    (refusal,) = port.rejections()
    assert refusal["field"] == f"data.{field}"
    assert refusal["allowed"]
    assert list(port.state.ports["COCTG"].promises) == []
