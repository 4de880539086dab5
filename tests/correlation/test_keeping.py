"""What is forgotten leaves nothing behind that a later fact could stumble over."""

from correlation.instants import DAY, HOUR
from correlation.state import SEEN_MAX
from tests.correlation.given import (
    NOON,
    APort,
    a_berth_plan,
    a_discharge,
    a_gate_out,
    a_milestone,
    a_release,
    an_appointment,
)

BOX = "RDAU2000016"
PART = "COCTG/9999993/20261105/SPRC/1"


def test_a_truck_may_come_for_a_box_long_after_its_ship_is_forgotten() -> None:
    """The box waits in the yard; her call is let go 72 hours after she left."""
    port = APort()
    slot = NOON + 6 * DAY
    port.hear(
        a_berth_plan(NOON, NOON + 20 * HOUR, at=NOON),
        a_milestone("ACT", NOON, at=NOON, service="BERTH"),
        a_discharge(BOX, PART, at=NOON),
        a_release(BOX, at=NOON),
        an_appointment("1", slot, at=NOON, direction="COLLECT", box=BOX),
        at=NOON,
    )
    left = NOON + 20 * HOUR
    port.hear(a_milestone("ACT", left, at=left, service="BERTH", point="DEPA"), at=left)
    port.wait(left + 4 * DAY, step=HOUR)

    for status, at in (("CONFIRMED", slot), ("SERVED", slot + HOUR)):
        told = an_appointment("1", slot, at=at, direction="COLLECT", box=BOX, status=status)
        port.hear(told, at=at)

    assert PART not in port.state.ports["COCTG"].terminal_calls
    assert port.rejections() == []


def test_an_event_that_comes_again_has_no_effect_even_where_it_would_fit() -> None:
    """A gate-out that found no box is sent again when the box is there: it is still that one."""
    port = APort()
    port.hear(a_berth_plan(NOON + HOUR, NOON + 9 * HOUR, at=NOON), at=NOON)
    left = a_gate_out(BOX, at=NOON)
    port.hear(left, at=NOON)
    port.hear(a_discharge(BOX, PART, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)
    before = port.state.ports["COCTG"].counts["events"]

    port.hear(left, at=NOON + 3 * HOUR)

    assert port.state.ports["COCTG"].counts["events"] == before


def test_a_refused_event_may_come_again_under_its_id() -> None:
    """It had no effect; mended, it has one."""
    port = APort()
    plan = a_berth_plan(NOON + HOUR, NOON + 9 * HOUR, at=NOON)
    port.hear({**plan, "partitionkey": "PECLL"}, at=NOON)

    port.hear(plan, at=NOON)

    assert len(port.rejections()) == 1
    assert port.state.ports["COCTG"].calls


def test_a_truck_that_nobody_wrote_off_is_known_for_three_days_after_its_slot() -> None:
    """It stands before a road block and comes two days late; one that was served is forgotten."""
    port = APort()
    slot = NOON + HOUR
    served = an_appointment("2", slot, at=NOON, direction="COLLECT", box=BOX, status="SERVED")
    port.hear(an_appointment("1", slot, at=NOON, direction="COLLECT", box=BOX), served, at=NOON)

    port.wait(slot + 60 * HOUR)
    late = list(port.state.ports["COCTG"].appointments)
    port.wait(slot + 80 * HOUR)

    assert late == ["apt:SPRC:1"]
    assert list(port.state.ports["COCTG"].appointments) == []


def test_a_truck_that_was_served_late_is_known_as_it_leaves() -> None:
    """It came two days after its slot, was served, and a minute later it leaves the gate."""
    port = APort()
    slot, came = NOON + HOUR, NOON + 50 * HOUR
    port.hear(an_appointment("1", slot, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    served = an_appointment("1", slot, at=came, direction="COLLECT", box=BOX, status="SERVED")
    port.hear(served, at=came)

    port.wait(came + HOUR)

    assert list(port.state.ports["COCTG"].appointments) == ["apt:SPRC:1"]


def test_no_more_names_of_events_are_kept_than_are_needed() -> None:
    """Two times the number that is known for certain, whatever comes."""
    state = APort().state
    for number in range(2 * SEEN_MAX + 10):
        state.note_seen(str(number))

    assert len(state.seen) + len(state.seen_before) <= 2 * SEEN_MAX
    assert state.is_seen(str(SEEN_MAX + 10))
    assert not state.is_seen("0")
