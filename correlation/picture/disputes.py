"""What is kept of facts in dispute, and of what people ruled and promised."""

from msgspec import Struct

from correlation.statements import Slot


class Ruling(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """What a person ruled on a disputed fact, which source is right, and for how long."""

    ruling: str
    winner: str
    by: str
    at: int
    until_at: int | None
    event_id: str


class Standard(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A service standard that the community promises to keep, as declared last."""

    standard_id: str
    measure: str
    scope: str
    target: float
    unit: str
    period: str
    since_at: int
    near_pct: float | None
    declared_at: int
    event_id: str
    share_pct: float | None = None
    cases_min: int | None = None


class TakenBack(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A fact that was corrected or withdrawn after an alert rested on it.

    `was` is what it had said; `stood`: the alert was still open.
    """

    id: str
    kind: str
    object: str
    milestone: str
    word: str
    at: int
    was: Slot
    stood: bool


class Orphan(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """An actual that matches nothing, and until when it waits; the value is its subject."""

    id: str
    at: int
    until: int
    said: Slot


class Shelved(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A fact that matches nothing yet, with what is needed to apply it again."""

    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    publisher: str
    at: int
    received_at: int
    position: int
    until: int
    refs: tuple[str, ...]
