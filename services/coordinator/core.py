"""The core as the coordinator sees it: a fold over frames, and a state that can be frozen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from contracts.journal import Frame


class Saying(Protocol):
    """One thing the core says: a version of a fact, or its end (`value` None, version 0)."""

    @property
    def topic(self) -> str:
        """One of "alerts", "picture", "network", "rejected"."""

    @property
    def key(self) -> str:
        """The identity of what is spoken about."""

    @property
    def version(self) -> int:
        """Rises by one with each wording; 0 for a tombstone."""

    @property
    def value(self) -> bytes | None:
        """The event to publish; None is a tombstone."""

    @property
    def port(self) -> str:
        """The port system spoken to (for a notice: the next port)."""


class Known(Protocol):
    """What the state currently says under one key."""

    @property
    def version(self) -> int:
        """The newest version said."""

    @property
    def value(self) -> bytes | None:
        """Its bytes."""

    @property
    def port(self) -> str:
        """Its port system."""


class CoreState(Protocol):
    """The state of one partition; only the core changes it."""

    @property
    def spoken(self) -> Mapping[tuple[str, str], Known]:
        """By (topic, key): everything said and not forgotten."""

    @property
    def core_version(self) -> str | None:
        """The code that the journal names, None if it names none yet."""

    @property
    def now(self) -> int:
        """The time of this partition in milliseconds."""


class Core(Protocol):
    """The functions of `correlation` that the coordinator calls."""

    def new_state(self, partition: int, partitions: int) -> Any:
        """Return the state before the first frame."""

    def apply_frame(self, state: Any, offset: int, frame: Frame) -> Sequence[Saying]:
        """Fold one frame and return what is said; a bad record is rejected, never raised."""

    def freeze(self, state: Any) -> Any:
        """Return a copy that later frames do not touch, in time that does not grow with it."""

    def encode(self, frozen: Any) -> Iterable[bytes]:
        """Return the canonical parts of a snapshot, one at a time."""

    def thaw(self, parts: Sequence[bytes]) -> Any:
        """Return the state of these parts."""
