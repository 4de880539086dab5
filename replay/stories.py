"""What became of each alert in a fold, and which alerts of two folds are not the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from correlation.state import Said, Spoken

Alert = dict[str, Any]

TOLD: Final = (
    "raised_at",
    "severity_path",
    "state",
    "closed_at",
    "impact_at",
    "act_by_at",
    "reopened",
    "action",
)
"""What makes two alerts differ for who must act: when, how bad, until when, what to do, how it
ended. Their ids, places in the journal and thresholds differ without anybody noticing."""


class Changed(NamedTuple):
    """An alert that both folds raise, with (field, was, would be) where they differ."""

    was: Alert
    would_be: Alert
    fields: tuple[tuple[str, object, object], ...]


@dataclass
class Diff:
    """How the alerts of two folds differ, each list in the order of the raise."""

    added: list[Alert] = field(default_factory=list)
    removed: list[Alert] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: int = 0

    def document(self) -> dict[str, Any]:
        """Return the difference for a program."""
        return {
            "added": self.added,
            "removed": self.removed,
            "changed": [
                {
                    "was": changed.was,
                    "would_be": changed.would_be,
                    "fields": [
                        {"field": name, "was": was, "would_be": would_be}
                        for name, was, would_be in changed.fields
                    ],
                }
                for changed in self.changed
            ],
            "same": self.same,
        }


class Stories:
    """The last word about every alert of one port system, as a fold says it."""

    def __init__(self, system: str) -> None:
        """Begin with no alert."""
        self._system = system
        self._alerts: dict[str, Alert] = {}

    def open_with(self, spoken: Mapping[tuple[str, str], Spoken]) -> None:
        """Take what is said where the range begins."""
        for (topic, key), known in spoken.items():
            if topic == "alerts":
                self._take(key, known.port, known.value)

    def hear(self, said: Iterable[Said]) -> None:
        """Take what a frame says. A tombstone forgets an alert that had ended: its story stays."""
        for one in said:
            if one.topic == "alerts" and one.value is not None:
                self._take(one.key, one.port, one.value)

    def by_subject(self) -> dict[str, list[Alert]]:
        """Return the alerts by dedup key, each list in the order of the raise."""
        found: dict[str, list[Alert]] = {}
        for alert in sorted(self._alerts.values(), key=_raise):
            found.setdefault(alert["dedup_key"], []).append(alert)
        return found

    def _take(self, key: str, port: str, value: bytes) -> None:
        if port == self._system:
            self._alerts[key] = msgspec.json.decode(value)["data"]


def differing_stories(was: Stories, would_be: Stories) -> Diff:
    """Compare two folds, alert by alert of the same subject.

    An alert's id holds the instant of its raise, which other thresholds move. So of one dedup key
    equal ids are one alert, and what is left is paired in the order of the raise.
    """
    diff = Diff()
    left, right = was.by_subject(), would_be.by_subject()
    for subject in sorted({*left, *right}):
        _compare(left.get(subject, []), right.get(subject, []), diff)
    diff.added.sort(key=_raise)
    diff.removed.sort(key=_raise)
    diff.changed.sort(key=lambda changed: _raise(changed.was))
    return diff


def _compare(was: list[Alert], would_be: list[Alert], diff: Diff) -> None:
    both = {alert["alert_id"] for alert in was} & {alert["alert_id"] for alert in would_be}
    pairs = [*zip(_of(was, both), _of(would_be, both), strict=True)]
    left, right = _without(was, both), _without(would_be, both)
    pairs += zip(left, right, strict=False)
    for one, other in pairs:
        if fields := _fields(one, other):
            diff.changed.append(Changed(one, other, fields))
        else:
            diff.same += 1
    diff.removed += left[len(right) :]
    diff.added += right[len(left) :]


def _of(alerts: list[Alert], ids: set[str]) -> list[Alert]:
    return [alert for alert in alerts if alert["alert_id"] in ids]


def _without(alerts: list[Alert], ids: set[str]) -> list[Alert]:
    return [alert for alert in alerts if alert["alert_id"] not in ids]


def _fields(was: Alert, would_be: Alert) -> tuple[tuple[str, object, object], ...]:
    return tuple(
        (name, was.get(name), would_be.get(name))
        for name in TOLD
        if was.get(name) != would_be.get(name)
    )


def _raise(alert: Alert) -> tuple[str, str]:
    return alert["raised_at"], alert["dedup_key"]
