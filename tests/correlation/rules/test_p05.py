"""P05: a reefer without power, off its temperature, or not read any more."""

from typing import Any

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    CARRIER,
    GATE,
    NOON,
    SHIP,
    SYSTEM,
    TERMINAL,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_profile,
    an_event,
    at_berth,
    of,
    profile_changed,
    told,
    withdrawn,
)

BOX = "RDAU2000016"
VISIT = f"{BOX}/20261105"


def a_reefer_in(set_point: float, *, at: int = NOON, box: str = BOX) -> Event:
    """Return a G07: a reefer came in by the gate."""
    data = {
        "box": {"box": box, "category": "EXPORT", "set_point_c": set_point},
        "facility": TERMINAL,
        "mode": "TRUCK",
    }
    return an_event("gate.container-gated-in", box, data, at=at, source=GATE)


def a_plug(power: str, *, at: int, box: str = BOX, **data: Any) -> Event:
    """Return a Y09: a reefer gets or loses power."""
    return an_event("yard.reefer-plug-changed", box, {"power": power, **data}, at=at)


def a_reading(air: float, *, at: int, **data: Any) -> Event:
    """Return a Y10: the air that comes back in a reefer."""
    body = {"as_of": written(at), "return_c": air, **data}
    return an_event("yard.reefer-measured", BOX, body, at=at)


def a_plugged_reefer(port: APort, set_point: float) -> None:
    """Let a reefer come in and be plugged at noon."""
    port.hear(a_reefer_in(set_point), a_plug("ON", at=NOON), at=NOON)
    assert port.rejections() == []


def test_a_chilled_reefer_without_power_for_an_hour_is_told() -> None:
    """P05: more than 60 min; orange at 90, red at 120."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    off = NOON + HOUR
    port.hear(a_plug("OFF", at=off), at=off)

    early = port.wait(off + HOUR)
    said = port.wait(off + 2 * HOUR)

    assert early == []
    assert told(said) == [
        ("P05", "RAISED", "YELLOW"),
        ("P05", "RAISED_SEVERITY", "ORANGE"),
        ("P05", "RAISED_SEVERITY", "RED"),
    ]
    assert said[0]["dedup_key"] == f"P05|{VISIT}"
    assert said[0]["act_by_at"] == written(off + 90 * MINUTE)
    assert said[0]["action"][0]["code"] == "PLUG_IN"


def test_a_frozen_reefer_is_given_two_hours() -> None:
    """P05: the cold of a frozen cargo lasts longer; told again each hour it is still one outage."""
    port = APort()
    a_plugged_reefer(port, -18.0)
    off = NOON + HOUR
    port.hear(a_plug("OFF", at=off), at=off)
    port.hear(a_plug("OFF", at=off + HOUR), at=off + HOUR)

    assert port.wait(off + 2 * HOUR) == []
    assert told(port.wait(off + 2 * HOUR + MINUTE)) == [("P05", "RAISED", "YELLOW")]


def test_power_again_clears_it_after_half_an_hour() -> None:
    """P05: on and in its band for 30 min; a new outage meanwhile keeps it."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    off = NOON + HOUR
    port.hear(a_plug("OFF", at=off), at=off)
    port.wait(off + 61 * MINUTE)
    on = off + 70 * MINUTE
    port.hear(a_plug("ON", at=on), at=on)

    assert port.wait(on + 29 * MINUTE) == []
    assert told(port.wait(on + 31 * MINUTE)) == [("P05", "CLEARED", "YELLOW")]


def test_an_outage_in_the_clear_hold_keeps_it_open() -> None:
    """P05: five minutes of power are no cure."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    off = NOON + HOUR
    port.hear(a_plug("OFF", at=off), at=off)
    port.wait(off + 61 * MINUTE)
    on = off + 70 * MINUTE
    port.hear(a_plug("ON", at=on), at=on)
    port.hear(a_plug("OFF", at=on + 5 * MINUTE), at=on + 5 * MINUTE)

    said = port.wait(on + 50 * MINUTE)

    assert "CLEARED" not in [one["change"] for one in said]
    assert f"P05|{VISIT}" in port.open_alerts()


def test_a_reefer_never_plugged_is_told_where_plugs_are_told() -> None:
    """P05: its hours without power begin at the gate; where no one tells of plugs, no one knows."""
    told_of, silent = APort(), APort()
    other = "RDAU7654323"
    told_of.hear(a_reefer_in(2.0, box=other), a_plug("ON", at=NOON, box=other), at=NOON)
    for port in (told_of, silent):
        port.hear(a_reefer_in(2.0), at=NOON)

    assert told(told_of.wait(NOON + 61 * MINUTE)) == [("P05", "RAISED", "YELLOW")]
    assert silent.wait(NOON + 5 * HOUR) == []


def test_air_off_its_set_point_for_an_hour_is_told_and_one_reading_is_not() -> None:
    """P05: more than 2 C off when chilled, in every reading for 60 min."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    for n, air in enumerate((2.5, 5.0, 2.4, 5.0, 5.2, 5.1)):
        at = NOON + n * 40 * MINUTE
        said = port.hear(a_reading(air, at=at), at=at)
        if n < 5:
            assert said == []

    assert told(said)[0] == ("P05", "RAISED", "YELLOW")
    assert said[0]["template"] == "p05.off_temperature"


def test_a_frozen_reefer_may_be_five_degrees_off() -> None:
    """P05: at -18 C, -14 C is still in its band."""
    port = APort()
    a_plugged_reefer(port, -18.0)
    for n in range(6):
        at = NOON + n * HOUR
        assert port.hear(a_reading(-14.0, at=at), at=at) == []


def test_a_plugged_reefer_that_is_read_no_more_is_told() -> None:
    """P05: no reading for 2 h, though it was read each half hour."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    for n in range(4):
        at = NOON + n * 30 * MINUTE
        port.hear(a_reading(2.1, at=at), at=at)

    assert port.wait(at + 2 * HOUR) == []
    said = port.wait(at + 2 * HOUR + MINUTE)
    read = at + 2 * HOUR + 30 * MINUTE
    back = port.hear(a_reading(2.2, at=read), at=read)
    cleared = port.wait(read + 31 * MINUTE)

    assert told(said) == [("P05", "RAISED", "YELLOW")]
    assert said[0]["template"] == "p05.unread"
    assert back == []
    assert told(cleared)[-1][1] == "CLEARED"


def test_a_reefer_is_not_missed_for_the_hours_in_which_it_had_no_power() -> None:
    """P05: the monitor is fed by the plug; the next reading is owed from when power came back."""
    port = APort()
    a_plugged_reefer(port, -18.0)
    for at in (NOON + MINUTE, NOON + 29 * MINUTE):
        port.hear(a_reading(-18.0, at=at), at=at)
    off, back = NOON + 30 * MINUTE, NOON + 140 * MINUTE
    port.hear(a_plug("OFF", at=off), at=off)
    port.wait(back - MINUTE)

    again = port.hear(a_plug("ON", at=back), at=back)
    early = port.wait(back + 119 * MINUTE)
    said = port.wait(back + 121 * MINUTE, step=MINUTE)

    assert of("P05", again) == []
    assert of("P05", early) == []
    assert [one["template"] for one in of("P05", said)] == ["p05.unread"]


def test_what_a_silent_source_read_meanwhile_is_waited_for() -> None:
    """P05: seven hours of silence; then the source lives, and tells its readings one by one."""
    port, yard = APort(), {"source": TOS, "organisation": "ter-ctg-1", "families": ["yard"]}
    document = a_profile(sources=[{**yard, "silence_minutes": {"yard": 10}}])
    port.hear(profile_changed(document, at=NOON), at=NOON)
    a_plugged_reefer(port, -18.0)
    for at in (NOON + MINUTE, NOON + 31 * MINUTE):
        port.hear(a_reading(-18.0, at=at), at=at)
    port.wait(NOON + 7 * HOUR)

    back = NOON + 7 * HOUR + MINUTE
    beat = an_event("yard.source-beat", TOS, {"as_of": written(back)}, at=back)
    lives = port.hear(beat, at=back) + port.wait(back + MINUTE, step=MINUTE)
    said = port.hear(a_reading(-18.0, at=NOON + HOUR), at=back + 2 * MINUTE)
    said += port.hear(a_reading(-18.0, at=back - 20 * MINUTE), at=back + 3 * MINUTE)

    assert told(lives) == [("D01", "CLEARED", "YELLOW")]
    assert of("P05", said) == []


def test_gate_out_ends_it() -> None:
    """P05: what has left is another's care."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    port.hear(a_plug("OFF", at=NOON + 1), at=NOON + 1)
    port.wait(NOON + 70 * MINUTE)
    at = NOON + 75 * MINUTE
    data = {"box": {"box": BOX}, "facility": TERMINAL, "mode": "TRUCK"}

    said = port.hear(an_event("gate.container-gated-out", BOX, data, at=at, source=GATE), at=at)

    assert told(said) == [("P05", "CLEARED", "YELLOW")]


def test_an_outage_taken_back_retracts_it() -> None:
    """P05: the wrong plug was typed."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    off = a_plug("OFF", at=NOON + HOUR)
    port.hear(off, at=NOON + HOUR)
    port.wait(NOON + 130 * MINUTE)
    at = NOON + 135 * MINUTE

    said = port.hear(withdrawn(off, at=at), at=at)

    assert told(said, of="P05") == [("P05", "RETRACTED", "YELLOW")]


def test_order_and_repeats_of_readings_do_not_matter() -> None:
    """P05: the start of a deviation is the same however the readings come."""
    readings = [(NOON + n * 30 * MINUTE, 6.0) for n in range(4)]
    sent = [a_reading(air, at=at) for at, air in readings]
    straight, mixed = APort(), APort()
    for port, events in ((straight, sent), (mixed, [*reversed(sent), *sent])):
        a_plugged_reefer(port, 2.0)
        port.hear(*events, at=NOON + 2 * HOUR)

    first, second = (port.open_alerts()[f"P05|{VISIT}"] for port in (straight, mixed))
    assert first["params"] == second["params"]


def test_a_reefer_that_was_told_of_days_after_it_came_may_have_been_plugged_since() -> None:
    """A gate that is new here sends what came yesterday; its plugs were not told in time either."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    came = a_reefer_in(2.0, at=NOON - 24 * HOUR, box="RDAU2000021")
    port.hear(came, at=NOON + MINUTE)

    assert told(port.wait(NOON + 3 * HOUR)) == []


def test_a_reefer_that_was_taken_out_of_its_block_was_unplugged_to_leave() -> None:
    """The word of its leaving is hours late; it is on a truck and not without power in the yard."""
    port = APort()
    a_plugged_reefer(port, 2.0)
    out = {"block": f"{TERMINAL}/block/3C", "kind": "OUT"}
    at = NOON + HOUR
    port.hear(an_event("yard.container-placed", BOX, out, at=at), a_plug("OFF", at=at), at=at)

    assert told(port.wait(NOON + 5 * HOUR)) == []


def test_where_words_of_power_come_late_a_missing_one_is_waited_for() -> None:
    """P05: another reefer's plug was told 40 min late here: this one's may be, too."""
    port = APort()
    other = "RDAU7654323"
    came, plugged = NOON - 4 * HOUR, NOON - 40 * MINUTE
    port.hear(a_reefer_in(2.0, at=came, box=other), a_plug("ON", at=came, box=other), at=came)
    for now in range(came, NOON, 10 * MINUTE):
        beat = an_event("yard.source-beat", TOS, {"as_of": written(now)}, at=now)
        port.hear(beat, at=now)
    port.hear(a_plug("ON", at=plugged, box=other), at=plugged + 40 * MINUTE)
    port.hear(a_reefer_in(2.0), at=NOON)

    assert told(port.wait(NOON + 99 * MINUTE)) == []
    assert told(port.wait(NOON + 101 * MINUTE)) == [("P05", "RAISED", "ORANGE")]


def test_where_the_word_of_its_coming_was_late_that_of_its_plug_may_be_as_late() -> None:
    """P05: it came an hour before that was told; its plug, as late, is no outage."""
    port = APort()
    other, came = "RDAU7654323", NOON - HOUR
    port.hear(a_reefer_in(2.0, box=other), a_plug("ON", at=NOON, box=other), at=NOON)
    port.hear(a_reefer_in(2.0, at=came), at=NOON)

    assert told(port.wait(NOON + 59 * MINUTE)) == []
    assert told(port.wait(NOON + 70 * MINUTE)) == [("P05", "RAISED", "RED")]


def test_a_reefer_that_is_read_was_plugged_in() -> None:
    """P05: the word of its plug was lost, and its air is told."""
    port = APort()
    other = "RDAU7654323"
    port.hear(a_reefer_in(2.0, box=other), a_plug("ON", at=NOON, box=other), at=NOON)
    port.hear(a_reefer_in(2.0), at=NOON)
    read = NOON + 30 * MINUTE
    port.hear(a_reading(2.1, at=read), at=read)

    assert port.wait(NOON + 2 * HOUR) == []


def test_an_outage_that_is_told_an_hour_late_may_be_over() -> None:
    """P05: with it come the words of what happened since: on a truck, or power again."""
    back, still = APort(), APort()
    off = NOON + HOUR
    heard = off + 70 * MINUTE
    for port in (back, still):
        a_plugged_reefer(port, 2.0)
        port.wait(heard)
        port.hear(a_plug("OFF", at=off), at=heard)
    back.hear(a_plug("ON", at=off + 20 * MINUTE), at=heard + MINUTE)

    assert back.wait(heard + 15 * MINUTE) == []
    assert still.wait(heard + 10 * MINUTE) == []
    assert told(still.wait(heard + 11 * MINUTE)) == [("P05", "RAISED", "YELLOW")]


SHIP_PART = "COCTG/9999993/20261105/SPRC/1"


def a_ship_to_take(port: APort, *boxes: str, leaves: int = NOON + 20 * HOUR) -> None:
    """Let a ship lie alongside from noon on, and these boxes be booked on her."""
    port.hear(a_berth_plan(NOON, leaves, at=NOON - HOUR), at=NOON - HOUR)
    port.hear(at_berth("ARRI", NOON, at=NOON), a_booking(SHIP_PART, *boxes, at=NOON), at=NOON)


def test_a_reefer_unplugged_beside_its_ship_is_on_its_way_aboard() -> None:
    """P05: the word of its loading may be late; three hours later it is told after all."""
    port = APort()
    a_ship_to_take(port, BOX)
    a_plugged_reefer(port, 2.0)
    off = NOON + HOUR
    port.hear(a_plug("OFF", at=off), at=off)

    assert of("P05", port.wait(off + 3 * HOUR)) == []
    assert told(of("P05", port.wait(off + 181 * MINUTE))) == [("P05", "RAISED", "RED")]


def test_the_carrier_of_the_ship_that_brought_a_box_to_change_is_told() -> None:
    """P05: a box that changes ships has neither booking nor bill here."""
    port = APort()
    data = {
        "box": {"box": BOX, "category": "TRANSSHIP", "set_point_c": 2.0},
        "terminal_call": "COCTG/9999993/20261105/SPRC/1",
    }
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    announced = {
        "arrival_at": written(NOON),
        "terminal_calls": [{"facility": TERMINAL, "carrier": "RDA"}],
        "vessel": SHIP,
        "refs": {"port": SYSTEM, "vessel": SHIP},
    }
    port.hear(
        an_event("vessel.call-announced", "pc-1", announced, at=NOON, source=CARRIER),
        at_berth("ARRI", NOON, at=NOON),
        at=NOON,
    )
    came = an_event("yard.container-discharged", BOX, data, at=NOON)
    port.hear(came, a_plug("ON", at=NOON), at=NOON)
    off = NOON + HOUR
    port.hear(a_plug("OFF", at=off), at=off)

    said = port.wait(off + 61 * MINUTE)

    assert port.rejections() == []
    assert {one["organisation"] for one in said[0]["audience"]} == {"ter-ctg-1", "car-rda"}
