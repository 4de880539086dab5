"""Records sent together: settled only by the outcome of every one, each in its place."""

from functools import partial
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from plumbing.kafka import Delivered, KafkaAway, Posting

TOPIC = "rada.gate.v1"


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_outcomes_stand_in_the_order_of_the_records(order: list[int], lost: set[int]) -> None:
    """Whatever order reports come in, and whichever fail, each stands where its record stood."""
    settled: list[int] = []
    posting = Posting(TOPIC, len(order), lambda: settled.append(posting.missing))

    for index in order:
        assert settled == []
        away = KafkaAway(TOPIC, "timed out")
        posting.note(index, away if index in lost else Delivered(TOPIC, 0, index))

    assert settled == [0]
    for index in range(len(order)):
        outcome = posting.outcomes[index]
        assert isinstance(outcome, KafkaAway) == (index in lost)
        assert index in lost or outcome == Delivered(TOPIC, 0, index)


def test_two_threads_settle_a_posting_between_them() -> None:
    """A refusal while sending and a report may come at once; the last of them sees all."""
    for _ in range(200):
        settled: list[bool] = []
        posting = Posting(TOPIC, 20, partial(settled.append, True))
        threads = [Thread(target=_note_every_second, args=(posting, first)) for first in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert settled
        assert posting.missing == 0


def _note_every_second(posting: Posting, first: int) -> None:
    for index in range(first, 20, 2):
        posting.note(index, Delivered(TOPIC, 0, index))
