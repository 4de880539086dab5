"""T01, T03 and T05: exports, windows that move, and pick-ups that cannot be done."""

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    GATE,
    NOON,
    TERMINAL,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_discharge,
    a_gate_in,
    a_hold,
    a_profile,
    a_release,
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


def a_ship(port: APort) -> None:
    """Let a ship be planned for noon two days ahead, with her windows."""
    port.hear(
        a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON),
        windows(PART, at=NOON, EFC=NOON + 4 * HOUR, FCO=NOON + 36 * HOUR),
        at=NOON,
    )


def test_an_export_without_appointment_a_day_before_the_cutoff_is_told() -> None:
    """T01: not inside and no truck booked, from 24 h before the cut-off."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)

    early = port.wait(NOON + 11 * HOUR)
    said = port.wait(NOON + 13 * HOUR)

    assert early == []
    assert told(said) == [("T01", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == f"T01|bkg:RDA:BK1|{BOX}|FCO"


def test_an_export_gets_worse_as_the_cutoff_comes_nearer() -> None:
    """T01: orange from 12 h, red from 4 h before; harm done at the cut-off expires it."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)

    said = port.wait(NOON + 37 * HOUR)

    assert told(said) == [
        ("T01", "RAISED", "YELLOW"),
        ("T01", "RAISED_SEVERITY", "ORANGE"),
        ("T01", "RAISED_SEVERITY", "RED"),
        ("T01", "EXPIRED", "RED"),
    ]


def test_a_cutoff_that_had_moved_before_it_passed_goes_on_with_the_same_alert() -> None:
    """T01: the harm was thought done; four hours later it is heard that there is a day left."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    port.wait(NOON + 40 * HOUR)

    moved = windows(PART, at=NOON + 35 * HOUR, FCO=NOON + 46 * HOUR)
    said = port.hear(moved, at=NOON + 40 * HOUR)

    assert told(said, of="T01") == [("T01", "REOPENED", "ORANGE")]


def test_an_export_with_a_truck_in_time_is_no_news() -> None:
    """T01: an appointment well before the cut-off is enough."""
    port = APort()
    a_ship(port)
    port.hear(
        a_booking(PART, BOX, at=NOON),
        an_appointment("1", NOON + 20 * HOUR, at=NOON, box=BOX, booking="bkg:RDA:BK1"),
        at=NOON,
    )

    assert port.wait(NOON + 19 * HOUR) == []


def test_an_export_may_have_a_truck_booked_at_a_gate_that_is_not_heard() -> None:
    """T01: silent from an hour before the alert was due, the gate is waited for."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)

    heard = gate_beats(port, NOON, NOON + 11 * HOUR)
    unheard = port.wait(NOON + 14 * HOUR)
    said = gate_beats(port, NOON + 14 * HOUR, NOON + 15 * HOUR)

    assert of("T01", heard + unheard) == []
    assert told(said, of="T01") == [("T01", "RAISED", "YELLOW")]


def gate_beats(port: APort, since: int, until: int) -> list[Event]:
    """Let the gate be heard each five minutes; return what is said meanwhile."""
    said: list[Event] = []
    for now in range(since, until, 5 * MINUTE):
        beat = an_event("gate.source-beat", GATE, {"as_of": written(now)}, at=now, source=GATE)
        said += port.hear(beat, at=now)
    return said


def test_gate_in_clears_the_export() -> None:
    """T01: once inside, the condition is met."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, BOX, at=NOON), at=NOON)
    port.wait(NOON + 13 * HOUR)

    said = port.hear(
        a_gate_in(BOX, at=NOON + 14 * HOUR, booking="bkg:RDA:BK1"), at=NOON + 14 * HOUR
    )

    assert told(said) == [("T01", "CLEARED", "YELLOW")]


def test_a_box_stays_with_its_new_booking_when_the_old_one_lets_go_of_it_later() -> None:
    """T01: rolled to another booking, and the word of the new one came first."""
    port = APort()
    a_ship(port)
    other = "RDAU2000021"
    port.hear(a_booking(PART, BOX, other, at=NOON), at=NOON)
    port.wait(NOON + 13 * HOUR)
    rolled = NOON + 13 * HOUR
    new_key = f"T01|bkg:RDA:BK2|{BOX}|FCO"
    raised = port.hear(a_booking(PART, BOX, at=rolled, name="bkg:RDA:BK2"), at=rolled)

    said = port.hear(a_booking(PART, other, at=rolled + MINUTE), at=rolled + 2 * MINUTE)

    assert new_key in {one["dedup_key"] for one in raised}
    assert new_key not in {one["dedup_key"] for one in said}
    assert new_key in port.open_alerts()


def trucks(port: APort, count: int) -> None:
    """Book trucks from the opening of the window on, one each ten minutes."""
    for n in range(count):
        port.hear(
            an_appointment(
                str(n), NOON + 5 * HOUR + n * 10 * MINUTE, at=NOON, booking="bkg:RDA:BK1"
            ),
            at=NOON,
        )


def test_a_window_that_moves_strands_the_trucks_booked_in_it() -> None:
    """T03: a shift of 4 h and more with trucks outside, one alert after the hold."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, at=NOON), at=NOON)
    trucks(port, 24)
    moved = NOON + HOUR
    port.hear(windows(PART, at=moved, EFC=NOON + 14 * HOUR, FCO=NOON + 46 * HOUR), at=moved)

    said = port.wait(NOON + 90 * MINUTE)

    assert told(said) == [("T03", "RAISED", "RED")]
    assert said[0]["dedup_key"] == f"T03|{PART}|1"
    assert said[0]["children"] == 24
    assert said[0]["params"]["count"] == 24
    assert "24 citas quedaron fuera" in said[0]["text"]["es"]["fact"]


def test_a_small_shift_strands_nobody() -> None:
    """T03: under 4 h the land side is not called."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, at=NOON), at=NOON)
    trucks(port, 3)
    port.hear(windows(PART, at=NOON + HOUR, EFC=NOON + 7 * HOUR), at=NOON + HOUR)

    assert port.wait(NOON + 2 * HOUR) == []


def test_moving_every_truck_clears_the_alert() -> None:
    """T03: it ends when each stranded appointment was moved, confirmed or cancelled."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, at=NOON), at=NOON)
    trucks(port, 2)
    port.hear(windows(PART, at=NOON + HOUR, EFC=NOON + 14 * HOUR), at=NOON + HOUR)
    port.wait(NOON + 2 * HOUR)
    now = NOON + 2 * HOUR

    first = port.hear(
        an_appointment("0", NOON + 20 * HOUR, at=now, booking="bkg:RDA:BK1", status="CHANGED"),
        at=now,
    )
    last = port.hear(
        an_appointment("1", NOON + 5 * HOUR, at=now + 1, status="CANCELLED"), at=now + 1
    )

    assert told(first) == [("T03", "UPDATED", "RED")]
    assert told(last) == [("T03", "CLEARED", "RED")]


def test_a_second_shift_replaces_the_first_alert() -> None:
    """T03: a further shift is a new instance that supersedes the one before."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, at=NOON), at=NOON)
    trucks(port, 2)
    port.hear(windows(PART, at=NOON + HOUR, EFC=NOON + 14 * HOUR), at=NOON + HOUR)
    port.wait(NOON + 2 * HOUR)
    port.hear(windows(PART, at=NOON + 2 * HOUR, EFC=NOON + 24 * HOUR), at=NOON + 2 * HOUR)

    said = port.wait(NOON + 3 * HOUR)

    assert {one["change"] for one in said} == {"RAISED", "SUPERSEDED"}
    assert list(port.open_alerts()) == [f"T03|{PART}|2"]


def test_a_window_change_taken_back_retracts_the_alert() -> None:
    """T03: the change was never true; its number is spent."""
    port = APort()
    a_ship(port)
    port.hear(a_booking(PART, at=NOON), at=NOON)
    trucks(port, 2)
    change = windows(PART, at=NOON + HOUR, EFC=NOON + 14 * HOUR)
    port.hear(change, at=NOON + HOUR)
    port.wait(NOON + 2 * HOUR)

    said = port.hear(
        withdrawn(change, at=NOON + 2 * HOUR, refs={"port": "COCTG"}), at=NOON + 2 * HOUR
    )

    assert told(of("T03", said)) == [("T03", "RETRACTED", "RED")]


def test_a_held_box_with_a_truck_booked_is_told() -> None:
    """T05: within 12 h of the slot, the exact blocker and its owner."""
    port = APort()
    a_ship(port)
    port.hear(
        a_discharge(BOX, PART, at=NOON),
        a_release(BOX, at=NOON),
        a_hold(BOX, at=NOON),
        at=NOON,
    )

    said = port.hear(
        an_appointment("9", NOON + 5 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON
    )

    assert told(said) == [("T05", "RAISED", "ORANGE")]
    assert said[0]["action"][0] == {
        "code": "CLEAR_BLOCKER",
        "params": {"hold": "HOLD_SANITARY", "owner": "AUT"},
    }
    assert {"organisation": "trk-017", "role": "TRK", "why": "NOMINATED"} in said[0]["audience"]


def test_a_lifted_hold_clears_after_ten_minutes() -> None:
    """T05: available for 10 minutes ends it."""
    port = APort()
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(a_hold(BOX, at=NOON), at=NOON)
    port.hear(an_appointment("9", NOON + 5 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    later = NOON + 30 * MINUTE
    lifted = port.hear(a_hold(BOX, at=later, lifted=True), at=later)

    said = port.wait(later + 11 * MINUTE, step=MINUTE)

    assert lifted == []
    assert told(said) == [("T05", "CLEARED", "ORANGE")]
    assert said[0]["closed_at"] == "2026-11-05T12:40:00Z"


def test_an_available_box_is_no_news() -> None:
    """T05: discharged, released and free of stops raises nothing."""
    port = APort()
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)

    said = port.hear(
        an_appointment("9", NOON + 5 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON
    )

    assert said == []


def test_a_release_taken_back_is_told_days_ahead() -> None:
    """T05: a revocation after booking is orange at once, however far the slot."""
    port = APort()
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(an_appointment("9", NOON + 40 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON)

    said = port.hear(a_release(BOX, at=NOON + HOUR, revoked=True), at=NOON + HOUR)

    assert told(said) == [("T05", "RAISED", "ORANGE")]
    assert said[0]["template"] == "t05.revoked"


def test_a_gate_out_before_the_served_word_is_no_alert() -> None:
    """T05: a box that left around its slot was collected, whoever says it first."""
    port = APort()
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(an_appointment("9", NOON + HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    out = an_event(
        "gate.container-gated-out",
        BOX,
        {"box": {"box": BOX}, "facility": TERMINAL, "mode": "TRUCK"},
        at=NOON + HOUR,
        source=GATE,
    )

    said = port.hear(out, at=NOON + HOUR)

    assert said == []
    assert port.wait(NOON + 6 * HOUR) == []


def test_a_truck_served_before_its_gate_in_is_no_alert() -> None:
    """T01: a served appointment brought the box, though the gate-in is said later."""
    port = APort()
    a_ship(port)
    port.hear(
        a_booking(PART, BOX, at=NOON),
        an_appointment("1", NOON + 20 * HOUR, at=NOON, box=BOX, booking="bkg:RDA:BK1"),
        at=NOON,
    )
    later = NOON + 20 * HOUR
    served = an_appointment("1", later, at=later, box=BOX, booking="bkg:RDA:BK1", status="SERVED")

    assert port.hear(served, at=later) == []


def test_facts_about_a_box_outlive_its_forgotten_appointment() -> None:
    """A day after its slot an appointment is forgotten; its box can still be spoken of."""
    port = APort()
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(
        an_appointment("9", NOON + HOUR, at=NOON, direction="COLLECT", box=BOX, status="MISSED"),
        at=NOON,
    )
    port.wait(NOON + 30 * HOUR, step=HOUR)
    assert not port.state.ports["COCTG"].appointments

    port.hear(a_hold(BOX, at=NOON + 30 * HOUR), at=NOON + 30 * HOUR)

    assert port.rejections() == []


def test_a_slot_that_the_terminal_proposes_is_offered_to_the_held_box() -> None:
    """T05: the terminal would take the truck tomorrow; after the answer is due no more."""
    port = APort()
    a_ship(port)
    port.hear(a_discharge(BOX, PART, at=NOON), a_hold(BOX, at=NOON), at=NOON)
    port.hear(an_appointment("9", NOON + 8 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON)
    slot, at = NOON + 30 * HOUR, NOON + HOUR
    span = {"from_at": written(slot), "to_at": written(slot + HOUR)}
    items = [{"appointment": "apt:SPRC:9", "to": span}]
    data = {"proposal_id": "p-1", "items": items, "answer_by_at": written(at + 3 * HOUR)}

    port.hear(an_event("gate.slot-proposed", "apt:SPRC:9", data, at=at, source=TOS), at=at)

    key = f"T05|{BOX}|apt:SPRC:9"
    assert port.open_alerts()[key]["action"][1]["params"]["slots"] == written(slot)
    port.wait(at + 3 * HOUR + MINUTE)
    assert "slots" not in port.open_alerts()[key]["action"][1]["params"]
