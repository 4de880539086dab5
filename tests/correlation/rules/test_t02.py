"""T02: trucks that would stand at the gate before their ship's window opens."""

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    GATE,
    NOON,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_gate_in,
    a_profile,
    an_appointment,
    an_event,
    of,
    profile_changed,
    told,
    windows,
    withdrawn,
)

PART = "COCTG/9999993/20261107/SPRC/1"
BOX = "RDAU2000016"
OPENS = NOON + 30 * HOUR
KEY = f"T02|{BOX}|apt:SPRC:1"


def a_port() -> APort:
    """Return a port with a ship in two days whose window opens in 30 hours, and a booked box."""
    port = APort()
    port.hear(
        a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON),
        windows(PART, at=NOON, EFC=OPENS, FCO=NOON + 44 * HOUR),
        a_booking(PART, BOX, at=NOON),
        at=NOON,
    )
    return port


def a_truck(slot: int, *, at: int, **data: str) -> Event:
    """Return the appointment that brings the box."""
    return an_appointment("1", slot, at=at, box=BOX, **data)


def an_eta(eta: int, *, at: int, state: str = "MOVING") -> Event:
    """Return G04: when the truck says that it comes."""
    data = {"eta_at": written(eta), "state": state, "basis": "GPS"}
    return an_event("gate.truck-eta-stated", "apt:SPRC:1", data, at=at, source=GATE)


def a_step(step: str, *, at: int) -> Event:
    """Return G06: a step of the truck at the gate."""
    data = {"step": step, "appointment": "apt:SPRC:1"}
    return an_event("gate.truck-progressed", "trk:SPRC:1", data, at=at, source=GATE)


def test_a_slot_an_hour_before_the_window_opens_is_told() -> None:
    """The clerk booked 17:00 today; receiving opens at 18:00 tomorrow: take a slot after it."""
    port = a_port()

    said = port.hear(a_truck(OPENS - 25 * HOUR, at=NOON), at=NOON)

    assert told(said) == [("T02", "RAISED", "ORANGE")]
    assert said[0]["dedup_key"] == KEY
    assert said[0]["action"][0] == {"code": "TAKE_SLOT", "params": {"after_at": written(OPENS)}}
    assert {"organisation": "trk-017", "role": "TRK", "why": "NOMINATED"} in said[0]["audience"]


def test_a_slot_inside_the_window_is_no_news() -> None:
    """A truck at the opening, or up to 30 minutes before it, is received."""
    port = a_port()

    assert port.hear(a_truck(OPENS, at=NOON), at=NOON) == []
    assert port.hear(a_truck(OPENS - 30 * MINUTE, at=NOON, status="CHANGED"), at=NOON) == []


def test_a_slot_more_than_a_day_ahead_is_yellow_at_first() -> None:
    """Yellow while more than 24 h remain, orange from there on."""
    port = a_port()
    first = port.hear(a_truck(OPENS - 2 * HOUR, at=NOON), at=NOON)

    later = port.wait(NOON + 5 * HOUR)

    assert told(first) == [("T02", "RAISED", "YELLOW")]
    assert told(later) == [("T02", "RAISED_SEVERITY", "ORANGE")]


def test_a_truck_under_way_too_early_is_red() -> None:
    """It moves and would be at the gate an hour before the opening, though its slot is later."""
    port = a_port()
    port.hear(a_truck(OPENS, at=NOON), at=NOON)
    now = OPENS - 3 * HOUR
    port.wait(now)

    said = port.hear(an_eta(OPENS - HOUR, at=now), at=now)

    assert told(said) == [("T02", "RAISED", "RED")]
    assert said[0]["template"] == "t02.under_way"


def test_a_truck_let_in_early_ends_the_alert() -> None:
    """The terminal received it all the same: the box is inside."""
    port = a_port()
    port.hear(a_truck(OPENS - 4 * HOUR, at=NOON), at=NOON)
    now = OPENS - 4 * HOUR
    port.wait(now)
    queued = port.hear(a_step("QUEUE_IN", at=now), at=now)

    said = port.hear(a_gate_in(BOX, at=now + MINUTE, booking="bkg:RDA:BK1"), at=now + MINUTE)

    assert told(queued) == [("T02", "RAISED_SEVERITY", "RED")]
    assert told(said) == [("T02", "CLEARED", "RED")]


def test_a_truck_turned_away_ends_the_alert() -> None:
    """Nothing is left to be done about this trip."""
    port = a_port()
    port.hear(a_truck(OPENS - 4 * HOUR, at=NOON), at=NOON)
    now = OPENS - 4 * HOUR
    port.wait(now)

    assert told(port.hear(a_step("TURNED_AWAY", at=now), at=now)) == [("T02", "CLEARED", "ORANGE")]


def test_a_slot_moved_inside_clears_after_the_clear_hold() -> None:
    """Moved to the opening: it clears when that stood for 15 minutes."""
    port = a_port()
    port.hear(a_truck(OPENS - 25 * HOUR, at=NOON), at=NOON)
    moved = NOON + HOUR

    at_once = port.hear(a_truck(OPENS, at=moved, status="CHANGED"), at=moved)
    said = port.wait(moved + 20 * MINUTE, step=MINUTE)

    assert at_once == []
    assert told(said) == [("T02", "CLEARED", "ORANGE")]


def test_a_slot_within_the_band_keeps_an_alert_and_begins_none() -> None:
    """25 minutes before the opening is inside the trigger and outside the tighter band."""
    port = a_port()
    fresh = a_port()
    port.hear(a_truck(OPENS - 25 * HOUR, at=NOON), at=NOON)
    now = NOON + HOUR

    port.hear(a_truck(OPENS - 25 * MINUTE, at=now, status="CHANGED"), at=now)
    port.wait(now + HOUR)
    fresh.hear(a_truck(OPENS - 25 * MINUTE, at=now), at=now)

    assert list(port.open_alerts()) == [KEY]
    assert fresh.open_alerts() == {}


def test_a_truck_left_behind_by_a_moved_ship_is_a_matter_of_its_batch_until_it_moves() -> None:
    """The window slips by 6 h: T03 speaks of the truck; only when it is under way T02 does too."""
    port = a_port()
    port.hear(a_truck(OPENS + HOUR, at=NOON), at=NOON)
    later = NOON + HOUR
    port.hear(windows(PART, at=later, EFC=OPENS + 6 * HOUR), at=later)
    port.wait(later + HOUR)
    batch = list(port.open_alerts())
    now = later + 2 * HOUR

    said = port.hear(an_eta(OPENS + HOUR, at=now), at=now)

    assert batch == [f"T03|{PART}|1"]
    assert ("T02", "RAISED", "RED") in told(said)
    assert port.open_alerts()[KEY]["root_cause"] == port.open_alerts()[batch[0]]["alert_id"]


def test_a_window_that_was_typed_wrong_retracts_the_alert() -> None:
    """The opening that made the slot too early is taken back: it was never true."""
    port = a_port()
    port.hear(a_truck(OPENS + HOUR, at=NOON), at=NOON)
    later = NOON + HOUR
    wrong = windows(PART, at=later, EFC=OPENS + 3 * HOUR)
    raised = port.hear(wrong, at=later)

    said = port.hear(withdrawn(wrong, at=later + MINUTE, refs={"port": "COCTG"}), at=later + MINUTE)

    assert told(raised) == [("T02", "RAISED", "YELLOW")]
    assert ("T02", "RETRACTED", "YELLOW") in told(said)


def test_a_truck_that_came_while_its_gate_was_silent_is_inside_or_gone_by_now() -> None:
    """Silent from noon; at three the gate tells that it came at one, and that it was turned."""
    port, back = a_port(), NOON + 3 * HOUR
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    port.hear(a_truck(OPENS + 2 * HOUR, at=NOON), at=NOON)
    port.wait(back)

    said = port.hear(a_step("QUEUE_IN", at=NOON + HOUR), at=back)
    said += port.wait(back + 2 * MINUTE, step=MINUTE)
    said += port.hear(a_step("TURNED_AWAY", at=NOON + 90 * MINUTE), at=back + 2 * MINUTE)
    said += port.wait(back + HOUR)

    assert of("T02", said) == []
