"""The judgement: what Rada said beside the fold of its journal, by the pure core alone.

Pure: journals, what the topics hold, and what was accepted come in as values. What is proved:

- lost: an event that was answered 202, or a record that Kafka acknowledged, without an effect;
- doubled: an alert that comes out otherwise when every repeat in the journal is made unreadable,
  so that a repeat had an effect of its own;
- phantom: a record of the alerts or picture topic that the fold does not say, and an alert that
  the fold says and the topic does not hold;
- conflicting: the same id and version with other bytes than the fold's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from contracts.journal import TICK, Frame, JournalRecord
from contracts.rejected import RejectedOrigin, rejection_id
from correlation.engine import apply_frame, new_state

UNREADABLE: Final = b"a repeat, made unreadable"
SPOKEN: Final = ("alerts", "picture")

Identity = tuple[str, str]
"""Source and id of an event."""


class Name(NamedTuple):
    """One record: its topic ("alerts" or "picture"), its key, its version; 0 is a tombstone."""

    topic: str
    key: str
    version: int


Words = dict[Name, bytes | None]


class _Head(msgspec.Struct):
    source: str = ""
    id: str = ""


_heads: Final = msgspec.json.Decoder(_Head)


@dataclass
class Folded:
    """What the fold of all journals says, and which records had their effect."""

    words: Words = field(default_factory=dict)
    words_without_repeats: Words = field(default_factory=dict)
    events: set[Identity] = field(default_factory=set)
    """Applied, and not rejected."""
    refused: set[bytes] = field(default_factory=set)
    """Records that were rejected, as they lay in the journal."""
    repeats: int = 0
    """Records of the journal that say again what was said before it."""

    @property
    def alerts(self) -> set[Name]:
        """Return the names of all that is said about alerts."""
        return {name for name in self.words if name.topic == "alerts"}


@dataclass(frozen=True)
class Verdict:
    """How many of each wrong there are, with an example in words of each."""

    lost: int
    doubled: int
    phantom: int
    conflicting: int
    examples: tuple[str, ...]


def fold(journals: Sequence[Sequence[Frame]]) -> Folded:
    """Fold the journals of all partitions, as they are and with their repeats made unreadable."""
    folded = Folded()
    for partition, frames in enumerate(journals):
        plain, bare = (new_state(partition, len(journals)) for _ in range(2))
        journal = _Journal(folded)
        for offset, frame in enumerate(frames):
            rejected = set()
            for said in apply_frame(plain, offset, frame):
                if said.topic in SPOKEN:
                    folded.words[Name(said.topic, said.key, said.version)] = said.value
                elif said.topic == "rejected":
                    rejected.add(said.key)
            for said in apply_frame(bare, offset, journal.without_repeats(frame, rejected)):
                if said.topic in SPOKEN:
                    name = Name(said.topic, said.key, said.version)
                    folded.words_without_repeats[name] = said.value
    return folded


def judge(
    folded: Folded,
    spoken: Iterable[tuple[Name, bytes | None]],
    accepted: Iterable[Identity],
    poison: Iterable[bytes],
) -> Verdict:
    """Compare what was said, and what was accepted, with the fold."""
    lost = [str(event) for event in accepted if event not in folded.events]
    lost += [f"poison {value[:60]!r}" for value in poison if value not in folded.refused]
    heard: set[Name] = set()
    phantom: dict[str, None] = {}
    conflicting: dict[str, None] = {}
    for name, value in spoken:
        heard.add(name)
        if name not in folded.words:
            phantom[f"not of the fold: {name}"] = None
        elif folded.words[name] != value:
            conflicting[str(name)] = None
    for name in sorted(folded.alerts - heard):
        phantom[f"never said: {name}"] = None
    doubled = [
        str(name)
        for name in sorted(folded.words.keys() | folded.words_without_repeats.keys())
        if name.topic == "alerts"
        and _content(folded.words.get(name)) != _content(folded.words_without_repeats.get(name))
    ]
    kinds = {"lost": lost, "doubled": doubled, "phantom": phantom, "conflicting": conflicting}
    examples = [f"{kind}: {next(iter(found))}" for kind, found in kinds.items() if found]
    return Verdict(len(lost), len(doubled), len(phantom), len(conflicting), tuple(examples))


@dataclass
class _Journal:
    """Knows of the records of one journal which are new, as the rules of the journal say it."""

    folded: Folded
    _next: dict[str, int] = field(default_factory=dict)
    _known: set[Identity] = field(default_factory=set)

    def without_repeats(self, frame: Frame, rejected: set[str]) -> Frame:
        """Return the frame with every repeat made unreadable; note what the others came to."""
        records = tuple(self._look(frame, record, rejected) for record in frame.records)
        return msgspec.structs.replace(frame, records=records)

    def _look(self, frame: Frame, record: JournalRecord, rejected: set[str]) -> JournalRecord:
        if record.origin == TICK:
            return record
        origin = frame.origins[record.origin]
        key = f"{origin.topic_id}/{origin.partition}"
        expected = self._next.get(key, 0)
        if record.offset < expected:
            self.folded.repeats += 1
            return _unreadable(record)
        if record.since > expected:
            return record  # written too early; it comes again behind what is missing
        self._next[key] = record.offset + 1
        place = RejectedOrigin(
            topic=origin.topic,
            topic_id=origin.topic_id,
            partition=origin.partition,
            offset=record.offset,
        )
        if rejection_id(place) in rejected:
            self.folded.refused.add(record.value or b"")
            return record
        identity = _identity(record)
        if identity in self._known:
            self.folded.repeats += 1
            return _unreadable(record)
        self._known.add(identity)
        self.folded.events.add(identity)
        return record


def _content(value: bytes | None) -> object:
    """Return what a record says but its place: an unreadable repeat moves the words behind it."""
    document = msgspec.json.decode(value) if value else {}
    document.get("data", {}).pop("journal_pos", None)
    return document


def _unreadable(record: JournalRecord) -> JournalRecord:
    return msgspec.structs.replace(record, value=UNREADABLE, headers=())


def _identity(record: JournalRecord) -> Identity:
    head = _heads.decode(record.value or b"{}")
    return head.source, head.id
