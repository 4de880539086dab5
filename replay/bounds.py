"""Where a range begins and ends: an instant, a day of the port, or a journal offset."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from correlation.instants import instant

ALLOWED: Final = (
    "an instant such as 2026-11-10T15:00:00Z, a day of the port such as 2026-11-10,"
    " or a journal offset such as 1200"
)


class BadBound(ValueError):
    """What was given is neither an instant, nor a day, nor an offset; the message says so."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range: `offset` of a frame, or `at` in milliseconds, UTC; the other is None."""

    offset: int | None = None
    at: int | None = None


def first_bound(text: str, zone: str) -> Bound:
    """Return the first frame or instant that belongs to a range; raises `BadBound`."""
    return _offset(text) or _day(text, zone, 0) or _instant(text)


def end_bound(text: str, zone: str) -> Bound:
    """Return what is the first behind a range: a named offset or day is still in it.

    Raises:
        BadBound: not understood.
    """
    named = _offset(text)
    if named is not None and named.offset is not None:
        return Bound(offset=named.offset + 1)
    return _day(text, zone, 1) or _instant(text)


def _offset(text: str) -> Bound | None:
    return Bound(offset=int(text)) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _day(text: str, zone: str, later: int) -> Bound | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        midnight = datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone))
    except ValueError as error:
        raise BadBound(f"found {text!r} ({error}), allowed is {ALLOWED}") from error
    return Bound(at=instant((midnight + timedelta(days=later)).astimezone(UTC)))


def _instant(text: str) -> Bound:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadBound(f"found {text!r}, allowed is {ALLOWED}") from error
    if moment.tzinfo is None:
        raise BadBound(f"found {text!r} without a zone; write a Z behind it for UTC")
    return Bound(at=instant(moment.astimezone(UTC)))
