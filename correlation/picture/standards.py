"""What is kept of service standards: promises, their periods, and the cases that may still change.

A case is kept for as long as the thing that it is about is in the picture: so long a late,
corrected or withdrawn fact still replaces it. Then it is settled, and only its period counts it.
"""

from msgspec import Struct


class Promise(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A service standard as it rules now; cases that ended before `since_at` are not its own.

    `limit` is the target in milliseconds.
    """

    id: str
    measure: str
    scope: str
    period: str
    limit: int
    target: float
    unit: str
    share: float
    near: float
    cases_min: int
    since_at: int

    @property
    def counts(self) -> tuple[str, str, str, int]:
        """What decides which cases count and which of them are kept."""
        return self.measure, self.scope, self.period, self.limit


class Case(Struct, frozen=True, array_like=True, gc=False):
    """One case of a promise: what it took, in milliseconds, and the period that counts it."""

    value: int
    tally: str


Worst = tuple[int, str]
"""What the worst case took, and what it is about."""


class Tally(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One period of a promise: its cases, how many were kept, and the worst of them.

    `settled` is the worst of those that can no longer change.
    """

    promise: str
    label: str
    begins_at: int
    ends_at: int
    count: int = 0
    kept: int = 0
    worst: Worst | None = None
    settled: Worst | None = None
