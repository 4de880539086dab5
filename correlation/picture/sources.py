"""When each source last spoke, how often it usually does, and since when it is silent."""

from typing import Final

from correlation.instants import MINUTE, SECOND, hour_of_week, instant
from correlation.picture.entities import Source
from correlation.picture.fact import Fact
from correlation.picture.port import Port

MEDIAN_STEP: Final = 16
"""A running median moves by a sixteenth of itself towards each gap: bounded memory, no history."""


def source_key(source: str, family: str) -> str:
    """Return under which key a source of one family is kept."""
    return f"{source}|{family}"


def heard(port: Port, fact: Fact) -> None:
    """Note that a source spoke, whatever it said."""
    event, at = fact.event, fact.at
    key = source_key(event.source, fact.family)
    known = port.sources.get(key)
    if known is None:
        known = Source(source=event.source, family=fact.family, watched_at=at, last_at=at)
        port.touch("source", key)
        port.show(f"source:{key}")
    gap = at - known.last_at
    is_beat = event.type.endswith(".source-beat")
    was_silent = gap > floor_of(port, known) and gap > limit_of(port, known, known.last_at)
    if gap > 0 and not is_beat and not was_silent and known.events:
        _learn_gap(port, f"{key}|{hour_of_week(at)}", gap)  # an outage is no habit
    silent_since, spoke = known.silent_since, known.spoke
    if was_silent and silent_since is None:
        silent_since, spoke = known.last_at, 0
    spoke += 1
    beat_at, quiet_until = known.beat_at, known.quiet_until
    if is_beat:
        quiet = None if fact.is_withdrawn else fact.data.quiet_until_at
        beat_at, quiet_until = at, instant(quiet) if quiet else quiet_until
    if silent_since is not None and (is_beat or spoke >= port.policy.silence_clear_events):
        silent_since, spoke = None, 0
    if was_silent or known.silent_since is not None:
        port.touch("source", key)
    port.sources.put(
        key,
        Source(
            source=known.source,
            family=known.family,
            watched_at=known.watched_at,
            last_at=at if gap > 0 else known.last_at,
            beat_at=beat_at,
            quiet_until=quiet_until,
            silent_since=silent_since,
            spoke=spoke,
            events=known.events + 1,
        ),
    )


def _learn_gap(port: Port, slot: str, gap: int) -> None:
    median = port.gaps.get(slot)
    if median is None:
        port.gaps.put(slot, gap)
        return
    step = max(SECOND, median // MEDIAN_STEP)
    if abs(gap - median) > step:
        port.gaps.put(slot, median + step if gap > median else median - step)


def floor_of(port: Port, source: Source) -> int:
    """Return the silence (ms) below which a source is never called silent."""
    return int(port.silence_floor(source.source, source.family) * MINUTE)


def limit_of(port: Port, source: Source, at: int) -> int:
    """Return after how much silence (ms) a source is called silent at this hour of the week."""
    median = port.gaps.get(f"{source.source}|{source.family}|{hour_of_week(at)}", 0)
    return max(floor_of(port, source), int(port.policy.silence_median_factor * median))


def is_beyond_limit(port: Port, source: Source, now: int) -> bool:
    """Tell whether a source has been quiet for too long, and did not say that it would be."""
    limit = limit_of(port, source, source.last_at)
    return now > max(source.last_at + limit, source.quiet_until)


def watch_registered(port: Port, at: int) -> None:
    """Watch every source of the profile from now on, also those that never spoke."""
    community = port.community
    for registered in community.sources if community else ():
        for family in registered.families:
            key = source_key(registered.source, family)
            if key not in port.sources:
                new = Source(source=registered.source, family=family, watched_at=at, last_at=at)
                port.sources.put(key, new)
            port.touch("source", key)
            port.show(f"source:{key}")
