"""R02 told like a port clerk: boxes off one ship, and the feeder that does not wait."""

from correlation.instants import DAY, HOUR, MINUTE, written
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    SHIP,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    an_event,
    told,
    windows,
    withdrawn,
)
from tests.correlation.rules.given_ship import a_connection, a_status

COMES = NOON + 30 * HOUR
FEEDER_LOADS = NOON + 70 * HOUR
CALL, FEEDER = "COCTG/9999993/20261106", "COCTG/9999981/20261108"
PART, FEEDER_PART = f"{CALL}/SPRC/1", f"{FEEDER}/SPRC/1"


def of_r02(records: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was said of connections alone."""
    return told(one for one in records if one["code"] == "R02")


def discharges(at_instant: int, *, at: int) -> Event:
    """Return a V03: when the ship will have discharged."""
    return a_milestone("EST", at_instant, at=at, service="DISCHARGE_CARGO_OPERATIONS", point="CMPL")


def two_ships(port: APort) -> None:
    """Plan the ship for 30 h from noon and her feeder for 70 h, at the same terminal."""
    port.hear(
        a_berth_plan(COMES, COMES + 24 * HOUR, at=NOON),
        a_berth_plan(FEEDER_LOADS, FEEDER_LOADS + 12 * HOUR, at=NOON, ship=OTHER_SHIP, bow_m=600),
        discharges(COMES + 20 * HOUR, at=NOON),
        at=NOON,
    )


def test_boxes_ready_in_time_are_no_news() -> None:
    """Discharged by 50 h, twelve hours to the feeder's side, she loads at 70 h."""
    port = APort()
    two_ships(port)

    said = port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)

    assert of_r02(said) == []


def test_a_late_discharge_breaks_the_connection() -> None:
    """Discharged at 60 h, ready at 72 h: two hours short for forty boxes."""
    port = APort()
    two_ships(port)
    port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)

    said = port.hear(discharges(COMES + 30 * HOUR, at=NOON + HOUR), at=NOON + HOUR)

    assert of_r02(said) == [("R02", "RAISED", "ORANGE")]
    assert said[0]["dedup_key"] == f"R02|COCTG|{CALL}|{FEEDER}"
    assert said[0]["delta"] == {"name": "slack", "value": -2, "unit": "h"}
    assert said[0]["action"][0] == {"code": "PRIORITISE_BAYS", "params": {"boxes": 40}}


def test_few_boxes_with_a_sailing_soon_are_yellow_many_or_reefers_red() -> None:
    """19 boxes and a ship three days later: yellow. A hundred boxes, or a reefer: red."""
    leaves = FEEDER_LOADS + 12 * HOUR
    cases = (
        ({"count": 19}, 3, "YELLOW"),
        ({"count": 19}, 7, "RED"),
        ({"count": 100}, 3, "RED"),
        ({"count": 1, "reefer": True}, 3, "RED"),
    )
    for group, days, expected in cases:
        port = APort()
        two_ships(port)
        port.hear(discharges(COMES + 30 * HOUR, at=NOON + MINUTE), at=NOON + MINUTE)
        sails = written(leaves + days * DAY)

        said = port.hear(
            a_connection(PART, FEEDER_PART, group, at=NOON + HOUR, next_sailing_at=sails),
            at=NOON + HOUR,
        )

        assert of_r02(said) == [("R02", "RAISED", expected)]


def test_another_terminal_takes_a_day_and_a_stated_time_rules() -> None:
    """24 hours to another terminal are too long here; three hours as agreed are not."""
    for more, expected in (
        ({"same_terminal": False}, [("R02", "RAISED", "ORANGE")]),
        ({"same_terminal": False, "transfer_min_minutes": 180}, []),
    ):
        port = APort()
        two_ships(port)

        said = port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON, **more), at=NOON)

        assert of_r02(said) == expected


def test_the_transshipment_cut_off_counts_before_the_loading() -> None:
    """A cut-off (TCO) ten hours before loading ends makes the same boxes late."""
    port = APort()
    two_ships(port)
    port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)

    said = port.hear(
        windows(FEEDER_PART, at=NOON + HOUR, TCO=FEEDER_LOADS - 10 * HOUR), at=NOON + HOUR
    )

    assert of_r02(said) == [("R02", "RAISED", "ORANGE")]


def test_it_clears_with_two_hours_of_slack_for_half_an_hour() -> None:
    """One hour of slack is not yet enough; three hours are, after thirty minutes."""
    port = APort()
    two_ships(port)
    port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)
    port.hear(discharges(COMES + 30 * HOUR, at=NOON + HOUR), at=NOON + HOUR)

    close = port.hear(discharges(COMES + 27 * HOUR, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)
    close += port.wait(NOON + 3 * HOUR)
    now = NOON + 3 * HOUR
    good = port.hear(discharges(COMES + 25 * HOUR, at=now), at=now) + port.wait(now + 29 * MINUTE)
    clear = port.wait(now + 31 * MINUTE)

    assert [change for _, change, _ in of_r02(close)] == ["UPDATED"]
    assert of_r02(good) == []
    assert of_r02(clear) == [("R02", "CLEARED", "ORANGE")]


def test_boxes_given_to_another_ship_or_a_list_taken_back_end_it() -> None:
    """Reassigned: cleared. Withdrawn: it was never so."""
    port = APort()
    two_ships(port)
    port.hear(discharges(COMES + 30 * HOUR, at=NOON + MINUTE), at=NOON + MINUTE)
    listed = a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON + HOUR)
    port.hear(listed, at=NOON + HOUR)

    said = port.hear(withdrawn(listed, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)

    assert of_r02(said) == [("R02", "RETRACTED", "ORANGE")]


def test_a_list_before_its_ships_waits_for_them() -> None:
    """The carrier's list comes first, the berth plans later: the connection is watched."""
    port = APort()
    port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)
    two_ships(port)

    said = port.hear(discharges(COMES + 30 * HOUR, at=NOON + HOUR), at=NOON + HOUR)

    assert of_r02(said) == [("R02", "RAISED", "ORANGE")]


def test_a_dropped_feeder_is_another_matter() -> None:
    """When the next ship is omitted, R03 speaks: nothing waits for her here."""
    port = APort()
    two_ships(port)
    port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)
    port.hear(discharges(COMES + 30 * HOUR, at=NOON + HOUR), at=NOON + HOUR)

    port.hear(a_status("OMIT", FEEDER, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)
    said = port.wait(NOON + 3 * HOUR)

    assert of_r02(said) == [("R02", "CLEARED", "ORANGE")]


def slid_upstream(hours: int, *, at: int) -> Event:
    """Return N02 of Callao: the ship's call there slides, and so many hours with it."""
    effect = dict.fromkeys(("p10", "p50", "p90"), hours * 60)
    data = {
        "vessel": {"imo": SHIP["imo"]},
        "voyage": {"carrier": "RDA", "export_no": "015W"},
        "from_port": "PECLL",
        "to_port": "COCTG",
        "status": "SLID",
        "effect_min": effect,
        "notice_version": 1,
        "hops": 1,
    }
    source = "/rada/coordinator/PECLL"
    kind, rada = "network.call-changed-upstream", {"organisation": "rada", "publisher": "rada"}
    return {**an_event(kind, f"imo:{SHIP['imo']}", data, at=at, source=source), **rada}


def test_a_call_that_slides_upstream_breaks_the_connection_until_that_is_made_up() -> None:
    """Ready at 62 h for a ship that loads at 70 h; ten hours lost in Callao are two too many."""
    port = APort()
    two_ships(port)
    port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)
    notice = slid_upstream(10, at=NOON + HOUR)

    said = port.hear(notice, at=NOON + HOUR)
    made_up = withdrawn(
        notice,
        at=NOON + 2 * HOUR,
        refs={
            "vessel": {"imo": SHIP["imo"]},
            "voyage": {"carrier": "RDA", "export_no": "015W"},
        },
    )
    after = port.hear(made_up, at=NOON + 2 * HOUR)

    assert of_r02(said) == [("R02", "RAISED", "ORANGE")]
    assert of_r02(after) == [("R02", "RETRACTED", "ORANGE")]


def test_a_ship_that_says_when_she_comes_knows_better_than_the_port_before_her() -> None:
    """She keeps her time after all: nothing is lost."""
    port = APort()
    two_ships(port)
    port.hear(a_connection(PART, FEEDER_PART, {"count": 40}, at=NOON), at=NOON)
    port.hear(slid_upstream(10, at=NOON + HOUR), at=NOON + HOUR)

    now = NOON + 2 * HOUR
    port.hear(a_milestone("EST", COMES - 2 * HOUR, at=now), at=now)
    said = port.wait(now + HOUR)

    assert of_r02(said) == [("R02", "CLEARED", "ORANGE")]
