"""T06: free days that run out before a truck can take the box, and empties that are due back."""

from typing import Any

from correlation.instants import DAY, HOUR, MINUTE, written
from tests.correlation.given import (
    CARRIER,
    GATE,
    NOON,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_discharge,
    a_gate_in,
    a_gate_out,
    a_hold,
    a_profile,
    a_release,
    an_appointment,
    an_event,
    an_offer,
    free_until,
    of,
    profile_changed,
    told,
    withdrawn,
)

PART = "COCTG/9999993/20261107/SPRC/1"
BOX = "RDAU2000016"
LAST = NOON + 3 * DAY
KEY = f"T06|{BOX}/20261105|STORAGE"


def a_port() -> APort:
    """Return a port with a released import whose free days end in three days."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(
        a_discharge(BOX, PART, at=NOON),
        a_release(BOX, at=NOON),
        free_until(LAST, BOX, at=NOON),
        at=NOON,
    )
    return port


def a_pickup(slot: int, *, at: int, **data: Any) -> Event:
    """Return the appointment that collects the box."""
    return an_appointment("9", slot, at=at, direction="COLLECT", box=BOX, **data)


def test_a_box_without_a_truck_two_days_before_its_last_free_day_is_told() -> None:
    """Yellow from 48 h, orange from 24 h, red when the days are over; out of the gate ends it."""
    port = a_port()

    early = port.wait(LAST - 49 * HOUR, step=HOUR)
    said = port.wait(LAST + HOUR, step=HOUR)
    out = port.hear(a_gate_out(BOX, at=LAST + 2 * HOUR), at=LAST + 2 * HOUR)

    assert early == []
    assert told(said) == [
        ("T06", "RAISED", "YELLOW"),
        ("T06", "RAISED_SEVERITY", "ORANGE"),
        ("T06", "RAISED_SEVERITY", "RED"),
    ]
    assert said[0]["dedup_key"] == KEY
    assert said[-1]["template"] == "t06.storage_over"
    assert told(out) == [("T06", "CLEARED", "RED")]


def test_a_truck_booked_in_time_for_an_available_box_is_no_news() -> None:
    """Discharged, released, and a slot before the last free day."""
    port = a_port()
    port.hear(a_pickup(LAST - 5 * HOUR, at=NOON), at=NOON)

    assert port.wait(LAST - 6 * HOUR, step=HOUR) == []


def test_a_truck_that_cannot_be_served_does_not_count() -> None:
    """The box is held: its appointment will not be kept; the days of the hold are written down."""
    port = a_port()
    port.hear(a_pickup(LAST - 5 * HOUR, at=NOON), a_hold(BOX, at=NOON + HOUR), at=NOON + HOUR)

    said = port.wait(LAST - 47 * HOUR, step=HOUR)

    assert told(said) == [("T06", "RAISED", "YELLOW")]
    assert said[0]["action"][-1] == {
        "code": "RECORD_DAYS",
        "params": {"days": "20261105- HOLD_SANITARY"},
    }


def test_booking_a_truck_clears_the_alert_after_the_clear_hold() -> None:
    """A slot that can be kept ends it when it stood for 15 minutes."""
    port = a_port()
    port.wait(LAST - 40 * HOUR, step=HOUR)
    now = LAST - 40 * HOUR

    at_once = port.hear(a_pickup(LAST - 5 * HOUR, at=now), at=now)
    said = port.wait(now + 20 * MINUTE, step=MINUTE)

    assert at_once == []
    assert told(said) == [("T06", "CLEARED", "YELLOW")]


def test_free_slots_are_named_and_the_last_one_is_the_last_moment() -> None:
    """The gate offers 14:00 and 16:00 on the last day, and 15:00 is full."""
    port = a_port()
    for hours, booked in ((6, 0), (5, 5), (4, 4)):
        start = LAST - hours * HOUR
        port.hear(an_offer(start, at=NOON, direction="COLLECT", booked=booked), at=NOON)

    said = port.wait(LAST - 47 * HOUR, step=HOUR)

    offered = " ".join((written(LAST - 6 * HOUR), written(LAST - 4 * HOUR)))
    assert said[0]["action"][0]["params"]["slots"] == offered
    assert said[0]["act_by_at"] == written(LAST - 4 * HOUR)


def test_a_clock_that_is_extended_clears_the_alert() -> None:
    """The carrier gives three more days."""
    port = a_port()
    port.wait(LAST - 40 * HOUR, step=HOUR)
    now = LAST - 40 * HOUR
    port.hear(free_until(LAST + 3 * DAY, BOX, at=now), at=now)

    assert told(port.wait(now + 20 * MINUTE, step=MINUTE)) == [("T06", "CLEARED", "YELLOW")]


def test_a_clock_taken_back_retracts_the_alert() -> None:
    """The clock was set for another box."""
    port = APort()
    wrong = free_until(NOON + 30 * HOUR, BOX, at=NOON)
    port.hear(a_discharge(BOX, PART, at=NOON), wrong, at=NOON)
    port.wait(NOON + HOUR)

    said = port.hear(withdrawn(wrong, at=NOON + HOUR, refs={"port": "COCTG"}), at=NOON + HOUR)

    assert told(of("T06", said)) == [("T06", "RETRACTED", "YELLOW")]


def test_an_empty_that_is_due_back_is_told_long_after_the_box_left() -> None:
    """Out on Thursday, due back in ten days; its visit is forgotten, the empty is not."""
    port = a_port()
    due = NOON + 10 * DAY
    out = a_gate_out(BOX, at=NOON + HOUR, return_due_at=written(due), return_to=TERMINAL)
    port.hear(out, at=NOON + HOUR)

    early = port.wait(due - 49 * HOUR, step=6 * HOUR)
    said = port.wait(due - 40 * HOUR, step=HOUR)
    back = port.hear(a_gate_in(BOX, at=due - 39 * HOUR), at=due - 39 * HOUR)
    port.wait(due - 38 * HOUR)

    assert early == []
    assert told(said) == [("T06", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == f"T06|{BOX}/20261105|DETENTION"
    assert ("T06", "CLEARED", "YELLOW") in told(back)
    assert not port.state.ports["COCTG"].obligations


def test_the_clock_of_the_carrier_rules_over_the_date_on_the_gate_out() -> None:
    """Y13 DETENTION says a later day than G08."""
    port = a_port()
    out = a_gate_out(BOX, at=NOON + HOUR, return_due_at=written(NOON + 3 * DAY))
    port.hear(out, at=NOON + HOUR)
    later = free_until(NOON + 9 * DAY, BOX, at=NOON + HOUR, clock="DETENTION")
    port.hear({**later, "source": CARRIER, "organisation": "car-rda"}, at=NOON + HOUR)

    assert port.wait(NOON + 6 * DAY, step=6 * HOUR) == []


def test_a_box_that_a_truck_was_served_with_is_on_its_way() -> None:
    """Between the block and the gate it has no appointment any more, and needs none."""
    port, served_at = a_port(), LAST - 20 * HOUR
    slot = LAST - 21 * HOUR
    port.hear(a_pickup(slot, at=NOON), at=NOON)
    port.wait(served_at, step=HOUR)
    served = a_pickup(slot, at=served_at, status="SERVED")

    said = [*port.hear(served, at=served_at), *port.wait(served_at + 10 * MINUTE)]

    assert of("T06", said) == []


OTHER_TERMINAL = "COCTG:SMDG:TCC"


def return_places(
    *places: tuple[str, bool], at: int, opens: int = NOON, group: str = "22GP"
) -> Event:
    """Return G12: to which places the carrier's empties go back, and whether each takes them."""
    each = [
        {
            "facility": facility,
            "iso_group": group,
            "span": {"from_at": written(opens)},
            "accepts": accepts,
        }
        for facility, accepts in places
    ]
    return an_event("gate.return-place-set", "RDA", {"places": each}, at=at, source=CARRIER)


def an_empty_due_back(port: APort) -> int:
    """Let an import leave by the gate, its empty due back at the terminal; return when."""
    due = NOON + 3 * DAY
    came = a_discharge(BOX, PART, at=NOON)
    came["data"]["refs"] = {"port": "COCTG", "bl": "bl:RDA:1"}
    came["data"]["box"]["iso_type"] = "22G1"
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), came, at=NOON)
    out = a_gate_out(BOX, at=NOON + HOUR, return_to=TERMINAL, return_due_at=written(due))
    port.hear(out, at=NOON + HOUR)
    return due


def first_action(port: APort) -> dict[str, Any]:
    """Return what the alert of the empty asks for first."""
    alert = port.open_alerts()[f"T06|{BOX}/20261105|DETENTION"]
    return {"code": alert["action"][0]["code"], **alert["action"][0]["params"]}


def test_an_empty_goes_to_the_place_that_takes_it_now() -> None:
    """Its gate-out named a terminal that is full by the carrier's newest list."""
    port = APort()
    due = an_empty_due_back(port)
    at = NOON + 2 * HOUR
    port.hear(return_places((TERMINAL, False), (OTHER_TERMINAL, True), at=at), at=at)
    port.wait(due - 40 * HOUR, step=HOUR)

    assert first_action(port)["place"] == OTHER_TERMINAL

    at = due - 39 * HOUR
    port.hear(return_places((TERMINAL, True), (OTHER_TERMINAL, False), at=at), at=at)
    assert first_action(port)["place"] == TERMINAL


def test_days_on_which_no_place_takes_an_empty_are_evidence() -> None:
    """Full until tomorrow noon: wait, and write down that the days are not the haulier's."""
    port = APort()
    due = an_empty_due_back(port)
    at, opens = due - 47 * HOUR, due - 24 * HOUR
    port.wait(at, step=HOUR)
    port.hear(return_places((TERMINAL, True), at=at, opens=opens), at=at)

    alert = port.open_alerts()[f"T06|{BOX}/20261105|DETENTION"]
    assert first_action(port) == {
        "code": "WAIT_AT",
        "place": TERMINAL,
        "until_at": written(opens),
    }
    assert alert["action"][-1]["code"] == "RECORD_DAYS"

    port.wait(opens + HOUR, step=HOUR)
    assert first_action(port)["code"] == "TAKE_SLOT"


def test_a_list_for_other_boxes_says_nothing_of_an_empty() -> None:
    """Reefers go elsewhere; what the gate-out named still counts."""
    port = APort()
    due = an_empty_due_back(port)
    at = NOON + 2 * HOUR
    port.hear(return_places((OTHER_TERMINAL, True), at=at, group="45RT"), at=at)
    port.wait(due - 40 * HOUR, step=HOUR)

    assert first_action(port)["place"] == TERMINAL


def test_a_gate_that_is_not_heard_may_have_a_truck_booked() -> None:
    """Silent from 50 h before the last day on, it is waited for, until somebody has to act."""
    heard, unheard = a_port_with_a_gate(), a_port_with_a_gate()
    back = LAST - 46 * HOUR

    quiet = heard.wait(back - MINUTE)
    booked = heard.hear(a_pickup(LAST - 5 * HOUR, at=back - 3 * HOUR), at=back)
    early = unheard.wait(LAST - 3 * HOUR - MINUTE, step=10 * MINUTE)
    late = unheard.wait(LAST - HOUR)

    assert of("T06", [*quiet, *booked, *heard.wait(back + 5 * HOUR)]) == []
    assert of("T06", early) == []
    assert told(late, of="T06")[0] == ("T06", "RAISED", "ORANGE")


def a_port_with_a_gate() -> APort:
    """Return a port whose gate is registered, and is heard until 50 h before the last free day."""
    port = a_port()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    for now in range(NOON, LAST - 50 * HOUR, 10 * MINUTE):
        beat = an_event("gate.source-beat", GATE, {"as_of": written(now)}, at=now, source=GATE)
        port.hear(beat, at=now)
    return port
