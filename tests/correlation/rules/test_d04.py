"""D04: two terminals, two gates, a mistyped number, a ship heard twice, a truck too fast."""

from typing import Any

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    GATE,
    NOON,
    SHIP,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_command,
    a_gate_in,
    a_gate_out,
    a_release,
    a_step,
    an_appointment,
    an_event,
    of,
    told,
    withdrawn,
)
from tests.correlation.rules.given_road import ANTE_PORT, WEIGHBRIDGE, a_road, a_sighting

OTHER = "COCTG:SMDG:TCC"
OTHER_GATE = "/COCTG/ter-ctg-2/gate"
PART = "COCTG/9999993/20261107/SPRC/1"
BOX = "RDAU2000016"
TYPED = "RDAU2000061"
KEY = f"D04|{BOX}/20261105"
AIS = "/COCTG/ops-rada/ais"


def gated_in_at_the_other(*, at: int) -> Event:
    """Return G07 of the other terminal."""
    event = a_gate_in(BOX, at=at)
    event["data"]["facility"] = OTHER
    return {**event, "id": f"other-{at}", "source": OTHER_GATE, "organisation": "ter-ctg-2"}


def test_a_box_that_came_in_at_two_terminals_is_told() -> None:
    """In at SPRC at noon and at TCC at 13:00, and never out: check both yards."""
    port = APort()
    port.hear(a_gate_in(BOX, at=NOON), at=NOON)
    port.hear(gated_in_at_the_other(at=NOON + HOUR), at=NOON + HOUR)

    said = port.wait(NOON + 70 * MINUTE, step=MINUTE)

    assert told(said) == [("D04", "RAISED", "ORANGE")]
    assert said[0]["dedup_key"] == KEY
    assert [one["code"] for one in said[0]["action"]] == ["CHECK_PHYSICALLY", "FREEZE_RELEASE"]


def test_a_box_that_moved_from_one_terminal_to_the_other_is_no_news() -> None:
    """Out at SPRC before it is in at TCC: that is another stay."""
    port = APort()
    port.hear(a_gate_in(BOX, at=NOON), at=NOON)
    port.hear(a_gate_out(BOX, at=NOON + HOUR), at=NOON + HOUR)
    port.hear(gated_in_at_the_other(at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)

    assert port.wait(NOON + 3 * HOUR) == []


def test_a_gate_out_said_minutes_late_is_no_news() -> None:
    """Two systems are some minutes apart: a hold of five minutes."""
    port = APort()
    port.hear(a_gate_in(BOX, at=NOON), at=NOON)
    port.hear(gated_in_at_the_other(at=NOON + HOUR), at=NOON + HOUR)
    port.hear(a_gate_out(BOX, at=NOON + 62 * MINUTE), at=NOON + 62 * MINUTE)

    assert of("D04", port.wait(NOON + 2 * HOUR)) == []


def test_a_released_box_in_two_places_is_red() -> None:
    """It could be handed over to somebody else."""
    port = APort()
    port.hear(a_gate_in(BOX, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(gated_in_at_the_other(at=NOON + HOUR), at=NOON + HOUR)

    assert told(port.wait(NOON + 70 * MINUTE)) == [("D04", "RAISED", "RED")]


def test_a_place_taken_back_ends_it() -> None:
    """TCC had typed the wrong number."""
    port = APort()
    port.hear(a_gate_in(BOX, at=NOON), at=NOON)
    wrong = gated_in_at_the_other(at=NOON + HOUR)
    port.hear(wrong, at=NOON + HOUR)
    now = NOON + 70 * MINUTE
    port.wait(now)

    said = port.hear(withdrawn(wrong, at=now, refs={"port": "COCTG"}), at=now)

    assert told(of("D04", said)) == [("D04", "RETRACTED", "ORANGE")]


def test_a_person_who_looked_ends_it() -> None:
    """M10: the box stands in SPRC."""
    port = APort()
    port.hear(a_gate_in(BOX, at=NOON), at=NOON)
    port.hear(gated_in_at_the_other(at=NOON + HOUR), at=NOON + HOUR)
    now = NOON + 70 * MINUTE
    port.wait(now)
    looked = a_command(
        "fact-ruled",
        at=now,
        object=f"{BOX}/20261105",
        field="PLACE",
        ruling="CONFIRMED",
        winner=GATE,
    )

    assert told(port.hear(looked, at=now)) == [("D04", "CLEARED", "ORANGE")]


def a_plate(facility: str, step: str, *, at: int) -> Event:
    """Return G06: a truck with this plate at a gate of a terminal."""
    data = {"step": step, "gate": f"{facility}/gate/1", "plate_token": "hmac:0123456789abcdef"}
    name = facility.rpartition(":")[2]
    return an_event("gate.truck-progressed", f"trk:{name}:7", data, at=at, source=f"/COCTG/{name}")


def test_one_plate_at_the_gates_of_two_terminals_is_told_and_lapses() -> None:
    """Ten minutes apart: no truck is that quick; hours later nobody can check."""
    port = APort()
    port.hear(a_plate(TERMINAL, "QUEUE_IN", at=NOON), at=NOON)
    now = NOON + 10 * MINUTE

    said = port.hear(a_plate(OTHER, "QUEUE_IN", at=now), at=now)
    end = port.wait(now + 5 * HOUR)

    assert told(of("D04", said)) == [("D04", "RAISED", "ORANGE")]
    assert told(of("D04", end)) == [("D04", "CLEARED", "ORANGE")]


def test_a_truck_that_left_the_first_gate_is_no_news() -> None:
    """It delivered at SPRC and went on to TCC."""
    port = APort()
    port.hear(a_plate(TERMINAL, "QUEUE_IN", at=NOON), at=NOON)
    port.hear(a_plate(TERMINAL, "LEFT", at=NOON + 20 * MINUTE), at=NOON + 20 * MINUTE)
    now = NOON + 25 * MINUTE

    assert port.hear(a_plate(OTHER, "QUEUE_IN", at=now), at=now) == []


def test_a_number_with_two_digits_swapped_is_told_with_the_box_that_was_meant() -> None:
    """The clerk typed ...061 for the expected ...016, in a report of fact: no visit is opened."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    typed = a_gate_in(TYPED, at=NOON)
    typed["data"]["raw"] = {"system": "CODECO 34", "codes": []}

    said = port.hear(typed, at=NOON)
    gone = port.hear(withdrawn(typed, at=NOON + MINUTE, refs={"port": "COCTG"}), at=NOON + MINUTE)

    assert told(said) == [("D04", "RAISED", "ORANGE")]
    assert said[0]["params"]["meant"] == BOX
    assert f"{TYPED}/20261105" not in port.state.ports["COCTG"].visits
    assert told(of("D04", gone)) == [("D04", "RETRACTED", "ORANGE")]


def a_position(lat: float, *, at: int, **attributes: Any) -> Event:
    """Return V05: the ship is heard off Cartagena."""
    data = {"lat": lat, "lon": -75.6, "refs": {"port": "COCTG", "vessel": SHIP}}
    return an_event(
        "vessel.position-reported", "imo:9999993", data, at=at, source=AIS, **attributes
    )


def test_a_ship_heard_twelve_miles_apart_within_five_minutes_is_told() -> None:
    """One of the two transponders is not hers."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_position(10.4, at=NOON), at=NOON)
    now = NOON + 4 * MINUTE

    said = port.hear(a_position(10.6, at=now), at=now)
    later = now + 30 * MINUTE
    port.hear(a_position(10.5, at=later), at=later)
    end = port.wait(later + HOUR)

    assert told(said) == [("D04", "RAISED", "ORANGE")]
    assert said[0]["dedup_key"] == "D04|imo:9999993"
    assert told(end) == [("D04", "CLEARED", "ORANGE")]


def test_a_ship_under_way_is_no_news() -> None:
    """Two miles in five minutes."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_position(10.40, at=NOON), at=NOON)
    now = NOON + 5 * MINUTE

    assert port.hear(a_position(10.43, at=now), at=now) == []


def test_what_a_receiver_network_disputes_is_told_for_a_day() -> None:
    """V07: the AIS service itself hears a twin."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    place = {"lat": 10.4, "lon": -75.6, "at": "2026-11-05T12:00:00Z"}
    data = {"kind": "TWIN", "a": place, "b": {**place, "lat": 12.0}, "refs": {"vessel": SHIP}}
    event = an_event("vessel.position-disputed", "imo:9999993", data, at=NOON, source=AIS)

    said = port.hear(event, at=NOON)
    end = port.wait(NOON + 25 * HOUR, step=HOUR)

    assert told(said) == [("D04", "RAISED", "ORANGE")]
    assert told(of("D04", end)) == [("D04", "CLEARED", "ORANGE")]


def a_truck_on_the_road(port: APort, *, arrives: int, place: str = WEIGHBRIDGE) -> list[Event]:
    """Let a truck leave a place at noon and stand in the queue of the gate later."""
    boarded = {"box": BOX, "booking": "bkg:RDA:BK1"}
    port.hear(an_appointment("1", NOON + 2 * HOUR, at=NOON, **boarded), at=NOON)
    port.hear(a_sighting(place, at=NOON, appointment="apt:SPRC:1"), at=NOON)
    return port.hear(a_step("QUEUE_IN", "apt:SPRC:1", at=arrives), at=arrives)


def test_a_truck_at_the_gate_sooner_than_it_can_drive_is_told() -> None:
    """An hour's way at 45 km/h takes half an hour at 90: the truck was there in 25 minutes."""
    fast, brisk = a_road(), a_road()

    said = a_truck_on_the_road(fast, arrives=NOON + 25 * MINUTE)
    none = a_truck_on_the_road(brisk, arrives=NOON + 31 * MINUTE)

    assert told(of("D04", said)) == [("D04", "RAISED", "ORANGE")]
    assert said[-1]["text"]["es"]["fact"] == (
        "El camión trk:SPRC:1 salió de Báscula de Turbaco y estuvo 25 min después en la puerta;"
        " el camino toma al menos 30 min."
    )
    assert of("D04", none) == []
    assert [change for _, change, _ in told(of("D04", fast.wait(NOON + 5 * HOUR)))] == ["CLEARED"]


def test_a_place_near_the_gate_and_a_clock_that_is_ahead_prove_nothing() -> None:
    """Ten minutes are lost in how times are written down; an hour in a wrong clock."""
    near, ahead = a_road(), a_road()
    said = a_truck_on_the_road(near, arrives=NOON + 12 * MINUTE, place=ANTE_PORT)
    wrong = a_sighting(WEIGHBRIDGE, at=NOON + HOUR, truck="trk:SPRC:9")
    ahead.hear({**wrong, "recordedtime": written(NOON + HOUR)}, at=NOON)
    said += a_truck_on_the_road(ahead, arrives=NOON + 25 * MINUTE)

    assert of("D04", said) == []
