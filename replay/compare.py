"""What was said live beside what the fold says: equal to the byte, or where they part first.

The alerts topic is compacted: of an alert that went on, older versions may be gone. These are
counted as no longer there, never as equal. The newest version of each alert must be there.
A repaired record repeats the same bytes under a later position; that is the same word.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Literal, NamedTuple

import msgspec

from correlation.state import Said
from replay.source import Journal

Kind = Literal["different", "missing", "phantom"]
Name = tuple[str, int]
"""Alert id and version; version 0 is the tombstone."""

Position = tuple[int, int]
"""Journal offset and ordinal among what that frame said."""

_VALUES_KEPT: Final = 1000
_TOMBSTONE: Final = 0


class Copy(NamedTuple):
    """A record of the alerts partition: where it lies, what it says it came from, its digest."""

    offset: int
    position: Position
    digest: bytes


@dataclass(frozen=True)
class Difference:
    """One place where the log and the fold part.

    `missing`: the fold says it and the log does not hold it; `phantom`: the other way round.
    `fields` holds (field, live, replayed) where both said something else.
    """

    kind: Kind
    position: Position
    alert_id: str
    version: int
    about: str
    alerts_offset: int | None = None
    fields: tuple[tuple[str, object, object], ...] = ()


class Live:
    """Everything that an alerts partition holds, by alert id and version."""

    def __init__(self, journal: Journal) -> None:
        """Read the partition to its present end."""
        self._journal = journal
        self._next = 0
        self.copies: dict[Name, list[Copy]] = {}
        self.newest: dict[str, int] = {}
        self.ended: set[str] = set()
        self.read_on()

    def read_on(self) -> None:
        """Read what came since."""
        for record in self._journal.alerts(self._next):
            headers = {name: int(value) for name, value in record.headers.items()}
            version = headers["version"] if record.value is not None else _TOMBSTONE
            position = (headers["journalpos"], headers["ordinal"])
            copy = Copy(record.offset, position, _digest(record.value))
            self.copies.setdefault((record.key, version), []).append(copy)
            self.newest[record.key] = max(version, self.newest.get(record.key, 0))
            if record.value is None:
                self.ended.add(record.key)
            self._next = record.offset + 1


@dataclass
class Outcome:
    """How the two compare; they are equal when `differences` is 0."""

    said: int = 0
    equal: int = 0
    different: int = 0
    missing: int = 0
    phantom: int = 0
    compacted: int = 0
    first: Difference | None = None

    @property
    def is_equal(self) -> bool:
        """Tell whether the log holds what the fold says, and nothing else."""
        return not (self.different or self.missing or self.phantom)

    def note(self, difference: Difference) -> None:
        """Keep the difference that comes first in the journal."""
        if self.first is None or difference.position < self.first.position:
            self.first = difference


@dataclass
class Comparison:
    """Takes what the fold says, in order, and compares it with the log.

    `known` is what is spoken where the range begins; `is_from_start` tells that nothing came
    before the fold, so that every word of the log must come out of it.
    """

    journal: Journal
    live: Live
    is_from_start: bool
    outcome: Outcome = field(default_factory=Outcome)
    known: dict[str, int] = field(default_factory=dict)
    _said: set[Name] = field(default_factory=set)
    _ended: set[str] = field(default_factory=set)
    _unheard: dict[Name, tuple[Position, bytes | None]] = field(default_factory=dict)

    def before(self, said: Said) -> None:
        """Take a word from before the range: it is not judged, only known."""
        if said.value is None:
            self._ended.add(said.key)
        else:
            self.known[said.key] = said.version

    def take(self, position: Position, said: Said) -> None:
        """Take a word of the range and judge it."""
        name = (said.key, said.version)
        self.outcome.said += 1
        self._said.add(name)
        if said.value is None:
            self._ended.add(said.key)
        if name in self.live.copies:
            self._judge(name, position, said.value)
        else:
            kept = said.value if len(self._unheard) < _VALUES_KEPT else None
            self._unheard[name] = (position, kept)

    @property
    def has_unheard(self) -> bool:
        """Tell whether the log lacks the newest word about an alert, as far as it was read."""
        return any(not self._is_compacted(name) for name in self._unheard)

    def read_on(self) -> None:
        """Look whether what was unheard came since: a running Rada speaks all the time."""
        self.live.read_on()
        for name in [name for name in self._unheard if name in self.live.copies]:
            position, value = self._unheard.pop(name)
            self._judge(name, position, value)

    def finish(self, first: int, end: int) -> Outcome:
        """Judge what is left, for journal offsets `first` to before `end`; return the outcome."""
        for name, (position, value) in self._unheard.items():
            if self._is_compacted(name):
                self.outcome.compacted += 1
                continue
            self.outcome.missing += 1
            self.outcome.note(Difference("missing", position, *name, _about(value)))
        for name, copies in self.live.copies.items():
            copy = min(copies, key=lambda copy: copy.position)
            if first <= copy.position[0] < end and not self._is_accounted_for(name):
                self.outcome.phantom += 1
                self._note_phantom(name, copy)
        return self.outcome

    def _judge(self, name: Name, position: Position, value: bytes | None) -> None:
        digest = _digest(value)
        wrong = [copy for copy in self.live.copies[name] if not _is_same(copy, position, digest)]
        if not wrong:
            self.outcome.equal += 1
            return
        self.outcome.different += 1
        if self.outcome.first is None or position < self.outcome.first.position:
            self.outcome.note(self._difference(name, position, value, wrong[0]))

    def _difference(
        self, name: Name, position: Position, value: bytes | None, copy: Copy
    ) -> Difference:
        record = self.journal.alert_at(copy.offset)
        heard = record.value if record else None
        fields = differing(heard, value)
        if copy.position != position:
            fields = (("position in the headers", copy.position, position), *fields)
        return Difference("different", position, *name, _about(value), copy.offset, fields)

    def _is_compacted(self, name: Name) -> bool:
        key, version = name
        if version == _TOMBSTONE:
            # The broker drops tombstones too, a day later; then nothing is left of the alert.
            return key not in self.live.newest
        if key in self.live.ended or version < self.live.newest.get(key, 0):
            return True
        return key not in self.live.newest and key in self._ended

    def _is_accounted_for(self, name: Name) -> bool:
        key, version = name
        if name in self._said or (key in self._ended and version == _TOMBSTONE):
            return True
        if version == _TOMBSTONE:
            return not self.is_from_start and key not in self.known
        return version <= self.known.get(key, 0)

    def _note_phantom(self, name: Name, copy: Copy) -> None:
        if self.outcome.first is not None and self.outcome.first.position <= copy.position:
            return
        record = self.journal.alert_at(copy.offset)
        about = _about(record.value if record else None)
        self.outcome.note(Difference("phantom", copy.position, *name, about, copy.offset))


def differing(live: bytes | None, replayed: bytes | None) -> tuple[tuple[str, object, object], ...]:
    """Return (field, live, replayed) for each field of two events that differs."""
    left, right = dict(_leaves("", _decoded(live))), dict(_leaves("", _decoded(replayed)))
    names = sorted({*left, *right})
    found = [(n, left.get(n), right.get(n)) for n in names if left.get(n) != right.get(n)]
    return tuple(found) or (("bytes", len(live or b""), len(replayed or b"")),)


def _leaves(path: str, node: Any) -> list[tuple[str, object]]:
    if isinstance(node, dict):
        pairs = [(f"{path}.{key}" if path else str(key), each) for key, each in node.items()]
    elif isinstance(node, list):
        pairs = [(f"{path}[{number}]", each) for number, each in enumerate(node)]
    else:
        return [(path, node)]
    return [leaf for name, each in pairs for leaf in _leaves(name, each)] or [(path, node)]


def _decoded(value: bytes | None) -> object:
    if value is None:
        return {"value": "tombstone"}
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return {"value": value.decode(errors="replace")}


def _about(value: bytes | None) -> str:
    document = _decoded(value)
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        return "its end" if value is None else "unreadable"
    return f"{data.get('dedup_key')} {data.get('change')}"


def _is_same(copy: Copy, position: Position, digest: bytes) -> bool:
    # A repair says the current word again under the cursor at which it was found missing.
    is_repair = copy.position[1] == 0 and copy.position[0] >= position[0]
    return copy.digest == digest and (copy.position == position or is_repair)


def _digest(value: bytes | None) -> bytes:
    return b"" if value is None else blake2b(value, digest_size=16).digest()
