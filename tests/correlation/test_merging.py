"""Two calls that prove to be one: ids, boxes, trucks and alerts go to the older call."""

from typing import Any

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    SHIP,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_command,
    a_discharge,
    a_length,
    a_milestone,
    an_appointment,
    told,
    windows,
)

BOX = "RDAU2000016"
OLDER, YOUNGER = "COCTG/9999993/20261107", "COCTG/9999993/20261111"


def link(*ids: str, at: int) -> Event:
    """Return M11 of these ids."""
    return a_command("identity-linked", at=at, ids=list(ids))


def two_calls() -> APort:
    """Return a port that took one ship for two calls four days apart, each late."""
    port = APort()
    for day in (48, 144):
        port.hear(a_milestone("PLN", NOON + day * HOUR, at=NOON + day), at=NOON + day)
        late = a_milestone("EST", NOON + (day + 30) * HOUR, at=NOON + day + 1)
        port.hear(late, at=NOON + day + 1)
        berth = a_milestone("REQ", NOON + (day + 2) * HOUR, at=NOON + day + 2, service="BERTH")
        port.hear(berth, at=NOON + day + 2)
    return port


def test_the_older_call_stays_and_answers_to_both_ids() -> None:
    """M11: what is said of the id that ended is said of the call that stays."""
    port = two_calls()
    port.hear(link(YOUNGER, OLDER, at=NOON + HOUR), at=NOON + HOUR)

    picture = port.state.ports["COCTG"]
    port.hear(windows(f"{YOUNGER}/SPRC/1", at=NOON + 2 * HOUR, FCO=NOON), at=NOON + 2 * HOUR)

    assert list(picture.calls) == [OLDER]
    assert picture.vessels[f"imo:{SHIP['imo']}"].calls == (OLDER,)
    assert list(picture.terminal_calls) == [f"{OLDER}/SPRC/1"]
    assert list(picture.terminal_calls[f"{OLDER}/SPRC/1"].windows) == ["FCO|||"]
    assert picture.at_terminal[TERMINAL] == (f"{OLDER}/SPRC/1",)


def test_the_alert_of_the_call_that_ends_is_superseded_by_its_heir() -> None:
    """Nobody is told twice of one late ship: one alert goes on, the other names it."""
    port = two_calls()
    port.wait(NOON + HOUR)
    assert {key for key in port.open_alerts() if key.startswith("B01")} == {
        f"B01|COCTG|{OLDER}",
        f"B01|COCTG|{YOUNGER}",
    }

    said = port.hear(link(OLDER, YOUNGER, at=NOON + HOUR), at=NOON + HOUR)

    heir = port.open_alerts()[f"B01|COCTG|{OLDER}"]
    ended = next(one for one in said if one["change"] == "SUPERSEDED")
    assert ended["dedup_key"] == f"B01|COCTG|{YOUNGER}"
    assert ended["superseded_by"] == heir["alert_id"]
    assert list(port.open_alerts()) == [f"B01|COCTG|{OLDER}"]


def test_the_heir_needs_no_hold_for_what_was_said_already() -> None:
    """The calm older call takes over an open alert in the same breath."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    port.hear(a_milestone("PLN", NOON + 144 * HOUR, at=NOON + 1), at=NOON + 1)
    port.hear(a_milestone("EST", NOON + 174 * HOUR, at=NOON + 2), at=NOON + 2)
    port.wait(NOON + HOUR)

    said = port.hear(link(OLDER, YOUNGER, at=NOON + HOUR), at=NOON + HOUR)

    assert told(said) == [("B01", "RAISED", "ORANGE"), ("B01", "SUPERSEDED", "ORANGE")]


def test_a_ship_is_no_longer_in_conflict_with_herself() -> None:
    """B03 between two calls that are one was never true: it is retracted by the link."""
    port = APort()
    plans = [
        a_berth_plan(NOON + day * HOUR, NOON + 170 * HOUR, at=NOON, id=f"plan-{day}")
        for day in (144, 48)  # the other way round the second lies within the first stay
    ]
    port.hear(a_length(200, at=NOON), *plans, at=NOON)
    port.wait(NOON + HOUR)
    assert [key.split("|")[0] for key in port.open_alerts()] == ["B03"]

    command = link(OLDER, YOUNGER, at=NOON + HOUR)
    said = port.hear(command, at=NOON + HOUR)

    assert [(one["change"], one["because"]) for one in said] == [("RETRACTED", command["id"])]


def test_boxes_and_trucks_follow_the_call_that_stays() -> None:
    """Bookings, visits and appointments are re-pointed, and the trucks counted there."""
    port = two_calls()
    part = f"{YOUNGER}/SPRC/1"
    port.hear(
        a_booking(part, BOX, at=NOON + HOUR),
        a_discharge("RDAU2000021", part, at=NOON + HOUR),
        an_appointment("1", NOON + 9 * HOUR, at=NOON + HOUR, booking="bkg:RDA:BK1"),
        at=NOON + HOUR,
    )

    port.hear(link(OLDER, YOUNGER, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)

    picture, heir = port.state.ports["COCTG"], f"{OLDER}/SPRC/1"
    assert picture.bookings["bkg:RDA:BK1"].terminal_call == heir
    assert {visit.inbound for visit in picture.visits.values() if visit.inbound} == {heir}
    assert picture.appointments["apt:SPRC:1"].terminal_calls == (heir,)
    assert [name for _, name in picture.terminal_calls[heir].deliveries] == ["apt:SPRC:1"]


def said_of(refs: dict[str, Any], arrival: int, at: int) -> Event:
    """Return a V03 with other names of the call."""
    event = a_milestone("EST", arrival, at=at)
    event["data"]["refs"] |= refs
    return event


def test_one_visit_number_on_two_calls_proves_that_they_are_one() -> None:
    """The authority gives a visit number once: no operator is needed."""
    port = two_calls()
    first, second = NOON + 48 * HOUR, NOON + 144 * HOUR
    port.hear(said_of({"visit_ref": "DIMAR-1"}, first, NOON + MINUTE), at=NOON + MINUTE)
    proof = {"visit_ref": "DIMAR-1", "call": YOUNGER}

    port.hear(said_of(proof, second, NOON + 2 * MINUTE), at=NOON + 2 * MINUTE)

    assert list(port.state.ports["COCTG"].calls) == [OLDER]


def test_a_new_name_is_taken_up_and_an_unknown_one_alone_is_refused() -> None:
    """M11 with one known call gives it a name; with none it says what is needed."""
    port = two_calls()
    port.hear(link(OLDER, "pcid:abc", at=NOON + HOUR), at=NOON + HOUR)
    port.hear(link("x-1", "x-2", at=NOON + HOUR), at=NOON + HOUR)

    assert port.state.ports["COCTG"].aliases["pcid:abc"] == OLDER
    assert [one["allowed"] for one in port.rejections()] == ["one name of a known call"]
