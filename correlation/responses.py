"""What organisations do with an alert: acknowledge, assign, snooze, comment, close for themselves.

A response is an attribute of the alert and never a state: the alert lives as long as its
condition. What was acknowledged or snoozed before it turned red is void then.
"""

from typing import Any, Final

from msgspec.structs import replace

from contracts.problems import InvalidEvent, Problem
from correlation.instants import instant, written
from correlation.lifecycle_records import Comment, Instance, Response
from correlation.picture.fact import Fact
from correlation.picture.port import Port

COMMENTS_MAX: Final = 20
"""Of one organisation on one alert; the oldest go first."""
ANSWERS: Final = (
    "alert-acknowledged",
    "alert-assigned",
    "alert-snoozed",
    "alert-commented",
    "alert-closed",
)


def respond(port: Port, fact: Fact) -> None:
    """Apply M01-M04 or M15 to the alert that it names.

    Raises:
        InvalidEvent: no such alert, not told to this organisation, or a version not yet said.
    """
    kind = fact.event.type.removeprefix("rada.command.")
    instance = named(port, fact)
    seen = getattr(fact.data, "seen_version", 0)
    if seen > instance.version:
        allowed = f"a version up to {instance.version}, the newest"
        raise InvalidEvent(Problem("BAD_FIELD", "data.seen_version", str(seen), allowed))
    organisation = organisation_of(fact)
    before = instance.responses.get(organisation, Response())
    after = _answered(instance, before, fact, kind, seen)
    if after != before:
        responses = {**instance.responses, organisation: after}
        port.alerts.put(instance.alert_id, replace(instance, responses=responses))
        port.responded[instance.alert_id] = None


def organisation_of(fact: Fact) -> str:
    """Return for whom a person speaks."""
    return fact.event.organisation or fact.publisher


def named(port: Port, fact: Fact) -> Instance:
    """Return the alert that a command names, if the organisation may answer it.

    A foreign alert and an unknown one answer alike.
    """
    instance = port.alerts.get(fact.data.alert_id)
    organisation = organisation_of(fact)
    if instance is None or not _was_told(port, instance, organisation):
        allowed = f"an alert of {port.system} that {organisation} was told of"
        raise InvalidEvent(Problem("NOT_ALLOWED", "data.alert_id", fact.data.alert_id, allowed))
    return instance


def _was_told(port: Port, instance: Instance, organisation: str) -> bool:
    member = port.community.members.get(organisation) if port.community else None
    if port.community is None or (member and "OPS" in member.roles):
        return True
    return organisation in instance.told


def _answered(instance: Instance, before: Response, fact: Fact, kind: str, seen: int) -> Response:
    data, at = fact.data, fact.at
    if kind == "alert-commented":
        comments = (*before.comments, Comment(at, data.by, data.text))[-COMMENTS_MAX:]
        return replace(before, comments=comments)
    if kind == "alert-assigned":
        return replace(before, assigned_to=data.to, by=data.by)
    if kind == "alert-closed":
        return replace(before, closed_reason=data.reason, by=data.by)
    if instance.red_version > seen:
        return before  # it turned red since they looked
    if kind == "alert-snoozed":
        until = instant(data.until_at)
        wakes = until <= at
        return replace(
            before,
            snoozed_until_at=None if wakes else until,
            by=data.by,
            severity_then=before.severity_then if wakes else instance.shown,
        )
    if before.acknowledged_at is not None:
        return before  # the first one counts
    return replace(before, acknowledged_at=at, by=data.by, severity_then=instance.shown)


def after_turning_red(instance: Instance) -> Instance:
    """Return an alert as it is said: what was acknowledged before it turned red is void."""
    if instance.shown != "RED":
        return replace(instance, red_version=0) if instance.red_version else instance
    if instance.red_version:
        return instance
    responses = {
        organisation: replace(
            response, acknowledged_at=None, snoozed_until_at=None, severity_then=None
        )
        for organisation, response in instance.responses.items()
    }
    return replace(instance, red_version=instance.version + 1, responses=responses)


def resolved_by(instance: Instance, evidence: str) -> str:
    """Return what ended an alert: ACTION, with the event that shows it, where somebody took it."""
    acted = any(
        response.acknowledged_at is not None or response.assigned_to
        for response in instance.responses.values()
    )
    if acted or instance.accepted:
        return f"ACTION {evidence}".strip()
    return "ITSELF"


def shown(instance: Instance) -> list[dict[str, Any]]:
    """Return the responses as they stand in the alert record."""
    return [
        {
            "organisation": organisation,
            "acknowledged_at": _or_none(response.acknowledged_at),
            "by": response.by,
            "severity_then": response.severity_then,
            "assigned_to": response.assigned_to,
            "snoozed_until_at": _or_none(response.snoozed_until_at),
            "closed_reason": response.closed_reason,
            "comments": [
                {"at": written(comment.at), "by": comment.by, "text": comment.text}
                for comment in response.comments
            ],
        }
        for organisation, response in sorted(instance.responses.items())
    ]


def _or_none(at: int | None) -> str | None:
    return None if at is None else written(at)
