"""The state of one partition: where each origin stands, what time it is, and its ports."""

from hashlib import blake2b
from typing import Any, Final

from msgspec import Struct

from contracts.envelope import Event
from correlation.picture.port import Alarm, Port
from correlation.tables import Table, Undo

SEEN_MAX: Final = 50_000
"""Names of applied events that are kept at least: hours of the busiest port, a client's retries
many times over. What comes again later still finds its fact applied in that very version."""


class Said(Struct, frozen=True, gc=False):
    """One thing that the core says: a record for a topic.

    `version` is 0 and `value` None for a tombstone. `port` is the port system that it is for.
    """

    topic: str
    key: str
    version: int
    value: bytes | None
    port: str


class Spoken(Struct, frozen=True, array_like=True, gc=False):
    """What is currently said under a key, so that the same bytes can be said again."""

    version: int
    value: bytes
    port: str


class State:
    """All that the fold keeps between two frames."""

    def __init__(self, partition: int, partitions: int) -> None:
        """Make the state before the first frame of a partition."""
        self.partition, self.partitions = partition, partitions
        self.now = 0
        self.ticks = 0
        self.core_version: str | None = None
        self.undo: Undo = []
        self.alarm = Alarm()
        self.next: Table[int] = Table(self.undo)
        self.seen: Table[bool] = Table(self.undo)
        self.seen_before: Table[bool] = Table(self.undo)
        self.spoken: Table[Spoken] = Table(self.undo)
        self.ports: dict[str, Port] = {}

    def port(self, system: str) -> Port:
        """Return the picture of a port system, an empty one at first."""
        if system not in self.ports:
            self.ports[system] = Port(system, self.undo, self.alarm)
        return self.ports[system]

    def learn(self) -> None:
        """Let tables that have grown learn how to make their values small; between two records."""
        for port in self.ports.values():
            port.unlearned = [table for table in port.unlearned if not table.learn()]

    def is_seen(self, name: str) -> bool:
        """Tell whether an event of this name was applied lately."""
        return name in self.seen or name in self.seen_before

    def note_seen(self, name: str) -> None:
        """Remember that an event was applied; never undone, for only what was applied is noted.

        The last SEEN_MAX are known for certain, and of those before at most as many again.
        """
        if len(self.seen) >= SEEN_MAX:
            self.seen_before, self.seen = self.seen, Table(self.undo)
        self.seen.put_for_good(name, True)


def name_of(event: Event[Any]) -> str:
    """Return the name under which an event is remembered: a digest of its source and id."""
    return blake2b(f"{event.source}|{event.id}".encode(), digest_size=8).hexdigest()
