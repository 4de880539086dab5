"""What a rule says of the picture: what is true now, how bad, until when, and why."""

from typing import Final, Literal

from msgspec import Struct

Severity = Literal["YELLOW", "ORANGE", "RED"]
Status = Literal["TRUE", "BAND", "OVER"]
SEVERITIES: Final[tuple[Severity, ...]] = ("YELLOW", "ORANGE", "RED")
Parameter = int | str | bool | float | None


class Evidence(Struct, frozen=True, array_like=True, gc=False):
    """A fact that a finding rests on, as its source said it."""

    source: str
    event_id: str
    fact_id: str
    type: str
    journal_pos: str
    says: str
    occurred_at: int
    recorded_at: int
    received_at: int


class Party(Struct, frozen=True, array_like=True, gc=False):
    """An organisation that is told, in which role and why it may know."""

    organisation: str
    role: str
    why: Literal["OPERATES", "NOMINATED", "CALLS", "AUTHORITY", "NETWORK"]


class Action(Struct, frozen=True, array_like=True, gc=False):
    """What to do about it: a code of the action list and its parameters."""

    code: str
    params: tuple[tuple[str, Parameter], ...] = ()


class Finding(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One thing that a rule finds true, or nearly.

    `status` TRUE: the trigger holds. BAND: it no longer does, but the clear condition (the
    tighter band) is not met either, so an open alert stays and a new one does not begin.
    OVER: it is finished for good; an open alert closes at once with `outcome`.
    A rule that returns nothing for an open key says that the clear condition is met.

    `hold`: for how long (ms) the trigger must stay true before the alert is raised.
    `clear_hold`: for how long the clear condition must last before it is cleared.
    `causes`: dedup keys of alerts, or condition ids, that may be behind this one, closest first.
    `proposal`: of a prepared answer which one it is, how many items, and until when it stands.
    `supersedes`: dedup keys of open alerts that this one replaces when it is raised.
    `so_since`: when it came to be so, where the rule knows better than by the fact that tells it.
    Instants in `params` have names ending in `_at`; nothing in it may depend on `now`, or each
    look at the picture would be a new version of the alert.
    """

    code: str
    key: str
    status: Status
    subjects: tuple[tuple[str, str], ...]
    severity: Severity = "YELLOW"
    outcome: Literal["CLEARED", "EXPIRED"] = "CLEARED"
    hold: int = 0
    clear_hold: int = 0
    port: str = ""
    impact_at: int | None = None
    act_by_at: int | None = None
    delta: tuple[str, float, str] | None = None
    thresholds: tuple[tuple[str, float], ...] = ()
    objects: tuple[tuple[str, str, str], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    evidence_more: int = 0
    causes: tuple[str, ...] = ()
    cause_kind: str | None = None
    supersedes: tuple[str, ...] = ()
    batch: int = 0
    proposal: tuple[int, int, int] | None = None
    audience: tuple[Party, ...] = ()
    actions: tuple[Action, ...] = ()
    template: str = ""
    params: tuple[tuple[str, Parameter], ...] = ()
    inferred: bool = False
    so_since: int | None = None


class Verdict(Struct, frozen=True, gc=False):
    """What a rule says of one subject, and when its answer may change by time alone."""

    findings: tuple[Finding, ...] = ()
    wake_at: int | None = None


NOTHING: Final = Verdict()
