"""P04: the load list of a ship is not ready."""

from typing import Any

from contracts.identifiers import box_check_digit
from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    CARRIER,
    CUSTOMS,
    NOON,
    SYSTEM,
    APort,
    Event,
    a_berth_plan,
    a_hold,
    a_milestone,
    an_event,
    told,
    windows,
    withdrawn,
)
from tests.correlation.rules.at_the_quay import PART, an_actual

STARTS = NOON + 8 * HOUR
NUMBERS = tuple(f"RDAU{n:06d}" for n in range(200))
BOXES = tuple(ten + box_check_digit(ten) for ten in NUMBERS)


def a_list(
    boxes: tuple[str, ...],
    *,
    at: int,
    version: int = 1,
    parts: tuple[int, int] = (1, 1),
    entry: dict[str, Any] | None = None,
) -> Event:
    """Return a Y01: the boxes to load, or one part of them."""
    data = {
        "list_id": "coprar-1",
        "list_version": version,
        "part": parts[0],
        "parts": parts[1],
        "kind": "LOAD",
        "carrier": "RDA",
        "entries": [{"box": box, **(entry or {})} for box in boxes],
    }
    return an_event("yard.work-list-set", PART, data, at=at, source=CARRIER)


def ready(box: str, *, at: int) -> list[Event]:
    """Return what makes a box ready: it is on the yard, and weighed."""
    inside = {
        "box": {"box": box, "category": "EXPORT"},
        "facility": "COCTG:SMDG:SPRC",
        "mode": "TRUCK",
    }
    weight = {"kind": "VGM", "gross_kg": 12000}
    return [
        an_event("gate.container-gated-in", box, inside, at=at),
        an_event("clearance.weight-stated", box, weight, at=at, source=CARRIER),
    ]


def a_loading_ship(port: APort, *, total: int = 100, lacking: int, **entry: Any) -> None:
    """Let a ship load so many boxes from 20:00 on, and so many of them be not ready."""
    port.hear(a_berth_plan(NOON, NOON + 20 * HOUR, at=NOON - HOUR), at=NOON - HOUR)
    start = a_milestone(
        "PLN", STARTS, at=NOON - HOUR, service="LOADING_CARGO_OPERATIONS", point="STRT"
    )
    port.hear(start, a_list(BOXES[:total], at=NOON - HOUR, entry=entry), at=NOON - HOUR)
    for box in BOXES[lacking:total]:
        port.hear(*ready(box, at=NOON), at=NOON)
    assert port.rejections() == []


def test_three_boxes_of_a_hundred_are_told_six_hours_before() -> None:
    """P04: more than 2 % not ready, from 6 h before the loading on, and not before."""
    port = APort()
    a_loading_ship(port, lacking=3)

    early = port.wait(STARTS - 6 * HOUR - 1)
    said = port.wait(STARTS - 6 * HOUR)

    assert early == []
    assert told(said) == [("P04", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == f"P04|{PART}"
    assert said[0]["act_by_at"] == written(STARTS - 2 * HOUR)
    assert said[0]["delta"] == {"name": "not_ready_share", "value": 3, "unit": "pct"}
    items = said[0]["action"][0]["params"]["items"]
    assert items.split(", ")[0] == f"{BOXES[0]} YARD(FWD)"
    assert said[0]["text"]["es"]["fact"].startswith("3 de 100 contenedores de la lista")


def test_two_boxes_of_a_hundred_are_no_news() -> None:
    """P04: up to 2 % may still come."""
    port = APort()
    a_loading_ship(port, lacking=2)

    assert port.wait(STARTS) == []


def test_it_gets_worse_with_the_share_and_with_reefers() -> None:
    """P04: orange above 5 % or with any reefer, red above 10 %."""
    many, most, cold = APort(), APort(), APort()
    a_loading_ship(many, lacking=6)
    a_loading_ship(most, lacking=11)
    a_loading_ship(cold, lacking=3, set_point_c=-18.0)

    assert told(many.wait(STARTS - 6 * HOUR)) == [("P04", "RAISED", "ORANGE")]
    assert told(most.wait(STARTS - 6 * HOUR)) == [("P04", "RAISED", "RED")]
    assert told(cold.wait(STARTS - 6 * HOUR)) == [("P04", "RAISED", "ORANGE")]


def test_boxes_that_become_ready_clear_it_below_one_percent() -> None:
    """P04: 2 % is the band in which it stays; 1 % for 15 min clears it."""
    port = APort()
    a_loading_ship(port, lacking=3)
    at = STARTS - 5 * HOUR
    port.wait(at)

    port.hear(*ready(BOXES[0], at=at), at=at)
    band = port.wait(at + HOUR)
    at += HOUR
    port.hear(*ready(BOXES[1], at=at), at=at)
    before = port.wait(at + 14 * MINUTE)
    after = port.wait(at + 16 * MINUTE)

    assert "CLEARED" not in [one["change"] for one in (*band, *before)]
    assert ("P04", "CLEARED", "YELLOW") in told(after)


def test_a_hold_a_weight_or_a_paper_makes_a_box_not_ready() -> None:
    """P04: on the yard is not enough; the action says what is missing and whose move it is."""
    port = APort()
    a_loading_ship(port, lacking=0)
    at = NOON + HOUR
    paper = {
        "document": "SI",
        "status": "RECE",
        "due_code": "DCO",
        "refs": {"port": SYSTEM, "box": BOXES[2]},
    }
    port.hear(
        a_hold(BOXES[0], at=at, number="hold:aut:1"),
        a_hold(BOXES[1], at=at, number="hold:aut:2"),
        an_event("clearance.document-changed", BOXES[2], paper, at=at, source=CUSTOMS),
        at=at,
    )

    said = port.wait(STARTS - 6 * HOUR)

    assert told(said) == [("P04", "RAISED", "YELLOW")]
    assert said[0]["action"][0]["params"]["items"] == (
        f"{BOXES[0]} RELEASE(AUT), {BOXES[1]} RELEASE(AUT), {BOXES[2]} DOCUMENTS(FWD)"
    )


def test_a_list_counts_when_its_last_part_is_in_whatever_the_order() -> None:
    """P04: a newer version replaces the list as a whole, not before it is complete."""
    port = APort()
    a_loading_ship(port, lacking=3)
    at = STARTS - 5 * HOUR
    port.wait(at)
    second = a_list(BOXES[50:100], at=at, version=2, parts=(2, 2))
    first = a_list(BOXES[3:50], at=at + 1, version=2, parts=(1, 2))

    port.hear(second, at=at)
    half = port.wait(at + HOUR)
    port.hear(first, at=at + HOUR)
    said = port.wait(at + HOUR + 16 * MINUTE)

    assert half == []
    assert told(said) == [("P04", "CLEARED", "YELLOW")]


def test_a_box_listed_after_its_cutoff_is_told_at_once() -> None:
    """P04: whoever lists a box late must ask for late-in, or issue the list again."""
    port = APort()
    a_loading_ship(port, total=50, lacking=0)
    cutoff = NOON + 30 * MINUTE
    port.hear(windows(PART, at=NOON, FCO=cutoff), at=NOON)
    at = NOON + HOUR
    late = a_list(BOXES[:50], at=at, version=2, entry={"listed_at": written(cutoff + MINUTE)})

    said = port.hear(late, at=at)
    again = a_list(BOXES[:49], at=at + HOUR, version=3)
    port.hear(again, at=at + HOUR)
    cleared = port.wait(at + HOUR + 16 * MINUTE)

    assert told(said) == [("P04", "RAISED", "YELLOW")]
    assert said[0]["template"] == "p04.listed_late"
    assert told(cleared) == [("P04", "CLEARED", "YELLOW")]


def test_a_withdrawn_list_retracts_it() -> None:
    """P04: a list that was never this ship's."""
    port = APort()
    a_loading_ship(port, lacking=3)
    at = STARTS - 5 * HOUR
    port.wait(at)

    said = port.hear(withdrawn(a_list(BOXES[:100], at=NOON - HOUR), at=at), at=at)

    assert told(said) == [("P04", "RETRACTED", "YELLOW")]


def test_loading_done_without_them_expires_it() -> None:
    """P04: they stayed behind."""
    port = APort()
    a_loading_ship(port, lacking=3)
    at = STARTS + 6 * HOUR
    port.wait(at)

    said = port.hear(an_actual("LOADING_CARGO_OPERATIONS", at), at=at)

    assert ("P04", "EXPIRED", "YELLOW") in told(said)
