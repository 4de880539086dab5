"""D03: actuals that cannot be so, came too late, match nothing, or were taken back after use."""

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    GATE,
    NOON,
    SHIP,
    TERMINAL,
    TOS,
    APort,
    a_berth_plan,
    a_command,
    a_discharge,
    a_gate_out,
    a_hold,
    a_milestone,
    a_profile,
    a_release,
    a_step,
    an_appointment,
    an_event,
    at_berth,
    of,
    profile_changed,
    told,
    withdrawn,
)

CALL = "COCTG/9999993/20261105"
PART = f"{CALL}/SPRC/1"
BOX = "RDAU2000016"


def a_port() -> APort:
    """Return a port whose terminal has spoken since yesterday, with a ship planned for noon."""
    port = APort()
    yesterday = NOON - 24 * HOUR
    port.hear(a_berth_plan(NOON, NOON + 24 * HOUR, at=yesterday), at=yesterday)
    port.hear(an_appointment("0", NOON + 90 * HOUR, at=yesterday), at=yesterday)
    port.wait(NOON, step=HOUR)
    return port


def beats(port: APort, until: int) -> None:
    """Let time pass while the terminal says that it lives."""
    while port.state.now < until:
        now = min(port.state.now + 20 * MINUTE, until)
        port.hear(
            an_event("vessel.source-beat", TOS, {"as_of": written(now)}, at=now),
            an_event("yard.source-beat", TOS, {"as_of": written(now)}, at=now),
            at=now,
        )


def test_a_ship_that_left_before_she_came_is_told() -> None:
    """Alongside at 13:00, sailed at 12:30: one of the two is wrong."""
    port = a_port()
    beats(port, NOON + 2 * HOUR)
    now = NOON + 2 * HOUR

    said = port.hear(
        at_berth("ARRI", NOON + HOUR, at=now),
        at_berth("DEPA", NOON + 30 * MINUTE, at=now),
        at=now,
    )

    assert told(of("D03", said)) == [("D03", "RAISED", "YELLOW")]
    assert of("D03", said)[0]["dedup_key"] == f"D03|{PART}|BERTH/DEPA/ACT|order"


def test_a_corrected_order_ends_it() -> None:
    """The departure was typed wrong; its correction has a later version."""
    port = a_port()
    beats(port, NOON + 2 * HOUR)
    now = NOON + 2 * HOUR
    wrong = at_berth("DEPA", NOON + 30 * MINUTE, at=now)
    port.hear(at_berth("ARRI", NOON + HOUR, at=now), wrong, at=now)
    later = now + MINUTE
    right = at_berth("DEPA", NOON + 2 * HOUR, at=later, factid=wrong["id"])

    said = port.hear({**right, "updatedtime": written(later)}, at=later)

    assert [state for _, state, _ in told(of("D03", said))] == ["RETRACTED"]


def test_ships_and_boxes_in_order_are_no_news() -> None:
    """Came, left; discharged, left by the gate."""
    port = a_port()
    beats(port, NOON + HOUR)
    now = NOON + HOUR
    first = port.hear(at_berth("ARRI", NOON + HOUR, at=now), a_discharge(BOX, PART, at=now), at=now)
    beats(port, NOON + 2 * HOUR)

    said = port.hear(a_gate_out(BOX, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)

    assert of("D03", first + said) == []


def test_a_box_out_of_the_gate_before_its_discharge_is_told() -> None:
    """The gate-out stands an hour before the lift off the ship."""
    port = a_port()
    beats(port, NOON + 2 * HOUR)
    now = NOON + 2 * HOUR
    port.hear(a_discharge(BOX, PART, at=NOON + HOUR), at=now)

    said = port.hear(a_gate_out(BOX, at=NOON), at=now)

    kinds = {one["dedup_key"].rpartition("|")[2] for one in of("D03", said)}
    assert "order" in kinds


def test_an_actual_that_lies_ahead_is_told() -> None:
    """Somebody says at noon that the ship was alongside at 13:00."""
    port = a_port()

    said = port.hear(at_berth("ARRI", NOON + HOUR, at=NOON), at=NOON)

    assert [one["template"] for one in of("D03", said)] == ["d03.future"]


def test_an_actual_three_hours_late_is_told_and_lapses_after_a_day() -> None:
    """Nobody will correct it then; two hours are still fine."""
    port = a_port()
    beats(port, NOON + 3 * HOUR)
    now = NOON + 3 * HOUR

    said = port.hear(at_berth("ARRI", NOON, at=now), at=now)
    end = port.wait(now + 25 * HOUR, step=HOUR)

    assert [one["template"] for one in of("D03", said)] == ["d03.late"]
    assert [change for _, change, _ in told(of("D03", end))] == ["EXPIRED"]


def test_what_a_source_catches_up_with_after_a_silence_is_no_news() -> None:
    """Its silence was told (D01); each late fact would only repeat it."""
    port = a_port()
    now = NOON + 5 * HOUR
    port.wait(now, step=HOUR)

    assert of("D03", port.hear(at_berth("ARRI", NOON, at=now), at=now)) == []


def test_who_has_more_to_catch_up_with_than_two_hours_is_heard_to_the_end() -> None:
    """The night's words come one by one for three hours: until the last of them each is old."""
    port = a_port()
    beats(port, NOON + 3 * HOUR)
    back = NOON + 12 * HOUR
    said = port.wait(back, step=HOUR)
    for minutes in range(0, 190, 5):
        at = back + minutes * MINUTE
        happened = NOON + 4 * HOUR + 2 * minutes * MINUTE
        event = {**at_berth("ARRI", happened, at=happened), "id": f"old-{minutes}"}
        said += port.hear(event, at=at)

    assert of("D03", said) == []


def test_a_person_that_accepts_it_ends_it() -> None:
    """M10 ACCEPTED: so it was, leave it."""
    port = a_port()
    beats(port, NOON + 3 * HOUR)
    now = NOON + 3 * HOUR
    port.hear(at_berth("ARRI", NOON, at=now), at=now)
    accepted = a_command(
        "fact-ruled",
        at=now + MINUTE,
        object=PART,
        field="BERTH/ARRI/ACT",
        ruling="ACCEPTED",
        winner=TOS,
    )

    said = port.hear(accepted, at=now + MINUTE)

    assert told(of("D03", said)) == [("D03", "CLEARED", "YELLOW")]


def test_an_estimate_taken_back_after_an_alert_stood_on_it_is_told() -> None:
    """Those who were told of the late ship learn that its estimate was withdrawn: orange."""
    port = APort()
    wrong = a_milestone("EST", NOON + 54 * HOUR, at=NOON)
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), wrong, at=NOON)
    port.wait(NOON + HOUR)
    slot = {"service": "PILOT_BOARDING_PLACE", "point": "ARRI", "classifier": "EST"}
    now = NOON + HOUR

    said = port.hear(
        withdrawn(wrong, at=now, refs={"port": "COCTG", "vessel": SHIP}, **slot), at=now
    )

    assert told(of("B01", said)) == [("B01", "RETRACTED", "YELLOW")]
    assert told(of("D03", said)) == [("D03", "RAISED", "ORANGE")]
    assert of("D03", said)[0]["dedup_key"].endswith("|PILOT_BOARDING_PLACE/ARRI/EST|withdrawn")


def test_a_fact_taken_back_that_nobody_was_told_of_is_no_news() -> None:
    """An estimate within tolerance was withdrawn: nothing had been said."""
    port = APort()
    wrong = a_milestone("EST", NOON + 49 * HOUR, at=NOON)
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), wrong, at=NOON)
    port.wait(NOON + HOUR)
    slot = {"service": "PILOT_BOARDING_PLACE", "point": "ARRI", "classifier": "EST"}
    now = NOON + HOUR

    said = port.hear(
        withdrawn(wrong, at=now, refs={"port": "COCTG", "vessel": SHIP}, **slot), at=now
    )

    assert of("D03", said) == []


def test_a_gate_out_of_an_unknown_box_is_told_after_two_hours() -> None:
    """It matches no visit; when the box becomes known it ends."""
    port = a_port()
    port.hear(a_gate_out(BOX, at=NOON), at=NOON)

    early = port.wait(NOON + 110 * MINUTE)
    said = port.wait(NOON + 130 * MINUTE)
    now = NOON + 130 * MINUTE
    home = port.hear(a_discharge(BOX, PART, at=NOON - HOUR), at=now)
    later = port.wait(now + 20 * MINUTE)

    assert of("D03", early) == []
    assert [one["template"] for one in of("D03", said)] == ["d03.orphan"]
    changes = [change for _, change, _ in told(of("D03", home + later))]
    assert "CLEARED" in changes


def test_a_source_whose_clock_is_an_hour_ahead_is_told() -> None:
    """Many ports are some zones away: what it writes down lies ahead of when it came."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    ahead = an_appointment("1", NOON + 9 * HOUR, at=NOON + HOUR)

    said = port.hear(ahead, at=NOON)
    now = NOON + 10 * MINUTE
    port.hear(an_appointment("2", NOON + 9 * HOUR, at=now), at=now)

    assert [one["dedup_key"] for one in of("D03", said)] == [f"D03|{GATE}|recordedtime|clock"]
    assert [one["code"] for one in said[0]["action"]] == ["CONFIRM_VALUE"]


def test_a_hold_taken_back_in_its_own_second_leaves_nothing() -> None:
    """Typed and untyped at once: nobody acted on it."""
    port = a_port()
    now = NOON + HOUR
    beats(port, now)
    port.hear(a_discharge(BOX, PART, at=now), a_release(BOX, at=now), at=now)
    port.hear(an_appointment("9", now + 5 * HOUR, at=now, direction="COLLECT", box=BOX), at=now)
    hold = a_hold(BOX, at=now + MINUTE)

    said = port.hear(
        hold, withdrawn(hold, at=now + MINUTE + 1, refs={"port": "COCTG"}), at=now + MINUTE
    )

    assert of("D03", said) == []


def test_a_clock_that_is_ahead_is_told_once_and_not_with_each_fact() -> None:
    """The terminal's clock runs two hours ahead: so does what it stamps."""
    port = a_port()
    arrived = at_berth("ARRI", NOON + 2 * HOUR, at=NOON)

    said = port.hear({**arrived, "recordedtime": written(NOON + 2 * HOUR)}, at=NOON)

    assert [one["template"] for one in of("D03", said)] == ["d03.clock"]


def test_a_source_that_is_always_three_hours_behind_is_not_late_with_each_fact() -> None:
    """Its clock is behind: after a dozen of its words three hours are no news, eight still are."""
    port, behind = a_port(), 3 * HOUR
    beats(port, NOON + 3 * HOUR)
    for number in range(12):
        now = NOON + 3 * HOUR + number * MINUTE
        place = {"block": f"{TERMINAL}/block/1A", "kind": "MOVE"}
        port.hear(an_event("yard.container-placed", BOX, place, at=now - behind), at=now)
    now = NOON + 3 * HOUR + 12 * MINUTE

    usual = port.hear(a_discharge(BOX, "x", at=now - behind), at=now)
    late = port.hear(a_discharge("RDAU2000021", "x", at=now - 8 * HOUR), at=now)

    assert of("D03", usual) == []
    assert [one["template"] for one in of("D03", late)] == ["d03.late"]


def test_one_word_that_was_two_hours_under_way_does_not_set_a_clock_right() -> None:
    """Two hours ahead and two hours late look right: three right words in a row are believed."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    port.hear(an_appointment("1", NOON + 9 * HOUR, at=NOON + 2 * HOUR), at=NOON)
    key = f"D03|{GATE}|recordedtime|clock"

    for number in (2, 3, 4):
        assert key in port.open_alerts()
        now = NOON + number * MINUTE
        port.hear(an_appointment(str(number), NOON + 9 * HOUR, at=now), at=now)

    assert key not in port.open_alerts()


def test_a_truck_that_came_before_its_gate_was_heard_here_is_no_orphan() -> None:
    """The gate is connected while a truck is inside: of its visit only the end is heard."""
    new, known = APort(), a_port()
    for port in (new, known):
        port.hear(an_event("gate.source-beat", GATE, {"as_of": written(NOON)}, at=NOON), at=NOON)
        now = NOON + HOUR
        port.hear(a_step("LEFT", "apt:SPRC:77", at=now), at=now)

    assert of("D03", new.wait(NOON + 5 * HOUR)) == []
    assert [one["template"] for one in of("D03", known.wait(NOON + 5 * HOUR))] == ["d03.orphan"]


def test_an_actual_that_is_taken_back_while_it_matches_nothing_is_forgotten() -> None:
    """A number typed wrong and withdrawn twenty minutes later: nobody looks for that box."""
    port = a_port()
    wrong = a_gate_out(BOX, at=NOON)
    port.hear(wrong, at=NOON)
    later = NOON + 20 * MINUTE

    port.hear(withdrawn(wrong, at=later), at=later)

    assert of("D03", port.wait(NOON + 5 * HOUR)) == []
