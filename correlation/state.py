"""The state of one partition: where each origin stands, what time it is, and its ports."""

from msgspec import Struct

from correlation.picture.port import Alarm, Port
from correlation.tables import Table, Undo


class Said(Struct, frozen=True):
    """One thing that the core says: a record for a topic.

    `version` is 0 and `value` None for a tombstone. `port` is the port system that it is for.
    """

    topic: str
    key: str
    version: int
    value: bytes | None
    port: str


class Spoken(Struct, frozen=True, array_like=True):
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
        self.spoken: Table[Spoken] = Table(self.undo)
        self.ports: dict[str, Port] = {}

    def port(self, system: str) -> Port:
        """Return the picture of a port system, an empty one at first."""
        if system not in self.ports:
            self.ports[system] = Port(system, self.undo, self.alarm)
        return self.ports[system]
