"""A packed table is a dict: whatever it holds unpacked, and whenever it packs, nobody can tell."""

from collections.abc import Sequence
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlation import tables
from correlation.tables import Packed, Undo, roll_back

KEYS: Final = tuple("abcdefgh")


class Thing(msgspec.Struct, frozen=True, array_like=True):
    """What stands in the table."""

    number: int


Step = tuple[str, str, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "get", "drop", "freeze", "undo", "done")),
        st.sampled_from(KEYS),
        st.integers(0, 99),
    ),
    max_size=60,
)


@pytest.fixture(autouse=True, scope="module")
def _small() -> object:
    # Bounds so small that eight keys pass them again and again.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "PACKED_AT_ONCE", 2)
        yield


@settings(max_examples=300)
@given(steps)
def test_a_packed_table_reads_like_a_dict(done: Sequence[Step]) -> None:
    """After any puts, drops, reads, snapshots and undone records it holds what a dict would."""
    undo: Undo = []
    table: Packed[Thing] = Packed(undo, Thing, held_max=2)
    model: dict[str, int] = {}
    before: dict[str, int] = {}
    for what, key, number in done:
        if what == "put":
            table.put(key, Thing(number))
            model[key] = number
        elif what == "drop":
            table.drop(key)
            model.pop(key, None)
        elif what == "get":
            held = table.get(key)
            assert (held and held.number) == model.get(key)
        elif what == "freeze":
            found = {name: msgspec.msgpack.decode(value) for name, value in table.frozen().items()}
            assert found == {name: [value] for name, value in model.items()}
        elif what == "undo":
            roll_back(undo)
            model = dict(before)
        else:
            undo.clear()
            before = dict(model)
        assert {name: table[name].number for name in list(table)} == model
        assert len(table) == len(model)
        assert all((name in table) == (name in model) for name in KEYS)
    assert [thing.number for thing in table.values()] == [table[name].number for name in table]


def test_keys_stand_in_the_order_in_which_they_came_first() -> None:
    """Neither a change nor a read moves a key, so that a snapshot has the same bytes everywhere."""
    table: Packed[Thing] = Packed([], Thing)
    for number, key in enumerate("hgfedcba" * 3):
        table.put(key, Thing(number))
        table.get("h")

    assert list(table) == list("hgfedcba")
    assert [key for key, _ in table.frozen().items()] == list("hgfedcba")


def test_few_changed_values_wait_to_be_packed() -> None:
    """However many changed one after the other, those not packed yet are as many as may be held."""
    table: Packed[Thing] = Packed([], Thing, held_max=50)
    for number in range(1000):
        table.put(str(number), Thing(number))
        assert len(table._changed) <= 51
