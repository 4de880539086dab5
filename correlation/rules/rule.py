"""What a rule is to the engine: its code, the kind of subject it judges, and its question."""

from collections.abc import Callable

from correlation.findings import Finding, Severity, Verdict
from correlation.picture.aspects import ALL
from correlation.picture.hearing import unheard_here_until
from correlation.picture.port import Port

Find = Callable[[Port, str, int], Verdict]


class Rule:
    """One rule. `find(port, subject, now)` is pure: it reads the picture and answers.

    `subject` is the kind of thing judged: call, terminal_call, visit, appointment, block, source;
    reefer and dangerous are visits that are judged as such, so that other boxes cost nothing.
    `also` are other kinds of touches, with the same ids, after which it is asked: batch, when a
    terminal call's stranded appointments changed.
    `reads` are the aspects of its subject that can make it find something, or nothing any more,
    or change when it has to be asked next (picture/aspects.py).
    """

    __slots__ = ("also", "code", "find", "prefix", "reads", "subject", "timer")

    def __init__(
        self,
        code: str,
        subject: str,
        find: Find,
        also: tuple[str, ...] = (),
        reads: int = ALL,
    ) -> None:
        """Note what is asked, of what and when; nothing of it changes."""
        self.code, self.subject, self.find = code, subject, find
        self.also, self.reads = also, reads
        self.prefix = f"{subject}|"
        """What comes before an id in the name under which a subject is watched."""
        self.timer = f"E|{code}|{subject}|"
        """What comes before it in the name of the timer of when to ask next."""


def stands(port: Port, key: str) -> bool:
    """Tell whether an alert is open or held back under a key: only then a BAND or OVER matters."""
    if key in port.pending:
        return True
    alert = port.alerts.get(port.latest.get(key, ""))
    return alert is not None and alert.state == "OPEN"


def gate_unheard_until(port: Port, facility: str, finding: Finding, now: int) -> int:
    """Return until when the gate of a terminal is waited for that is not heard now; 0 if it is.

    A truck may have been booked meanwhile. What was said already stays, and when somebody has to
    act at the latest it is said all the same.
    """
    act_by_at = finding.act_by_at or 0
    if now >= act_by_at or stands(port, finding.key):
        return 0
    return min(act_by_at, unheard_here_until(port, facility, "gate", now, now))


def by_horizon(left: int, orange: int, red: int) -> Severity:
    """Return how bad it is with `left` ms to go: yellow, from `orange` on, from `red` on."""
    if left <= red:
        return "RED"
    return "ORANGE" if left <= orange else "YELLOW"


def next_of(now: int, *instants: int | None) -> int | None:
    """Return the first of these instants that is still to come."""
    found = None
    for at in instants:
        if at is not None and at > now and (found is None or at < found):
            found = at
    return found
