"""The core over a run, as its journals would hold it: one port a journal, a tick every 10 seconds.

The sequencer ticks each second. Here it ticks every ten: a fold is then bound by its events and
not by its ticks, and an alert is said at most ten seconds late, which no measure of the score can
see. All ports go from tick to tick together, so what one port tells the next is heard in time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from contracts.journal import (
    FRAME_RECORDS_MAX,
    FRAME_VERSION,
    TICK,
    Frame,
    JournalRecord,
    Origin,
)
from contracts.profile import Community
from contracts.topics import FAMILIES, family_topic
from correlation.engine import Said, State, apply_frame, new_state
from correlation.instants import SECOND, written
from simulator.score.instances import Instance, Spoken
from simulator.score.runs import Line, Run, Unreadable

TICK_MS: Final = 10 * SECOND
SETTLING_MS: Final = 10 * SECOND
"""After its last event a run is folded up to its end and one tick more."""
_ORIGINS: Final = tuple(Origin(family_topic(family), f"run-{family}", 0) for family in FAMILIES)
_INDEX: Final = {family: index for index, family in enumerate(FAMILIES)}
_WATCHED_EVERY: Final = 500

Watch = Callable[[int, int], None]
"""Told now and then: how many events are folded, and the instant reached (ms)."""


class _Head(Struct):
    partitionkey: str
    organisation: str | UnsetType = UNSET
    publisher: str | UnsetType = UNSET


_head: Final = msgspec.json.Decoder(_Head)


@dataclass
class Folded:
    """What the core said of a run."""

    events: int = 0
    instances: list[Instance] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    first_problem: str = ""
    digest: str = ""
    """Of every byte that was said, in order: equal digests, equal logs."""


class _Journal:
    """The journal of one port, and the core's state behind it."""

    def __init__(self, system: str) -> None:
        self.system = system
        self.filling: list[JournalRecord] = []
        self._state: State = new_state(0, 1)
        self._offsets = [0] * len(FAMILIES)
        self._frames = 0

    def add(self, family: str, at: int, value: bytes) -> None:
        """Write an event behind those that are there."""
        index = _INDEX[family]
        offset = self._offsets[index]
        self._offsets[index] = offset + 1
        self.filling.append(JournalRecord(index, at, offset, offset, at, self.system, value))

    def tick(self, at: int) -> Iterator[Said]:
        """Fold what was written, in frames as long as the sequencer's, and then the tick."""
        self.filling.append(JournalRecord(TICK, at))
        records, self.filling = self.filling, []
        for start in range(0, len(records), FRAME_RECORDS_MAX):
            part = tuple(records[start : start + FRAME_RECORDS_MAX])
            yield from apply_frame(self._state, self._frames, Frame(FRAME_VERSION, _ORIGINS, part))
            self._frames += 1


class _Fold:
    """All journals of a run on their way from tick to tick."""

    def __init__(self, run: Run, communities: Mapping[str, Community]) -> None:
        self.folded = Folded()
        self.now = run.begins
        self._spoken = Spoken()
        self._digest = blake2b(digest_size=16)
        self._journals = {system: _Journal(system) for system in run.systems}
        for system, journal in self._journals.items():
            for value in _commands(communities[system], run.begins):
                journal.add("command", run.begins, value)

    def hear(self, line: Line) -> None:
        """Let the clock come to a line, and write it to its port's journal."""
        self.advance(line.at)
        system, value = _as_the_edge_hands_it_on(line)
        journal = self._journals.get(system)
        if journal is None or line.family not in _INDEX:
            allowed = f"{', '.join(self._journals)} and {', '.join(FAMILIES)}"
            raise Unreadable(
                f"found an event of port {system}, family {line.family}; allowed are {allowed}"
            )
        journal.add(line.family, max(line.at, self.now), value)
        self.folded.events += 1

    def advance(self, until: int) -> None:
        """Tick up to an instant."""
        while (following := self.now - self.now % TICK_MS + TICK_MS) <= until:
            self.now = following
            for journal in list(self._journals.values()):
                for said in journal.tick(self.now):
                    self._take(said)

    def finish(self, until: int) -> Folded:
        """Fold to the end and return what was said."""
        self.advance(until + SETTLING_MS)
        self.folded.instances = self._spoken.instances()
        self.folded.digest = self._digest.hexdigest()
        return self.folded

    def _take(self, said: Said) -> None:
        value = said.value or b""
        self._digest.update(
            b"%s\n%s\n%d\n" % (said.topic.encode(), said.key.encode(), said.version)
        )
        self._digest.update(value)
        if said.topic == "alerts" and value:
            self._spoken.take(value)
        elif said.topic == "network" and value and said.port in self._journals:
            self._journals[said.port].add("network", self.now, value)
        elif said.topic == "rejected":
            refused = msgspec.json.decode(value)
            self.folded.rejected[refused["reason"]] += 1
            if not self.folded.first_problem:
                self.folded.first_problem = "{reason} {field}: found {found}, allowed {allowed}"
                self.folded.first_problem = self.folded.first_problem.format_map(refused)


def fold(
    run: Run,
    communities: Mapping[str, Community],
    watch: Watch | None = None,
    lines: Iterable[Line] | None = None,
) -> Folded:
    """Fold a run's lines (or these instead) under its ports' profiles; return what was said.

    Raises:
        Unreadable: a port without a profile, or an event of a port or family that is not in it.
    """
    missing = [system for system in run.systems if system not in communities]
    if missing:
        raise Unreadable(
            f"found no profile of {', '.join(missing)}; there are {', '.join(sorted(communities))}"
        )
    folding = _Fold(run, communities)
    for line in run.lines() if lines is None else lines:
        folding.hear(line)
        if watch and folding.folded.events % _WATCHED_EVERY == 0:
            watch(folding.folded.events, folding.now)
    return folding.finish(run.ends)


def _as_the_edge_hands_it_on(line: Line) -> tuple[str, bytes]:
    """Return the port of an event, and its bytes with the publisher that its key stands for."""
    head = _head.decode(line.event)
    raw = bytes(line.event).lstrip()
    if head.publisher is UNSET:
        mine = b'{"publisher":' + msgspec.json.encode(line.publisher) + b","
        if head.organisation is UNSET:
            mine += b'"organisation":' + msgspec.json.encode(line.publisher) + b","
        return head.partitionkey, mine + raw[1:]
    event = msgspec.json.decode(raw)
    return head.partitionkey, msgspec.json.encode({**event, "publisher": line.publisher})


def _commands(community: Community, at: int) -> Iterator[bytes]:
    """Yield what puts a port's profile and thresholds into its journal."""
    documents: tuple[tuple[str, dict[str, Any]], ...] = (
        ("profile-changed", community.public_document()),
        ("policy-changed", dict(community.policy)),
    )
    for kind, document in documents:
        said = written(at)
        yield msgspec.json.encode(
            {
                "specversion": "1.0",
                "id": f"{kind}-{community.system}",
                "source": f"/{community.system}/rada/operator",
                "type": f"rada.command.{kind}",
                "subject": community.system,
                "time": said,
                "recordedtime": said,
                "partitionkey": community.system,
                "organisation": "rada",
                "publisher": "rada",
                "data": {
                    "by": "operator",
                    "why": "start",
                    "version": "1",
                    "document": document,
                    "digest": community.digest(),
                },
            }
        )
