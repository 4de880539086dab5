"""The live picture of one port in this process: what readers ask, and who listens to it.

A feed stands at a position of its port's stream and holds everything up to it. One reader
(`reading.py`) moves it; requests and streams only look. So an answer and the position beside it
belong together, and a change is encoded once for everybody.
"""

import time
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from plumbing.versions import KINDS, Kind
from services.alert_gateway.items import Item, Position, event
from services.alert_gateway.subscribers import Subscriber

STALE_SECONDS: Final = 3.0
"""Without word from Redis for longer, an answer says that it is stale."""

AWAY_SECONDS: Final = 30.0
"""Without word from Redis for longer, there is no answer."""

BEHIND_SECONDS: Final = 360.0
"""A port says its clock every five minutes; without it for longer, Rada itself is behind."""

HISTORY_MAX: Final = 500

Document = dict[str, Any]


class Feed:
    """One port's picture at one position. Everything here happens on the event loop."""

    def __init__(self, system: str, partition: int) -> None:
        self.system = system
        self.partition = partition
        self.position: Position | None = None
        """None until the picture was read for the first time."""
        self.documents: dict[Kind, dict[str, Document]] = {kind: {} for kind in KINDS}
        self.subscribers: set[Subscriber] = set()
        self._history: deque[Item] = deque(maxlen=HISTORY_MAX)
        self._heard_at = float("-inf")
        self._now_at: datetime | None = None
        self.now: str | None = None
        """The port's own clock, the latest that it said: the only `now` that readers may use."""

    def _note(self, documents: Iterable[Document]) -> None:
        for document in documents:
            said = document.get("now") or document.get("updated_at")
            at = datetime.fromisoformat(said) if said else None
            if at is not None and (self._now_at is None or at > self._now_at):
                self._now_at, self.now = at, said

    def load(self, position: Position, documents: dict[Kind, dict[str, Document]]) -> None:
        """Take a whole picture; whoever listened to another one is told to start over."""
        is_other = self.position is not None
        self.position, self.documents = position, documents
        self._history.clear()
        self._now_at, self.now = None, None
        for table in documents.values():
            self._note(table.values())
        if is_other:
            reset = event("reset", msgspec.json.encode({"position": str(position)}), position)
            for subscriber in self.subscribers:
                subscriber.put(reset)

    def apply(self, item: Item) -> None:
        """Take the next change and hand it to every subscriber."""
        assert self.position is not None
        assert item.position == (self.position.epoch, self.position.sequence + 1)
        kept = self.documents[item.kind]
        if item.body:
            kept[item.id] = msgspec.json.decode(item.body)
            self._note((kept[item.id],))
        else:
            kept.pop(item.id, None)
        self.position = item.position
        self._history.append(item)
        for subscriber in self.subscribers:
            subscriber.offer(item)

    def heard(self) -> None:
        """Note that Redis answered and this picture is what it holds."""
        self._heard_at = time.monotonic()

    @property
    def silent_seconds(self) -> float:
        """How long this picture could not be compared with Redis."""
        return time.monotonic() - self._heard_at

    @property
    def is_stale(self) -> bool:
        """Whether the picture may be behind what Redis holds."""
        return self.silent_seconds > STALE_SECONDS

    @property
    def is_away(self) -> bool:
        """Whether there is no picture that may still be shown."""
        return self.position is None or self.silent_seconds > AWAY_SECONDS

    def since(self, position: Position) -> list[Item] | None:
        """Return the changes after a position, or None when memory does not reach back to it."""
        if self.position is None or position.epoch != self.position.epoch:
            return None
        if position.sequence == self.position.sequence:
            return []
        if not self._history or self._history[0].position.sequence > position.sequence + 1:
            return None
        return [item for item in self._history if item.position.sequence > position.sequence]

    def behind_seconds(self, wall: datetime | None) -> int:
        """Return how far the port's clock is behind the wall's; 0 where a clock is played."""
        if wall is None or self._now_at is None:
            return 0
        behind = (wall - self._now_at).total_seconds()
        return int(behind) if behind > BEHIND_SECONDS else 0

    def beat(self, wall: datetime | None = None) -> None:
        """Send a heartbeat with the port's clock to every subscriber."""
        body = msgspec.json.encode(
            {
                "now": self.now,
                "position": str(self.position),
                "stale": self.is_stale,
                "behind_seconds": self.behind_seconds(wall),
            }
        )
        chunk = b": beat\n" + event("now", body)
        for subscriber in self.subscribers:
            subscriber.put(chunk)
