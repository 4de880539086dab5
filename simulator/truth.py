"""What is truly so in the simulated world: one label for each alert that ought to be said.

A label comes from the hidden state of the world, never from the events that the world's systems
send, nor from the rules' code. Instants are milliseconds since 1970, UTC.
"""

from typing import Final

from msgspec import Struct

from correlation.findings import Severity

LABELLED: Final = frozenset(
    f"{side}{number:02d}"
    for side, numbers in (
        ("B", (1, 2, 3, 4, 5, 6, 7)),
        ("D", (1, 2, 3, 4)),
        ("P", (1, 2, 3, 4, 5, 6)),
        ("R", (1, 2, 3)),
        ("T", (1, 2, 3, 4, 5, 6)),
    )
    for number in numbers
)
"""The codes whose truth the simulated world knows: it labels each of them whenever it is so."""


class Label(Struct, frozen=True, kw_only=True):
    """One true thing that an alert is owed for.

    `true_start` to `true_end`: while it was so; the end is None where the run ended first. What
    the alert catalogue lets clear only after half an hour (P05, R02, T04) ends with that.
    `knowable_at`: when a perfect observer of all that was received could first infer it; None
    where nobody could, and then it counts neither for nor against a rule.
    `impact_at` is when the harm happens, `act_by_at` the last useful moment before it.
    `severity_path`: from when on which severity is the right one.
    `audience`: the organisations that ought to be told, sorted.
    `root_kind`: the disruption behind it (`late-departure-upstream`, `swell-closure`, ...).
    `root_key`: the dedup key or condition id of its first cause, where there is one; `root_keys`
    all that stood behind it while it was so, in this order.
    """

    code: str
    dedup_key: str
    system: str
    true_start: int
    knowable_at: int | None
    impact_at: int
    act_by_at: int
    true_end: int | None
    severity_path: tuple[tuple[int, Severity], ...]
    audience: tuple[str, ...]
    root_kind: str
    root_key: str | None = None
    root_keys: tuple[str, ...] = ()
