"""What sources say, and which of it rules.

A slot holds, per source, the newest fact and the one before it (the fall-back when the newest is
withdrawn). Placing is order-insensitive: whatever order facts arrive in, the slot ends the same.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

KEPT_PER_SOURCE: Final = 2


class Statement(Struct, frozen=True, array_like=True):
    """One fact as one source said it.

    `version` orders the versions of a fact: (updated_at, sequence, event id). `known_at` is
    min(recorded_at, received_at), so a clock that runs ahead gains nothing.
    """

    source: str
    fact_id: str
    event_id: str
    type: str
    version: tuple[int, str, str]
    known_at: int
    occurred_at: int
    recorded_at: int
    received_at: int
    journal_pos: str
    confidence: int
    value: int | str | bool | float | None
    detail: tuple[tuple[str, int | str | bool | float | None], ...] = ()

    def get(self, name: str) -> int | str | bool | float | None:
        """Return a named detail, or None."""
        for key, value in self.detail:
            if key == name:
                return value
        return None


Slot = tuple[Statement, ...]
EMPTY: Final[Slot] = ()


def _newest_first(statement: Statement) -> tuple[int, tuple[int, str, str]]:
    return (statement.known_at, statement.version)


def place(slot: Slot, statement: Statement) -> Slot:
    """Return the slot with a statement in it; the same slot object if it changes nothing.

    The same fact in an older or equal version changes nothing: this is what makes a repeated
    event harmless without remembering ids.
    """
    others = []
    for held in slot:
        if held.source == statement.source and held.fact_id == statement.fact_id:
            if held.version >= statement.version:
                return slot
        else:
            others.append(held)
    own = [held for held in others if held.source == statement.source] + [statement]
    own.sort(key=_newest_first, reverse=True)
    kept = own[:KEPT_PER_SOURCE]
    result = [held for held in others if held.source != statement.source] + kept
    result.sort(key=lambda held: held.source)
    after = tuple(result)
    return slot if after == slot else after


def withdraw(slot: Slot, source: str, fact_id: str) -> Slot:
    """Return the slot without any version of a fact; the same object if it was not there."""
    after = tuple(s for s in slot if s.source != source or s.fact_id != fact_id)
    return slot if len(after) == len(slot) else after


def best(slot: Slot, weight_of: Callable[[str], int]) -> Statement | None:
    """Return the ruling statement: strongest source, then newest known, then most confident."""
    if not slot:
        return None
    if len(slot) == 1:
        return slot[0]
    ranked = sorted(slot, key=lambda held: held.source)
    return max(
        ranked,
        key=lambda held: (weight_of(held.source), *_newest_first(held), held.confidence),
    )


def of_source(slot: Slot, source: str) -> Slot:
    """Return what one source says, newest first."""
    return tuple(held for held in slot if held.source == source)
