"""The live picture of one port in this process: what readers ask, and who listens to it.

A feed stands at a position of its port's stream and holds everything up to it. One reader
(`reading.py`) moves it; requests and streams only look. So an answer and the position beside it
belong together, and a change is encoded once for everybody.
"""

import time
from collections import deque
from typing import Any, Final

import msgspec

from plumbing.versions import KINDS, Kind
from services.alert_gateway.items import Item, Position, event
from services.alert_gateway.subscribers import Subscriber

STALE_SECONDS: Final = 3.0
"""Without word from Redis for longer, an answer says that it is stale."""

AWAY_SECONDS: Final = 30.0
"""Without word from Redis for longer, there is no answer."""

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

    def load(self, position: Position, documents: dict[Kind, dict[str, Document]]) -> None:
        """Take a whole picture; whoever listened to another one is told to start over."""
        is_other = self.position is not None
        self.position, self.documents = position, documents
        self._history.clear()
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

    @property
    def port(self) -> Document:
        """What the port says of itself (`PortPicture`), empty while it said nothing."""
        return next(iter(self.documents["port"].values()), {})

    @property
    def now(self) -> str | None:
        """The port's own clock: the only `now` that readers may use."""
        now = self.port.get("now")
        return str(now) if now is not None else None

    def since(self, position: Position) -> list[Item] | None:
        """Return the changes after a position, or None when memory does not reach back to it."""
        if self.position is None or position.epoch != self.position.epoch:
            return None
        if position.sequence == self.position.sequence:
            return []
        if not self._history or self._history[0].position.sequence > position.sequence + 1:
            return None
        return [item for item in self._history if item.position.sequence > position.sequence]

    def beat(self) -> None:
        """Send a heartbeat with the port's clock to every subscriber."""
        body = msgspec.json.encode(
            {"now": self.now, "position": str(self.position), "stale": self.is_stale}
        )
        chunk = b": beat\n" + event("now", body)
        for subscriber in self.subscribers:
            subscriber.put(chunk)
