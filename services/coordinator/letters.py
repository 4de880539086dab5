"""What is on its way to Kafka: which outputs are reported, and which tombstones must wait.

A letter is owed until its delivery report. A tombstone whose earlier records are still owed is
held back: if the "cleared" before it failed and the tombstone landed, nobody would be told.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from plumbing.rules import ALL, Rules
from services.coordinator.outputs import Key

VERSIONED: Final = ("alerts", "picture")
"""Topics with versions, tombstones and repair; the others are said again without asking."""


@dataclass(slots=True)
class Letter:
    """One record to send; `position` is (journal offset, ordinal) of what said it."""

    topic: str
    partition: int
    key: str
    value: bytes | None
    version: int = 0
    position: tuple[int, int] = (-1, 0)
    routing_key: str = ""
    """The Kafka key where it is not `key`: notices are keyed by the next port system."""
    status: Literal["queued", "held", "reported"] = "queued"
    offset: int = -1

    @property
    def id(self) -> Key:
        """Topic and key."""
        return self.topic, self.key

    @property
    def kafka_key(self) -> bytes:
        """The key of the record."""
        return (self.routing_key or self.key).encode()

    @property
    def headers(self) -> list[tuple[str, str | bytes | None]]:
        """Position and version, for readers and for the next owner of the partition."""
        if self.topic == "snapshots":
            return []
        journalpos, ordinal = self.position
        return [
            ("journalpos", str(journalpos).encode()),
            ("ordinal", str(ordinal).encode()),
            ("version", str(self.version).encode()),
        ]


class Letters:
    """The outputs of one partition on their way, in the order in which they were said."""

    def __init__(self, send: Callable[[Letter], None], rules: Rules = ALL) -> None:
        """Send through `send`; tell `reported` when a report comes."""
        self._send = send
        self._rules = rules
        self._owed: deque[Letter] = deque()
        self._values_owed: dict[Key, int] = {}
        self._ends_owed: dict[Key, int] = {}
        self._held: dict[Key, list[Letter]] = {}

    def post(self, letter: Letter) -> None:
        """Send an output, or hold it until what came before it under its key is reported."""
        self._owed.append(letter)
        if letter.topic in VERSIONED:
            owed = self._values_owed if letter.value is not None else self._ends_owed
            owed[letter.id] = owed.get(letter.id, 0) + 1
            if (
                letter.value is None
                and letter.id in self._values_owed
                and "tombstone_waits" in self._rules
            ):
                letter.status = "held"
                self._held.setdefault(letter.id, []).append(letter)
                return
        self._send(letter)

    def reported(self, letter: Letter, offset: int) -> None:
        """Note a delivery report, and send the tombstones that waited for it."""
        letter.status, letter.offset = "reported", offset
        while self._owed and self._owed[0].status == "reported":
            self._owed.popleft()
        if letter.topic not in VERSIONED:
            return
        owed = self._values_owed if letter.value is not None else self._ends_owed
        owed[letter.id] -= 1
        if owed[letter.id]:
            return
        del owed[letter.id]
        if letter.value is not None:
            for waiting in self._held.pop(letter.id, ()):
                waiting.status = "queued"
                self._send(waiting)

    def owes_up_to(self, cursor: int) -> bool:
        """Tell whether an output of a frame up to the cursor has no report yet."""
        # Positions never fall along the queue, and what is reported leaves it from the left.
        return bool(self._owed) and self._owed[0].position[0] <= cursor

    def is_ending(self, key: Key) -> bool:
        """Tell whether a tombstone of this key is on its way."""
        return key in self._ends_owed

    def is_owed(self, key: Key) -> bool:
        """Tell whether anything under this key has no report yet."""
        return key in self._values_owed or key in self._ends_owed

    def __len__(self) -> int:
        """Return how many outputs wait, those behind an unreported one included."""
        return len(self._owed)
