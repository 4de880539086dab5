"""Where the sequencer begins and how far it commits."""

from contracts.journal import Origin
from services.sequencer.commits import Committed, Ledger, start_position

GATE = Origin("rada.gate.v1", "id", 0)


def test_a_frame_behind_an_unreported_one_is_not_committed() -> None:
    """The second landed, the first did not: committing the second would lose the first."""
    ledger = Ledger()
    first, second = ledger.sent({GATE: 1}), ledger.sent({GATE: 2})

    second.is_reported = True
    assert ledger.committable() is None

    first.is_reported = True
    assert ledger.committable() == {GATE: 2}
    assert ledger.in_flight() == 0


def test_without_a_commit_reading_begins_at_the_earliest() -> None:
    """What was accepted before the first start is not passed over."""
    assert start_position(None, "id", 40) == 0


def test_a_commit_of_the_topic_before_says_nothing_about_this_one() -> None:
    """A recreated topic counts from 0 again, though the group remembers an offset."""
    assert start_position(Committed(7, "old"), "new", 40) == 0
    assert start_position(Committed(7, "new"), "new", 40) == 7


def test_a_commit_beyond_the_end_is_of_a_topic_that_is_gone() -> None:
    """Nothing that is there may be skipped."""
    assert start_position(Committed(70, "id"), "id", 40) == 0
