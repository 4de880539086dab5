"""What a reader may ask of a port's alerts: filters, one stable order, and pages through it."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import msgspec

from contracts.alerts import Alert
from services.alert_gateway.answers import bad_parameter
from services.alert_gateway.items import in_language

SEVERITIES: Final = ("RED", "ORANGE", "YELLOW")
STATES: Final = ("OPEN", "CLEARED", "EXPIRED", "RETRACTED", "SUPERSEDED")
FIELDS: Final = tuple(Alert.model_fields)
_NEVER: Final = "9999-12-31T00:00:00Z"

Document = dict[str, Any]
SortKey = tuple[int, str, str]


class AlertQuery(NamedTuple):
    """The filters of one request; an empty one lets everything through."""

    states: frozenset[str] = frozenset({"OPEN"})
    severities: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    object: str | None = None
    since: datetime | None = None

    def matches(self, alert: Document) -> bool:
        """Tell whether an alert passes every filter."""
        return (
            (not self.states or alert.get("state") in self.states)
            and (not self.severities or alert.get("severity") in self.severities)
            and (not self.codes or alert.get("code") in self.codes)
            and (self.object is None or _names(alert, self.object))
            and (self.since is None or _instant(alert.get("updated_at")) >= self.since)
        )


def sort_key(alert: Document) -> SortKey:
    """Return the order of every list: severity, then what must be done first, then id."""
    severity = alert.get("severity", "")
    rank = SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
    return rank, alert.get("act_by_at") or _NEVER, alert.get("alert_id", "")


def in_order(standards: Iterable[Document]) -> list[Document]:
    """Return periods of service standards: running ones first, of one promise the newest first."""
    newest_first = sorted(standards, key=lambda one: one.get("begins_at") or "", reverse=True)
    return sorted(newest_first, key=lambda one: (bool(one.get("is_over")), one["standard_id"]))


def page(
    alerts: Iterable[Document], query: AlertQuery, *, cursor: str | None, limit: int
) -> tuple[list[Document], int, str | None]:
    """Return one page, how many match in all, and the cursor of the next page.

    A cursor names the last alert's place in the order, so that alerts which come and go
    meanwhile shift nothing.
    """
    after = _read_cursor(cursor) if cursor else None
    found = [(sort_key(alert), alert) for alert in alerts if query.matches(alert)]
    matching = sorted(found, key=lambda entry: entry[0])
    rest = [entry for entry in matching if after is None or entry[0] > after]
    chosen = rest[:limit]
    upcoming = _write_cursor(chosen[-1][0]) if len(rest) > limit else None
    return [alert for _key, alert in chosen], len(matching), upcoming


def thinned(alert: Document, *, language: str | None, fields: frozenset[str]) -> Document:
    """Return an alert with its text in one language, and only the fields asked for."""
    if language is not None:
        alert = in_language(alert, language)
    if not fields:
        return alert
    return {name: value for name, value in alert.items() if name in fields}


def read_fields(text: str | None) -> frozenset[str]:
    """Return the fields named in a comma-separated list."""
    names = frozenset(name.strip() for name in (text or "").split(",") if name.strip())
    for name in sorted(names):
        if name not in FIELDS:
            raise bad_parameter("fields", name, "a comma-separated list of " + ", ".join(FIELDS))
    return names | {"alert_id", "version"} if names else names


def _names(alert: Document, wanted: str) -> bool:
    for reference in alert.get("object_refs") or ():
        label = str(reference.get("label") or "")
        if reference.get("id") == wanted or wanted.casefold() in label.casefold():
            return True
    return False


def _instant(text: str | None) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.min.replace(tzinfo=UTC)


def _write_cursor(key: SortKey) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _read_cursor(cursor: str) -> SortKey:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key: SortKey = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=SortKey)
    except (ValueError, msgspec.DecodeError) as error:
        raise bad_parameter("cursor", cursor, "the `next` of an earlier page") from error
    return key
