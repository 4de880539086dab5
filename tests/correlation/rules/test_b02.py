"""B02 told like a port clerk: someone asked, and the other side does not answer."""

from typing import Any

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    a_profile,
    profile_changed,
    told,
)
from tests.correlation.given import (
    at_berth as alongside,
)
from tests.correlation.rules.given_ship import a_service

COMES = NOON + 60 * HOUR
PART = "COCTG/9999993/20261108/SPRC/1"


def at_berth(classifier: str, milestone_at: int, *, at: int, **more: Any) -> Event:
    """Return a V03 of the berth arrival: requests come from the terminal, the rest from her."""
    source = TOS if classifier == "REQ" else "/COCTG/car-rda/schedule"
    more = {"source": source, **more}
    more = {"service": "BERTH", **more}
    return a_milestone(classifier, milestone_at, at=at, **more)


def of_b02(records: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was said of answers owed alone."""
    return told(one for one in records if one["code"] == "B02")


def test_a_request_that_the_ship_does_not_confirm_in_four_hours_is_told() -> None:
    """Over a day ahead four hours are allowed; orange after eight, or from 48 hours on."""
    port = APort()
    port.hear(at_berth("EST", COMES, at=NOON - HOUR), at=NOON - HOUR)
    port.hear(at_berth("REQ", COMES, at=NOON), at=NOON)

    early = port.wait(NOON + 4 * HOUR - MINUTE)
    said = port.wait(NOON + 9 * HOUR)

    assert of_b02(early) == []
    assert of_b02(said) == [("B02", "RAISED", "YELLOW"), ("B02", "RAISED_SEVERITY", "ORANGE")]
    assert said[0]["dedup_key"] == f"B02|COCTG|{PART}|BERTH|PLN"
    assert said[0]["action"][0]["params"]["party"] == "SHIP"


def test_inside_a_day_one_hour_is_allowed_and_without_a_berth_it_is_red_at_twelve() -> None:
    """Asked 20 hours ahead, told one hour later; red at 12 hours with no berth agreed."""
    port = APort()
    asked = COMES - 20 * HOUR
    port.hear(at_berth("REQ", COMES, at=asked), at=asked)

    soon = port.wait(asked + 65 * MINUTE)
    later = port.wait(COMES - 11 * HOUR)

    assert of_b02(soon) == [("B02", "RAISED", "ORANGE")]
    assert of_b02(later) == [("B02", "RAISED_SEVERITY", "RED")]
    assert [action["code"] for action in later[0]["action"]] == ["ANSWER", "ESCALATE"]


def test_the_answer_ends_it_at_once() -> None:
    """The ship confirms: cleared."""
    port = APort()
    port.hear(at_berth("REQ", COMES, at=NOON), at=NOON)
    port.wait(NOON + 5 * HOUR)

    now = NOON + 5 * HOUR
    said = port.hear(at_berth("PLN", COMES, at=now), at=now)

    assert of_b02(said) == [("B02", "CLEARED", "YELLOW")]


def test_a_request_that_comes_after_its_plan_is_not_open() -> None:
    """Words overtake each other: asked first and heard last, it asks for what is agreed."""
    overtaken, anew = APort(), APort()
    agreed = at_berth("PLN", COMES, at=NOON, source=TOS)
    for port, asked_at, wanted in ((overtaken, NOON - HOUR, COMES), (anew, NOON, COMES + 5 * HOUR)):
        port.hear(agreed, at=NOON)
        later = NOON + 30 * MINUTE
        asked = at_berth("REQ", wanted, at=asked_at if port is overtaken else later)
        port.hear(asked, at=later)

    assert of_b02(overtaken.wait(NOON + 9 * HOUR)) == []
    assert of_b02(anew.wait(NOON + 5 * HOUR)) == [("B02", "RAISED", "YELLOW")]


def test_an_estimate_owes_no_request_where_the_port_never_asks() -> None:
    """A port that has never said a request of a service is not told of each ship."""
    port = APort()
    port.hear(at_berth("EST", COMES, at=NOON), at=NOON)
    silent = port.wait(NOON + 6 * HOUR)

    now = NOON + 6 * HOUR
    other = at_berth("REQ", COMES + 9 * HOUR, at=now, ship=OTHER_SHIP)
    said = port.hear(other, at=now)

    assert of_b02(silent) == []
    assert of_b02(said) == [("B02", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == f"B02|COCTG|{PART}|BERTH|REQ"


def test_three_days_ahead_a_time_at_the_pilot_station_must_be_agreed() -> None:
    """Where the port agrees such times at all, one is due 72 hours ahead."""
    port = APort()
    comes = NOON + 90 * HOUR
    port.hear(
        a_milestone("PLN", NOON + 20 * HOUR, at=NOON, ship=OTHER_SHIP),
        at_berth("EST", comes, at=NOON),
        at=NOON,
    )

    early = port.wait(comes - 72 * HOUR - MINUTE)
    said = port.wait(comes - 71 * HOUR)

    assert of_b02(early) == []
    assert [one["dedup_key"].rpartition("|")[2] for one in said if one["code"] == "B02"] == [
        "AGREED"
    ]


def test_a_service_declined_and_not_replaced_in_two_hours_is_told() -> None:
    """Declined tugs, no replacement; a new order clears it."""
    port = APort()
    port.hear(at_berth("PLN", COMES, at=NOON), at=NOON)
    port.hear(a_service(PART, "TOWAGE", "DECLINED", at=NOON), at=NOON)

    said = port.wait(NOON + 2 * HOUR + MINUTE)
    now = NOON + 3 * HOUR
    ordered = port.hear(a_service(PART, "TOWAGE", "ORDERED", at=now), at=now)

    assert of_b02(said) == [("B02", "RAISED", "YELLOW")]
    assert of_b02(ordered) == [("B02", "CLEARED", "YELLOW")]


def test_the_fourth_round_in_a_day_is_told() -> None:
    """Estimate and request four times without a plan; three times is still talk."""
    port = APort()
    counts = []
    for turn in range(4):
        now = NOON + turn * HOUR
        port.hear(at_berth("EST", COMES + turn * HOUR, at=now), at=now)
        later = now + 20 * MINUTE
        said = port.hear(at_berth("REQ", COMES - turn * HOUR, at=later), at=later)
        counts.append(of_b02(said))

    assert counts == [[], [], [], [("B02", "RAISED", "YELLOW")]]
    assert said[0]["template"] == "b02.rounds"


def test_a_request_whose_plan_is_under_way_was_answered_by_the_berth_plan() -> None:
    """Asked at noon and planned; asked anew at three for another hour: an hour runs from three."""
    port = APort()
    comes = NOON + 20 * HOUR
    port.hear(at_berth("REQ", comes, at=NOON, service="PILOT_BOARDING_PLACE"), at=NOON)
    agreed = NOON + 20 * MINUTE
    port.hear(a_berth_plan(comes, comes + 20 * HOUR, at=agreed), at=agreed)
    anew = NOON + 3 * HOUR
    asked = at_berth("REQ", comes + 2 * HOUR, at=anew, service="PILOT_BOARDING_PLACE")

    early = port.wait(anew) + port.hear(asked, at=anew) + port.wait(anew + 59 * MINUTE)
    said = port.wait(anew + 61 * MINUTE)

    assert of_b02(early) == []
    assert [change for _, change, _ in of_b02(said)] == ["RAISED"]


def test_a_terminal_that_is_connected_tells_since_when_it_waits() -> None:
    """It asked ten hours before it was heard here: told once its plan could have followed."""
    port = APort()
    port.hear(at_berth("REQ", COMES, at=NOON - 10 * HOUR), at=NOON)

    early = port.wait(NOON + 9 * MINUTE)
    said = port.wait(NOON + 11 * MINUTE)

    assert of_b02(early) == []
    assert of_b02(said) == [("B02", "RAISED", "ORANGE")]


def test_a_pilot_for_sailing_who_declines_and_is_not_replaced_is_told_while_she_lies_here() -> None:
    """Alongside, he declined at noon: told at 14:00 and no more once another one is ordered."""
    port = APort()
    port.hear(
        a_berth_plan(NOON - 20 * HOUR, NOON + 10 * HOUR, at=NOON - 30 * HOUR),
        alongside("ARRI", NOON - 20 * HOUR, at=NOON - 20 * HOUR),
        at=NOON - HOUR,
    )
    part = "COCTG/9999993/20261104/SPRC/1"
    port.hear(a_service(part, "PILOTAGE", "DECLINED", at=NOON, direction="OUTB"), at=NOON)

    early = port.wait(NOON + 2 * HOUR - MINUTE)
    said = port.wait(NOON + 2 * HOUR + MINUTE)
    now = NOON + 3 * HOUR
    ordered = port.hear(a_service(part, "PILOTAGE", "CONFIRMED", at=now, direction="OUTB"), at=now)

    assert of_b02(early) == []
    assert of_b02(said) == [("B02", "RAISED", "ORANGE")]
    assert said[-1]["dedup_key"] == f"B02|COCTG|{part}|PILOTAGE|REPLACE_OUTB"
    assert of_b02(ordered) == [("B02", "CLEARED", "ORANGE")]


def with_terminal_system(port: APort) -> None:
    """Register the terminal's system of berths, that may be silent for an hour."""
    registered = {
        "source": TOS,
        "organisation": "ter-ctg-1",
        "families": ["vessel"],
        "weight": 80,
        "silence_minutes": {"vessel": 60},
    }
    document = a_profile(sources=[registered])
    port.hear(profile_changed(document, at=NOON - HOUR), at=NOON - HOUR)


def test_nobody_owes_an_answer_while_the_system_that_asked_is_not_heard() -> None:
    """Asked at noon, due at four, silent from one to six: at six it tells of the answer of two."""
    port = APort()
    with_terminal_system(port)
    port.hear(at_berth("REQ", COMES, at=NOON), at=NOON)

    silent = port.wait(NOON + 6 * HOUR)
    now = NOON + 6 * HOUR
    port.hear(at_berth("EST", COMES + HOUR, at=now, ship=OTHER_SHIP, source=TOS), at=now)
    answered = at_berth("PLN", COMES, at=NOON + 2 * HOUR, source=TOS)
    told_later = port.hear(answered, at=now + 2 * MINUTE)
    rest = port.wait(now + HOUR)

    assert of_b02([*silent, *told_later, *rest]) == []


def test_an_answer_is_owed_once_the_system_that_asked_was_heard_again() -> None:
    """Silent from noon to six, and ten minutes later no word of an answer: told."""
    port = APort()
    with_terminal_system(port)
    port.hear(at_berth("REQ", COMES, at=NOON), at=NOON)
    port.wait(NOON + 6 * HOUR)

    now = NOON + 6 * HOUR
    port.hear(at_berth("EST", COMES + HOUR, at=now, ship=OTHER_SHIP, source=TOS), at=now)
    soon = port.wait(now + 9 * MINUTE)
    said = port.wait(now + 21 * MINUTE)

    assert of_b02(soon) == []
    assert of_b02(said) == [("B02", "RAISED", "YELLOW")]
