"""What a person ruled on a disputed fact (M10): it settles D02 to D04 for what was known then."""

from correlation.instants import DAY, instant
from correlation.picture.disputes import Ruling
from correlation.picture.fact import Fact
from correlation.picture.port import Port

KEPT: int = 60 * DAY
JUDGED = ("call", "terminal_call", "visit", "vessel", "source", "plate", "box", "taken_back")
"""The kinds of subjects that a ruling may be about."""


def fact_ruled(port: Port, fact: Fact) -> None:
    """M10: keep a ruling on a field of an object; the newest one rules."""
    data = fact.data
    key = f"{data.object}|{data.field}"
    known = port.rulings.get(key)
    ruling = Ruling(
        ruling=data.ruling,
        winner=data.winner,
        by=data.by,
        at=fact.at,
        until_at=instant(data.until_at) if data.until_at else None,
        event_id=fact.event.id,
    )
    if known and (known.at, known.event_id) >= (ruling.at, ruling.event_id):
        return
    port.rulings.put(key, ruling)
    port.set_timer(f"V|ruling|{key}", fact.at + KEPT)
    for kind in JUDGED:
        port.touch(kind, data.object)


def is_settled(port: Port, identity: str, field: str, known_at: int, now: int) -> bool:
    """Tell whether a person ruled on this after the newest of the facts in dispute was known."""
    ruling = port.rulings.get(f"{identity}|{field}")
    if ruling is None or ruling.at < known_at:
        return False
    return ruling.until_at is None or now < ruling.until_at
