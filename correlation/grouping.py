"""One cause, many effects: which alert stands behind which, and whose evidence has gone stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from contracts.topics import FAMILIES
from correlation.findings import SEVERITIES, Finding

if TYPE_CHECKING:
    from correlation.lifecycle import Judge
    from correlation.lifecycle_records import Instance
    from correlation.picture.port import Port


SILENCE = "D01"
"""The alert by which a source is known to be silent."""


OVER: Final = ("CLEARED", "EXPIRED")
"""States of an alert that was true and is no longer."""


def _root_of(port: Port, instance: Instance) -> str | None:
    """Return the alert id or condition id at the root of what causes an alert, or None.

    What only waited to be cleared when the alert was raised is not behind it.
    """
    for cause in instance.finding.causes:
        if "|" not in cause:
            return cause  # no dedup key of this port: a condition, or an alert of another port
        behind = port.alerts.get(port.latest.get(cause, ""))
        if behind is None or behind.state != "OPEN" or behind.alert_id == instance.alert_id:
            continue
        over_since = behind.clearing_since
        root = behind.root or behind.alert_id
        if root != instance.alert_id and (over_since is None or over_since > instance.raised_at):
            return root
    return None


def _root_since(port: Port, instance: Instance, since: int) -> str | None:
    """Return the root of a cause that was so at an instant, and ended in the hold since then."""
    for cause in instance.finding.causes:
        behind = port.alerts.get(port.latest.get(cause, ""))
        ended = _over_at(behind) if behind else None
        root = (behind.root or behind.alert_id) if behind else None
        if ended is not None and ended > since and root != instance.alert_id:
            return root
    return None


def _over_at(instance: Instance) -> int | None:
    """Return when an alert was last true; None while it is, or if it never was."""
    if instance.state == "OPEN" or instance.clearing_since is not None:
        return instance.clearing_since
    return instance.closed_at if instance.state in OVER else None


def attach(judge: Judge, alert_id: str, since: int | None = None) -> None:
    """Put an open alert under its cause, and remember which causes it would follow.

    `since`: since when one that was just raised is so. Where nothing stands behind it now, what
    ended in its hold does.
    """
    port = judge.port
    instance = port.alerts[alert_id]
    for cause in instance.finding.causes:
        followers = port.effects.get(cause, ())
        if instance.key not in followers:
            port.effects.put(cause, (*followers, instance.key))
    root = _root_of(port, instance)
    if root is None and since is not None:
        root = _root_since(port, instance, since)
    port.alerts.put(alert_id, replace(instance, root=root))
    parent = port.alerts.get(root or "")
    if parent and parent.state == "OPEN":
        children = {**parent.children, alert_id: instance.severity}
        port.alerts.put(parent.alert_id, replace(parent, children=children))
        port.regroup.put(parent.alert_id, value=True)


def detach(judge: Judge, instance: Instance) -> None:
    """Take an alert from under its cause."""
    port = judge.port
    for cause in instance.finding.causes:
        left = tuple(key for key in port.effects.get(cause, ()) if key != instance.key)
        if left:
            port.effects.put(cause, left)
        else:
            port.effects.drop(cause)
    parent = port.alerts.get(instance.root or "")
    if parent and instance.alert_id in parent.children:
        children = {name: s for name, s in parent.children.items() if name != instance.alert_id}
        port.alerts.put(parent.alert_id, replace(parent, children=children))
        port.regroup.put(parent.alert_id, value=True)


def tell_parent(judge: Judge, alert_id: str) -> None:
    """Let the incident know that the severity of one of its effects changed."""
    port = judge.port
    instance = port.alerts[alert_id]
    parent = port.alerts.get(instance.root or "")
    if parent and alert_id in parent.children:
        children = {**parent.children, alert_id: instance.severity}
        port.alerts.put(parent.alert_id, replace(parent, children=children))
        port.regroup.put(parent.alert_id, value=True)


def follow_cause(judge: Judge, key: str) -> None:
    """After a possible cause was raised or closed, let its effects find their root again."""
    port = judge.port
    waiting = list(port.effects.get(key, ()))
    seen = {key}
    while waiting:
        effect = waiting.pop(0)
        if effect in seen:
            continue
        seen.add(effect)
        instance = port.alerts.get(port.latest.get(effect, ""))
        if instance is None or instance.state != "OPEN":
            continue
        root = _root_of(port, instance)
        parent = port.alerts.get(root or "")
        if root != instance.root or (parent and instance.alert_id not in parent.children):
            detach(judge, instance)
            attach(judge, instance.alert_id)
            judge.say(instance.alert_id, "REGROUPED")
            waiting += port.effects.get(effect, ())


def tell_roots(judge: Judge) -> None:
    """Say every incident whose effects changed since the last tick."""
    port = judge.port
    for alert_id in sorted(port.regroup):
        port.regroup.drop(alert_id)
        instance = port.alerts.get(alert_id)
        if instance is None or instance.state != "OPEN":
            continue
        of_all = (instance.severity, *instance.children.values())
        shown = max(of_all, key=SEVERITIES.index)
        port.alerts.put(alert_id, replace(instance, shown=shown))
        judge.say(alert_id, "REGROUPED")


def silent_among(port: Port, finding: Finding) -> tuple[str, ...]:
    """Return the silent sources on which a finding rests."""
    return tuple(sorted({e.source for e in finding.evidence if is_silent(port, e.source)}))


def is_silent(port: Port, source: str) -> bool:
    """Tell whether an alert of silence (D01) is open for any family of a source."""
    for family in FAMILIES:
        key = f"{SILENCE}|{source}|{family}|{port.system}"
        instance = port.alerts.get(port.latest.get(key, ""))
        if instance and instance.state == "OPEN":
            return True
    return False


def mark_stale(judge: Judge, silence: Instance) -> None:
    """Flag, or no longer flag, every open alert that rests on a source of this silence alert."""
    port = judge.port
    source = silence.key.split("|")[1]
    for alert_id, instance in list(port.alerts.items()):
        if instance.state != "OPEN":
            continue
        stale = silent_among(port, instance.finding)
        if stale != instance.stale and (source in stale or source in instance.stale):
            port.alerts.put(alert_id, replace(instance, stale=stale))
            judge.say(alert_id, "STALE" if source in stale else "FRESH")
