"""Folding a range and comparing it with what was said live: equal to the byte, or where not."""

import pytest

from contracts.journal import Frame
from correlation.instants import MINUTE
from replay import compare, fold
from replay.bounds import Bound
from replay.fold import range_between
from replay.proof import Proof, prove
from replay.source import CannotReplay
from services.coordinator.reading import Record
from tests.correlation import given
from tests.correlation.given import NOON
from tests.replay.given_journal import JournalInMemory, a_day, journal_of

SNAPSHOT_AT = 10


@pytest.fixture
def frames() -> list[Frame]:
    return a_day().frames


@pytest.fixture
def journal(frames: list[Frame]) -> JournalInMemory:
    return journal_of(frames, snapshot_at=SNAPSHOT_AT)


@pytest.fixture(autouse=True)
def _nobody_speaks_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.proof._PATIENCE_SECONDS", 0.0)


def proof_of(journal: JournalInMemory, first: int | None = None, end: int | None = None) -> Proof:
    begins = None if first is None else Bound(offset=first)
    ends = None if end is None else Bound(offset=end)
    chosen = range_between(journal.as_journal(), begins, ends)
    return prove(journal.as_journal(), chosen, lambda _frames, _now: None)


def test_the_fold_of_a_journal_equals_what_was_said(journal: JournalInMemory) -> None:
    """The same code over the same frames says the same bytes."""
    outcome = proof_of(journal).outcome

    assert outcome.is_equal
    assert outcome.equal == len(journal.spoken) > 0


def test_every_range_of_it_is_equal_too(journal: JournalInMemory) -> None:
    """What comes before a range is folded from the start or a snapshot, so the state is right."""
    outcomes = [
        proof_of(journal, first, end).outcome
        for first in range(journal.end)
        for end in (first + 1, journal.end)
    ]

    assert all(outcome.is_equal for outcome in outcomes)


def test_a_range_behind_a_snapshot_is_folded_from_there(journal: JournalInMemory) -> None:
    """The newest snapshot before a range is near; the one inside it is not used."""
    behind, before = (proof_of(journal, first).chosen for first in (SNAPSHOT_AT + 1, SNAPSHOT_AT))

    assert (behind.cursor, before.cursor) == (SNAPSHOT_AT, -1)


def test_an_alert_that_says_something_else_is_shown_with_its_offset(
    journal: JournalInMemory,
) -> None:
    """The first difference names journal offset, field, and both values."""
    was = journal.spoken[1]
    journal.tell(2, severity="YELLOW")
    journal.tell(1, severity="YELLOW")

    outcome = proof_of(journal).outcome

    assert (outcome.different, outcome.equal) == (2, len(journal.spoken) - 2)
    assert outcome.first is not None
    assert outcome.first.kind == "different"
    assert outcome.first.position == tuple(
        int(was.headers[name]) for name in ("journalpos", "ordinal")
    )
    assert outcome.first.alerts_offset == 1
    assert outcome.first.fields == (("data.severity", "YELLOW", "RED"),)


def test_bytes_that_mean_the_same_are_still_different(journal: JournalInMemory) -> None:
    """Equal is equal to the byte: a blank more is told."""
    record = journal.spoken[0]
    journal.spoken[0] = record.__class__(
        record.topic, 0, record.key, (record.value or b"") + b" ", record.headers
    )

    first = proof_of(journal).outcome.first

    assert first is not None
    assert first.fields[0][0] == "bytes"


def test_an_alert_that_was_never_said_is_missing(journal: JournalInMemory) -> None:
    """The newest version of every alert must be on the topic."""
    lost = journal.spoken.pop()

    outcome = proof_of(journal).outcome

    assert outcome.missing == 1
    assert outcome.first is not None
    assert (outcome.first.kind, outcome.first.alert_id) == ("missing", lost.key)


def test_an_alert_that_nothing_says_is_a_phantom(journal: JournalInMemory) -> None:
    """What was said live and does not come out of the journal is told."""
    record = journal.spoken[0]
    made_up = Record(record.topic, len(journal.spoken), "made-up", record.value, record.headers)
    journal.spoken.append(made_up)

    outcome = proof_of(journal).outcome

    assert outcome.phantom == 1
    assert outcome.first is not None
    assert (outcome.first.kind, outcome.first.alert_id) == ("phantom", "made-up")


def test_older_versions_that_compaction_took_are_counted_and_no_difference(
    journal: JournalInMemory,
) -> None:
    """The alerts topic keeps the newest of each; what is gone is never called equal."""
    newest = {record.key: record.offset for record in journal.spoken}
    kept = [record for record in journal.spoken if newest[record.key] == record.offset]
    gone = len(journal.spoken) - len(kept)
    journal.spoken = kept

    outcome = proof_of(journal).outcome

    assert outcome.is_equal
    assert (outcome.equal, outcome.compacted) == (len(kept), gone)


def test_a_repaired_record_is_the_same_word(journal: JournalInMemory) -> None:
    """A repair says the same bytes again under a later position."""
    record = journal.spoken[-1]
    headers = {**record.headers, "journalpos": b"30", "ordinal": b"0"}
    journal.spoken.append(
        Record(record.topic, len(journal.spoken), record.key, record.value, headers)
    )

    assert proof_of(journal).outcome.is_equal


def test_a_journal_of_other_code_is_refused_at_its_place() -> None:
    """Nothing is judged by code that did not rule; the offset and what to do are told."""
    port = given.APort()
    port.hear(given.a_command("core-changed", at=NOON, core_version="of-another"), at=NOON)
    port.hear(at=NOON + MINUTE)

    with pytest.raises(CannotReplay, match="offset 1 on the journal names core version of-anot"):
        proof_of(journal_of(port.frames))


def test_a_trimmed_journal_is_folded_from_its_oldest_snapshot(journal: JournalInMemory) -> None:
    """Without --from a trimmed journal begins where its state is still known."""
    journal.start = SNAPSHOT_AT

    proof = proof_of(journal)

    assert proof.outcome.is_equal
    assert proof.chosen.first == SNAPSHOT_AT + 1


def test_a_range_in_what_was_trimmed_is_told_with_where_it_can_begin(
    journal: JournalInMemory,
) -> None:
    """The first offset left, and the offsets that a replay can begin at."""
    journal.start = SNAPSHOT_AT

    with pytest.raises(CannotReplay) as refused:
        proof_of(journal, SNAPSHOT_AT)

    assert f"the first frame left is offset {SNAPSHOT_AT}" in str(refused.value)
    assert f"can begin at offset {SNAPSHOT_AT + 1}: name it with --from" in str(refused.value)
    with pytest.raises(
        CannotReplay, match=f"offset 3 is trimmed away: .* holds offset {SNAPSHOT_AT}"
    ):
        proof_of(journal, 3)


def test_a_trimmed_journal_without_a_snapshot_says_what_to_do(journal: JournalInMemory) -> None:
    """There is no state to begin with, and a backup or a longer keeping is the way."""
    journal.start, journal.found = SNAPSHOT_AT, []

    with pytest.raises(CannotReplay, match=r"there is none\. RADA_JOURNAL_DAYS"):
        proof_of(journal)


def test_a_hole_in_the_journal_is_never_folded_over(journal: JournalInMemory) -> None:
    """Frames that are gone end the replay with their offsets."""
    journal.found = []
    chosen = range_between(journal.as_journal(), None, None)
    journal.start = 3  # trimmed while it is read

    with pytest.raises(CannotReplay, match="frames 0 to 2 are gone"):
        list(fold.frames_of(journal.as_journal(), chosen))


def test_a_range_without_a_frame_is_told_with_what_there_is(journal: JournalInMemory) -> None:
    """An empty range is no proof of anything."""
    with pytest.raises(CannotReplay, match=r"no frame of rada\.journal\.v1\[5\] lies in that"):
        proof_of(journal, 7, 7)
    with pytest.raises(CannotReplay, match="the last is 34"):
        proof_of(journal, 99)
    with pytest.raises(CannotReplay, match="holds no frame: nothing was ever said here"):
        proof_of(JournalInMemory([], [], 5))


def test_a_difference_in_a_list_is_named_by_its_place() -> None:
    """Whoever looks for a cause needs the field, not two documents."""
    live, replayed = b'{"a":[1,{"b":2}],"c":3}', b'{"a":[1,{"b":4}]}'

    found = compare.differing(live, replayed)

    assert found == (("a[1].b", 2, 4), ("c", 3, None))
