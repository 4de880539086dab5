"""What goes on all the time: beats of every source, queues at gates, stock in the yard."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from contracts.profile import Community
from simulator.cast import Cast
from simulator.moments import END, START, Moment, Pen, written
from simulator.ships import HOUR, MINUTE

BEAT_SHARE = 0.6
"""A source beats after this share of the silence that it is allowed."""
REPEATED_SHARE = 0.01
REPEATED_AFTER = 4 * MINUTE


def beats(cast: Cast, moments: Iterable[Moment]) -> Iterator[Moment]:
    """Yield a beat wherever a source would else be quiet for too long."""
    spoken: dict[tuple[str, str], list[datetime]] = {}
    for moment in moments:
        spoken.setdefault((moment.source, moment.family), []).append(moment.at)
    for pen, family, allowed in cast.pens():
        wait = max(2 * MINUTE, timedelta(minutes=int(allowed * BEAT_SHARE)))
        said = iter(sorted(spoken.get((pen.source, family), [])))
        following = next(said, None)
        at = START
        while at < END:
            yield _beat(pen, family, at)
            last = at
            while following is not None and following <= last + wait:
                last = max(last, following)
                following = next(said, None)
            at = last + wait


def _beat(pen: Pen, family: str, at: datetime) -> Moment:
    data = {"as_of": written(at), "state": "UP"}
    return pen.write(at, f"{family}.source-beat", pen.source, data)


def gauges(community: Community, cast: Cast, chance: Random) -> Iterator[Moment]:
    """Yield the queue of each gate every half hour, the stock of each block every three hours."""
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
                at += HOUR / 2
        for block in facility.blocks:
            at, boxes = START + 6 * MINUTE, chance.randint(200, 400)
            while at < END:
                boxes += chance.randint(-15, 15)
                teu = round(boxes * 1.6)
                data = {
                    "as_of": written(at),
                    "boxes": boxes,
                    "teu": teu,
                    "capacity_teu": max(block.capacity_teu or 0, teu),
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
