"""Days, weeks and months of a port, in its own zone."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from contracts.identifiers import PORT_SYSTEMS
from correlation.instants import DAY, HOUR, MINUTE, instant, moment

QUARTER: Final = 15 * MINUTE
"""The zones of the ports begin their days on whole quarters of an hour."""
NIGHT_BEGINS, NIGHT_ENDS = 23 * HOUR, 7 * HOUR
KEPT: Final = {"DAY": 14 * DAY, "WEEK": 63 * DAY, "MONTH": 400 * DAY}
"""How long after its end a period is kept: two weeks, nine weeks, and the same month last year."""


class Period(NamedTuple):
    """A day, week or month: its name (2026-11-05, 2026-W45, 2026-11), and its first and end."""

    label: str
    begins_at: int
    ends_at: int


def period_of(system: str, kind: str, at: int) -> Period:
    """Return the period of a port system in which an instant lies; the end is not in it."""
    return _period(PORT_SYSTEMS[system].timezone, kind, at // QUARTER)


@lru_cache(maxsize=4096)
def _period(timezone: str, kind: str, quarter: int) -> Period:
    zone = ZoneInfo(timezone)
    day = moment(quarter * QUARTER).astimezone(zone).date()
    if kind == "DAY":
        first, label = day, day.isoformat()
        end = first + timedelta(days=1)
    elif kind == "WEEK":
        first = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        label, end = f"{year}-W{week:02d}", first + timedelta(days=7)
    else:
        first, label = day.replace(day=1), day.isoformat()[:7]
        end = (first + timedelta(days=32)).replace(day=1)
    return Period(label, _begin(first, zone), _begin(end, zone))


def off_night(system: str, at: int) -> int:
    """Return how far an instant is from the night of a port, 23:00 to 07:00 (indicator K19)."""
    local = moment(at).astimezone(ZoneInfo(PORT_SYSTEMS[system].timezone))
    since_midnight = (local.hour * 60 + local.minute) * MINUTE
    if not NIGHT_ENDS <= since_midnight < NIGHT_BEGINS:
        return 0
    return min(since_midnight - NIGHT_ENDS + MINUTE, NIGHT_BEGINS - since_midnight)


def _begin(day: date, zone: ZoneInfo) -> int:
    # Where a day has no midnight (Chile in September), this is the instant at which it begins.
    return instant(datetime.combine(day, time.min, zone))
