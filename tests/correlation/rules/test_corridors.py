"""What a truck or train that was seen on its way says of T01, T02, T04 and T05."""

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    GATE_1,
    NOON,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_discharge,
    a_gate_in,
    a_hold,
    a_release,
    a_step,
    an_appointment,
    an_event,
    of,
    told,
    windows,
    withdrawn,
)
from tests.correlation.rules.given_road import (
    ANTE_PORT,
    BORDER,
    RAMP,
    ROAD,
    WEIGHBRIDGE,
    a_road,
    a_sighting,
    a_train,
)

PART = "COCTG/9999993/20261107/SPRC/1"
BOX = "RDAU2000016"
CLOSES = NOON + 20 * HOUR
OPENS = NOON + 4 * HOUR
APPOINTMENT = "apt:SPRC:1"


def a_ship(port: APort) -> None:
    """Let a ship come in two days whose window opens in 4 and closes in 20 hours, with a box."""
    port.hear(
        a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON),
        windows(PART, at=NOON, EFC=OPENS, FCO=CLOSES),
        a_booking(PART, BOX, at=NOON),
        at=NOON,
    )


def a_truck(slot: int, **data: str) -> Event:
    """Return the appointment that brings the box."""
    return an_appointment("1", slot, at=NOON, box=BOX, booking="bkg:RDA:BK1", **data)


def an_eta(eta: int, *, at: int) -> Event:
    """Return G04: when the driver says that he comes."""
    data = {"eta_at": written(eta), "state": "MOVING", "basis": "DRIVER"}
    return an_event("gate.truck-eta-stated", APPOINTMENT, data, at=at, source=ROAD)


def test_a_truck_seen_at_the_border_nine_hours_before_the_cutoff_will_miss_it() -> None:
    """T01: the slot was in time, but from the border it takes ten hours: seen, expected, spread."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(CLOSES - 6 * HOUR), at=NOON)
    now = CLOSES - 9 * HOUR
    calm = port.wait(now)

    said = port.hear(a_sighting(BORDER, at=now, appointment=APPOINTMENT), at=now)

    assert calm == []
    assert told(said) == [("T01", "RAISED", "ORANGE")]
    assert said[0]["template"] == "t01.on_the_way"
    assert said[0]["params"]["arrives_at"] == written(now + 10 * HOUR)
    assert said[0]["evidence"][1]["says"] == (
        f"BO-1 THROUGH {written(now)}, gate {written(now + 10 * HOUR)} +/- 150 min"
    )
    fact = said[0]["text"]["es"]["fact"]
    assert "fue visto en Paso del Sur el 05-11 a las 18:00" in fact
    assert "llegará a la puerta el 06-11 a las 04:00, con un margen de 2 h 30" in fact
    assert said[0]["text"]["en"]["fact"].startswith("The truck or train with RDAU2000016 for")
    assert "foi visto em Paso del Sur" in said[0]["text"]["pt"]["fact"]


def test_a_truck_seen_near_enough_is_no_news() -> None:
    """T01: from the weighbridge it takes an hour, and five are left."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(CLOSES - 6 * HOUR), at=NOON)
    now = CLOSES - 5 * HOUR
    port.wait(now)

    assert port.hear(a_sighting(WEIGHBRIDGE, at=now, appointment=APPOINTMENT), at=now) == []


def test_a_sighting_that_was_wrong_ends_the_expectation_and_retracts_the_alert() -> None:
    """T01: it was another truck; the slot rules again, and everyone told learns it."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(CLOSES - 6 * HOUR), at=NOON)
    now = CLOSES - 9 * HOUR
    port.wait(now)
    wrong = a_sighting(BORDER, at=now, appointment=APPOINTMENT)
    port.hear(wrong, at=now)

    said = port.hear(withdrawn(wrong, at=now + MINUTE), at=now + MINUTE)
    late = port.hear(wrong, at=now + 2 * MINUTE)

    assert told(of("T01", said)) == [("T01", "RETRACTED", "ORANGE")]
    assert late == []
    assert not port.state.ports["COCTG"].journeys


def test_the_next_place_mends_what_the_first_one_feared() -> None:
    """T01: the driver was fast; the weighbridge sees him early enough, and the alert clears."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(CLOSES - 6 * HOUR), at=NOON)
    now = CLOSES - 9 * HOUR
    port.wait(now)
    port.hear(a_sighting(BORDER, at=now, appointment=APPOINTMENT), at=now)
    later = now + 3 * HOUR

    said = port.hear(a_sighting(WEIGHBRIDGE, at=later, appointment=APPOINTMENT), at=later)

    assert told(said) == [("T01", "CLEARED", "ORANGE")]


def test_what_the_driver_says_after_he_was_seen_counts_more() -> None:
    """T01: he takes the motorway, and says so."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(CLOSES - 6 * HOUR), at=NOON)
    now = CLOSES - 9 * HOUR
    port.wait(now)
    port.hear(a_sighting(BORDER, at=now, appointment=APPOINTMENT), at=now)

    said = port.hear(an_eta(CLOSES - 3 * HOUR, at=now + MINUTE), at=now + MINUTE)

    assert told(said) == [("T01", "CLEARED", "ORANGE")]


def test_a_box_on_a_train_needs_no_appointment() -> None:
    """T01: the railway says which boxes left the ramp; they come in time, so there is no alert."""
    port = a_road()
    a_ship(port)
    leaves = CLOSES - 8 * HOUR
    left = a_train("DEPA", RAMP, leaves, at=NOON, boxes=[BOX], refs=_to_terminal())

    port.hear(left, at=NOON)

    assert port.wait(CLOSES - 2 * HOUR) == []


def test_a_train_that_leaves_too_late_is_told_for_its_boxes() -> None:
    """T01: five hours from the ramp, and it leaves four before the cut-off."""
    port = a_road()
    a_ship(port)
    port.hear(a_train("DEPA", RAMP, CLOSES - 8 * HOUR, at=NOON, boxes=[BOX]), at=NOON)
    now = NOON + 8 * HOUR
    port.wait(now)
    late = a_train(
        "DEPA", RAMP, CLOSES - 4 * HOUR, at=now, boxes=[BOX], refs=_to_terminal(), wagons=20
    )

    said = port.hear(late, at=now)

    assert told(said) == [("T01", "RAISED", "ORANGE")]
    assert said[0]["params"]["place"] == "Rampa seca"


def test_the_terminals_own_ramp_says_when_the_train_is_in() -> None:
    """T01: no travel is added to the hour for which the terminal expects the train."""
    port = a_road()
    a_ship(port)
    port.hear(a_train("ARRI", f"{TERMINAL}/ramp/1", CLOSES, at=NOON, boxes=[BOX]), at=NOON)

    said = port.hear(at=NOON + MINUTE)

    assert [one["template"] for one in of("T01", port.open_alerts().values())] == ["t01.on_the_way"]
    assert said == []


def _to_terminal() -> dict[str, str]:
    return {"port": "COCTG", "facility": TERMINAL}


def test_a_truck_seen_at_the_anteport_too_early_is_held_there() -> None:
    """T02: it would be at the gate an hour before receiving opens: wait at the ante-port."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(OPENS), at=NOON)
    now = OPENS - 80 * MINUTE
    port.wait(now)

    said = port.hear(
        a_sighting(ANTE_PORT, at=now, step="OUT", appointment=APPOINTMENT, truck="trk:SPRC:7"),
        at=now,
    )

    assert told(said) == [("T02", "RAISED", "RED")]
    assert said[0]["template"] == "t02.seen"
    assert said[0]["action"][1] == {
        "code": "WAIT_AT",
        "params": {"place": "AP-1", "until_at": written(OPENS)},
    }


def test_a_truck_is_seen_when_it_passes_whatever_the_clock_there_reads() -> None:
    """T02: by a clock two hours behind it would be at the gate long before it opens."""
    port, off = a_road(), -2 * HOUR
    a_ship(port)
    port.hear(a_truck(OPENS), at=NOON)
    for minutes in range(0, 230, 10):
        at = NOON + minutes * MINUTE
        port.hear(a_sighting(WEIGHBRIDGE, at=at + off, truck="trk:SPRC:9"), at=at)

    now = OPENS - 10 * MINUTE
    said = port.hear(
        a_sighting(
            ANTE_PORT, at=now + off, step="OUT", appointment=APPOINTMENT, truck="trk:SPRC:7"
        ),
        at=now,
    )

    assert not of("T02", said)


def test_a_truck_that_waits_at_the_anteport_is_not_on_its_way() -> None:
    """T02: it went in and stands there; nobody expects it at the gate until it goes on."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(OPENS), at=NOON)
    now = OPENS - 80 * MINUTE
    port.wait(now)

    said = port.hear(a_sighting(ANTE_PORT, at=now, step="IN", appointment=APPOINTMENT), at=now)

    assert said == []


def test_a_truck_that_turned_back_ends_the_alert() -> None:
    """T02: seen leaving for the inland, it stands before no gate."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(OPENS), at=NOON)
    now = OPENS - 80 * MINUTE
    port.wait(now)
    port.hear(a_sighting(ANTE_PORT, at=now, step="OUT", appointment=APPOINTMENT), at=now)
    back = now + 5 * MINUTE
    turned = a_sighting(WEIGHBRIDGE, at=back, direction="FROM_PORT", appointment=APPOINTMENT)
    port.hear(turned, at=back)

    said = port.wait(back + 16 * MINUTE, step=MINUTE)

    assert told(said) == [("T02", "CLEARED", "RED")]


def test_trucks_seen_on_the_road_join_those_that_the_gate_expects() -> None:
    """T04: eight are booked on ten an hour; fifteen more without a slot pass the weighbridge."""
    port = a_road(capacity=10)
    for n in range(8):
        port.hear(an_appointment(str(n), NOON + 3 * HOUR, at=NOON), at=NOON)
    now = NOON + 2 * HOUR
    calm = port.wait(now)
    for n in range(100, 115):
        port.hear(a_sighting(WEIGHBRIDGE, at=now, truck=f"trk:SPRC:{n}"), at=now)

    said = port.wait(now + 30 * MINUTE)

    assert calm == []
    assert told(said) == [("T04", "RAISED", "ORANGE")]
    assert said[0]["template"] == "t04.arrivals_seen"
    assert said[0]["params"]["trucks"] == 15
    assert len(said[0]["evidence"]) == 5
    assert said[0]["evidence"][0]["says"].startswith("WB-1 THROUGH")
    assert said[0]["action"][1]["params"]["place"] == "AP-1"
    assert "al menos 15 ya fueron vistos en camino" in said[0]["text"]["es"]["fact"]


def test_a_booked_truck_that_is_seen_is_counted_once_and_when_it_will_come() -> None:
    """T04: twelve trucks of the evening come now: seen twice, each is counted for now alone."""
    port = a_road(capacity=10)
    for n in range(12):
        port.hear(an_appointment(str(n), NOON + 9 * HOUR, at=NOON), at=NOON)
    now = NOON + 2 * HOUR
    port.wait(now)
    for n in range(12):
        for place, at in ((WEIGHBRIDGE, now), (ANTE_PORT, now + 40 * MINUTE)):
            seen = a_sighting(place, at=at, appointment=f"apt:SPRC:{n}", truck=f"trk:SPRC:{n}")
            port.hear(seen, seen, at=now + 40 * MINUTE)
    known = port.state.ports["COCTG"]

    expected = sum(sum(here.values()) for here in known.expected.values())

    assert expected == 12
    assert list(known.expected) == [f"{GATE_1}|{(now + HOUR) // (30 * MINUTE)}"]


def test_a_truck_at_the_gate_is_expected_no_more() -> None:
    """T04: once it queues it is no forecast; what was said late of its way changes nothing."""
    port = a_road(capacity=10)
    port.hear(an_appointment("1", NOON + 3 * HOUR, at=NOON), at=NOON)
    now = NOON + 2 * HOUR
    port.hear(a_step("QUEUE_IN", APPOINTMENT, at=now), at=now)
    late = a_sighting(WEIGHBRIDGE, at=now - 50 * MINUTE, appointment=APPOINTMENT)

    port.hear(late, at=now + MINUTE)

    known = port.state.ports["COCTG"]
    assert not known.on_road
    assert list(known.expected) == [f"{GATE_1}|{(NOON + 3 * HOUR) // (30 * MINUTE)}"]


def test_a_pickup_whose_truck_is_seen_on_the_road_is_urgent() -> None:
    """T05: the box is held, and the truck passed the weighbridge a day before its slot."""
    port = a_road()
    a_ship(port)
    port.hear(
        a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), a_hold(BOX, at=NOON), at=NOON
    )
    slot = NOON + 30 * HOUR
    calm = port.hear(an_appointment("9", slot, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    now = NOON + HOUR

    said = port.hear(a_sighting(WEIGHBRIDGE, at=now, appointment="apt:SPRC:9"), at=now)

    assert calm == []
    assert told(said) == [("T05", "RAISED", "RED")]
    assert said[0]["params"]["place"] == "Báscula de Turbaco"
    assert said[0]["action"][-1]["code"] == "WAIT_AT"


EVENING = {day: ["06:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_a_truck_that_reaches_a_closed_gate_is_told_on_its_way() -> None:
    """T05: the box is free, but from the border the truck is there when the gate is closed."""
    port = a_road(hours=EVENING)
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    slot = NOON + 8 * HOUR  # 15:00 there
    port.hear(an_appointment("9", slot, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    now = NOON + 3 * HOUR

    said = port.hear(a_sighting(BORDER, at=now, appointment="apt:SPRC:9"), at=now)

    assert told(said) == [("T05", "RAISED", "RED")]
    assert said[0]["template"] == "t05.closed"
    opens = NOON + 23 * HOUR
    assert said[0]["action"][1] == {"code": "TAKE_SLOT", "params": {"after_at": written(opens)}}
    assert (
        "a esa hora la puerta está cerrada, hasta el 06-11 a las 06:00"
        in (said[0]["text"]["es"]["fact"])
    )


def test_a_truck_that_reaches_an_open_gate_for_a_free_box_is_no_news() -> None:
    """T05: seen at the weighbridge in the morning, it collects at ten."""
    port = a_road(hours=EVENING)
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(an_appointment("9", NOON + 4 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    now = NOON + 2 * HOUR

    assert port.hear(a_sighting(WEIGHBRIDGE, at=now, appointment="apt:SPRC:9"), at=now) == []


def test_a_truck_that_stops_before_the_closed_gate_clears_the_alert() -> None:
    """T05: it turns in at the ante-port for the night."""
    port = a_road(hours=EVENING)
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(an_appointment("9", NOON + 8 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    now = NOON + 3 * HOUR
    port.hear(a_sighting(BORDER, at=now, appointment="apt:SPRC:9"), at=now)
    night = NOON + 9 * HOUR
    port.hear(a_sighting(ANTE_PORT, at=night, step="IN", appointment="apt:SPRC:9"), at=night)

    said = port.wait(night + 11 * MINUTE, step=MINUTE)

    assert told(said) == [("T05", "CLEARED", "RED")]


def test_a_box_that_came_in_ends_what_was_expected_of_it() -> None:
    """T01: seen late, but the gate has it: the ship is made."""
    port = a_road()
    a_ship(port)
    port.hear(a_truck(CLOSES - 6 * HOUR), at=NOON)
    now = CLOSES - 9 * HOUR
    port.wait(now)
    port.hear(a_sighting(BORDER, at=now, appointment=APPOINTMENT), at=now)
    came = now + 4 * HOUR

    said = port.hear(a_gate_in(BOX, at=came, booking="bkg:RDA:BK1"), at=came)

    assert told(of("T01", said))[-1][1] == "CLEARED"
