"""What goes on all the time: beats of every source, queues at gates, stock in the yard."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from random import Random

from contracts.profile import Community
from simulator.cast import Cast
from simulator.moments import END, START, Moment, Pen, written
from simulator.ships import HOUR, MINUTE

BEAT_EARLY = 4 * MINUTE
"""A source beats so long before its silence would be noticed."""
QUIET = 6 * HOUR
"""A source that has nothing to say announces so long a quiet at a time."""
REPEATED_SHARE = 0.01
REPEATED_AFTER = 4 * MINUTE


def beats(cast: Cast, moments: Iterable[Moment]) -> Iterator[Moment]:
    """Yield a beat wherever a source would else be quiet for too long."""
    spoken: dict[tuple[str, str], list[datetime]] = {}
    for moment in moments:
        spoken.setdefault((moment.source, moment.family), []).append(moment.at)
    for pen, family, allowed in cast.pens():
        said = sorted(spoken.get((pen.source, family), []))
        wait = max(2 * MINUTE, timedelta(minutes=allowed) - BEAT_EARLY) if said else QUIET
        for at in _pauses(said, wait):
            yield _beat(pen, family, at, quiet_until=None if said else at + wait + BEAT_EARLY)


def _pauses(said: list[datetime], wait: timedelta) -> Iterator[datetime]:
    """Yield the instants at which someone who spoke at `said` would have been quiet for `wait`."""
    last = START - wait
    for spoken in chain(said, [END]):
        while last + wait < spoken:
            last += wait
            yield last
        last = spoken


def _beat(pen: Pen, family: str, at: datetime, quiet_until: datetime | None = None) -> Moment:
    data = {"as_of": written(at), "state": "UP"}
    if quiet_until:
        data["quiet_until_at"] = written(quiet_until)
    return pen.write(at, f"{family}.source-beat", pen.source, data)


def gauges(community: Community, cast: Cast, chance: Random) -> Iterator[Moment]:
    """Yield the queue of each gate every hour, the stock of each block every three hours."""
    for facility in community.facilities:
        gate, yard = (cast.pen("TER", name, facility.code) for name in ("gate", "yard"))
        for each in facility.gates:
            at = START + 12 * MINUTE
            while at < END:
                data = {
                    "as_of": written(at),
                    "direction": "BOTH",
                    "trucks": chance.randint(2, 14),
                    "wait_mean_min": chance.randint(6, 18),
                    "refs": {"facility": facility.code},
                }
                subject = f"{facility.code}/gate/{each.id}"
                yield gate.write(at, "gate.queue-reported", subject, data)
                at += HOUR
        for block in facility.blocks:
            # A quarter to half full, and never more than seven tenths: the story has room.
            at, share = START + 6 * MINUTE, chance.randint(200, 400) / 800
            while at < END:
                share = min(0.7, max(0.1, share + chance.randint(-15, 15) / 800))
                teu = round(share * block.capacity_teu)
                data = {
                    "as_of": written(at),
                    "boxes": round(teu / 1.6),
                    "teu": teu,
                    "capacity_teu": block.capacity_teu,
                    "refs": {"facility": facility.code},
                }
                subject = f"{facility.code}/block/{block.id}"
                yield yard.write(at, "yard.inventory-reported", subject, data)
                at += 3 * HOUR


def silenced(
    moments: Iterable[Moment], pen: Pen, start: datetime, end: datetime
) -> Iterator[Moment]:
    """Yield the moments of a gate that is cut off: its beats are lost, its facts come late.

    Once the line is up again it beats first, then sends what it recorded meanwhile, in order.
    """
    yield _beat(pen, "gate", end)
    late = 0
    for moment in moments:
        if moment.source != pen.source or not start <= moment.at < end:
            yield moment
        elif not str(moment.event["type"]).endswith(".source-beat"):
            late += 1
            yield replace(moment, at=end + (1 + late // 10) * MINUTE)


def repeated(moments: Iterable[Moment], chance: Random, *, but: str) -> Iterator[Moment]:
    """Yield moments, one in a hundred a second time, as unsure senders do; `but` never does."""
    for moment in moments:
        yield moment
        if chance.random() < REPEATED_SHARE and moment.source != but:
            yield replace(moment, at=moment.at + REPEATED_AFTER)
