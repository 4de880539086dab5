"""Opening hours: how long a gate has really been quiet, for a closed one says nothing.

Hours are those of the profile, on the port's own clock; a terminal's feed is expected to speak
while any of its gates is open.
"""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from contracts.identifiers import PORT_SYSTEMS
from contracts.places import OpenHours
from contracts.profile import Community
from correlation.instants import instant, moment

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_LOOKED: Final = 15
"""No gate is closed for longer by its weekly hours."""
Week = tuple[tuple[tuple[time, time], ...], ...]
"""Per weekday the spans in which some gate is open; an end not after its start is the next day."""


def gate_hours(community: Community, organisation: str) -> Week | None:
    """Return when the gates of a terminal operator are open; None is round the clock."""
    member = community.members.get(organisation)
    gates = [
        gate
        for code in (member.operates if member else ())
        for gate in community.places[code].gates
    ]
    hours = [gate.hours for gate in gates if gate.hours is not None]
    if not gates or len(hours) < len(gates):
        return None
    week = tuple(tuple(span for each in hours for span in _spans(each, day)) for day in DAYS)
    return week if any(week) else None


def gate_week(hours: OpenHours | None) -> Week | None:
    """Return when one gate is open; None is round the clock."""
    return None if hours is None else tuple(tuple(_spans(hours, day)) for day in DAYS)


def is_open(week: Week, system: str, at: int) -> bool:
    """Tell whether a gate with these hours is open at an instant."""
    local = moment(at).astimezone(ZoneInfo(PORT_SYSTEMS[system].timezone))
    clock, day = local.time(), local.weekday()
    for opens, closes in week[day]:
        if opens <= clock and (clock < closes or closes <= opens):
            return True
    return any(closes <= opens and clock < closes for opens, closes in week[day - 1])


def _spans(hours: OpenHours, day: str) -> list[tuple[time, time]]:
    spans = [text.split("-") for text in getattr(hours, day)]
    return [(_time(opens), _time(closes)) for opens, closes in spans]


def _time(text: str) -> time:
    return time.min if text == "24:00" else time.fromisoformat(text)


def after_open_time(week: Week | None, system: str, since: int, length: int) -> int:
    """Return when so much time (ms) has passed since an instant in which a gate was open."""
    if week is None:
        return since + length
    zone = ZoneInfo(PORT_SYSTEMS[system].timezone)
    first = moment(since).astimezone(zone).date() - timedelta(days=1)
    left, counted = length, since
    for number in range(DAYS_LOOKED):
        day = first + timedelta(days=number)
        for opens, closes in sorted(week[day.weekday()]):
            ends = day if closes > opens else day + timedelta(days=1)
            from_at = max(counted, instant(datetime.combine(day, opens, zone)))
            to_at = instant(datetime.combine(ends, closes, zone))
            if to_at - from_at >= left:
                return from_at + left
            if to_at > from_at:
                left, counted = left - (to_at - from_at), to_at
    return counted + left
