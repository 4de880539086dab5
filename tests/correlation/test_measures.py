"""What a promise measures, told like a port clerk."""

from __future__ import annotations

from correlation.instants import DAY, HOUR, MINUTE, written
from tests.correlation.given import (
    GATE,
    GATE_1,
    NOON,
    TOS,
    a_berth_plan,
    a_discharge,
    a_gate_out,
    a_milestone,
    a_release,
    a_step,
    an_appointment,
    an_event,
    at_berth,
    windows,
)
from tests.correlation.given_promises import (
    a_promise,
    a_truck,
    alongside,
    counted,
    port_with,
    said_of,
)

PART = "COCTG/9999993/20261107/SPRC/1"
BOX = "RDAU2000016"


def test_a_truck_without_an_appointment_counts_too() -> None:
    """Who walks in waits longest: it is part of the promise."""
    port = port_with(a_promise("K15", 60, cases_min=1))
    for step, at in (("QUEUE_IN", NOON), ("LEFT", NOON + 2 * HOUR)):
        data = {"step": step, "walk_in": True, "gate": GATE_1}
        port.hear(an_event("gate.truck-progressed", "trk:w1", data, at=at, source=GATE), at=at)

    assert counted(port) == ("BROKEN", 1, 1)


def test_a_truck_is_on_its_slot_or_off_it() -> None:
    """Half an hour before its hour is broken at a quarter of an hour, inside it is kept."""
    port = port_with(a_promise("K17", 15, cases_min=1))
    slot = NOON + 2 * HOUR
    for number, came in ((1, slot - 30 * MINUTE), (2, slot + 59 * MINUTE)):
        port.hear(
            an_appointment(str(number), slot, at=NOON),
            a_step("LANE_IN", f"apt:SPRC:{number}", at=came),
            at=came,
        )

    assert counted(port) == ("BROKEN", 2, 1)


def test_a_truck_at_night_is_what_a_third_shift_is_for() -> None:
    """Eight per cent at night: one of four trucks after eleven in the evening is plenty."""
    port = port_with(a_promise("K19", 0, share_pct=8.0, near_pct=2.0, cases_min=1))
    for number, came in enumerate((NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + 16 * HOUR)):
        port.hear(*a_truck(number, 30, at=came), at=came + HOUR)

    assert counted(port) == ("KEPT", 4, 3)


def test_a_release_before_discharge_is_kept() -> None:
    """Released on the way, and three hours after coming off the ship: one of two."""
    port = port_with(a_promise("K24", 0, cases_min=1))
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    other = "RDAU7654323"
    now = NOON + HOUR
    port.hear(a_discharge(BOX, PART, at=now), a_discharge(other, PART, at=now), at=now)
    port.hear(a_release(BOX, at=NOON, number="rel:aut:1"), at=now)
    first = counted(port)
    port.hear(a_release(other, at=now + 3 * HOUR, number="rel:aut:2"), at=now + 3 * HOUR)

    assert first == ("KEPT", 1, 0)
    assert counted(port) == ("BROKEN", 2, 1)


def test_a_release_that_is_revoked_is_none() -> None:
    """The case is gone with it, and there again with the next release."""
    port = port_with(a_promise("K24", 0, cases_min=1))
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_discharge(BOX, PART, at=NOON + HOUR), a_release(BOX, at=NOON), at=NOON + HOUR)
    port.hear(a_release(BOX, at=NOON + 2 * HOUR, revoked=True), at=NOON + 2 * HOUR)
    gone = counted(port)
    port.hear(a_release(BOX, at=NOON + 5 * HOUR, number="rel:aut:9"), at=NOON + 5 * HOUR)

    assert gone == ("FEW", 0, 0)
    assert counted(port) == ("BROKEN", 1, 1)


def test_an_import_box_stays_from_the_ship_to_the_gate() -> None:
    """Five days are promised: three are kept, and still are when the visit is forgotten."""
    port = port_with(a_promise("K13", 5, unit="D", period="MONTH", cases_min=1))
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_discharge(BOX, PART, at=NOON + HOUR), at=NOON + HOUR)
    out = NOON + 3 * DAY
    port.hear(a_gate_out(BOX, at=out), at=out)
    port.wait(out + 5 * DAY, step=HOUR)

    state = port.state.ports["COCTG"]
    assert list(state.visits) == list(state.cases) == []
    assert counted(port) == ("KEPT", 1, 0)
    assert said_of(port)[-1]["worst"]["value"] == 3.0


def test_a_ship_waits_from_the_pilot_station_to_the_berth() -> None:
    """Seven hours where six were promised; the terminal call is named."""
    port = port_with(a_promise("K04", 6, unit="H", cases_min=1))
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    alongside(port, NOON + 41 * HOUR, NOON + 48 * HOUR)

    assert counted(port) == ("BROKEN", 1, 1)
    assert said_of(port)[-1]["worst"] == {"value": 7.0, "terminal_call": PART}


def test_work_begins_soon_after_all_fast_and_the_ship_sails_soon_after_it() -> None:
    """Two promises of one ship: fifty minutes to the first lift, two hours from the last."""
    port = port_with(a_promise("K05", 60, cases_min=1))
    port.hear(a_promise("K06", 60, cases_min=1, standard_id="sailing"), at=NOON)
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    alongside(port, NOON + 46 * HOUR, NOON + 47 * HOUR)
    fast, first, last = NOON + 48 * HOUR, NOON + 48 * HOUR + 50 * MINUTE, NOON + 70 * HOUR
    progress = {
        "as_of": written(last),
        "discharged": 400,
        "loaded": 300,
        "restowed": 0,
        "remaining": 0,
        "first_lift_at": written(first),
        "last_lift_at": written(last),
    }
    port.hear(
        a_milestone("ACT", fast, at=fast, service="ALL_FAST", source=TOS),
        an_event("vessel.cargo-progressed", PART, progress, at=last),
        at_berth("DEPA", last + 2 * HOUR, at=last + 2 * HOUR),
        at=last + 2 * HOUR,
    )
    port.wait(port.state.now + 2 * MINUTE, step=MINUTE)

    assert [(one["state"], one["worst"]["value"]) for one in said_of(port)] == [("KEPT", 50.0)]
    sailing = said_of(port, "sailing")
    assert [(one["state"], one["worst"]["value"]) for one in sailing] == [("BROKEN", 120.0)]


def test_a_cutoff_that_moved_a_day_was_not_stable() -> None:
    """Counted when the ship is alongside, against what was said first."""
    port = port_with(a_promise("K22", 24, unit="H", cases_min=1))
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(windows(PART, at=NOON, EFC=NOON + 4 * HOUR, FCO=NOON + 36 * HOUR), at=NOON)
    later = NOON + HOUR
    port.hear(windows(PART, at=later, FCO=NOON + 62 * HOUR), at=later)
    before = said_of(port)
    alongside(port, NOON + 64 * HOUR, NOON + 66 * HOUR)

    assert before == []
    assert counted(port) == ("BROKEN", 1, 1)
    assert said_of(port)[-1]["worst"]["value"] == 26.0
