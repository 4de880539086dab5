"""A fact on its way into the picture: the event, when it came, and how it becomes a statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from contracts.catalogue import EVENT_TYPES
from contracts.envelope import Event
from correlation.instants import instant
from correlation.picture.port import Port
from correlation.statements import KIND_OF, Slot, Statement, place, withdraw

FAMILY_OF: Final = {name: name.split(".", 2)[1] for name in EVENT_TYPES}
"""The family of every type of event."""
Original = tuple[bytes, tuple[tuple[str, bytes], ...]]
"""Value and headers of a record, as they came."""


class Fact(Struct, gc=False):
    """One event with its place in the journal. `at` is its sequenced_at, in milliseconds.

    What is needed of the event more than once stands beside it: `data` is what it says (a
    Withdrawal when it is retracted), `fact_id` the identity of the fact inside its source, which
    all versions share. `clock_off` is to be added to the times that its source's clock read (ms).
    """

    event: Event[Any]
    data: Any
    fact_id: str
    family: str
    is_withdrawn: bool
    occurred_at: int
    recorded_at: int
    at: int
    received_at: int
    position: int
    publisher: str
    original: Original
    clock_off: int = 0

    @property
    def known_at(self) -> int:
        """When it was known, by a clock that is right, and never later than it was received."""
        return min(self.recorded_at + self.clock_off, self.received_at)

    @property
    def happened_at(self) -> int:
        """When it occurred, by a clock that is right; never after it came by one that is not."""
        if not self.clock_off:
            return self.occurred_at
        return min(self.occurred_at + self.clock_off, self.received_at)

    @property
    def version(self) -> tuple[int, str, str]:
        """Return what orders the versions of one fact."""
        return self._updated_at(), self.event.sequence or "", self.event.id

    def _updated_at(self) -> int:
        updated = self.event.updatedtime
        return self.recorded_at if updated is None else instant(updated)

    def statement(
        self, value: int | str | bool | float | None, detail: Mapping[str, Any] | None = None
    ) -> Statement:
        """Return what the event says of one slot."""
        event = self.event
        confidence, fact = event.confidence, event.factid
        updated, occurred_at = event.updatedtime, self.occurred_at
        return Statement(
            event.source,
            event.id,
            "" if fact is None or fact == event.id else fact,
            KIND_OF[event.type],
            event.sequence or "",
            occurred_at,
            self.recorded_at - occurred_at,
            self.received_at - occurred_at,
            0 if updated is None else instant(updated) - self.recorded_at,
            self.position,
            -1 if confidence is None else confidence,
            value,
            details(detail) if detail else (),
            self.clock_off,
        )

    def put(
        self,
        port: Port,
        slot: Slot,
        value: int | str | bool | float | None,
        detail: Mapping[str, Any] | None = None,
    ) -> Slot:
        """Return the slot after this event: with its statement, or without its fact.

        Notes a correction or a withdrawal of a fact already held, so that what rested on it is
        judged again.
        """
        event = self.event
        if self.is_withdrawn:
            after = withdraw(slot, event.source, self.fact_id)
        elif not slot:
            return (self.statement(value, detail),)
        else:
            after = place(slot, self.statement(value, detail))
        if after is not slot:
            for held in slot:
                if held.source == event.source and held.fact_id == self.fact_id:
                    port.judged[event.source, self.fact_id] = event.id
                    port.undone.append((self, held))
        return after


def fact_of(
    event: Event[Any],
    at: int,
    received_at: int,
    position: int,
    publisher: str,
    original: Original,
) -> Fact:
    """Return an event as a fact: sequenced and received then, handed over by this publisher."""
    occurred_at = instant(event.time)
    return Fact(
        event,
        event.data,
        event.factid or event.id,
        FAMILY_OF[event.type],
        event.retracted is True,
        occurred_at,
        occurred_at if event.recordedtime == event.time else instant(event.recordedtime),
        at,
        received_at,
        position,
        publisher,
        original,
    )


def details(values: Mapping[str, Any]) -> tuple[tuple[str, int | str | bool | float | None], ...]:
    """Return named values as a statement keeps them: instants as milliseconds, no unset ones."""
    return tuple(
        [
            (name, instant(value) if isinstance(value, datetime) else value)
            for name, value in values.items()
            if value is not None
        ]
    )
