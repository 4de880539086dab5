"""The owner of a partition: contiguity, silence on what is said, order, repair, leaving."""

import msgspec
import pytest

from contracts.journal import FRAME_VERSION, Frame, JournalRecord, Origin, encode_frame
from services.coordinator.letters import Letter
from services.coordinator.outputs import Seen
from services.coordinator.owner import Owner
from services.coordinator.refusals import Refused
from services.coordinator.snapshot_job import SnapshotJob
from tests.protocol.toy_core import CODE, PORTS, Event, ToyCore

VESSEL = Origin("rada.vessel.v1", "id", 0)


def a_frame(at: int, *events: Event, first: int = 0) -> bytes:
    records = [
        JournalRecord(0, at, first + n, first + n, at, PORTS[0], msgspec.json.encode(event))
        for n, event in enumerate(events)
    ]
    ticks = [] if events else [JournalRecord(-1, at)]
    return encode_frame(Frame(FRAME_VERSION, (VESSEL,), (*records, *ticks)))


def a_delay(number: int, delay: int) -> Event:
    return Event(f"e{number}", "ship", PORTS[0], 1, delay)


RAISED = (a_frame(10, a_delay(1, 5)), a_frame(20))
CLEARED = (*RAISED, a_frame(21, a_delay(2, 0), first=1), a_frame(40))
KEY = f"{PORTS[0]}|1|20"


class Desk:
    """An owner and what it sent; nothing is reported unless a test says so."""

    def __init__(self, *seen: Seen) -> None:
        self.sent: list[Letter] = []
        self.owner = Owner(0, 2, ToyCore(), core_version="1", send=self.sent.append)
        self.owner.read_own(seen)
        self.owner.scanned()

    def alerts(self) -> list[tuple[str, int, bool]]:
        """Return what was sent about alerts: key, version, whether it is a tombstone."""
        return [(x.key, x.version, x.value is None) for x in self.sent if x.topic == "alerts"]

    def fold(self, frames: tuple[bytes, ...]) -> None:
        """Apply frames behind the cursor."""
        for frame in frames:
            self.owner.apply(self.owner.cursor + 1, frame)


def seen(offset: int, version: int, journalpos: int, *, is_tombstone: bool = False) -> Seen:
    return Seen("alerts", KEY, offset, version, is_tombstone, (journalpos, 0))


def live(*records: Seen) -> Desk:
    desk = Desk(*records)
    desk.owner.caught_up()
    return desk


def test_a_missing_range_is_asked_for_before_the_frame() -> None:
    """What the framework skipped is read directly; what it repeats is passed."""
    desk = live()

    assert desk.owner.deliver(0, RAISED[0]) is None
    assert desk.owner.deliver(3, CLEARED[3]) == range(1, 4)
    assert desk.owner.cursor == 0
    assert desk.owner.deliver(0, RAISED[0]) is None
    assert desk.owner.wanted == 3


def test_deliveries_during_a_restore_are_noted() -> None:
    """They are caught up by direct reads, since the cursor is not there yet."""
    desk = Desk()

    assert desk.owner.deliver(5, RAISED[0]) is None

    assert (desk.owner.cursor, desk.owner.wanted) == (-1, 5)


def test_frames_that_are_gone_are_refused() -> None:
    """Folding over a hole would say phantoms."""
    with pytest.raises(Refused, match="0 to 2 are gone"):
        Desk().owner.apply(3, RAISED[0])


def test_catching_up_leaves_unsaid_only_what_is_there() -> None:
    """Version 1 stands in the partition, version 2 does not."""
    desk = Desk(seen(0, 1, 1))

    desk.fold(CLEARED[:3])

    assert desk.alerts() == [(KEY, 2, False)]


def test_catching_up_is_silent_on_what_ended() -> None:
    """A tombstone in the partition is final."""
    desk = Desk(seen(5, 0, 3, is_tombstone=True))

    desk.fold(CLEARED)

    assert desk.alerts() == []


def test_notices_are_said_again_after_the_snapshot() -> None:
    """What stands in the alerts partition proves nothing about another topic."""
    desk = Desk(seen(0, 9, 9))

    desk.fold(RAISED)

    assert [letter.topic for letter in desk.sent] == ["network"]


def test_a_tombstone_waits_for_the_reports_before_it() -> None:
    """If "cleared" failed and its tombstone landed, nobody would be told."""
    desk = live()
    desk.fold(CLEARED)
    assert desk.alerts() == [(KEY, 1, False), (KEY, 2, False)]

    for offset, letter in enumerate([x for x in desk.sent if x.topic == "alerts"]):
        desk.owner.reported(letter, offset)

    assert desk.alerts()[2:] == [(KEY, 0, True)]


def test_an_older_record_behind_a_newer_one_is_repaired() -> None:
    """Compaction keeps the last record, so the newest is said once more."""
    desk = live()
    desk.fold(CLEARED[:3])
    desk.sent.clear()

    desk.owner.read_own([seen(0, 1, 1), seen(1, 2, 2), seen(2, 1, 1)])

    assert desk.alerts() == [(KEY, 2, False)]


def test_a_record_that_ended_here_is_ended_again() -> None:
    """An id that the state does not know cannot come back."""
    desk = live()
    desk.fold((a_frame(10),))

    desk.owner.read_own([seen(0, 1, 0)])

    assert desk.alerts() == [(KEY, 0, True)]


def test_going_live_mends_what_the_partition_shows_wrongly() -> None:
    """The last record of an id is below the state: say the state."""
    desk = Desk(seen(0, 2, 2), seen(1, 1, 1))
    desk.fold(CLEARED[:3])
    assert desk.alerts() == []

    desk.owner.caught_up()

    assert desk.alerts() == [(KEY, 2, False)]


def test_nothing_is_folded_past_other_code() -> None:
    """Old code stops behind the record that names new code; its snapshot belongs to the new."""
    desk = live()
    change = Event("c", CODE, PORTS[0], data={"core_version": "2"})
    desk.fold((a_frame(10, change),))
    assert desk.owner.is_leaving

    desk.fold((RAISED[1],))

    assert desk.owner.cursor == 0
    assert desk.alerts() == []


def test_a_snapshot_waits_for_reports_and_its_manifest_for_its_parts() -> None:
    """Outputs before the cursor would otherwise be in nobody's memory."""
    desk = live()
    desk.fold(RAISED)
    stored: list[Letter] = []
    job = SnapshotJob(desk.owner, "journal", stored.append, [])

    def steps(count: int) -> list[str]:
        for _ in range(count):
            job.step()
        return [letter.key.rpartition("/")[2] for letter in stored]

    assert steps(5) == []
    for letter in desk.sent:
        desk.owner.reported(letter, 0)
    assert steps(5) == ["000000", "000001"]
    for letter in stored:
        letter.status = "reported"
    assert steps(5) == ["000000", "000001", "manifest"]
    stored[2].status = "reported"
    assert job.step()
    assert job.cursors == [1]


def test_a_snapshot_lets_go_of_what_is_reported() -> None:
    """All parts together are as large as the state; a process would hold it twice."""
    desk = live()
    desk.fold(RAISED)
    for letter in desk.sent:
        desk.owner.reported(letter, 0)
    held: list[Letter] = []
    job = SnapshotJob(desk.owner, "journal", held.append, [])

    while len(held) < 2:
        job.step()
        for letter in held:
            letter.status = "reported"

    assert job._letters == held[-1:]
