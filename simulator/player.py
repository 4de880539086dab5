"""Plays moments through the real edges, minute by minute on the played clock.

A minute begins when the journal holds its clock, and is over when it holds every event of that
minute; only then does the clock move on. So what the port knows at an instant does not depend on
how fast the machine is: topics are read in no order among themselves, and a clock that ran ahead
of events would make sources look silent that are not.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import httpx

from contracts.envelope import BATCH_MEDIA_TYPE
from simulator.journal_end import JournalEnd
from simulator.moments import Moment
from simulator.played_clock import PlayedClock

STEP: Final = timedelta(minutes=1)
BASELINE: Final = timedelta(minutes=15)
"""The first minutes are played one by one: there each step rests on the one before it."""
STEPS_MERGED_MAX: Final = 4
"""Minutes that a player behind its time takes at once."""
TRIES: Final = 20
RETRY_SECONDS: Final = 0.5
AT_ONCE_MAX: Final = 24
"""Requests under way; a client that has to queue them looks through the whole queue each time."""


Waits = Callable[[datetime], Awaitable[None]]


class EdgeRefuses(Exception):
    """An edge gave no receipt, however often it was asked; its last answer is kept."""


@dataclass
class Tally:
    """What the edges answered, and how long each request took."""

    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    first_problem: str = ""
    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return the time to acknowledge, in ms, that this share of requests stayed within."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Player:
    """Posts every moment with the key of who says it."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: PlayedClock,
        journal: JournalEnd,
        *,
        urls: Mapping[str, str],
        keys: Mapping[tuple[str, str], str],
    ) -> None:
        """Post by `client` to `urls` (by family) with `keys` (by port system, organisation)."""
        self.tally = Tally()
        self._client, self._clock, self._journal = client, clock, journal
        self._urls, self._keys = urls, keys
        self._sent: dict[tuple[str, int], int] = {}
        self._under_way = asyncio.Semaphore(AT_ONCE_MAX)
        self.waits: Waits | None = None
        """Waited for before each step: who follows may say that he is not yet near enough."""

    async def play(
        self, moments: Iterable[Moment], start: datetime, end: datetime, seconds: float
    ) -> None:
        """Play from start to end, in about so many seconds or as fast as the edges take it.

        Moments come in order of their minutes, and are taken as they are played.
        """
        minutes = _Minutes(moments)
        steps = int((end - start) / STEP)
        pace, began = seconds / steps, time.monotonic()
        done = 0
        while done <= steps:
            behind = int((time.monotonic() - began) / pace) - done
            take = 1
            if behind > 1 and start + done * STEP >= start + BASELINE:
                take = min(behind, STEPS_MERGED_MAX, steps - done + 1)
            instants = [start + at * STEP for at in range(done, done + take)]
            if self.waits:
                await self.waits(instants[-1])
            for delivered in await self._clock.advance(instants[-1]):
                self._note(delivered.topic, delivered.partition, delivered.offset)
            await self._journal.holds(self._sent)
            await self._post(minutes.until(instants[-1]))
            await self._journal.holds(self._sent)
            done += take
            await asyncio.sleep(max(0.0, began + done * pace - time.monotonic()))

    async def _post(self, moments: Sequence[Moment]) -> None:
        batches: dict[tuple[str, str, str], list[Moment]] = {}
        for moment in moments:
            system = str(moment.event["partitionkey"])
            batches.setdefault((moment.family, system, moment.organisation), []).append(moment)
        await asyncio.gather(
            *(
                self._batch(self._urls[family], self._keys[system, organisation], batch)
                for (family, system, organisation), batch in batches.items()
            )
        )

    async def _batch(self, url: str, key: str, moments: Sequence[Moment]) -> None:
        body = json.dumps([moment.event for moment in moments]).encode()
        headers = {"content-type": BATCH_MEDIA_TYPE, "x-api-key": key}
        answer: httpx.Response | httpx.TransportError | None = None
        for _ in range(TRIES):
            async with self._under_way:
                asked = time.monotonic()
                try:
                    answer = await self._client.post(url, content=body, headers=headers)
                except httpx.TransportError as error:
                    answer = error
            if isinstance(answer, httpx.Response) and answer.status_code < 500:
                self.tally.seconds.append(time.monotonic() - asked)
                self._count(answer, len(moments))
                return
            await asyncio.sleep(RETRY_SECONDS)  # the same ids again: harmless
        raise EdgeRefuses(f"{url} did not answer with a receipt: {_shown(answer)}")

    def _count(self, answer: httpx.Response, sent: int) -> None:
        document = answer.json()
        accepted = document.get("accepted", 0)
        self.tally.accepted += accepted
        for item in document.get("items", ()):
            if item.get("topic"):
                self._note(item["topic"], item["partition"], item["offset"])
        if accepted == sent:
            return
        told = list(document.get("problems", ()))
        told += [problem for item in document.get("items", ()) for problem in item["problems"]]
        self.tally.rejected[str(told[0]["reason"]) if told else str(answer.status_code)] += (
            sent - accepted
        )
        if not self.tally.first_problem:
            self.tally.first_problem = _shown(answer)

    def _note(self, topic: str, partition: int, offset: int) -> None:
        place = (topic, partition)
        self._sent[place] = max(offset, self._sent.get(place, -1))


class _Minutes:
    """Moments, minute by minute, none taken before its time."""

    def __init__(self, moments: Iterable[Moment]) -> None:
        self._grouped = _by_minute(moments)
        self._next = next(self._grouped, None)

    def until(self, instant: datetime) -> list[Moment]:
        """Return every moment not yet taken of the minutes up to an instant."""
        found: list[Moment] = []
        while self._next and self._next[0] <= instant:
            found += self._next[1]
            self._next = next(self._grouped, None)
        return found


def _by_minute(moments: Iterable[Moment]) -> Iterator[tuple[datetime, list[Moment]]]:
    for at, together in groupby(moments, key=_minute):
        yield at, list(together)


def _minute(moment: Moment) -> datetime:
    return moment.at.replace(second=0, microsecond=0)


def _shown(answer: httpx.Response | Exception | None) -> str:
    if isinstance(answer, httpx.Response):
        return f"{answer.status_code} {answer.text[:500]}"
    return repr(answer)
