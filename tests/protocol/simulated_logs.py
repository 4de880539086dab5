"""Kafka as the protocol sees it: logs with compaction, producers that fail, processes that end."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from contracts.journal import Origin
from plumbing.rules import Rules
from services.sequencer.commits import Committed


class Exit(Exception):
    """The process ends itself."""


class Rec(NamedTuple):
    """One record of a log."""

    key: str
    value: bytes | None
    version: int = 0
    position: tuple[int, int] = (-1, 0)


class Log:
    """One partition: `all` is what was ever written, `live` what compaction and trimming left."""

    def __init__(self, era: int = 0) -> None:
        """Begin empty; `era` counts how often the topic was made again."""
        self.all: list[Rec] = []
        self.live: list[Rec | None] = []
        self.start = 0
        self.era = era

    def append(self, rec: Rec) -> int:
        """Write a record and return its offset."""
        self.all.append(rec)
        self.live.append(rec)
        return len(self.all) - 1

    def compact(self, *, drop_tombstones: bool) -> None:
        """Leave the last record of each key."""
        last = {rec.key: at for at, rec in enumerate(self.live) if rec}
        self.live = [
            rec
            if rec and last[rec.key] == at and not (drop_tombstones and rec.value is None)
            else None
            for at, rec in enumerate(self.live)
        ]


class Logs(Protocol):
    """The part of the world that a process sees."""

    rules: Rules
    time: int
    commits: dict[tuple[str, int], Committed]
    exits: list[str]

    def log(self, topic: str, partition: int) -> Log:
        """Return one partition of a topic."""

    def is_newest(self, process: "Process") -> bool:
        """Tell whether the group still knows this process."""

    def origin(self, topic: str, partition: int) -> Origin:
        """Return the origin of an input partition as it is now."""


Reported = Callable[[int], None]


@dataclass
class _Queued:
    rec: Rec
    reported: Reported


@dataclass
class Process:
    """A process with an idempotent producer.

    In order per partition; a report may never come; a failed send leaves a gap, and the process
    notices up to three steps later.
    """

    world: Logs
    partition: int
    is_dead: bool = False
    _failed: int = 0
    _queues: dict[tuple[str, int], deque[_Queued]] = field(default_factory=dict)

    def send(self, topic: str, partition: int, rec: Rec, reported: Reported) -> None:
        """Put a record on its way."""
        self._queues.setdefault((topic, partition), deque()).append(_Queued(rec, reported))

    def land(self, count: int, *, is_reported: bool = True, which: int = 0) -> None:
        """Let the broker take up to `count` records of each queue, or of one queue in three."""
        for at, (where, queue) in enumerate(list(self._queues.items())):
            if which and at % 3 != which - 1:
                continue
            for _ in range(min(count, len(queue))):
                queued = queue.popleft()
                offset = self.world.log(*where).append(queued.rec)
                if is_reported:
                    queued.reported(offset)
        if not is_reported:
            # A report that never comes ends as a timeout: outcome unknown.
            self._failed = self._failed or 1 + which

    def fail(self, which: int) -> None:
        """Let the first record of a queue time out in the client; those behind may still go."""
        queues = [queue for queue in self._queues.values() if queue]
        if queues:
            queues[which % len(queues)].popleft()
            self._failed = self._failed or 1 + which // 3

    def end(self, landed: int = 0) -> None:
        """End; up to `landed` records of each queue were on the wire already."""
        self.land(landed)
        self.is_dead = True

    def step(self, act: Callable[[], None]) -> None:
        """Do one thing, unless the process is dead or sees now that a send failed."""
        if self.is_dead:
            return
        if self._failed and "failed_send_exits" in self.world.rules:
            self._failed -= 1
            if self._failed == 0:
                self.end()
                return
        try:
            act()
        except Exit as reason:
            self.world.exits.append(str(reason))
            self.end()
