"""What a terminal may say of its work at an instant: events for the laws of the fold."""

from typing import Any

from correlation.instants import HOUR, written
from tests.correlation.given import (
    CARRIER,
    NOON,
    TERMINAL,
    TOS,
    Event,
    a_milestone,
    an_event,
    withdrawn,
)
from tests.correlation.rules.at_the_quay import a_crane, a_forecast, a_lift, progress

PART = "COCTG/9999993/20261107/SPRC/1"
BLOCK = "COCTG:SMDG:SPRC/block/3C"
LISTED = ("RDAU2000016", "RDAU7654323", "RDAU3102075")


def a_load_list(version: int, *, at: int, parts: tuple[int, int] = (1, 1)) -> Event:
    """Return a Y01 of the ship of the laws, in one part or two."""
    boxes = LISTED if parts[1] == 1 else LISTED[parts[0] - 1 :: 2]
    data = {
        "list_id": "coprar-1",
        "list_version": version,
        "part": parts[0],
        "parts": parts[1],
        "kind": "LOAD",
        "entries": [{"box": box, "listed_at": written(at)} for box in boxes],
    }
    return an_event("yard.work-list-set", PART, data, at=at, source=CARRIER)


def a_stock_list(
    boxes: tuple[str, ...],
    *,
    at: int,
    since: int | None = None,
    version: int = 1,
    parts: tuple[int, int] = (1, 1),
    **entry: Any,
) -> Event:
    """Return a Y05: these boxes stand in a block of the terminal, each since an instant."""
    each = {"block": BLOCK, "since_at": written(at if since is None else since), **entry}
    data = {
        "list_id": "stock",
        "list_version": version,
        "part": parts[0],
        "parts": parts[1],
        "entries": [{"box": box, **each} for box in boxes],
    }
    return an_event("yard.stock-listed", TERMINAL, data, at=at)


def a_block_event(kind: str, *, at: int, **data: Any) -> Event:
    """Return what is said of a yard block."""
    return an_event(f"yard.{kind}", BLOCK, data, at=at)


def terminal_pool(at: int, n: int) -> list[Event]:
    """Return events of the ship of the laws; `n` varies their content."""
    fast = a_milestone("ACT", at, at=at, service="ALL_FAST", point="CMPL", source=TOS)
    fast["data"]["refs"]["terminal_call"] = PART  # by the call's id: she is far from her hour here
    figures = progress(30 * n, 150 - 30 * n, at=at, part=PART)
    broken = a_crane("BROKEN", at=at, part=PART, delay_reasons=["CRN"])
    forecast = a_forecast(100 + n, at=at, part=PART)
    lift = a_lift(n, at=at, part=PART)
    listed = a_load_list(n % 2, at=at)
    stock = {"boxes": 700 + 40 * n, "teu": 700 + 40 * n, "capacity_teu": 1000}
    inventory = a_block_event("inventory-reported", at=at, as_of=written(at), **stock)
    shift = {"from_at": written(NOON + 8 * n * HOUR), "to_at": written(NOON + 8 * (n + 1) * HOUR)}
    return [
        fast,
        figures,
        broken,
        a_crane("BREAK", at=at, part=PART, classifier="PLN"),
        forecast,
        lift,
        withdrawn(figures, at=at + HOUR // 60),
        withdrawn(lift, at=at + 1),
        withdrawn(forecast, at=at + 1),
        withdrawn(broken, at=at + 1),
        listed,
        a_load_list(2, at=at, parts=(1, 2)),
        a_load_list(2, at=at, parts=(2, 2)),
        withdrawn(listed, at=at + 1),
        inventory,
        a_block_event("plan-set", at=at, shift=shift, moves_in=40 * n, moves_out=10, equipment=2),
        a_forecast(200, at=at, part=PART, by_block=[{"block": BLOCK, "boxes": 30 * n}]),
        withdrawn(inventory, at=at + 1),
        *kinds_pool(at, n),
        stands := a_stock_list(LISTED[n % 2 :], at=at, version=n),
        a_stock_list(LISTED[1:], at=at, version=9, parts=(1, 2)),
        a_stock_list(LISTED[:1], at=at, version=9, parts=(2, 2)),
        withdrawn(stands, at=at + 1),
        *gate_pool(at, n),
    ]


def gate_pool(at: int, n: int) -> list[Event]:
    """Return what a gate may propose to trucks, and a carrier say of its empties."""
    slot = {"from_at": written(NOON + (9 + n) * HOUR), "to_at": written(NOON + (10 + n) * HOUR)}
    items = [{"appointment": name, "to": slot} for name in (f"apt:SPRC:{n}", f"apt:SPRC:c{n}")]
    by = written(at + (2 + n) * HOUR)
    proposal = {"proposal_id": f"p-{n}", "items": items, "answer_by_at": by}
    proposed = an_event("gate.slot-proposed", PART, proposal, at=at, source=TOS)
    place = {"facility": TERMINAL, "iso_group": "22GP", "accepts": bool(n % 2)}
    places = {"places": [{**place, "span": {"from_at": written(NOON + n * HOUR)}}]}
    listed = an_event("gate.return-place-set", "RDA", places, at=at, source=CARRIER)
    return [proposed, listed, withdrawn(proposed, at=at + 1), withdrawn(listed, at=at + 1)]


def kinds_pool(at: int, n: int) -> list[Event]:
    """Return what may be said of reefers and dangerous goods."""
    box = LISTED[n % 3]
    cut = {"power": "OFF", "block": BLOCK}
    off = an_event("yard.reefer-plug-changed", box, cut, at=at)
    warm = {"as_of": written(at), "return_c": 2.0 + 3 * n, "set_point_c": 2.0}
    measured = an_event("yard.reefer-measured", box, warm, at=at)
    goods = {
        "status": ("DECLARED", "ACCEPTED", "REVOKED")[n % 3],
        "goods": [{"un_no": "1263", "imdg_class": "3"}],
        "refs": {"port": "COCTG", "booking": "bkg:RDA:BK1"},
    }
    declared = an_event("clearance.dangerous-goods-changed", box, goods, at=at, source=CARRIER)
    beside = {"block": BLOCK, "kind": "IN", "dg_conflict_with": "RDAU7654323/20261101"}
    placed = an_event("yard.container-placed", box, beside, at=at)
    return [
        off,
        an_event("yard.reefer-plug-changed", box, {"power": "ON"}, at=at),
        measured,
        declared,
        placed,
        withdrawn(off, at=at + 1),
        withdrawn(measured, at=at + 1),
        withdrawn(declared, at=at + 1),
        withdrawn(placed, at=at + 1),
    ]
