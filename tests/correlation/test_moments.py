"""A moment of a table is what it held then, whatever becomes of the table before it is read."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlation.tables import LEARNED_AT, Packed, Table, Undo, roll_back
from tests.correlation.test_packed import KEYS, Step, Thing

steps = st.lists(
    st.tuples(
        st.sampled_from(
            ("put", "put", "put", "get", "drop", "for good", "freeze", "read", "undo", "done")
        ),
        st.sampled_from(KEYS),
        st.integers(0, 99),
    ),
    max_size=60,
)


def _do(table: Any, undo: Undo, step: Step) -> None:
    what, key, number = step
    if what == "put":
        table.put(key, Thing(number))
    elif what == "for good" and isinstance(table, Table):
        table.put_for_good(key, Thing(number))
    elif what == "drop":
        table.drop(key)
    elif what == "get":
        table.get(key)
    elif what == "undo":
        roll_back(undo)
    elif what == "done":
        undo.clear()


def _check(table: Any, undo: Undo, done: Sequence[Step], read: Any) -> None:
    moments: list[tuple[Any, list[tuple[str, int]]]] = []
    for step in [*done, *[("read", "", 0)] * len(done)]:
        if step[0] == "freeze":
            expected = [(name, table[name].number) for name in list(table)]
            moments.append((table.frozen(), expected))
        elif step[0] == "read" and moments:
            moment, expected = moments.pop(step[2] % len(moments))
            assert [(name, read(value)) for name, value in moment.items()] == expected
        else:
            _do(table, undo, step)


@settings(max_examples=400)
@given(steps)
def test_a_moment_of_a_table_stays_what_it_was(done: Sequence[Step]) -> None:
    """Puts, drops and undone records behind a snapshot are no part of it, read early or late."""
    undo: Undo = []
    table: Table[Thing] = Table(undo)
    _check(table, undo, done, lambda value: value.number)


@settings(max_examples=400)
@given(steps)
def test_a_moment_of_a_packed_table_stays_what_it_was(done: Sequence[Step]) -> None:
    """The same of values that are packed meanwhile, or had changed and were not packed then."""
    undo: Undo = []
    table: Packed[Thing] = Packed(undo, Thing, held_max=2)
    _check(table, undo, done, lambda value: msgspec.msgpack.decode(value)[0])


def test_a_value_packed_again_is_the_one_before_to_an_earlier_moment() -> None:
    """Whatever had been packed before the snapshot is in it as it was."""
    table: Packed[Thing] = Packed([], Thing, held_max=2)
    for key in KEYS:
        table.put(key, Thing(1))
    moment = table.frozen()
    for key in KEYS:
        table.put(key, Thing(2))  # each pushes another one out to be packed

    assert [msgspec.msgpack.decode(value) for _, value in moment.items()] == [[1]] * len(KEYS)


def test_a_packed_table_that_learns_leaves_its_moments_alone() -> None:
    """A snapshot begun before a table learned to make values small has none of them small."""
    words = "a container of the terminal, as said by its own operating system, number "
    table: Packed[str] = Packed([], str, held_max=2)
    for number in range(LEARNED_AT):
        table.put(str(number), f"{words}{number}")
    moment = table.frozen()

    assert table.learn()
    assert table.dictionary
    for number in range(LEARNED_AT):
        table.put(str(number), f"{words}{-number}")  # packed again one by one, small now

    read = [msgspec.msgpack.decode(value) for _, value in moment.items()]
    assert read == [f"{words}{number}" for number in range(LEARNED_AT)]


def test_what_is_replaced_is_kept_until_the_table_is_copied_and_no_longer() -> None:
    """A snapshot that is written does not go on collecting what the port replaces."""
    table: Table[Thing] = Table([])
    table.put("a", Thing(1))
    moment = table.frozen()
    table.put("a", Thing(2))
    assert moment._before == {"a": Thing(1)}

    assert list(moment.items()) == [("a", Thing(1))]
    for number in range(10):
        table.put(f"later-{number}", Thing(number))

    assert moment._before == {}
    assert table._moment is None


def test_what_was_read_of_a_moment_is_let_go_at_once() -> None:
    """A snapshot does not end by letting go of all that it held, which takes as long as a copy."""
    table: Table[Thing] = Table([])
    for key in KEYS:
        table.put(key, Thing(1))
    moment = table.frozen()
    for key in KEYS:
        table.put(key, Thing(2))

    read = moment.items()
    for left in range(len(KEYS) - 1, -1, -1):
        next(read)
        assert len(moment._keys) == len(moment._values) == len(moment._before) == left


def test_a_moment_is_read_once() -> None:
    """Whoever asks again is told, and does not take the port for empty."""
    table: Table[Thing] = Table([])
    table.put("a", Thing(1))
    moment = table.frozen()
    list(moment.items())

    with pytest.raises(AssertionError, match="read once"):
        list(moment.items())
