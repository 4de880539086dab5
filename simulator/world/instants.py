"""Instants of the world: whole milliseconds since 1970, UTC, and how wire and ports write them."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from correlation.instants import DAY, HOUR, MINUTE, SECOND

FIRST_DAY: Final = 1_793_577_600_000
"""Monday 2026-11-02, 00:00 UTC: where every run begins."""
_MINUTES: Final = tuple(f"T{at // 60:02d}:{at % 60:02d}:" for at in range(24 * 60))
_SECONDS: Final = tuple(f"{at:02d}Z" for at in range(60))


def written(at: int) -> str:
    """Return an instant as the wire has it, in whole seconds."""
    day, rest = divmod(at, DAY)
    return _date(day) + _MINUTES[rest // MINUTE] + _SECONDS[rest % MINUTE // SECOND]


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).isoformat()[:10]


def span(start: int, end: int) -> dict[str, str]:
    """Return a span as the wire has it."""
    return {"from_at": written(start), "to_at": written(end)}


def whole(at: float, unit: int = SECOND) -> int:
    """Return the last whole unit (a second, a minute, five) at or before an instant."""
    return int(at) // unit * unit


def local(at: int, timezone: str) -> tuple[int, int]:
    """Return the weekday (0 is Monday) and the hour on the clock of a port."""
    shown = at + _offset(at // HOUR, timezone)
    return (shown // DAY + 3) % 7, shown // HOUR % 24


@lru_cache(maxsize=4096)
def _offset(hour: int, timezone: str) -> int:
    aware = datetime.fromtimestamp(hour * 3600, ZoneInfo(timezone))
    shift = aware.utcoffset()
    assert shift is not None, "an aware instant has an offset"
    return int(shift.total_seconds()) * SECOND
