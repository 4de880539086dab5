"""What a rule is to the engine: its code, the kind of subject it judges, and its question."""

from collections.abc import Callable
from typing import NamedTuple

from correlation.findings import Severity, Verdict
from correlation.picture.port import Port


class Rule(NamedTuple):
    """One rule. `find(port, subject, now)` is pure: it reads the picture and answers.

    `subject` is the kind of thing judged: call, terminal_call, visit, appointment, block, source;
    reefer and dangerous are visits that are judged as such, so that other boxes cost nothing.
    `also` are other kinds of touches, with the same ids, after which it is asked: batch, when a
    terminal call's stranded appointments changed.
    """

    code: str
    subject: str
    find: Callable[[Port, str, int], Verdict]
    also: tuple[str, ...] = ()


def by_horizon(left: int, orange: int, red: int) -> Severity:
    """Return how bad it is with `left` ms to go: yellow, from `orange` on, from `red` on."""
    if left <= red:
        return "RED"
    return "ORANGE" if left <= orange else "YELLOW"


def next_of(now: int, *instants: int | None) -> int | None:
    """Return the first of these instants that is still to come."""
    return min((at for at in instants if at is not None and at > now), default=None)
