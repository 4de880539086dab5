"""The clock of the world: what happens next, instant by instant, without going through more.

A world steps a million times in a week of a big port, and holds hundreds of thousands of objects
that live for days. So its loop is written out here, and the garbage collector looks seldom.
"""

import gc
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from typing import Any, Final

import simpy

YOUNG_MAX: Final = 100_000
"""New objects before the garbage collector looks: nearly all go by themselves when they are over,
and only ships and boxes that name each other wait for it."""


class Moment(simpy.Event):
    """An instant that something waits for."""

    def __init__(self, clock: "Clockwork", at: int, order: int = 1) -> None:
        """Let it come at an instant that has not passed; `order` among those of one instant."""
        self.env = clock
        self.callbacks = []
        self._value = None
        self._ok = True
        heappush(clock.queue, (at, order, next(clock.numbers), self))


class Life:
    """Something that goes on by itself, from one event that it waits for to the next."""

    def __init__(self, clock: "Clockwork", steps: Generator[simpy.Event, Any, Any]) -> None:
        """Let it begin in this instant, before anything else that is still to happen in it."""
        self._send = steps.send
        begins = Moment(clock, clock.at, 0)
        begins.callbacks.append(self._goes_on)

    def _goes_on(self, event: simpy.Event) -> None:
        """Go on until it waits for something that has not happened, or is over."""
        try:
            while True:
                event = self._send(event.value)
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
        # simpy's own, so that its resources and conditions happen in line with all else.
        self.queue: list[Any] = self._queue
        self.numbers = self._eid

    def start(self, steps: Generator[simpy.Event, Any, Any]) -> None:
        """Let something go on by itself."""
        Life(self, steps)

    def wait(self, until: int) -> simpy.Event:
        """Return the event of an instant, now if it has passed."""
        at = self.at
        return Moment(self, until if until > at else at)

    def instants(self, ends: int) -> Iterator[int]:
        """Let everything happen that does before an instant; yield each instant it is done with."""
        queue = self.queue
        while queue and queue[0][0] < ends:
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
