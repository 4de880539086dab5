"""A fact on its way into the picture: the event, when it came, and how it becomes a statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from contracts.envelope import Event
from correlation.instants import MINUTE, instant
from correlation.picture.port import Port
from correlation.statements import Slot, Statement, place, withdraw

CLOCK_AHEAD_MAX: Final = 5 * MINUTE
"""A source whose record time is further ahead of us than this has a wrong clock."""


@dataclass(frozen=True)
class Fact:
    """One event with its place in the journal. `at` is its sequenced_at."""

    event: Event[Any]
    at: int
    received_at: int
    journal_pos: str
    publisher: str
    value: bytes = b""
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def data(self) -> Any:
        """Return what the event says; a Withdrawal when it is retracted."""
        return self.event.data

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether this event takes its fact back."""
        return bool(self.event.retracted)

    @cached_property
    def occurred_at(self) -> int:
        """Return when it happened or was stated."""
        return instant(self.event.time)

    @cached_property
    def recorded_at(self) -> int:
        """Return when the source wrote it down."""
        return instant(self.event.recorded_at)

    @cached_property
    def version(self) -> tuple[int, str, str]:
        """Return what orders the versions of one fact."""
        return instant(self.event.fact_version), self.event.sequence or "", self.event.id

    def statement(
        self, value: int | str | bool | float | None, detail: Mapping[str, Any] | None = None
    ) -> Statement:
        """Return what the event says of one slot."""
        event = self.event
        return Statement(
            source=event.source,
            fact_id=event.fact_id,
            event_id=event.id,
            type=event.type,
            version=self.version,
            known_at=min(self.recorded_at, self.received_at),
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            received_at=self.received_at,
            journal_pos=self.journal_pos,
            confidence=-1 if event.confidence is None else event.confidence,
            value=value,
            detail=details(detail) if detail else (),
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
            after = withdraw(slot, event.source, event.fact_id)
        else:
            after = place(slot, self.statement(value, detail))
        if after is not slot and any(
            held.source == event.source and held.fact_id == event.fact_id for held in slot
        ):
            port.judged[event.source, event.fact_id] = event.id
        return after


def details(values: Mapping[str, Any]) -> tuple[tuple[str, int | str | bool | float | None], ...]:
    """Return named values as a statement keeps them: instants as milliseconds, no unset ones."""
    return tuple(
        (name, instant(value) if isinstance(value, datetime) else value)
        for name, value in values.items()
        if value is not None
    )
