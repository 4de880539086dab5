"""What has been said and is on its way: handed over in the order in which it is received."""

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf
from typing import Any

from msgspec import Struct

Event = dict[str, Any]


class Line(Struct, frozen=True):
    """One event as the outside hands it over: when (ms), by whom, at the edge of which family."""

    at: int
    publisher: str
    family: str
    event: Event


class Handover:
    """The heap of everything that is said and not yet received; nothing is received in the past."""

    def __init__(self, begins: int) -> None:
        """Receive nothing before `begins`."""
        self.begins = begins
        self.is_open = False
        """Whether the run has begun; before it the world only warms up and says nothing."""
        self.news_from = 0
        """From when on a source tells news: when it is connected it first sends what is so."""
        self._heap: list[tuple[int, int, str, str, Event]] = []
        self._count = 0
        self.heard: dict[tuple[str, str], int] = {}
        """When each source was last heard in each family."""

    def put(self, at: int, publisher: str, family: str, event: Event) -> None:
        """Let an event be received at an instant; of one instant the first said comes first."""
        self._count += 1
        heappush(self._heap, (at, self._count, publisher, family, event))

    @property
    def next_at(self) -> float:
        """When the next event is received, if nothing else is said."""
        return self._heap[0][0] if self._heap else inf

    def until(self, now: int) -> Iterator[Line]:
        """Yield what is received before an instant."""
        while self._heap and self._heap[0][0] < now:
            at, _, publisher, family, event = heappop(self._heap)
            self.heard[event["source"], family] = at
            yield Line(at, publisher, family, event)

    def __len__(self) -> int:
        """Return how many events are on their way."""
        return len(self._heap)
