"""Which call a fact is about: by the best word on it, and by a voyage only near its time."""

from correlation.instants import DAY, HOUR
from correlation.picture.milestones import berth_departure
from tests.correlation.given import (
    NOON,
    APort,
    a_berth_plan,
    a_milestone,
    at_berth,
    told,
    withdrawn,
)

VOYAGE = {"carrier": "RDA", "export_no": "015W"}


def calls(port: APort) -> list[str]:
    """Return the ids of the calls that a port knows."""
    return list(port.state.ports["COCTG"].calls)


def test_a_ship_whose_estimate_slides_day_by_day_stays_one_call() -> None:
    """Each word lies near the one before; that the last is far from the first says nothing."""
    port = APort()
    for days in (10, 12, 14, 16):
        port.hear(a_milestone("EST", NOON + days * DAY, at=NOON + days * HOUR), at=NOON + DAY)

    assert calls(port) == ["COCTG/9999993/20261115"]


def test_a_ship_that_was_expected_far_apart_has_two_calls() -> None:
    """A week between two words of one ship, and no other name: she calls twice."""
    port = APort()
    port.hear(a_milestone("EST", NOON + 10 * DAY, at=NOON), at=NOON)
    port.hear(a_milestone("EST", NOON + 17 * DAY, at=NOON), at=NOON)

    assert calls(port) == ["COCTG/9999993/20261115", "COCTG/9999993/20261122"]


def test_a_departure_belongs_to_the_stay_that_it_ends() -> None:
    """Eighty hours at the berth: the actual departure is far from the arrival, near its plan."""
    port = APort()
    port.hear(
        a_berth_plan(NOON, NOON + 80 * HOUR, at=NOON), at_berth("ARRI", NOON, at=NOON), at=NOON
    )
    left = NOON + 81 * HOUR

    port.hear(at_berth("DEPA", left, at=left), at=left)

    known = port.state.ports["COCTG"]
    part = known.terminal_calls["COCTG/9999993/20261105/SPRC/1"]
    departure = berth_departure(known, part)
    assert departure is not None
    assert departure.classifier == "ACT"
    assert not known.shelf


def test_of_two_stays_a_fact_belongs_to_the_nearer() -> None:
    """A ship that comes twice in five days: what lies between is her first departure's, or not."""
    port = APort()
    second = NOON + 5 * DAY
    port.hear(
        a_berth_plan(NOON, NOON + DAY, at=NOON),
        a_berth_plan(second, second + DAY, at=NOON),
        at=NOON,
    )

    port.hear(
        a_milestone("EST", NOON + 2 * DAY, at=NOON + HOUR, service="BERTH", point="DEPA"),
        a_milestone("EST", second - DAY, at=NOON + HOUR),
        at=NOON + HOUR,
    )

    known = port.state.ports["COCTG"]
    first, later = calls(port)
    assert list(known.terminal_calls[f"{first}/SPRC/1"].milestones) == ["BERTH/DEPA/EST"]
    assert list(known.calls[later].milestones) == ["PILOT_BOARDING_PLACE/ARRI/EST"]


def test_a_voyage_number_that_is_used_again_a_month_later_is_another_call() -> None:
    """A carrier's numbers run in a circle: beyond 21 days they name another voyage."""
    port = APort()
    named = {"refs": {"port": "COCTG", "vessel": {"imo": "9999993"}, "voyage": VOYAGE}}
    for days in (5, 20, 50):
        event = a_milestone("EST", NOON + days * DAY, at=NOON)
        port.hear({**event, "data": event["data"] | named}, at=NOON)

    assert calls(port) == ["COCTG/9999993/20261110", "COCTG/9999993/20261225"]


def test_an_estimate_for_next_week_is_taken_back_by_the_name_of_the_ship_alone() -> None:
    """A withdrawal says when it was stated, not what it spoke of: who heard the fact knows it."""
    port = APort()
    estimate = a_milestone("EST", NOON + 8 * DAY, at=NOON)
    port.hear(a_milestone("PLN", NOON + 7 * DAY, at=NOON), estimate, at=NOON)
    raised = port.wait(NOON + HOUR)
    slot = {"service": "PILOT_BOARDING_PLACE", "point": "ARRI", "classifier": "EST"}
    named = {"port": "COCTG", "vessel": {"imo": "9999993"}}

    said = port.hear(withdrawn(estimate, at=NOON + HOUR, refs=named, **slot), at=NOON + HOUR)

    assert told(raised) == [("B01", "RAISED", "YELLOW")]
    assert told(said, of="B01") == [("B01", "RETRACTED", "YELLOW")]
