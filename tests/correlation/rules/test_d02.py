"""D02: sources that contradict each other on a ship's time, a berth, or a box."""

from typing import Any

import pytest

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    CARRIER,
    GATE,
    NOON,
    SHIP,
    TERMINAL,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_command,
    a_discharge,
    a_gate_in,
    a_milestone,
    an_event,
    told,
    withdrawn,
)

CALL = "COCTG/9999993/20261107"
PART = f"{CALL}/SPRC/1"
BOX = "RDAU2000016"
AGENT = "/COCTG/agt-ctg-1/calls"
KEY = f"D02|{CALL}|PILOT_BOARDING_PLACE/ARRI/EST"


def estimates(port: APort, first: int, second: int, *, at: int = NOON) -> None:
    """Let the carrier and the agent say when the ship reaches the pilot."""
    port.hear(
        a_milestone("EST", first, at=at),
        a_milestone("EST", second, at=at, source=AGENT),
        at=at,
    )


def of_d02(records: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was told of D02."""
    return told(one for one in records if one["code"] == "D02")


def test_two_estimates_five_hours_apart_are_told_after_half_an_hour() -> None:
    """Carrier says noon, agent says 17:00, two days ahead: more than 4 h apart."""
    port = APort()
    estimates(port, NOON + 48 * HOUR, NOON + 53 * HOUR)

    early = port.wait(NOON + 20 * MINUTE)
    said = port.wait(NOON + 40 * MINUTE)

    assert of_d02(early) == []
    assert of_d02(said) == [("D02", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == KEY
    assert said[0]["action"][0]["code"] == "CONFIRM_VALUE"
    assert {one["source"] for one in said[0]["evidence"]} == {CARRIER, AGENT}


def test_three_hours_are_fine_two_days_ahead_and_not_on_the_last_day() -> None:
    """Within 24 h of the arrival one hour is the limit; within 6 h it is red."""
    port = APort()
    estimates(port, NOON + 48 * HOUR, NOON + 51 * HOUR)

    far = port.wait(NOON + 23 * HOUR, step=HOUR)
    near = port.wait(NOON + 25 * HOUR)
    last = port.wait(NOON + 43 * HOUR, step=HOUR)

    assert of_d02(far) == []
    assert of_d02(near) == [("D02", "RAISED", "YELLOW")]
    assert of_d02(last) == [("D02", "RAISED_SEVERITY", "RED")]


def test_sources_that_agree_again_clear_it() -> None:
    """3.5 h apart is within the trigger and outside the tighter band; 1 h is agreement."""
    port = APort()
    estimates(port, NOON + 48 * HOUR, NOON + 53 * HOUR)
    port.wait(NOON + HOUR)
    port.hear(a_milestone("EST", NOON + 49 * HOUR + 30 * MINUTE, at=NOON + HOUR), at=NOON + HOUR)
    port.wait(NOON + 2 * HOUR)
    kept = list(port.open_alerts())
    port.hear(a_milestone("EST", NOON + 52 * HOUR, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)

    said = port.wait(NOON + 3 * HOUR)

    assert kept == [KEY]
    assert of_d02(said) == [("D02", "CLEARED", "YELLOW")]


def test_a_copy_of_anothers_word_contradicts_nobody() -> None:
    """`is_fyi`: the agent only passes on what the carrier said yesterday."""
    port = APort()
    copied = a_milestone("EST", NOON + 53 * HOUR, at=NOON, source=AGENT)
    copied["data"]["is_fyi"] = True
    port.hear(a_milestone("EST", NOON + 48 * HOUR, at=NOON), copied, at=NOON)

    assert of_d02(port.wait(NOON + HOUR)) == []


def test_an_owner_that_confirms_settles_it_until_somebody_speaks_again() -> None:
    """M10: the agent is right; a newer contradicting estimate opens it anew."""
    port = APort()
    estimates(port, NOON + 48 * HOUR, NOON + 53 * HOUR)
    port.wait(NOON + HOUR)
    now = NOON + HOUR
    ruled = a_command(
        "fact-ruled",
        at=now,
        object=CALL,
        field="PILOT_BOARDING_PLACE/ARRI/EST",
        ruling="CONFIRMED",
        winner=AGENT,
    )

    said = port.hear(ruled, at=now)
    quiet = port.wait(now + 2 * HOUR)
    later = now + 2 * HOUR
    port.hear(a_milestone("EST", NOON + 47 * HOUR, at=later), at=later)
    again = port.wait(later + HOUR)

    assert of_d02(said) == [("D02", "CLEARED", "YELLOW")]
    assert of_d02(quiet) == []
    assert [change for _, change, _ in of_d02(again)] == ["RAISED"]


def test_an_estimate_taken_back_retracts_it() -> None:
    """The agent had typed the wrong ship."""
    port = APort()
    wrong = a_milestone("EST", NOON + 53 * HOUR, at=NOON, source=AGENT)
    port.hear(a_milestone("EST", NOON + 48 * HOUR, at=NOON), wrong, at=NOON)
    port.wait(NOON + HOUR)
    slot = {"service": "PILOT_BOARDING_PLACE", "point": "ARRI", "classifier": "EST"}

    said = port.hear(
        withdrawn(wrong, at=NOON + HOUR, refs={"port": "COCTG", "vessel": SHIP}, **slot),
        at=NOON + HOUR,
    )

    assert of_d02(said) == [("D02", "RETRACTED", "YELLOW")]


def test_an_actual_makes_estimates_a_thing_of_the_past() -> None:
    """The ship is there: nobody needs to know which estimate was right."""
    port = APort()
    estimates(port, NOON + 10 * HOUR, NOON + 13 * HOUR)
    port.hear(a_milestone("ACT", NOON + 20 * MINUTE, at=NOON + 20 * MINUTE), at=NOON + 20 * MINUTE)

    assert of_d02(port.wait(NOON + HOUR)) == []


def test_actuals_twenty_minutes_apart_are_told_and_lapse_after_a_day() -> None:
    """Actuals may differ by 15 minutes; a day later nobody will correct them."""
    port = APort()
    port.hear(a_milestone("PLN", NOON, at=NOON), at=NOON)
    port.hear(
        a_milestone("ACT", NOON, at=NOON + HOUR),
        a_milestone("ACT", NOON + 20 * MINUTE, at=NOON + HOUR, source=AGENT),
        at=NOON + HOUR,
    )

    said = port.wait(NOON + 26 * HOUR, step=HOUR)

    assert [change for _, change, _ in of_d02(said)] == ["RAISED", "EXPIRED"]


def test_two_berths_for_one_ship_are_told() -> None:
    """The terminal plans berth 1, the port authority berth 2."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    other = a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON, source="/COCTG/pa-ctg/vts")
    other["data"]["berth"] = f"{TERMINAL}/berth/2"
    port.hear(other, at=NOON)

    said = port.wait(NOON + HOUR)

    assert ("D02", "RAISED", "YELLOW") in of_d02(said)
    assert f"D02|{PART}|BERTH" in port.open_alerts()


def a_box_at_the_gate(port: APort, **box: Any) -> None:
    """Let the box come in by the gate as its clerk reads it."""
    event = a_gate_in(BOX, at=NOON)
    event["data"]["box"].update(box)
    port.hear(event, at=NOON)


@pytest.mark.parametrize(
    ("at_gate", "at_quay", "field", "severity"),
    [
        ({"iso_type": "22G1"}, {"iso_type": "45R1"}, "ISO", "YELLOW"),
        ({"gross_kg": 20_000}, {"gross_kg": 24_000}, "WEIGHT", "RED"),
        ({"dg": [{"un_no": "1203"}]}, {"dg": [{"un_no": "1830"}]}, "DG", "RED"),
    ],
)
def test_a_box_that_gate_and_quay_read_differently_is_told(
    at_gate: dict[str, Any], at_quay: dict[str, Any], field: str, severity: str
) -> None:
    """Type, weight beyond 10 % and a ton, dangerous goods: the last two are red."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    a_box_at_the_gate(port, **at_gate)
    event = a_discharge(BOX, PART, at=NOON)
    event["data"]["box"].update(at_quay)
    port.hear(event, at=NOON)

    said = port.wait(NOON + HOUR)

    assert of_d02(said) == [("D02", "RAISED", severity)]
    assert said[-1]["dedup_key"] == f"D02|{BOX}/20261105|{field}"


def test_a_ton_on_a_heavy_box_is_no_news() -> None:
    """The gate scale shows 29.5 t, the papers 30 t."""
    port = APort()
    a_box_at_the_gate(port, gross_kg=29_500)
    vgm = an_event(
        "clearance.weight-stated", BOX, {"kind": "VGM", "gross_kg": 30_000}, at=NOON, source=TOS
    )
    port.hear(vgm, at=NOON)

    assert of_d02(port.wait(NOON + HOUR)) == []


def test_a_box_that_comes_in_under_another_booking_is_told() -> None:
    """The gate reads BK2, the carrier has the box under BK1."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    port.hear(a_gate_in(BOX, at=NOON, booking="bkg:RDA:BK2"), at=NOON)

    said = port.wait(NOON + HOUR)

    assert of_d02(said) == [("D02", "RAISED", "YELLOW")]
    assert {one["source"] for one in said[-1]["evidence"]} == {GATE, CARRIER}


def test_a_timetable_contradicts_nobody() -> None:
    """The carrier's proforma says noon; the agent, who speaks for the ship, says 17:00."""
    port = APort()
    proforma = a_milestone("EST", NOON + 48 * HOUR, at=NOON)
    proforma["data"]["basis"] = "PROFORMA"
    port.hear(proforma, a_milestone("EST", NOON + 53 * HOUR, at=NOON, source=AGENT), at=NOON)

    assert of_d02(port.wait(NOON + HOUR)) == []


def test_a_difference_is_told_when_less_is_borne_though_nobody_speaks() -> None:
    """Two hours are fine until the day of the arrival begins, and then they are not."""
    port = APort()
    estimates(port, NOON + 25 * HOUR, NOON + 27 * HOUR)

    before = port.wait(NOON + HOUR)
    after = port.wait(NOON + 2 * HOUR)

    assert of_d02(before) == []
    assert of_d02(after) == [("D02", "RAISED", "YELLOW")]


def test_a_box_that_was_put_on_another_booking_after_it_came_is_no_news() -> None:
    """The gate read BK1; an hour later the carrier moves the box from BK1 to BK2."""
    port, later = APort(), NOON + HOUR
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    port.hear(a_gate_in(BOX, at=NOON, booking="bkg:RDA:BK1"), at=NOON)
    rolled = a_booking(PART, BOX, at=later, name="bkg:RDA:BK2")
    port.hear(a_booking(PART, at=later, status="CANCELLED"), rolled, at=later)

    assert of_d02(port.wait(NOON + 3 * HOUR)) == []


def test_a_booking_that_was_cancelled_stays_so_whatever_was_written_down_later() -> None:
    """Its amendment of the same minute came last: the box was put on the next booking for good."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(
        a_booking(PART, BOX, at=NOON), a_gate_in(BOX, at=NOON, booking="bkg:RDA:BK1"), at=NOON
    )
    gone, later = NOON + HOUR, NOON + 65 * MINUTE
    port.hear(a_booking(PART, at=gone, status="CANCELLED"), at=gone)
    port.hear(a_booking(PART, BOX, at=later, status="AMENDED"), at=later)
    port.hear(a_booking(PART, BOX, at=later, name="bkg:RDA:BK2"), at=later)

    assert of_d02(port.wait(later + 2 * HOUR)) == []


def test_a_box_stays_on_its_next_booking_when_the_old_one_is_cancelled_after_it() -> None:
    """The carrier books her anew first, cancels then, and she comes in under the new one."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    anew, cancelled = NOON + HOUR, NOON + 63 * MINUTE
    port.hear(a_booking(PART, BOX, at=anew, name="bkg:RDA:BK2"), at=anew)
    port.hear(a_booking(PART, at=cancelled, status="CANCELLED"), at=cancelled)
    port.hear(a_gate_in(BOX, at=NOON + 2 * HOUR, booking="bkg:RDA:BK2"), at=NOON + 2 * HOUR)

    assert of_d02(port.wait(NOON + 4 * HOUR)) == []


def test_a_box_that_was_named_once_more_before_its_booking_was_cancelled_goes_on_to_the_next() -> (
    None
):
    """Boxes are taken off one by one: an amendment still names her, and then all is cancelled."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    for minutes, name, status in (
        (60, "bkg:RDA:BK2", "CONFIRMED"),
        (63, "bkg:RDA:BK1", "AMENDED"),
        (66, "bkg:RDA:BK1", "CANCELLED"),
    ):
        at, named = NOON + minutes * MINUTE, () if status == "CANCELLED" else (BOX,)
        port.hear(a_booking(PART, *named, at=at, name=name, status=status), at=at)
    port.hear(a_gate_in(BOX, at=NOON + 2 * HOUR, booking="bkg:RDA:BK2"), at=NOON + 2 * HOUR)

    assert of_d02(port.wait(NOON + 4 * HOUR)) == []


def test_an_agent_that_goes_back_to_the_timetable_contradicts_nobody() -> None:
    """He said Friday at noon, then what the timetable says: his own word is no longer so."""
    port = APort()
    comes = NOON + 60 * HOUR
    estimates(port, comes + 9 * HOUR, comes)
    back = a_milestone("EST", comes + 9 * HOUR, at=NOON + MINUTE, source=AGENT)
    back["data"]["basis"] = "PROFORMA"

    port.hear(back, at=NOON + MINUTE)

    assert of_d02(port.wait(NOON + 2 * HOUR)) == []
