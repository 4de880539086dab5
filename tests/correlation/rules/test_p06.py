"""P06: dangerous goods out of rule."""

from typing import Any

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    CARRIER,
    GATE,
    NOON,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_discharge,
    a_profile,
    an_appointment,
    an_event,
    profile_changed,
    told,
    withdrawn,
)

BOX = "RDAU2000016"
VISIT = f"{BOX}/20261105"
PART = "COCTG/9999993/20261107/SPRC/1"


def a_declaration(status: str, *, at: int, imdg: str = "3", **data: Any) -> Event:
    """Return a C09: dangerous goods of a booking."""
    body = {
        "status": status,
        "goods": [{"un_no": "1263", "imdg_class": imdg}],
        "refs": {"port": "COCTG", "booking": "bkg:RDA:BK1"},
        **data,
    }
    kind = "clearance.dangerous-goods-changed"
    return an_event(kind, BOX, body, at=at, source=CARRIER)


def a_dangerous_box_in(*, at: int, imdg: str = "3") -> Event:
    """Return a G07: a box of dangerous goods came in."""
    box = {"box": BOX, "category": "EXPORT", "dg": [{"un_no": "1263", "imdg_class": imdg}]}
    data = {"box": box, "facility": TERMINAL, "mode": "TRUCK"}
    return an_event("gate.container-gated-in", BOX, data, at=at, source=GATE)


def a_place(*, at: int, kind: str = "IN", **data: Any) -> Event:
    """Return a Y04: the box stands in a block."""
    body = {"block": f"{TERMINAL}/block/DG", "kind": kind, **data}
    return an_event("yard.container-placed", BOX, body, at=at)


def a_list_of(box: str, *, at: int) -> Event:
    """Return a Y01: a ship is to discharge one box of dangerous goods."""
    entry = {"box": box, "dg": [{"un_no": "1263", "imdg_class": "3"}]}
    data = {"list_id": "l1", "list_version": 1, "kind": "DISCHARGE", "entries": [entry]}
    return an_event("yard.work-list-set", PART, data, at=at)


def test_a_truck_a_day_ahead_without_accepted_declaration_is_told() -> None:
    """P06: from 24 h before the slot on, red from 4 h, and over when the truck was due."""
    port = APort()
    slot = NOON + 40 * HOUR
    port.hear(
        a_declaration("DECLARED", at=NOON),
        an_appointment("1", slot, at=NOON, box=BOX, booking="bkg:RDA:BK1"),
        at=NOON,
    )
    assert port.rejections() == []

    early = port.wait(slot - 24 * HOUR - MINUTE)
    said = port.wait(slot + MINUTE)

    assert early == []
    assert told(said) == [
        ("P06", "RAISED", "ORANGE"),
        ("P06", "RAISED_SEVERITY", "RED"),
        ("P06", "EXPIRED", "RED"),
    ]
    assert said[0]["dedup_key"] == f"P06|{VISIT}|DECLARATION"
    assert said[0]["act_by_at"] == written(slot - 4 * HOUR)
    assert said[0]["action"][0]["code"] == "HOLD_AT_ORIGIN"


def test_acceptance_clears_it_and_its_end_or_revocation_brings_it_back() -> None:
    """P06: a permit counts while it is valid and not taken back."""
    port = APort()
    slot, at = NOON + 20 * HOUR, NOON + HOUR
    port.hear(
        a_declaration("DECLARED", at=NOON),
        an_appointment("1", slot, at=NOON, box=BOX, booking="bkg:RDA:BK1"),
        at=NOON,
    )
    until = written(at + 3 * HOUR)
    cleared = port.hear(a_declaration("ACCEPTED", at=at, valid_until_at=until), at=at)
    ended = port.wait(at + 3 * HOUR + MINUTE)

    assert told(cleared) == [("P06", "CLEARED", "ORANGE")]
    assert [one[:2] for one in told(ended)] == [("P06", "RAISED")]


def test_accepted_goods_are_no_news() -> None:
    """P06: accepted, of a class that may stand, and in time."""
    port = APort()
    port.hear(
        a_declaration("ACCEPTED", at=NOON),
        an_appointment("1", NOON + 20 * HOUR, at=NOON, box=BOX, booking="bkg:RDA:BK1"),
        a_dangerous_box_in(at=NOON),
        a_place(at=NOON),
        at=NOON,
    )

    assert port.wait(NOON + 71 * HOUR) == []


def test_goods_that_are_dangerous_by_their_booking_alone_are_told() -> None:
    """P06: the carrier booked them as such and no one has declared them; the next day they come."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 60 * HOUR, at=NOON), at=NOON)
    port.hear(
        a_booking(PART, BOX, at=NOON, cargo="DG"),
        an_appointment("1", NOON + 20 * HOUR, at=NOON, box=BOX, booking="bkg:RDA:BK1"),
        at=NOON,
    )

    assert [one["dedup_key"] for one in port.open_alerts().values()] == [f"P06|{VISIT}|DECLARATION"]


def test_a_ship_that_brings_them_undeclared_is_told() -> None:
    """P06: a discharge list names the box before anyone else does."""
    port = APort()
    port.hear(a_berth_plan(NOON + 48 * HOUR, NOON + 60 * HOUR, at=NOON), at=NOON)
    port.hear(a_list_of(BOX, at=NOON), at=NOON)

    early = port.wait(NOON + 23 * HOUR)
    said = port.wait(NOON + 25 * HOUR)
    at = NOON + 26 * HOUR
    cleared = port.hear(a_declaration("ACCEPTED", at=at), at=at)

    assert early == []
    assert told(said) == [("P06", "RAISED", "ORANGE")]
    assert told(cleared) == [("P06", "CLEARED", "ORANGE")]


def test_explosives_may_not_stand_at_all() -> None:
    """P06: classes 1 and 7 go direct; placed in a block they are told at once, in red."""
    port = APort()
    port.hear(a_dangerous_box_in(at=NOON, imdg="1.4S"), at=NOON)
    said = port.hear(a_place(at=NOON + MINUTE), at=NOON + MINUTE)
    gone = port.hear(a_place(at=NOON + HOUR, kind="OUT"), at=NOON + HOUR)

    assert told(said) == [("P06", "RAISED", "RED")]
    assert said[0]["dedup_key"] == f"P06|{VISIT}|DIRECT"
    assert told(gone) == [("P06", "CLEARED", "RED")]


def test_the_port_names_more_classes_that_may_not_stand() -> None:
    """P06: toxic gas and all oxidisers go direct here, though nobody says so of this box."""
    for imdg, expected in (("2.3", ["DIRECT"]), ("5.1", ["DIRECT"]), ("2.1", [])):
        port = APort()
        document = a_profile(sources=[], direct_delivery_classes=["2.3", "5"])
        port.hear(profile_changed(document, at=NOON), at=NOON)
        port.hear(a_dangerous_box_in(at=NOON, imdg=imdg), at=NOON)

        said = port.hear(a_place(at=NOON + MINUTE), at=NOON + MINUTE)

        assert [one["dedup_key"].rpartition("|")[2] for one in said] == expected
        assert {one["severity"] for one in said} <= {"ORANGE"}


def test_others_may_stand_for_three_days_or_as_long_as_declared() -> None:
    """P06: 72 h from the gate on; a declaration may say less."""
    usual, shorter = APort(), APort()
    for port, hours in ((usual, None), (shorter, 24)):
        port.hear(a_declaration("ACCEPTED", at=NOON, dwell_max_h=hours), at=NOON)
        port.hear(a_dangerous_box_in(at=NOON), a_place(at=NOON), at=NOON)

    assert usual.wait(NOON + 72 * HOUR) == []
    assert told(usual.wait(NOON + 72 * HOUR + MINUTE)) == [("P06", "RAISED", "ORANGE")]
    assert told(shorter.wait(NOON + 25 * HOUR)) == [("P06", "RAISED", "ORANGE")]


def test_a_bad_neighbour_is_told_until_one_of_them_is_moved() -> None:
    """P06: the terminal says which box it must be kept apart from; red, and ends with the move."""
    port = APort()
    port.hear(a_dangerous_box_in(at=NOON), at=NOON)
    beside = a_place(at=NOON + MINUTE, dg_conflict_with="RDAU7654323/20261101")
    said = port.hear(beside, at=NOON + MINUTE)
    moved = port.hear(a_place(at=NOON + HOUR, kind="MOVE"), at=NOON + HOUR)

    assert told(said) == [("P06", "RAISED", "RED")]
    assert said[0]["dedup_key"] == f"P06|{VISIT}|SEGREGATION"
    assert told(moved) == [("P06", "CLEARED", "RED")]


def test_a_withdrawn_place_retracts_it() -> None:
    """P06: it never stood there."""
    port = APort()
    port.hear(a_dangerous_box_in(at=NOON, imdg="7"), at=NOON)
    place = a_place(at=NOON + MINUTE)
    port.hear(place, at=NOON + MINUTE)

    said = port.hear(withdrawn(place, at=NOON + HOUR), at=NOON + HOUR)

    assert told(said, of="P06") == [("P06", "RETRACTED", "RED")]


def test_a_box_without_dangerous_goods_is_no_news() -> None:
    """P06: nobody called it dangerous."""
    port = APort()
    port.hear(a_berth_plan(NOON + 10 * HOUR, NOON + 20 * HOUR, at=NOON), at=NOON)
    port.hear(a_discharge(BOX, PART, at=NOON), a_place(at=NOON), at=NOON)

    assert [one for one in port.wait(NOON + 80 * HOUR) if one["code"] == "P06"] == []
