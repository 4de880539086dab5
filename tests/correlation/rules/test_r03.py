"""R03 told like a port clerk: the ship drops us, and who still waits for her."""

from typing import Any

from contracts.identifiers import box_check_digit
from correlation.instants import HOUR, MINUTE, written
from correlation.picture.milestones import is_dropped
from tests.correlation.given import (
    CARRIER,
    NOON,
    OTHER_SHIP,
    SHIP,
    SYSTEM,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_gate_in,
    an_appointment,
    an_event,
    at_berth,
    of,
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


def test_a_name_that_may_mean_this_port_is_no_sign_that_the_ship_passes_by() -> None:
    """Her crew types Cartagena; the receiver takes it for the one in Spain, or for ours."""
    port = APort()
    a_ship_with_cargo(port)
    names: dict[str, Any] = {"resolved_by": "NAME", "candidates": [SYSTEM, "ESCAR"]}
    port.hear(a_declaration("ESCAR", at=NOON + HOUR, **names), at=NOON + HOUR)

    assert of_r03(port.wait(NOON + 2 * HOUR)) == []


NUMBERS = [f"RDAU{number:06d}" for number in range(1, 301)]
BOXES = [number + box_check_digit(number) for number in NUMBERS]
FORTY, OTHERS = BOXES[:40], BOXES[40:]


def a_load_list(*boxes: str, at: int, version: int = 1) -> Event:
    """Return a Y01: what the carrier still loads on her."""
    data = {
        "list_id": "load-1",
        "list_version": version,
        "part": 1,
        "parts": 1,
        "kind": "LOAD",
        "carrier": "RDA",
        "entries": [{"box": box} for box in boxes],
        "refs": {"port": SYSTEM, "terminal_call": PART},
    }
    return an_event("yard.work-list-set", PART, data, at=at, source=CARRIER)


def a_ship_with_three_hundred_boxes() -> APort:
    """Plan a ship for which 300 boxes are booked and listed, 40 of them under one booking."""
    port = APort()
    a_ship_with_cargo(port)
    port.hear(
        a_booking(PART, at=NOON + 1, status="CANCELLED"),
        an_appointment("1", NOON + 20 * HOUR, at=NOON + 1, box=BOX, status="CANCELLED"),
        a_booking(PART, *FORTY, at=NOON, name="bkg:RDA:BK40"),
        a_booking(PART, *OTHERS, at=NOON, name="bkg:RDA:BK260"),
        a_load_list(*FORTY, *OTHERS, at=NOON),
        an_appointment("7", COMES + 30 * HOUR, at=NOON, box="RDAU0009992", direction="COLLECT"),
        at=NOON + 1,
    )
    return port


def test_of_a_ship_that_cuts_and_runs_only_what_stays_ashore_hangs_on_her() -> None:
    """The ship cut and ran, 40 of 300 boxes stay: her imports and tugs go on as planned."""
    port = a_ship_with_three_hundred_boxes()
    now = COMES + 5 * HOUR
    port.hear(at_berth("ARRI", COMES, at=COMES), at=COMES)

    first = port.hear(a_status("CUTR", CALL, at=now), at=now)
    said = port.hear(a_load_list(*OTHERS, at=now + HOUR, version=2), at=now + HOUR)

    assert of_r03(first) == [("R03", "RAISED", "RED")]
    first, said = of("R03", first), of("R03", said)
    assert first[0]["dedup_key"] == f"R03|{CALL}|CUTR"
    assert "300 of 300 booked boxes" in first[0]["text"]["en"]["fact"]
    assert of_r03(said) == [("R03", "UPDATED", "RED")]
    assert "40 of 300 booked boxes" in said[0]["text"]["en"]["fact"]
    assert said[0]["delta"] == {"name": "dependants", "value": 1, "unit": "n"}
    assert said[0]["action"] == [{"code": "ROLL", "params": {"to_call": None, "boxes": 40}}]
    assert said[0]["impact_at"] == written(COMES + 24 * HOUR)  # when she leaves


def test_a_cut_is_over_when_the_boxes_that_stay_are_booked_on_another_ship() -> None:
    """The booking of the 40 goes to the ship of the next day; that of the 260 need not move."""
    port = a_ship_with_three_hundred_boxes()
    now = COMES + 5 * HOUR
    port.hear(a_status("CUTR", CALL, at=now), at=now)
    port.hear(a_load_list(*OTHERS, at=now + HOUR, version=2), at=now + HOUR)

    later, name = now + 2 * HOUR, "bkg:RDA:BK40"
    rolled = a_booking(
        OTHER_PART, *FORTY, at=later, name=name, status="ROLLED", rolled_to=OTHER_PART
    )
    said = port.hear(rolled, at=later)

    assert of_r03(said) == [("R03", "CLEARED", "RED")]


def test_a_ship_that_loads_all_before_she_runs_leaves_nothing_behind() -> None:
    """The carrier lists nothing anew: each box that goes on board is one less that stays."""
    port = APort()
    a_ship_with_cargo(port)
    now = COMES + 5 * HOUR
    port.hear(an_appointment("1", NOON, at=NOON + 1, box=BOX, status="CANCELLED"), at=NOON + 1)
    port.hear(a_gate_in(BOX, at=COMES, booking="bkg:RDA:BK1"), at=COMES)
    first = port.hear(a_status("CUTR", CALL, at=now), at=now)

    data = {"box": {"box": BOX, "category": "EXPORT"}, "terminal_call": PART}
    data |= {"refs": {"port": SYSTEM, "facility": "COCTG:SMDG:SPRC"}}
    aboard = an_event("yard.container-loaded", BOX, data, at=now + HOUR)
    said = port.hear(aboard, at=now + HOUR)

    assert of_r03(first) == [("R03", "RAISED", "RED")]
    assert of_r03(said) == [("R03", "CLEARED", "RED")]


def test_a_booking_said_again_begins_no_other_stay_of_a_box_on_board() -> None:
    """One of two boxes was loaded; the carrier takes the other off the booking, and names it."""
    port = APort()
    a_ship_with_cargo(port)
    port.hear(a_gate_in(BOX, at=COMES, booking="bkg:RDA:BK1"), at=COMES)
    data = {"box": {"box": BOX, "category": "EXPORT"}, "terminal_call": PART}
    aboard = an_event("yard.container-loaded", BOX, data, at=COMES + HOUR)
    port.hear(aboard, at=COMES + HOUR)

    later = COMES + 2 * HOUR
    port.hear(a_booking(PART, BOX, at=later, status="AMENDED"), at=later)

    assert len(port.state.ports[SYSTEM].boxes[BOX].visits) == 1


def test_a_ship_that_cuts_and_runs_is_still_expected_to_berth_and_leave() -> None:
    """She is no omission: a plan off the agreed times of hers is still said (B01)."""
    port = APort()
    a_ship_with_cargo(port)
    port.hear(a_status("CUTR", CALL, at=NOON + HOUR), at=NOON + HOUR)

    call = port.state.ports[SYSTEM].calls[CALL]
    assert not is_dropped(port.state.ports[SYSTEM], call)
