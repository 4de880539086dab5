"""R03 told like a port clerk: the ship drops us, and who still waits for her."""

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    SHIP,
    SYSTEM,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    an_appointment,
    told,
    withdrawn,
)
from tests.correlation.rules.given_ship import a_declaration, a_service, a_status

COMES = NOON + 60 * HOUR
CALL = "COCTG/9999993/20261108"
PART = f"{CALL}/SPRC/1"
OTHER_PART = "COCTG/9999981/20261109/SPRC/1"
BOX = "RDAU2000016"


def of_r03(records: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was said of dropped and changed calls alone."""
    return told(one for one in records if one["code"] == "R03")


def a_ship_with_cargo(port: APort) -> None:
    """Plan a ship with a booking, a truck for it and two tugs; and another ship a day later."""
    port.hear(
        a_berth_plan(COMES, COMES + 24 * HOUR, at=NOON),
        a_berth_plan(COMES + 25 * HOUR, COMES + 45 * HOUR, at=NOON, ship=OTHER_SHIP),
        a_booking(PART, BOX, at=NOON),
        an_appointment("1", NOON + 20 * HOUR, at=NOON, box=BOX, booking="bkg:RDA:BK1"),
        a_service(PART, "TOWAGE", "CONFIRMED", at=NOON),
        at=NOON,
    )


def test_an_omitted_call_is_red_while_something_hangs_on_it() -> None:
    """Omitted 59 hours ahead: red at once, with the counts of what to cancel."""
    port = APort()
    a_ship_with_cargo(port)

    said = port.hear(a_status("OMIT", CALL, at=NOON + HOUR), at=NOON + HOUR)

    assert of_r03(said) == [("R03", "RAISED", "RED")]
    assert said[0]["dedup_key"] == f"R03|{CALL}|OMIT"
    assert said[0]["action"] == [
        {"code": "CASCADE_CANCEL", "params": {"bookings": 1, "appointments": 1, "services": 1}}
    ]
    assert said[0]["act_by_at"] == "2026-11-06T08:00:00Z"  # the truck's slot


def test_a_call_on_which_nothing_hangs_is_dropped_in_silence() -> None:
    """No booking, no truck, no service: no news."""
    port = APort()
    port.hear(a_berth_plan(COMES, COMES + 24 * HOUR, at=NOON), at=NOON)

    assert of_r03(port.hear(a_status("OMIT", CALL, at=NOON + HOUR), at=NOON + HOUR)) == []


def test_it_ends_when_the_last_of_them_is_planned_anew() -> None:
    """Booking rolled, truck cancelled, tugs cancelled: cleared with the last one."""
    port = APort()
    a_ship_with_cargo(port)
    port.hear(a_status("OMIT", CALL, at=NOON + HOUR), at=NOON + HOUR)

    now = NOON + 2 * HOUR
    rolled = port.hear(
        a_booking(OTHER_PART, BOX, at=now, status="ROLLED", rolled_to=OTHER_PART), at=now
    )
    tugs = port.hear(a_service(PART, "TOWAGE", "CANCELLED", at=now + 1), at=now + 1)

    assert [change for _, change, _ in of_r03(rolled)] == ["UPDATED"]  # her truck rolled along
    assert of_r03(tugs)[-1] == ("R03", "CLEARED", "RED")


def test_a_status_taken_back_was_never_true() -> None:
    """The carrier meant another ship: retracted, and the call lives."""
    port = APort()
    a_ship_with_cargo(port)
    omitted = a_status("OMIT", CALL, at=NOON + HOUR)
    port.hear(omitted, at=NOON + HOUR)

    said = port.hear(
        withdrawn(omitted, at=NOON + 2 * HOUR, refs={"port": SYSTEM, "vessel": SHIP}),
        at=NOON + 2 * HOUR,
    )

    assert of_r03(said) == [("R03", "RETRACTED", "RED")]


def test_a_changed_rotation_is_orange_until_each_has_said_something_new() -> None:
    """The ship still comes: a truck that confirms behind the change is settled."""
    port = APort()
    a_ship_with_cargo(port)
    said = port.hear(a_status("ROTC", CALL, at=NOON + HOUR), at=NOON + HOUR)

    now = NOON + 2 * HOUR
    port.hear(
        a_booking(PART, BOX, at=now, status="AMENDED"),
        an_appointment(
            "1", NOON + 20 * HOUR, at=now, box=BOX, booking="bkg:RDA:BK1", status="CONFIRMED"
        ),
        at=now,
    )
    last = port.hear(a_service(PART, "TOWAGE", "CONFIRMED", at=now + 1), at=now + 1)

    assert of_r03(said) == [("R03", "RAISED", "ORANGE")]
    assert of_r03(last) == [("R03", "CLEARED", "ORANGE")]


def test_a_ship_that_declares_the_next_port_without_coming_is_taken_to_pass_by() -> None:
    """Inferred after half an hour, orange, and over when she declares us again."""
    port = APort()
    a_ship_with_cargo(port)
    port.hear(a_declaration("PABLB", at=NOON + HOUR), at=NOON + HOUR)

    early = port.wait(NOON + HOUR + 29 * MINUTE)
    said = port.wait(NOON + HOUR + 31 * MINUTE)
    now = NOON + 2 * HOUR
    back = port.hear(a_declaration(SYSTEM, at=now, previous="PABLB"), at=now)

    assert of_r03(early) == []
    assert of_r03(said) == [("R03", "RAISED", "ORANGE")]
    assert said[0]["inferred"] is True
    assert of_r03(back) == [("R03", "CLEARED", "ORANGE")]
