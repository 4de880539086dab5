"""When each source last spoke, how often it usually does, and since when it is silent."""

from typing import Final

from msgspec.structs import replace

from contracts.catalogue import EVENT_TYPES
from correlation.instants import HOUR, MINUTE, SECOND, hour_of_week, instant
from correlation.picture.entities import Source
from correlation.picture.fact import Fact
from correlation.picture.hours import after_open_time
from correlation.picture.port import Port

IN_USE: Final = "in_use"
LAG_LEAST: Final = HOUR
LAG_WEIGHT: Final = 8
LEAST_WEIGHT: Final = 32
"""The least lag rises by so small a share of the way to each word that took longer."""
LEAST_RISE: Final = MINUTE
"""And by no more than that: one word half a day under way says nothing of the others."""
QUARTER: Final = 15 * MINUTE
"""Zones are quarters of an hour apart; what words are under way is less than half of it."""
MOST_WEIGHT: Final = 32
"""How far ahead a clock is falls by so small a share of the way to each word that shows less."""
CATCHES_ON: Final = 10 * MINUTE
"""Whoever has sent no old word for so long has sent them all."""
BEATS: Final = frozenset(name for name in EVENT_TYPES if name.endswith(".source-beat"))
MEDIAN_STEP: Final = 16
"""A running median moves by a sixteenth of itself towards each gap: bounded memory, no history."""


def source_key(source: str, family: str) -> str:
    """Return under which key a source of one family is kept."""
    return f"{source}|{family}"


def heard(port: Port, fact: Fact) -> None:
    """Note that a source spoke, whatever it said."""
    event, at = fact.event, fact.at
    key = f"{event.source}|{fact.family}"
    known = port.sources.get(key)
    if known is not None and _speaks_on(port, known, key, fact):
        if event.type in BEATS:
            port.sources.put(key, _beaten(known, fact))
        elif at > known.last_at:
            _learn_gap(port, f"{key}|{hour_of_week(at)}", at - known.last_at)
            port.sources.put(key, replace(known, last_at=at))
    else:
        _look_closely(port, fact, key)


def _look_closely(port: Port, fact: Fact, key: str) -> None:
    """Note that a source spoke where that is news: the first time, after a silence, ahead."""
    event, at = fact.event, fact.at
    if not is_in_use(port):
        port.counts.put(IN_USE, 1)
        watch_registered(port, at, is_first_word=True)
    known = port.sources.get(key)
    if known is None:
        known = Source(source=event.source, family=fact.family, watched_at=at, last_at=at)
        port.touch("source", key)
        port.show(f"source:{key}")
    gap = at - known.last_at
    is_beat = event.type in BEATS
    silent_since, spoke = known.silent_since, known.spoke
    limit = limit_of(port, known, known.last_at) if gap > floor_of(port, known) else gap
    beyond = gap > limit
    was_silent = beyond and at > silent_from(port, known, limit)
    # An outage is no habit, and no more is the night in which a gate is closed.
    if gap > 0 and not is_beat and not beyond and known.ever_spoke:
        _learn_gap(port, f"{key}|{hour_of_week(at)}", gap)
    back_at = at if was_silent or not known.ever_spoke else known.back_at
    is_old = known.ever_spoke and _is_old(known, fact, back_at)
    catches_up_until = _catches_up_until(port, known, fact, back_at, is_old=is_old)
    new_until = known.new_until if known.ever_spoke else catches_up_until
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
    if known.ever_spoke and at > catches_up_until and not is_beat:
        _learn_lag(port, key, fact)
    ahead_at, ahead_by, fine_at, fine_run = _clock(port, known, fact)
    after = Source(
        catches_up_until=catches_up_until,
        new_until=new_until,
        back_at=back_at,
        old_at=at if is_old else known.old_at,
        ahead_at=ahead_at,
        ahead_by=ahead_by,
        fine_at=fine_at,
        fine_run=fine_run,
        source=known.source,
        family=known.family,
        watched_at=known.watched_at,
        last_at=at if gap > 0 else known.last_at,
        beat_at=beat_at,
        quiet_until=quiet_until,
        silent_since=silent_since,
        spoke=spoke,
        ever_spoke=True,
    )
    port.sources.put(key, _with_off(port, known, after, at))


def _with_off(port: Port, known: Source, source: Source, at: int) -> Source:
    """Return a source with what is to be added to its times, and what was before this instant."""
    key = source_key(source.source, source.family)
    is_ahead = source.ahead_at > source.fine_at
    off = -_quarters(source.ahead_by) if is_ahead else _behind_by(port, key)
    before = known.off_before if known.off_at == at else known.off
    return replace(source, off=off, off_before=before, off_at=at)


def _is_old(known: Source, fact: Fact, back_at: int) -> bool:
    """Tell whether a word was written before its source was heard again."""
    return fact.at <= known.catches_up_until and fact.recorded_at + known.off < back_at


def _catches_up_until(port: Port, known: Source, fact: Fact, back_at: int, *, is_old: bool) -> int:
    """Return until when what a source says may be what it had to say while nobody heard it.

    A busy gate has more of that after a night than it sends in hours: it goes on for as long as
    one word from before it was back follows the other.
    """
    if back_at == fact.at:
        return fact.at + int(port.policy.disorder_late_hours * HOUR)
    # Of one that is new here nobody knows yet what its clock is worth.
    is_known = known.ever_spoke and back_at > known.new_until
    goes_on = is_known and is_old and known.catches_up_until < fact.at + CATCHES_ON
    return max(known.catches_up_until, fact.at + CATCHES_ON) if goes_on else known.catches_up_until


def _speaks_on(port: Port, known: Source, key: str, fact: Fact) -> bool:
    """Tell whether a source only goes on as usual: nothing but when it last spoke is new."""
    return (
        known.ever_spoke
        and known.silent_since is None
        and not known.ahead_at
        and fact.at - known.last_at <= (port.floors.get(key) or _kept_floor(port, known, key))
        and fact.recorded_at - fact.received_at <= port.policy.disorder_future_minutes * MINUTE
        and fact.received_at - fact.recorded_at <= LAG_LEAST
        and f"{key}|lag" not in port.gaps
        and not fact.is_withdrawn
        and not _is_old(known, fact, known.back_at)
    )


def _beaten(known: Source, fact: Fact) -> Source:
    quiet, at = fact.data.quiet_until_at, fact.at
    quiet_until = instant(quiet) if quiet else known.quiet_until
    return replace(known, last_at=max(at, known.last_at), beat_at=at, quiet_until=quiet_until)


def _kept_floor(port: Port, source: Source, key: str) -> int:
    return port.floors.keep(key, floor_of(port, source))


def _clock(port: Port, known: Source, fact: Fact) -> tuple[int, int, int, int]:
    """Return when a source's clock was last ahead, by how much, when it was right, how often.

    It is right again after a few words in a row: one that was long under way proves nothing.
    Such a one is ahead by less than its clock is, so the most counts of what the words show.
    """
    at, ahead = fact.at, fact.recorded_at - fact.received_at
    if ahead > int(port.policy.disorder_future_minutes * MINUTE):
        port.touch("source", source_key(known.source, known.family))
        return at, _ahead_by(known, fact, ahead), known.fine_at, 0
    if not known.ahead_at:
        return 0, known.ahead_by, 0, 0
    right = known.fine_run + 1
    if right < port.policy.disorder_clock_words:
        return known.ahead_at, known.ahead_by, known.fine_at, right
    if known.fine_at <= known.ahead_at:
        port.touch("source", source_key(known.source, known.family))
    return known.ahead_at, known.ahead_by, at, right


def _ahead_by(known: Source, fact: Fact, ahead: int) -> int:
    """Return by how much a clock is ahead, where a word shows so much.

    It falls by a small share with each word that shows less, and not while these were held up.
    """
    before = known.ahead_by if known.ahead_at > known.fine_at else 0
    less = before - ahead
    if less <= 0 or fact.at == known.ahead_at or fact.at <= known.catches_up_until:
        return max(ahead, before)
    return before - less // MOST_WEIGHT


def _learn_lag(port: Port, key: str, fact: Fact) -> None:
    """Let each word count an eighth in how long after it was written a source is heard.

    Kept of a source that was hours behind only: its clock is, or it sends by the batch.
    """
    lag = fact.received_at - fact.recorded_at
    slot = f"{key}|lag"
    before = port.gaps.get(slot)
    if before is None and lag <= LAG_LEAST:
        return
    _learn_least(port, key, lag, fact.at)
    after = (before or 0) + (lag - (before or 0)) // LAG_WEIGHT
    if after <= LAG_LEAST // LAG_WEIGHT:
        for name in ("lag", "least", "since", "span"):
            port.gaps.drop(f"{key}|{name}")
        return
    port.gaps.put(slot, after)


def _learn_least(port: Port, key: str, lag: int, at: int) -> None:
    """Keep how late the quickest words come, since when, and for how long they have so far.

    Their being as late for long is what a wrong clock looks like; a quicker one begins anew.
    """
    least = port.gaps.get(f"{key}|least", lag)
    since = port.gaps.get(f"{key}|since", at)
    if lag < least - QUARTER:
        since = at
        port.gaps.put(f"{key}|span", 0)
    elif lag <= least + QUARTER:
        port.gaps.put(f"{key}|span", at - since)
    port.gaps.put(f"{key}|since", since)
    rise = min((lag - least) // LEAST_WEIGHT, LEAST_RISE)
    port.gaps.put(f"{key}|least", min(lag, least + rise))


def _behind_by(port: Port, key: str) -> int:
    """Return by how much the clock of a source is behind, told by its quickest words of a while.

    What is sent by the batch, or is long under way, is heard later than these; and what was held
    up for hours all comes within minutes.
    """
    if port.gaps.get(f"{key}|span", 0) < LAG_LEAST // 2:
        return 0
    least = port.gaps.get(f"{key}|least", 0)
    return _quarters(least) if least > LAG_LEAST // 2 else 0


def _quarters(span: int) -> int:
    return (span + QUARTER // 2) // QUARTER * QUARTER


def clock_off(port: Port, fact: Fact, at: int) -> int:
    """Return what is to be added to the times of a fact at an instant (ms): 0 of a right clock.

    What was learned at that very instant does not count, but for what the fact itself shows.
    """
    source = port.sources.get(source_key(fact.event.source, fact.family))
    if source is None:
        return 0
    off = source.off_before if source.off_at == at else source.off
    ahead = fact.recorded_at - fact.received_at
    if ahead > port.policy.disorder_future_minutes * MINUTE:
        return min(off, -_quarters(ahead))
    return off


def is_backlog(port: Port, fact: Fact, at: int) -> bool:
    """Tell whether a late fact is no news by itself.

    Its source was silent, is new here, or is heard as late as that whatever it says.
    """
    limit = int(port.policy.disorder_late_hours * HOUR)
    off = fact.clock_off if at == fact.occurred_at else 0
    late = fact.received_at - at
    if late - min(0, off) <= limit:  # of a clock that is ahead, by the right time
        return False
    key = source_key(fact.event.source, fact.family)
    if off:
        return late - off <= limit or is_catching_up(port, fact)
    usual = port.gaps.get(f"{key}|lag", 0)
    if usual > LAG_LEAST and late - usual <= limit:
        return True
    return is_catching_up(port, fact)


def is_new(port: Port, fact: Fact) -> bool:
    """Tell whether a source was heard here for the first time, not long before a fact."""
    source = port.sources.get(source_key(fact.event.source, fact.family))
    return source is not None and fact.at <= source.new_until


def is_catching_up(port: Port, fact: Fact) -> bool:
    """Tell whether a source may say now what it had to say while nobody heard it."""
    source = port.sources.get(source_key(fact.event.source, fact.family))
    return source is not None and fact.at <= source.catches_up_until


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


def is_in_use(port: Port) -> bool:
    """Tell whether any source of the port ever spoke: before that its silence is no news."""
    return IN_USE in port.counts


def is_beyond_limit(port: Port, source: Source, now: int) -> bool:
    """Tell whether a source has been quiet for too long, and did not say that it would be."""
    if not is_in_use(port):
        return False
    limit = limit_of(port, source, source.last_at)
    return now > max(silent_from(port, source, limit), source.quiet_until)


def silent_from(port: Port, source: Source, limit: int) -> int:
    """Return when a source that says nothing more will be silent; closed hours do not count."""
    week = port.hours_of(source.source, source.family)
    return after_open_time(week, port.system, source.last_at, limit)


def watch_registered(port: Port, at: int, *, is_first_word: bool = False) -> None:
    """Watch every source of the profile from now on, also those that never spoke.

    In a port where nobody ever spoke the watch begins with the first word of anybody.
    """
    community = port.community
    for registered in community.sources if community else ():
        for family in registered.families:
            key = source_key(registered.source, family)
            if key not in port.sources or is_first_word:
                new = Source(source=registered.source, family=family, watched_at=at, last_at=at)
                port.sources.put(key, new)
            port.touch("source", key)
            port.show(f"source:{key}")
