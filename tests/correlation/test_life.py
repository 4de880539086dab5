"""The life of an alert: re-open, forget, stale evidence, causes, quarantine, silence."""

from correlation.instants import DAY, HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    APort,
    a_berth_plan,
    a_discharge,
    a_hold,
    a_milestone,
    a_release,
    alerts,
    an_appointment,
    an_event,
    told,
    windows,
)

PART = "COCTG/9999993/20261107/SPRC/1"
BOX = "RDAU2000016"


def a_held_box(port: APort) -> None:
    """Let a box be held while a truck is booked for it."""
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)
    port.hear(a_discharge(BOX, PART, at=NOON), a_release(BOX, at=NOON), at=NOON)
    port.hear(a_hold(BOX, at=NOON), at=NOON)
    port.hear(an_appointment("9", NOON + 11 * HOUR, at=NOON, direction="COLLECT", box=BOX), at=NOON)


def test_true_again_within_an_hour_is_the_same_alert() -> None:
    """A re-raise within 60 minutes of clearing re-opens the instance."""
    port = APort()
    a_held_box(port)
    first = port.open_alerts()[f"T05|{BOX}|apt:SPRC:9"]["alert_id"]
    port.hear(a_hold(BOX, at=NOON + MINUTE, lifted=True), at=NOON + MINUTE)
    port.wait(NOON + 15 * MINUTE)
    assert port.open_alerts() == {}

    later = NOON + 40 * MINUTE
    said = port.hear(a_hold(BOX, at=later, number="hold:aut:2"), at=later)

    assert told(said) == [("T05", "REOPENED", "YELLOW")]
    assert said[0]["alert_id"] == first
    assert said[0]["reopened"] == 1


def test_a_word_that_was_long_under_way_counts_from_when_it_was_so() -> None:
    """Cleared at 12:11, held again at 13:05, heard at 13:25: the quiet lasted 54 minutes."""
    port = APort()
    a_held_box(port)
    port.hear(a_hold(BOX, at=NOON + MINUTE, lifted=True), at=NOON + MINUTE)
    port.wait(NOON + 85 * MINUTE)
    again = a_hold(BOX, at=NOON + 65 * MINUTE, number="hold:aut:2")

    said = port.hear(again, at=NOON + 85 * MINUTE)

    assert told(said) == [("T05", "REOPENED", "YELLOW")]


def test_a_word_that_came_much_too_late_still_belongs_to_its_trouble() -> None:
    """Held again at 13:05 and heard at 14:55: the quiet lasted 54 minutes, not three hours."""
    port = APort()
    a_held_box(port)
    port.hear(a_hold(BOX, at=NOON + MINUTE, lifted=True), at=NOON + MINUTE)
    heard = NOON + 175 * MINUTE
    port.wait(heard)

    said = port.hear(a_hold(BOX, at=NOON + 65 * MINUTE, number="hold:aut:2"), at=heard)

    assert told(said) == [("T05", "REOPENED", "YELLOW")]


def test_what_came_so_near_that_it_would_not_have_closed_was_not_quiet() -> None:
    """Off by five hours, by none, an hour later by what is nearly too much, then by five again."""
    for by, change in ((3 * HOUR + 30 * MINUTE, "REOPENED"), (2 * HOUR, "RAISED")):
        port, agreed = APort(), NOON + 40 * HOUR
        port.hear(a_milestone("PLN", agreed, at=NOON), at=NOON)
        minutes = ((0, 5 * HOUR), (60, 0), (120, by), (170, 5 * HOUR))
        for minute, off in minutes:
            now = NOON + minute * MINUTE
            port.wait(now)
            port.hear(a_milestone("EST", agreed + off, at=now), at=now)

        said = port.wait(NOON + 4 * HOUR)

        assert [one["change"] for one in said] == [change]


def test_true_again_after_hours_is_a_new_alert() -> None:
    """Beyond 60 minutes the id is new, and never the old one."""
    port = APort()
    a_held_box(port)
    first = port.open_alerts()[f"T05|{BOX}|apt:SPRC:9"]["alert_id"]
    port.hear(a_hold(BOX, at=NOON + MINUTE, lifted=True), at=NOON + MINUTE)
    port.wait(NOON + 2 * HOUR)

    later = NOON + 2 * HOUR
    said = port.hear(a_hold(BOX, at=later, number="hold:aut:2"), at=later)

    assert told(said) == [("T05", "RAISED", "YELLOW")]
    assert said[0]["alert_id"] != first


def test_a_closed_alert_is_forgotten_with_a_tombstone() -> None:
    """Seven days after closing a tombstone ends it for every reader."""
    port = APort()
    a_held_box(port)
    port.hear(a_hold(BOX, at=NOON + MINUTE, lifted=True), at=NOON + MINUTE)
    port.wait(NOON + HOUR)

    port.wait(NOON + 8 * DAY, step=12 * HOUR)

    tombstones = [said for said in port.said if said.topic == "alerts" and said.value is None]
    assert len(tombstones) == 1
    assert not any(topic == "alerts" for topic, _ in port.state.spoken)


def test_a_late_ship_is_the_cause_of_the_missing_box() -> None:
    """An effect names its root; the root counts its children on the next tick."""
    port = APort()
    port.hear(
        a_berth_plan(NOON + 2 * HOUR, NOON + 20 * HOUR, at=NOON),
        a_milestone("PLN", NOON + HOUR, at=NOON),
        at=NOON,
    )
    part = "COCTG/9999993/20261105/SPRC/1"
    port.hear(
        an_event(
            "clearance.consignment-stated",
            "bl:RDA:BL1",
            {"carrier": "RDA", "boxes": [BOX], "terminal_call": part},
            at=NOON,
        ),
        an_appointment("9", NOON + 8 * HOUR, at=NOON, direction="COLLECT", box=BOX),
        at=NOON,
    )
    assert list(port.open_alerts()) == [f"T05|{BOX}|apt:SPRC:9"]

    port.hear(a_milestone("EST", NOON + 7 * HOUR, at=NOON + 1), at=NOON + 1)
    port.wait(NOON + HOUR)

    alerts = port.open_alerts()
    root = alerts["B01|COCTG|COCTG/9999993/20261105"]
    effect = alerts[f"T05|{BOX}|apt:SPRC:9"]
    assert effect["root_cause"] == root["alert_id"]
    assert effect["incident_id"] == root["alert_id"]
    assert root["children"] == 1
    assert root["severity"] == "RED"


def test_a_record_that_does_not_parse_is_rejected_and_the_stream_goes_on() -> None:
    """A bad record is said to be rejected, with its reason and bytes; the next one applies."""
    port = APort()
    bad = a_milestone("PLN", NOON, at=NOON)
    bad["data"]["classifier"] = "MAYBE"
    good = a_milestone("PLN", NOON, at=NOON)

    port.hear(bad, good, at=NOON)

    (rejection,) = port.rejections()
    assert rejection["reason"] == "BAD_FIELD"
    assert rejection["found"] == "MAYBE"
    assert rejection["original"]
    assert port.state.ports["COCTG"].calls


def test_a_port_of_another_partition_is_rejected() -> None:
    """Facts of one port in two partitions would each see half of it."""
    port = APort()
    astray = {**a_milestone("PLN", NOON, at=NOON), "partitionkey": "PECLL"}

    port.hear(astray, at=NOON)

    assert port.rejections()[0]["reason"] == "UNKNOWN_PORT"


def test_a_fact_that_came_before_its_ship_finds_her() -> None:
    """A window for a call that is not known yet waits, and applies when the call opens."""
    port = APort()
    port.hear(windows(PART, at=NOON, EFC=NOON + 4 * HOUR), at=NOON)

    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON), at=NOON)

    assert "EFC|||" in port.state.ports["COCTG"].terminal_calls[PART].windows
    assert not port.state.ports["COCTG"].shelf


def test_a_trouble_too_short_to_be_told_keeps_the_alert_before_it_near() -> None:
    """Cleared at 12:45, so for five minutes at 13:30, and again at 14:20: one ship, one alert."""
    port = APort()
    agreed = NOON + 20 * HOUR
    port.hear(a_milestone("PLN", agreed, at=NOON - HOUR), at=NOON - HOUR)

    for minutes, off in ((0, 3), (30, 0), (90, 3), (95, 0), (140, 3)):
        at = NOON + minutes * MINUTE
        port.wait(at)
        port.hear(a_milestone("EST", agreed + off * HOUR, at=at), at=at)
    port.wait(NOON + 3 * HOUR)

    changes = [change for _, change, _ in told(alerts(port.said), of="B01")]
    assert changes == ["RAISED", "CLEARED", "REOPENED"]
