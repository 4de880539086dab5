"""What sources say, and which of it rules.

A slot holds, per source, the newest fact and the one before it (the fall-back when the newest is
withdrawn). Placing is order-insensitive: whatever order facts arrive in, the slot ends the same.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from contracts.catalogue import EVENT_TYPES

TYPES: Final = tuple(EVENT_TYPES)
KIND_OF: Final = {name: kind for kind, name in enumerate(TYPES)}
"""A number for every type of event. No snapshot outlives the code that wrote it."""
KEPT_PER_SOURCE: Final = 2
POSITIONS_EACH: Final = 10_000
"""Records that one frame could hold at most, for a place in the journal as one number."""


class Statement(Struct, frozen=True, array_like=True, gc=False):
    """One fact as one source said it. Boxes hold several each, so it is kept short.

    `fact` is empty where it is the event's own id; `kind` is the place of its type in TYPES.
    `position` is where it stands in the journal: offset times POSITIONS_EACH, plus the place in
    the frame. Instants are milliseconds, UTC; when it was written down and received is kept as
    how long after it occurred, its version as how long after it was written down.
    """

    source: str
    event_id: str
    fact: str
    kind: int
    sequence: str
    occurred_at: int
    recorded_after: int
    received_after: int
    updated_after: int
    position: int
    confidence: int
    value: int | str | bool | float | None
    detail: tuple[tuple[str, int | str | bool | float | None], ...] = ()
    clock_off: int = 0
    """To be added to what its source's clock read (ms); 0 where that was not known to be wrong."""

    @property
    def fact_id(self) -> str:
        """The identity of the fact inside its source."""
        return self.fact or self.event_id

    @property
    def type(self) -> str:
        """The type of the event."""
        return TYPES[self.kind]

    @property
    def recorded_at(self) -> int:
        """When its source wrote it down."""
        return self.occurred_at + self.recorded_after

    @property
    def received_at(self) -> int:
        """When it came to the port system."""
        return self.occurred_at + self.received_after

    @property
    def version(self) -> tuple[int, str, str]:
        """What orders the versions of one fact."""
        updated_at = self.occurred_at + self.recorded_after + self.updated_after
        return updated_at, self.sequence, self.event_id

    @property
    def known_at(self) -> int:
        """When it was known, by a clock that is right, and never later than it was received."""
        recorded, received = self.recorded_after + self.clock_off, self.received_after
        return self.occurred_at + (recorded if recorded < received else received)

    @property
    def happened_at(self) -> int:
        """When it occurred, by a clock that is right; never after it came by one that is not."""
        if not self.clock_off:
            return self.occurred_at
        return self.occurred_at + min(self.clock_off, self.received_after)

    @property
    def journal_pos(self) -> str:
        """The place in the journal as it is written: offset and place in the frame."""
        return position_text(self.position)

    def get(self, name: str) -> int | str | bool | float | None:
        """Return a named detail, or None."""
        for key, value in self.detail:
            if key == name:
                return value
        return None


Slot = tuple[Statement, ...]
EMPTY: Final[Slot] = ()


def position_text(position: int) -> str:
    """Return a place in the journal as people and records write it."""
    offset, index = divmod(position, POSITIONS_EACH)
    return f"{offset:020d}.{index:04d}"


def _newest_first(statement: Statement) -> tuple[int, tuple[int, str, str]]:
    return (statement.known_at, statement.version)


def place(slot: Slot, statement: Statement) -> Slot:
    """Return the slot with a statement in it; the same slot object if it changes nothing.

    The same fact in an older or equal version changes nothing: this is what makes a repeated
    event harmless without remembering ids.
    """
    if not slot:
        return (statement,)
    source, fact, first, last = statement.source, statement.fact_id, slot[0], slot[-1]
    if (
        first.source == source == last.source
        and statement.known_at > first.known_at
        and fact not in (first.fact_id, last.fact_id)
    ):
        return (statement, first)  # one source goes on with another fact: what the rest comes to
    own, others = [], []
    for held in slot:
        if held.source != source:
            others.append(held)
        elif held.fact_id != fact:
            own.append(held)
        elif held.version >= statement.version:
            return slot
    own.append(statement)
    if len(own) > 1:
        own.sort(key=_newest_first, reverse=True)
        del own[KEPT_PER_SOURCE:]
    if others:
        own += others
        own.sort(key=_source)
    after = tuple(own)
    return slot if after == slot else after


def _source(statement: Statement) -> str:
    return statement.source


def withdraw(slot: Slot, source: str, fact_id: str) -> Slot:
    """Return the slot without any version of a fact; the same object if it was not there."""
    after = tuple([s for s in slot if s.source != source or s.fact_id != fact_id])
    return slot if len(after) == len(slot) else after


def best(slot: Slot, weight_of: Callable[[str], int]) -> Statement | None:
    """Return the ruling statement: strongest source, then newest known, then most confident."""
    if not slot:
        return None
    if slot[0].source == slot[-1].source:
        return slot[0]  # `place` keeps sources in order, and of each the newest first
    ranked = sorted(slot, key=lambda held: held.source)
    return max(
        ranked,
        key=lambda held: (weight_of(held.source), *_newest_first(held), held.confidence),
    )


def of_source(slot: Slot, source: str) -> Slot:
    """Return what one source says, newest first."""
    return tuple(held for held in slot if held.source == source)
