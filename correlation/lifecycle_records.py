"""What the engine remembers of alerts: those that live or lived lately, and those on hold."""

import re
from typing import Final

from msgspec import Struct

from correlation.findings import Finding, Party, Severity
from correlation.instants import MINUTE
from correlation.policy import Policy

JUST_HEARD: Final = MINUTE
"""From an edge to the core a fact takes seconds."""


class Comment(Struct, frozen=True, array_like=True, gc=False):
    """A remark of somebody on an alert."""

    at: int
    by: str
    text: str


class Response(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """What one organisation did with an alert, and how bad it was then."""

    acknowledged_at: int | None = None
    by: str | None = None
    severity_then: Severity | None = None
    assigned_to: str | None = None
    snoozed_until_at: int | None = None
    closed_reason: str | None = None
    comments: tuple[Comment, ...] = ()


class Instance(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One alert from its raise to its forgetting.

    `finding` is the last one that held; `severity` the alert's own, `shown` the maximum of its
    own and its children's. `clearing_since` is when it was last so, before its clear hold; None
    while it is, and where it closed at once. `tick` is the count of clock ticks at the last raise
    or re-open. `red_version` is the version in which it last turned red, 0 while it is not;
    `accepted` the command that took its proposal. `quiet_since` is when it closed, or was last so
    after that for too short a while to be told, or so nearly that it would not have closed.
    """

    alert_id: str
    code: str
    key: str
    version: int
    state: str
    change: str
    severity: Severity
    shown: Severity
    severity_path: tuple[tuple[Severity, int], ...]
    raised_at: int
    updated_at: int
    finding: Finding
    tick: int
    closed_at: int | None = None
    closed_tick: int = -1
    quiet_since: int = 0
    clearing_since: int | None = None
    reopened: int = 0
    next_check_at: int | None = None
    root: str | None = None
    children: dict[str, Severity] = {}
    stale: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    superseded_by: str | None = None
    because: str | None = None
    responses: dict[str, Response] = {}
    red_version: int = 0
    accepted: str = ""
    resolved_by: str | None = None


class Pending(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A finding whose hold is not over: since when it has been true, and when it will be said.

    `so_since` is when it came to be so by the fact that told it, which takes a while to be heard.
    """

    since: int
    due: int
    finding: Finding
    so_since: int


def renamed(key: str, call: str, other: str) -> str:
    """Return a dedup key with one call's id, also as part of a longer id, instead of another's."""
    return re.sub(rf"(?<=\|){re.escape(call)}(?=[/|]|$)", other, key)


def so_since(finding: Finding, now: int, policy: Policy) -> int:
    """Return when a finding came to be so by the fact that tells it now.

    At most `reopen_heard_minutes` ago: of a hundred words that come late one comes later than that
    (alerts.md 4.6). Where no fact was just heard, time alone made it so. A rule may say itself
    since when.
    """
    farthest = now - int(policy.reopen_heard_minutes * MINUTE)
    if finding.so_since is not None:
        return max(min(finding.so_since, now), farthest)
    newest = max(finding.evidence, key=lambda one: one.received_at, default=None)
    if newest is None or now - newest.received_at > JUST_HEARD:
        return now
    return max(min(newest.occurred_at, now), farthest)


def was_so_lately(last: Instance, since: int, policy: Policy) -> bool:
    """Tell whether what is so since an instant is still the trouble of an alert that closed."""
    span = int(policy.reopen_minutes * MINUTE)
    return last.closed_at is not None and since - last.quiet_since <= span


class Watch(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """The dedup keys that live or wait on one subject."""

    keys: tuple[str, ...] = ()
