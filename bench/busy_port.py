"""A busy port as its journal holds it: ships, boxes, trucks and papers, in the order of the clock.

Not a simulation of a port's day but of its load: every box lives the life that terminals report,
at a given rate of events, so that a benchmark folds what a coordinator would fold. The same
arguments give the same bytes. Most of it is calm; a few
ships slip, a few boxes are held or come too late, so that alerts are raised, changed and cleared.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from typing import Final

import msgspec

from bench.busy_lives import BOXES_PER_CALL, Line, call_of, life, mean_events, ship_lines, written
from contracts.journal import FRAME_VERSION, TICK, Frame, JournalRecord, Origin, encode_frame
from contracts.profile import Community
from contracts.topics import FAMILIES, family_topic

SYSTEM: Final = "COCTG"
START: Final = datetime(2026, 11, 10, 10, 0, tzinfo=UTC)
EVENTS_PER_SECOND: Final = 6.0
"""A port as busy as Cartagena says 0.9 a second, day and night; the busiest on earth about 100."""
FRAME_RECORDS: Final = 500
TICK_MS: Final = 1000
_ENVELOPE: Final = (
    '{"specversion":"1.0","id":"%s","source":"%s","type":"rada.%s","subject":"%s","time":"%s",'
    '"recordedtime":"%s","receivedtime":"%s","partitionkey":"COCTG",'
    '"datacontenttype":"application/json","dataschema":"urn:rada:schema:%s:1.0",'
    '"organisation":"%s","publisher":"%s","data":%s}'
)


def lines(events: int, rate: float = EVENTS_PER_SECOND) -> Iterator[Line]:
    """Yield so many events of the port in the order of the clock."""
    start = int(START.timestamp() * 1000)
    waiting: list[tuple[int, int, Line]] = []
    numbers = count()
    made, box = 0, 0
    step = mean_events() * 1000 / rate
    while made < events:
        begins = start + int(box * step)
        while waiting and waiting[0][0] <= begins:
            yield heappop(waiting)[2]
            made += 1
            if made == events:
                return
        call = call_of(box // BOXES_PER_CALL, start)
        fresh = life(call, box, begins)
        if box % BOXES_PER_CALL == 0:
            fresh = [*ship_lines(call, begins), *fresh]
        for line in fresh:
            heappush(waiting, (line[0], next(numbers), line))
        box += 1


def events(count_: int, rate: float = EVENTS_PER_SECOND) -> Iterator[tuple[int, str, bytes]]:
    """Yield (instant, family, the event as an edge hands it on) of so many events."""
    for number, (at, family, kind, source, organisation, subject, data) in enumerate(
        lines(count_, rate)
    ):
        said = written(at)
        text = _ENVELOPE % (
            f"{number:08x}-7a11-4000-8000-00000000c0de",
            source,
            kind,
            subject,
            said,
            said,
            said,
            kind,
            organisation,
            organisation,
            data,
        )
        yield at, family, text.encode()


def frames(
    community: Community, count_: int, rate: float = EVENTS_PER_SECOND, tick_ms: int = TICK_MS
) -> Iterator[tuple[bytes, int]]:
    """Yield (frame, records in it) of the port's journal: its profile first, ticks in between."""
    origins = tuple(Origin(family_topic(family), f"load-{family}", 0) for family in FAMILIES)
    offsets = [0] * len(FAMILIES)
    index = {family: at for at, family in enumerate(FAMILIES)}
    start = int(START.timestamp() * 1000)

    def record(at: int, family: str, value: bytes) -> JournalRecord:
        origin = index[family]
        offset = offsets[origin]
        offsets[origin] += 1
        return JournalRecord(
            origin, at, offset=offset, since=offset, received_at=at, key=SYSTEM, value=value
        )

    filling = [JournalRecord(TICK, start), record(start, "command", _profile(community))]
    tick = start // tick_ms
    for at, family, value in events(count_, rate):
        while tick < at // tick_ms:
            tick += 1
            filling.append(JournalRecord(TICK, tick * tick_ms))
        filling.append(record(at, family, value))
        if len(filling) >= FRAME_RECORDS:
            yield encode_frame(Frame(FRAME_VERSION, origins, tuple(filling))), len(filling)
            filling = []
    if filling:
        yield encode_frame(Frame(FRAME_VERSION, origins, tuple(filling))), len(filling)


def _profile(community: Community) -> bytes:
    data = {"by": "operator", "why": "load", "version": "1"}
    said = written(int(START.timestamp() * 1000))
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": "load-profile",
            "source": "/COCTG/rada/operator",
            "type": "rada.command.profile-changed",
            "subject": SYSTEM,
            "time": said,
            "recordedtime": said,
            "partitionkey": SYSTEM,
            "organisation": "rada",
            "publisher": "rada",
            "data": {
                **data,
                "document": community.public_document(),
                "digest": community.digest(),
            },
        }
    )
