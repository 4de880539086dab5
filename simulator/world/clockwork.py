"""The clock of the world: what happens next, instant by instant, without going through more.

A world steps a million times in a week of a big port, and holds hundreds of thousands of objects
that live for days. So its loop is written out here, and the garbage collector looks seldom.
"""

import gc
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from typing import Any, Final

import simpy

from correlation.instants import MINUTE

YOUNG_MAX: Final = 100_000
"""New objects before the garbage collector looks: nearly all go by themselves when they are over,
and only ships and boxes that name each other wait for it."""
SPAN: Final = 10 * MINUTE
"""What is further off is not put in order before its span has come."""


class Moment(simpy.Event):
    """An instant that something waits for."""

    def __init__(self, clock: "Clockwork", at: int, order: int = 1) -> None:
        """Let it come at an instant that has not passed; `order` among those of one instant."""
        self.env = clock
        self.callbacks = []
        self._value = None
        self._ok = True
        clock.put(at, order, self)


class Life:
    """Something that goes on by itself, from one event that it waits for to the next."""

    def __init__(self, clock: "Clockwork", steps: Generator[simpy.Event, Any, Any]) -> None:
        """Let it begin in this instant, before anything else that is still to happen in it."""
        self._send = steps.send
        begins = Moment(clock, clock.at, 0)
        begins.callbacks.append(self._goes_on)

    def _goes_on(self, _: simpy.Event) -> None:
        """Go on until it waits for something that has not happened, or is over."""
        try:
            while True:
                event = self._send(None)
                if event.callbacks is not None:
                    event.callbacks.append(self._goes_on)
                    return
        except StopIteration:
            return


class Clockwork(simpy.Environment):
    """The environment of a world; all of its instants are whole milliseconds."""

    at: int
    """The instant of the world."""

    def __init__(self, begins: int) -> None:
        """Begin at an instant."""
        super().__init__(initial_time=begins)
        self.at = begins
        self._near: list[Any] = []
        """What is to happen before an instant, as a heap."""
        self._near_until = begins
        self._far = defaultdict[int, list[Any]](list)
        """What is to happen later, by its span."""

    def put(self, at: int, order: int, event: simpy.Event) -> None:
        """Let an event happen at an instant: in it by `order`, then as they were put."""
        entry = (at, order, next(self._eid), event)
        if at < self._near_until:
            heappush(self._near, entry)
        else:
            self._far[at // SPAN].append(entry)

    def schedule(
        self, event: simpy.Event, priority: Any = 1, delay: simpy.core.SimTime = 0
    ) -> None:
        """Let an event of simpy's own happen in line with all else."""
        self.put(self.at + int(delay), priority, event)

    def _comes_near(self) -> bool:
        """Put the next span in order; return whether there is one."""
        if not self._far:
            return False
        span = min(self._far)
        self._near += self._far.pop(span)
        heapify(self._near)
        self._near_until = (span + 1) * SPAN
        return True

    def start(self, steps: Generator[simpy.Event, Any, Any]) -> None:
        """Let something go on by itself."""
        Life(self, steps)

    def wait(self, until: int) -> simpy.Event:
        """Return the event of an instant, now if it has passed."""
        at = self.at
        return Moment(self, until if until > at else at)

    def instants(self, ends: int) -> Iterator[int]:
        """Let everything happen that does before an instant; yield each instant it is done with."""
        queue = self._near
        while (queue or self._comes_near()) and queue[0][0] < ends:
            now = self._now = self.at = queue[0][0]
            while queue and queue[0][0] == now:
                event = heappop(queue)[3]
                callbacks, event.callbacks = event.callbacks, None
                for callback in callbacks:
                    callback(event)
                assert event.ok, "nothing fails in the world but by an exception"
            yield now


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the garbage collector look seldom meanwhile."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG_MAX, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
