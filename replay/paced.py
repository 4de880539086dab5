"""A range played at a pace: what the fold says, onto the topics of a namespace of its own.

The coordinator's words are recomputed and written with their versions, so a gateway of that
namespace shows the board as it stood: each port's `now` is in these words, and stands still
between them. What was said before the range and still holds is written first.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from contracts.journal import Frame
from contracts.topics import ALERTS, PICTURE, qualified
from correlation.instants import written
from correlation.state import Said
from plumbing.kafka import DELIVERY_SECONDS, Delivered, Sender
from plumbing.settings import Settings
from replay.fold import Fold, Range, Watch, frames_of
from replay.source import Journal
from replay.what_if import Trial

TOPICS: Final = {"alerts": ALERTS.name, "picture": PICTURE.name}
SPEED_MAX: Final = 1e6

_UNREPORTED_MAX: Final = 5000
_SLEEP_SECONDS: Final = 0.5


@dataclass
class Played:
    """What was played: records onto each topic, and the span of the port's time in it."""

    alerts: int = 0
    pictures: int = 0
    frames: int = 0
    began_at: int = 0
    ended_at: int = 0

    def note(self, frame: Frame) -> None:
        """Count a frame that is played."""
        at = frame.records[-1].at
        self.began_at = self.began_at if self.frames else at
        self.frames, self.ended_at = self.frames + 1, at

    def document(self) -> dict[str, Any]:
        """Return what was played for a program."""
        return {
            "frames": self.frames,
            "alerts": self.alerts,
            "pictures": self.pictures,
            "began_at": written(self.began_at),
            "ended_at": written(self.ended_at),
        }


class Pace:
    """Lets the port's time pass `speed` times as fast as the wall's, from the first instant on."""

    def __init__(
        self,
        speed: float,
        *,
        wall: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin with the first call of `until`."""
        self._speed, self._wall, self._sleep = speed, wall, sleep
        self._began: tuple[int, float] | None = None

    def until(self, at: int) -> None:
        """Wait until the port's instant `at`, milliseconds UTC, has come at this pace."""
        if self._began is None:
            self._began = (at, self._wall())
        first, began = self._began
        due = began + (at - first) / 1000 / self._speed
        # In short naps, so that an interrupt is heard at once wherever sleep ignores it.
        while (left := due - self._wall()) > 0:
            self._sleep(min(left, _SLEEP_SECONDS))


class Words:
    """Writes words onto a namespace's topics, in order, and keeps no more than Kafka takes."""

    def __init__(self, onto: Settings, partition: int, system: str) -> None:
        """Connect; only words of this port system are written."""
        self.played = Played()
        self._names = {topic: qualified(name, onto.namespace) for topic, name in TOPICS.items()}
        self._partition, self._system = partition, system
        self._sender = Sender(onto)
        self._unreported: deque[Future[Delivered]] = deque()

    def write(self, said: Said, position: tuple[int, int]) -> None:
        """Write a word as the coordinator does: version and position stand in the headers.

        Raises:
            KafkaAway: it did not take an earlier one.
        """
        if said.topic not in self._names or said.port != self._system:
            return
        journalpos, ordinal = position
        sent = self._sender.send_sync(
            self._names[said.topic],
            key=said.key,
            value=said.value,
            partition=self._partition,
            headers=[
                ("journalpos", str(journalpos).encode()),
                ("ordinal", str(ordinal).encode()),
                ("version", str(said.version).encode()),
            ],
        )
        self._unreported.append(sent)
        self._count(said.topic)
        self.settle(_UNREPORTED_MAX)

    def settle(self, left: int = 0) -> None:
        """Hear Kafka's reports, and wait until at most `left` of them are to come."""
        waiting = self._unreported
        while waiting and (len(waiting) > left or waiting[0].done()):
            waiting.popleft().result(DELIVERY_SECONDS + 5)

    def close(self) -> None:
        """Disconnect."""
        self._sender.close()

    def _count(self, topic: str) -> None:
        if topic == "alerts":
            self.played.alerts += 1
        else:
            self.played.pictures += 1


def play(
    journal: Journal,
    chosen: Range,
    onto: Settings,
    pace: Pace,
    watch: Watch,
    thresholds: Mapping[str, float] | None = None,
) -> Played:
    """Play a range onto a namespace; with `thresholds` as they would have ruled it.

    Raises:
        CannotReplay: frames are gone or unreadable, or other code ruled.
        KafkaAway: a word was not acknowledged.
    """
    state = chosen.state(journal)
    fold = Trial(state, journal.system, thresholds) if thresholds else Fold(state)
    words = Words(onto, journal.partition, journal.system)
    folded = 0
    try:
        for offset, frame in frames_of(journal, chosen):
            if offset == chosen.first:
                _open(words, fold, offset, frame.records[0].at)
            if offset < chosen.first:
                fold.apply(offset, frame)
            else:
                words.played.note(frame)
                pace.until(frame.records[-1].at)
                _write(words, fold.apply(offset, frame), offset)
            folded += 1
            watch(folded, fold.state.now)
        words.settle()
    finally:
        words.close()
    return words.played


def _open(words: Words, fold: Fold | Trial, first: int, at: int) -> None:
    spoken = [
        Said(topic, key, known.version, known.value, known.port)
        for (topic, key), known in fold.state.spoken.items()
    ]
    _write(words, spoken, first - 1)
    if isinstance(fold, Trial):
        _write(words, fold.begin(first, at), first - 1)


def _write(words: Words, said: Iterable[Said], offset: int) -> None:
    for ordinal, one in enumerate(said):
        words.write(one, (offset, ordinal))
