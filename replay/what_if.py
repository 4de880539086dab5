"""What if other thresholds had ruled: the same range folded twice, and the alerts that differ.

The thresholds that are tried stand over those of the journal from the first frame of the range
on, and stay there when the journal changes its policy later. They enter as the journal's own
command does, so every rule looks at everything again. Only one port's policy is touched.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from contracts.journal import FRAME_VERSION, Frame, JournalRecord, Origin
from contracts.topics import family_topic
from correlation.instants import written
from correlation.state import Said, State
from replay.fold import Fold, Range, Watch, frames_of
from replay.source import Journal
from replay.stories import Diff, Stories, differing_stories

COMMANDS: Final = family_topic("command")
POLICY: Final = "rada.command.policy-changed"
TRIED: Final = "what-if"
"""The topic id of the command that sets the thresholds; no topic of Kafka has it."""


class Trial:
    """One state that is folded under other thresholds."""

    def __init__(self, state: State, system: str, thresholds: Mapping[str, float]) -> None:
        """Begin at a state; the thresholds rule from `begin` on."""
        self._fold, self._system = Fold(state), system
        self._thresholds = dict(thresholds)
        self._has_begun = False

    @property
    def state(self) -> State:
        """The state as it stands now."""
        return self._fold.state

    def begin(self, first: int, at: int) -> list[Said]:
        """Let the thresholds rule from an instant on, before the frame at offset `first`."""
        self._has_begun = True
        said = self._fold.apply(max(0, first - 1), self._setting(at))
        assert all(one.topic != "rejected" for one in said), "the thresholds were checked before"
        return said

    def apply(self, offset: int, frame: Frame) -> list[Said]:
        """Fold one frame of the journal."""
        given = self._under_trial(frame) if self._has_begun else frame
        return self._fold.apply(offset, given)

    def _setting(self, at: int) -> Frame:
        port = self.state.port(self._system)
        ruling = msgspec.structs.asdict(port.policy)
        version = ruling.pop("version")
        event = {
            "specversion": "1.0",
            "id": TRIED,
            "source": f"/{self._system}/rada/{TRIED}",
            "type": POLICY,
            "subject": self._system,
            "time": written(at),
            "recordedtime": written(at),
            "partitionkey": self._system,
            "organisation": "rada",
            "publisher": "rada",
            "data": {
                "by": "usr:operator",
                "why": "thresholds that are tried",
                "version": version,
                "document": {**ruling, **self._thresholds},
                "digest": "tried-thresholds",
            },
        }
        record = JournalRecord(
            0, at, received_at=at, key=self._system, value=msgspec.json.encode(event)
        )
        origin = Origin(COMMANDS, TRIED, self.state.partition)
        return Frame(FRAME_VERSION, (origin,), (record,))

    def _under_trial(self, frame: Frame) -> Frame:
        if not any(origin.topic == COMMANDS for origin in frame.origins):
            return frame
        records = tuple(self._with_thresholds(record) for record in frame.records)
        return msgspec.structs.replace(frame, records=records)

    def _with_thresholds(self, record: JournalRecord) -> JournalRecord:
        event = _policy_command(record)
        if event is None or event.get("partitionkey") != self._system:
            return record
        event["data"]["document"] = {**event["data"]["document"], **self._thresholds}
        return msgspec.structs.replace(record, value=msgspec.json.encode(event))


def try_thresholds(
    journal: Journal, chosen: Range, thresholds: Mapping[str, float], watch: Watch
) -> Diff:
    """Fold a range as it was and under other thresholds; return what they would change.

    Raises:
        CannotReplay: frames are gone or unreadable, or other code ruled.
    """
    was = Fold(chosen.state(journal))
    trial = Trial(chosen.state(journal), journal.system, thresholds)
    stories = (Stories(journal.system), Stories(journal.system))
    is_before = True
    for offset, frame in frames_of(journal, chosen):
        if is_before and offset >= chosen.first:
            _begin(was.state, trial, stories, (offset, frame.records[0].at))
            is_before = False
        said, tried = was.apply(offset, frame), trial.apply(offset, frame)
        if not is_before:
            stories[0].hear(said)
            stories[1].hear(tried)
        watch(was.tally.frames, was.state.now)
    return differing_stories(*stories)


def _begin(
    state: State, trial: Trial, stories: tuple[Stories, Stories], where: tuple[int, int]
) -> None:
    stories[0].open_with(state.spoken)
    stories[1].open_with(trial.state.spoken)
    stories[1].hear(trial.begin(*where))


def _policy_command(record: JournalRecord) -> dict[str, Any] | None:
    if record.value is None or POLICY.encode() not in record.value:
        return None
    try:
        event = json.loads(record.value)
    except ValueError:
        return None  # the fold rejects it, as it did live
    data = event.get("data") if isinstance(event, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("document"), dict):
        return None
    return event if event.get("type") == POLICY else None
