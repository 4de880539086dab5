"""Packed values are made small, and nobody who reads them can tell."""

import sys
import tracemalloc
from typing import Final

import msgspec
import pytest
import zstandard

from contracts.journal import FRAME_VERSION, TICK, Frame, JournalRecord
from correlation import tables
from correlation.engine import apply_frame, new_state
from correlation.picture.entities import Appointment
from correlation.snapshot import encode, freeze, thaw
from correlation.squeezing import SQUEEZED_MAX, Squeezer, learned_from
from correlation.state import State
from correlation.tables import LEARNED_AT, Packed, roll_back
from tests.correlation.given import NOON


class Box(msgspec.Struct, frozen=True, array_like=True):
    """Something that a port has many of, each much like the others."""

    number: str
    facility: str = "COCTG:SMDG:SPRC"
    source: str = "/COCTG/ter-ctg-1/tos"
    said: str = "rada.yard.container-discharged, of the terminal's own knowledge"


def boxes(count: int, first: int = 0) -> list[Box]:
    """Return so many boxes with numbers of their own."""
    return [Box(f"RDAU{number:07d}") for number in range(first, first + count)]


def packed(values: list[Box]) -> list[bytes]:
    """Return values as a table packs them."""
    return [msgspec.msgpack.encode(value) for value in values]


def full(count: int = LEARNED_AT) -> Packed[Box]:
    """Return a table of so many boxes."""
    table: Packed[Box] = Packed([], Box)
    for box in boxes(count):
        table.put(box.number, box)
    return table


def size(table: Packed[Box]) -> int:
    """Return the bytes of all values of a table."""
    return sum(len(value) for _, value in table.frozen().items())


@pytest.mark.parametrize("length", [1, 100, SQUEEZED_MAX, SQUEEZED_MAX + 1, 10 * SQUEEZED_MAX])
def test_a_value_of_any_length_comes_back(length: int) -> None:
    """Short or long, alike or not."""
    squeezer = Squeezer(learned_from(packed(boxes(LEARNED_AT))))
    value = msgspec.msgpack.encode(["RDAU" * (length // 4)])

    assert squeezer.expanded(squeezer.squeezed(value)) == value


def test_what_is_too_long_for_the_same_bytes_everywhere_stays_as_it_is() -> None:
    """Zstandard would copy the dictionary beside it, and look at what lies next to it in memory."""
    squeezer = Squeezer(learned_from(packed(boxes(LEARNED_AT))))
    value = msgspec.msgpack.encode(["A" * SQUEEZED_MAX])

    assert squeezer.squeezed(value) is value


def test_the_same_values_teach_the_same_dictionary_and_give_the_same_bytes() -> None:
    """Two coordinators write the same snapshot, whatever each has read in between."""
    values = packed(boxes(LEARNED_AT))
    first, second = Squeezer(learned_from(values)), Squeezer(learned_from(values))
    for value in values:
        second.expanded(second.squeezed(value * 3))

    assert [first.squeezed(v) for v in values] == [second.squeezed(v) for v in values]


def test_a_small_value_keeps_no_more_room_than_it_needs() -> None:
    """Zstandard returns bytes in the room of the largest result there could have been."""
    values = packed(boxes(LEARNED_AT))
    squeezer = Squeezer(learned_from(values))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    small = [squeezer.squeezed(value) for value in values]
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert taken < 1.5 * sum(map(sys.getsizeof, small))


def test_nothing_is_learned_from_values_too_short_to_gain() -> None:
    """A frame of Zstandard would be longer than they are."""
    assert learned_from([b"\x91\x01"] * LEARNED_AT) == b""


def test_values_that_share_nothing_teach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zstandard says so, and the table goes on as it was."""

    def refuse(size: int, samples: list[bytes]) -> None:
        raise zstandard.ZstdError(f"nothing in {len(samples)} samples for {size}")

    monkeypatch.setattr(zstandard, "train_dictionary", refuse)
    table = full()

    assert table.learn()
    assert table.dictionary == b""
    assert list(table.values()) == boxes(LEARNED_AT)


def test_a_table_learns_once_it_has_enough_values() -> None:
    """Too few would teach nothing; all values are smaller then, those packed before included."""
    few, enough = full(LEARNED_AT - 1), full()
    before = size(enough)

    assert not few.learn()
    assert enough.learn()
    assert few.dictionary is None
    assert size(enough) < before / 3
    assert list(enough.values()) == boxes(LEARNED_AT)


def test_what_learned_reads_and_writes_like_a_dict() -> None:
    """Read cold, changed, undone and dropped after it learned."""
    undo: tables.Undo = []
    table: Packed[Box] = Packed(undo, Box, held_max=2)
    model = {}
    for box in boxes(LEARNED_AT):
        table.put(box.number, box)
        model[box.number] = box
    undo.clear()
    table.learn()

    table.put("RDAU0000003", Box("RDAU0000003", said="loaded"))
    table.drop("RDAU0000004")
    roll_back(undo)
    assert dict(table.items()) == model
    for number, box in list(model.items())[::7]:
        model[number] = Box(number, facility=box.number)
        table.put(number, model[number])
        assert table[number] == model[number]
    undo.clear()

    assert dict(table.items()) == model
    assert {key: table[key] for key in table} == model


def test_a_restored_table_goes_on_with_the_same_bytes() -> None:
    """It holds nothing unpacked, and still packs what changes as the one that never stopped."""
    first = full()
    first.learn()
    second: Packed[Box] = Packed([], Box)
    assert first.dictionary
    second.take(first.dictionary)
    second.fill(first.frozen().items())

    for table in (first, second):
        for box in boxes(100, first=LEARNED_AT - 50):
            table.put(box.number, Box(box.number, said="on the yard"))

    assert list(first.frozen().items()) == list(second.frozen().items())


def a_state_with_trucks(count: int) -> State:
    """Return a state that expects so many trucks, and then saw a tick."""
    state = new_state(0, 1)
    trucks = state.port("COCTG").appointments
    for number in range(count):
        name = f"apt:SPRC:{number}"
        gate = "COCTG:SMDG:SPRC/gate/1"
        trucks.put(name, Appointment(id=name, state="BOOKED", gate=gate, haulier="trk-017"))
    state.undo.clear()
    apply_frame(state, 0, Frame(FRAME_VERSION, (), (JournalRecord(TICK, NOON),)))
    return state


def test_a_tick_lets_a_port_learn_and_its_snapshot_brings_that_back() -> None:
    """Without the dictionary nobody could read the values."""
    state = a_state_with_trucks(600)
    trucks = state.port("COCTG").appointments
    parts = list(encode(freeze(state)))

    back = thaw(parts)

    assert trucks.dictionary
    assert list(back.port("COCTG").appointments.items()) == list(trucks.items())
    assert list(encode(freeze(back))) == parts


SEEN_AT: Final = 3
"""How many entries of a snapshot are written before the state goes on."""


def test_a_snapshot_keeps_its_moment_while_the_table_goes_on() -> None:
    """What had changed is packed only when the snapshot comes to it: by then it may be other."""
    table = full()
    table.learn()
    before = list(table.frozen().items())
    table.put("RDAU0000009", Box("RDAU0000009", said="changed, not packed yet"))
    moment = table.frozen().items()
    seen = [next(moment) for _ in range(SEEN_AT)]

    table.put("RDAU0000009", Box("RDAU0000009", said="changed again"))
    table.drop("RDAU0000010")
    for box in boxes(3000, first=LEARNED_AT):
        table.put(box.number, box)
    seen += moment

    assert [key for key, _ in seen] == [key for key, _ in before]
    unpack = msgspec.msgpack.Decoder(Box).decode
    assert table.dictionary
    expanded = Squeezer(table.dictionary).expanded
    said = {key: unpack(expanded(value)).said for key, value in seen}
    assert said["RDAU0000009"] == "changed, not packed yet"
    assert said["RDAU0000010"] == Box("").said
