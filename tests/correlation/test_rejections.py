"""What is said of records that are not in the picture."""

from dataclasses import dataclass, field

import msgspec
import pytest

from contracts.journal import FRAME_VERSION, Frame, JournalRecord, Origin
from contracts.rejected import Rejected, RejectedOrigin, rejection_id
from correlation.engine import Said, State, apply_frame, new_state
from tests.correlation.given import NOON

GATE = Origin("rada.gate.v1", "gate-id", 0)


@dataclass
class Partition:
    """A partition that is fed records of one gate topic; every value is one that is refused."""

    state: State = field(default_factory=lambda: new_state(0, 1))
    offset: int = -1

    def read(self, offset: int, *, since: int, start: int = 0) -> list[Rejected]:
        """Apply one record at an offset; return the rejections."""
        self.offset += 1
        record = JournalRecord(0, NOON, since, offset, NOON, "COCTG", b"{}", 0, (), start)
        said = apply_frame(self.state, self.offset, Frame(FRAME_VERSION, (GATE,), (record,)))
        return [_as_published(one) for one in said if one.topic == "rejected"]


def _as_published(said: Said) -> Rejected:
    found = Rejected.model_validate_json(said.value or b"")
    assert said.key == found.id
    return found


def test_a_refused_record_is_told_with_its_place_and_bytes() -> None:
    """Its id follows from topic, topic id, partition and offset, so it is one message for ever."""
    (told,) = Partition().read(7, since=0)

    place = RejectedOrigin(topic="rada.gate.v1", topic_id="gate-id", partition=0, offset=7)
    assert (told.id, told.origin, told.original) == (rejection_id(place), place, "e30=")


def test_what_retention_deleted_unread_is_told_once_with_its_span() -> None:
    """Read up to 3, the input now begins at 9: records 4 to 8 are lost, and somebody must know."""
    port = Partition()
    port.read(3, since=0)

    told = port.read(9, since=4, start=9)
    again = port.read(9, since=4, start=9)

    assert [one.reason for one in told] == ["NEVER_READ", "BAD_FIELD"]
    assert told[0].found == "records 4 to 8 deleted before they were read"
    assert (told[0].origin.offset, told[0].original) == (4, None)
    assert again == []


@pytest.mark.parametrize(
    ("since", "start", "why"),
    [
        (4, 0, "a transaction's marker lies there"),
        (2, 4, "what was deleted had been read by an earlier sequencer"),
        (6, 9, "another sequencer wrote what is before it, and it is still to come"),
    ],
)
def test_a_hole_that_lost_nothing_is_no_alarm(since: int, start: int, why: str) -> None:
    """Only what retention deleted behind the record applied last is lost."""
    port = Partition()
    port.read(3, since=0)

    assert "NEVER_READ" not in [one.reason for one in port.read(9, since=since, start=start)], why


def test_a_journal_written_before_holes_were_noted_is_read() -> None:
    """A record without the field says that nothing is missing."""
    old = msgspec.msgpack.encode([0, 1_000, 5, 5, 1_000, "COCTG", b"{}", 0, []])

    assert msgspec.msgpack.decode(old, type=JournalRecord).start == 0
