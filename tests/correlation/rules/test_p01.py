"""P01: a yard block will not take what ships and shifts bring into it."""

from typing import Any

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    CARRIER,
    NOON,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_gate_in,
    a_profile,
    an_appointment,
    an_event,
    of,
    profile_changed,
    told,
    withdrawn,
)
from tests.correlation.rules.at_the_quay import BOXES, PART, a_forecast

BLOCK = f"{TERMINAL}/block/3C"
HOLD = 31 * MINUTE


def an_inventory(teu: int, *, at: int, capacity: int | None = 1000, **data: Any) -> Event:
    """Return a Y06: so many TEU in the block, twenty-foot boxes all."""
    body = {"as_of": written(at), "boxes": teu, "teu": teu, "capacity_teu": capacity, **data}
    return an_event("yard.inventory-reported", BLOCK, body, at=at)


def a_shift(begins: int, moves_in: int, moves_out: int, *, at: int, **data: Any) -> Event:
    """Return a Y07: what eight hours mean to move."""
    body = {
        "shift": {"from_at": written(begins), "to_at": written(begins + 8 * HOUR)},
        "moves_in": moves_in,
        "moves_out": moves_out,
        **data,
    }
    return an_event("yard.plan-set", BLOCK, body, at=at)


def a_ship_for_the_block(boxes: int, *, at: int, arrival: int, worked: int = 10) -> list[Event]:
    """Return a ship that is worked for some hours from her arrival on, and her boxes here."""
    plan = a_berth_plan(arrival, arrival + (worked + 2) * HOUR, at=at)
    plan["data"]["ops_start_at"] = written(arrival)
    plan["data"]["ops_end_at"] = written(arrival + worked * HOUR)
    by_block = [{"block": BLOCK, "boxes": boxes}]
    return [plan, a_forecast(600, at=at, by_block=by_block)]


def test_a_ship_that_overfills_a_block_is_told_after_the_hold() -> None:
    """P01: 700 TEU and 170 boxes from a ship are 87 % of the block, for an hour and more."""
    port = APort()
    port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 10 * HOUR), at=NOON)

    assert port.hear(an_inventory(700, at=NOON), at=NOON) == []
    said = port.wait(NOON + HOLD)

    assert told(said) == [("P01", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == f"P01|{TERMINAL}|3C|2026-11-06T00:00:00Z"
    assert said[0]["delta"] == {"name": "full_share", "value": 87, "unit": "pct"}
    assert said[0]["act_by_at"] == written(NOON + 4 * HOUR)
    assert said[0]["action"][0]["params"] == {"block": BLOCK, "method": "RE_BLOCK", "boxes": 70}


def test_it_gets_red_six_hours_before_the_discharge() -> None:
    """P01: from then on only what is done at once helps."""
    port = APort()
    port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 10 * HOUR), at=NOON)
    port.hear(an_inventory(700, at=NOON), at=NOON)
    port.wait(NOON + 4 * HOUR - MINUTE)

    assert told(port.wait(NOON + 4 * HOUR)) == [("P01", "RAISED_SEVERITY", "RED")]


def test_a_block_with_room_is_no_news() -> None:
    """P01: 600 TEU and 170 boxes are 77 %."""
    port = APort()
    port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 10 * HOUR), at=NOON)
    port.hear(an_inventory(600, at=NOON), at=NOON)

    assert port.wait(NOON + 12 * HOUR) == []


def test_a_shift_that_evacuates_first_makes_room() -> None:
    """P01: in planned hours the plan says what comes and goes, the ship of those hours included."""
    port = APort()
    port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 8 * HOUR), at=NOON)
    port.hear(
        an_inventory(700, at=NOON),
        a_shift(NOON, 20, 150, at=NOON, equipment=4),
        at=NOON,
    )

    assert port.wait(NOON + 4 * HOUR) == []


def test_above_ninety_percent_now_is_told_by_how_full_it_is() -> None:
    """P01: orange above 90 %, red above 95 %, with no ship near; the profile knows the capacity."""
    full, fuller = APort(), APort()
    blocks = [{"id": "3C", "capacity_teu": 1000, "plugs": 100}]
    place = {"code": TERMINAL, "name": "SPRC", "quay_metres": 700, "blocks": blocks}
    for port, teu in ((full, 920), (fuller, 960)):
        port.hear(profile_changed(a_profile(facilities=[place]), at=NOON), at=NOON)
        port.hear(an_inventory(teu, at=NOON, capacity=None), at=NOON)

    assert [one for one in told(full.wait(NOON + HOLD)) if one[0] == "P01"] == [
        ("P01", "RAISED", "ORANGE")
    ]
    assert [one for one in told(fuller.wait(NOON + HOLD)) if one[0] == "P01"] == [
        ("P01", "RAISED", "RED")
    ]


def test_it_clears_below_eighty_percent_and_not_before() -> None:
    """P01: between 80 and 85 % it stays; below for 15 min it ends."""
    port = APort()
    port.hear(an_inventory(870, at=NOON), at=NOON)
    port.wait(NOON + HOLD)
    at = NOON + HOUR

    port.hear(an_inventory(820, at=at), at=at)
    band = port.wait(at + HOUR)
    at += HOUR
    port.hear(an_inventory(790, at=at), at=at)
    before = port.wait(at + 14 * MINUTE)
    after = port.wait(at + 16 * MINUTE)

    assert (band, before) == ([], [])
    assert told(after) == [("P01", "CLEARED", "YELLOW")]


def test_a_band_raises_nothing() -> None:
    """P01: 82 % is no news where nothing was said before."""
    port = APort()
    port.hear(an_inventory(820, at=NOON), at=NOON)

    assert port.wait(NOON + 3 * HOUR) == []


def test_a_shift_that_plans_more_than_its_machines_can_is_told() -> None:
    """P01: 300 moves in 8 h with two machines of 15 an hour."""
    port = APort()
    port.hear(a_shift(NOON + 4 * HOUR, 200, 100, at=NOON, equipment=2), at=NOON)

    said = port.wait(NOON + HOLD)

    assert told(said) == [("P01", "RAISED", "ORANGE")]
    assert said[0]["template"] == "p01.busy"
    assert said[0]["dedup_key"] == f"P01|{TERMINAL}|3C|{written(NOON + 4 * HOUR)}"


def test_the_last_plugs_are_told() -> None:
    """P01: 96 of 100 plugs used."""
    port = APort()
    port.hear(an_inventory(500, at=NOON, reefer_plugs=100, plugs_used=96), at=NOON)

    said = port.wait(NOON + HOLD)

    assert told(said) == [("P01", "RAISED", "ORANGE")]
    assert said[0]["template"] == "p01.plugs"


def test_a_block_that_stays_full_is_one_alert_a_shift() -> None:
    """P01: the alert of a shift that is over is superseded by that of the next.

    That it lasts has been seen in the shift before: nobody waits for a hold with two shifts open.
    """
    port = APort()
    port.hear(an_inventory(870, at=NOON), at=NOON)
    port.wait(NOON + HOLD)
    at = NOON + 13 * HOUR

    said = port.hear(an_inventory(880, at=at), at=at)

    assert port.wait(at + HOLD) == []
    assert told(said) == [("P01", "RAISED", "YELLOW"), ("P01", "SUPERSEDED", "YELLOW")]
    assert len(port.open_alerts()) == 1


def test_a_count_of_the_shift_before_says_nothing_of_this_one_at_once() -> None:
    """P01: counted at 15:50, heard at 16:10: whether it lasts in the new shift is to be seen."""
    port = APort()
    port.hear(an_inventory(870, at=NOON), at=NOON)
    port.wait(NOON + HOLD)
    counted, heard = NOON + 230 * MINUTE, NOON + 250 * MINUTE

    assert port.hear(an_inventory(880, at=counted), at=heard) == []
    said = port.wait(heard + HOLD)

    assert told(said) == [("P01", "RAISED", "YELLOW"), ("P01", "SUPERSEDED", "YELLOW")]


def test_a_withdrawn_inventory_retracts_it() -> None:
    """P01: the figure was that of another block."""
    port = APort()
    wrong = an_inventory(870, at=NOON)
    port.hear(wrong, at=NOON)
    port.wait(NOON + HOLD)

    said = port.hear(withdrawn(wrong, at=NOON + HOUR), at=NOON + HOUR)

    assert told(said) == [("P01", "RETRACTED", "YELLOW")]


def test_a_call_that_is_dropped_brings_nothing() -> None:
    """P01: an omitted ship's boxes do not count."""
    port = APort()
    port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 10 * HOUR), at=NOON)
    omitted = an_event("vessel.call-status-changed", PART, {"status": "OMIT"}, at=NOON)
    port.hear(omitted, an_inventory(700, at=NOON), at=NOON)

    assert port.wait(NOON + 2 * HOUR) == []


def boxes_in_the_block(port: APort, numbers: tuple[str, ...]) -> None:
    """Let boxes stand in the block since yesterday."""
    port.hear(*(a_gate_in(number, at=NOON - HOUR) for number in numbers), at=NOON - HOUR)
    place = {"block": BLOCK, "kind": "IN"}
    events = [an_event("yard.container-placed", n, place, at=NOON - HOUR) for n in numbers]
    port.hear(*events, at=NOON - HOUR)


def test_trucks_that_are_booked_to_fetch_boxes_make_room_before_the_ship() -> None:
    """P01: 87 % with the ship, 85 % once twenty trucks came that are booked for the afternoon."""
    booked, nobody = APort(), APort()
    for port in (booked, nobody):
        boxes_in_the_block(port, BOXES[:20])
        port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 10 * HOUR), at=NOON)
    for n, box in enumerate(BOXES[:20]):
        slot = NOON + (2 + n % 3) * HOUR
        one = an_appointment(str(n), slot, at=NOON, direction="COLLECT", box=box)
        booked.hear(one, at=NOON)
    for port in (booked, nobody):
        port.hear(an_inventory(700, at=NOON), at=NOON)

    assert of("P01", booked.wait(NOON + HOLD)) == []
    assert told(of("P01", nobody.wait(NOON + HOLD))) == [("P01", "RAISED", "YELLOW")]


def test_a_truck_that_cancels_takes_nothing_out() -> None:
    """P01: what its box takes up is no longer going to be free."""
    port = APort()
    boxes_in_the_block(port, BOXES[:20])
    port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 10 * HOUR), at=NOON)
    slot = NOON + 3 * HOUR
    for n, box in enumerate(BOXES[:20]):
        port.hear(an_appointment(str(n), slot, at=NOON, direction="COLLECT", box=box), at=NOON)
    port.hear(an_inventory(700, at=NOON), at=NOON)
    later = NOON + HOUR
    for n, box in enumerate(BOXES[:20]):
        gone = {"direction": "COLLECT", "box": box, "status": "CANCELLED"}
        port.hear(an_appointment(str(n), slot, at=later, **gone), at=later)
    port.hear(an_inventory(700, at=later), at=later)

    assert told(of("P01", port.wait(later + HOLD))) == [("P01", "RAISED", "YELLOW")]


def test_what_a_ship_is_listed_to_take_leaves_while_she_is_worked() -> None:
    """P01: she brings 170 boxes and takes twenty of this block aboard: 85 % when she is done."""
    port = APort()
    boxes_in_the_block(port, BOXES[:20])
    port.hear(*a_ship_for_the_block(170, at=NOON, arrival=NOON + 10 * HOUR), at=NOON)
    entries = [{"box": box} for box in BOXES[:20]]
    data = {"list_id": "load", "list_version": 1, "kind": "LOAD", "entries": entries}
    part = "COCTG/9999993/20261105/SPRC/1"
    port.hear(an_event("yard.work-list-set", part, data, at=NOON, source=CARRIER), at=NOON)

    port.hear(an_inventory(700, at=NOON), at=NOON)

    assert of("P01", port.wait(NOON + HOLD)) == []
