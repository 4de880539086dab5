"""Packing records into frames: order, bounds, stamps, and the two commands it must notice."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contracts.journal import TICK, Frame, JournalRecord, Origin, decode_frame
from services.sequencer.frames import Arrival, Bounds, Packer

GATE = Origin("rada.gate.v1", "gate-id", 3)
COMMAND = Origin("rada.command.v1", "command-id", 3)
OWN_COMMAND = Origin("rada.command.v1.sprc", "own-id", 3)


def a_record(offset: int, value: bytes = b"{}") -> Arrival:
    return Arrival(offset, value, 1_000, "COCTG")


def a_clock_advanced(offset: int, now_at: str) -> Arrival:
    body = {"type": "rada.command.clock-advanced", "data": {"now_at": now_at}}
    return a_record(offset, msgspec.json.encode(body))


def frames_of(packer: Packer) -> list[Frame]:
    return [decode_frame(packed.value) for packed in packer.take()]


def records_of(packer: Packer) -> list[JournalRecord]:
    return [record for frame in frames_of(packer) for record in frame.records]


def test_a_lone_record_is_a_frame_of_one() -> None:
    """Nothing waits for company: what is there when asked goes out."""
    packer = Packer({GATE: 5})

    packer.add(GATE, [a_record(5, b"x")], 2_000)

    (record,) = records_of(packer)
    assert (record.since, record.offset, record.at, record.value) == (5, 5, 2_000, b"x")
    assert packer.take() == []


def test_a_record_says_from_where_its_sequencer_looked() -> None:
    """A hole that holds nothing lies between `since` and `offset` and is no alarm."""
    packer = Packer({GATE: 5})

    packer.add(GATE, [a_record(8), a_record(9)], 2_000)

    assert [(r.since, r.offset) for r in records_of(packer)] == [(5, 8), (9, 9)]


def test_a_record_behind_deleted_ones_says_where_its_input_began() -> None:
    """The core tells a loss from a hole by it."""
    packer = Packer({GATE: 5})

    packer.add(GATE, [Arrival(8, b"{}", 1_000, "COCTG", (), 8), a_record(9)], 2_000)

    assert [(r.since, r.offset, r.start) for r in records_of(packer)] == [(5, 8, 8), (9, 9, 0)]


def test_the_stamp_never_falls() -> None:
    """A clock that is set back moves nothing back."""
    packer = Packer({})

    packer.add(GATE, [a_record(0)], 2_000)
    packer.add(GATE, [a_record(1)], 1_500)
    packer.tick(1_600)

    assert [record.at for record in records_of(packer)] == [2_000, 2_000, 2_000]


def test_frames_are_cut_by_count() -> None:
    """A frame holds no more records than the bound."""
    packer = Packer({}, bounds=Bounds(records=2))

    packer.add(GATE, [a_record(n) for n in range(5)], 1)

    assert [len(frame.records) for frame in frames_of(packer)] == [2, 2, 1]


def test_frames_are_cut_by_bytes_and_a_large_record_travels_alone() -> None:
    """A record above the frame's bytes, below the record's, has a frame of its own."""
    packer = Packer({}, bounds=Bounds(frame_bytes=500, record_bytes=2_000))

    packer.add(GATE, [a_record(0), a_record(1, b"x" * 900), a_record(2)], 1)

    assert [len(frame.records) for frame in frames_of(packer)] == [1, 1, 1]


def test_a_record_that_fits_no_frame_is_a_stub() -> None:
    """Its place in the order and its size are kept, its bytes are not."""
    packer = Packer({}, bounds=Bounds(record_bytes=200))

    packer.add(GATE, [a_record(0, b"x" * 300)], 1)

    (record,) = records_of(packer)
    assert (record.value, record.size, record.offset) == (None, 300, 0)


def test_new_code_closes_its_frame() -> None:
    """Old code must be able to stop right behind the record that names new code."""
    packer = Packer({})
    change = msgspec.json.encode(
        {"type": "rada.command.core-changed", "data": {"core_version": "2"}}
    )

    packer.add(COMMAND, [a_record(0), a_record(1, change), a_record(2)], 1)

    assert [len(frame.records) for frame in frames_of(packer)] == [2, 1]


def test_new_code_in_binary_mode_closes_its_frame_too() -> None:
    """The type may stand in a header instead of the value."""
    packer = Packer({})
    change = Arrival(0, b"{}", 1, headers=(("ce_type", b"rada.command.core-changed"),))

    packer.add(COMMAND, [change, a_record(1)], 1)

    assert [len(frame.records) for frame in frames_of(packer)] == [1, 1]


def test_a_played_clock_is_set_by_its_command_alone() -> None:
    """Stamp and receipt are the played time; the machine's clock does not show."""
    packer = Packer({}, is_played=True)
    packer.add(COMMAND, [a_clock_advanced(0, "2026-11-05T12:00:00Z")], 99_999)

    packer.add(GATE, [a_record(0)], 99_999)
    packer.tick(99_999)

    command, tick, record = records_of(packer)
    assert command.at == tick.at == record.at == record.received_at == 1_793_880_000_000
    assert tick.origin == TICK


def test_a_record_before_the_played_clock_waits_for_its_first_instant() -> None:
    """Without a time it cannot be stamped, so it is held, in its order."""
    packer = Packer({}, is_played=True)
    packer.add(COMMAND, [a_record(0), a_record(1)], 1)
    assert not packer.has_clock
    assert records_of(packer) == []

    packer.add(COMMAND, [a_clock_advanced(2, "2026-11-05T12:00:00Z")], 1)

    assert [(r.origin, r.since, r.offset) for r in records_of(packer)] == [
        (0, 0, 0),
        (0, 1, 1),
        (0, 2, 2),
        (TICK, 0, 0),
    ]


def test_a_direct_publisher_does_not_rule_the_clock() -> None:
    """Only the edges' command topic may advance a played clock."""
    packer = Packer({}, is_played=True, started_at=5)

    packer.add(OWN_COMMAND, [a_clock_advanced(0, "2026-11-05T12:00:00Z")], 1)

    assert [record.at for record in records_of(packer)] == [5]


@given(st.lists(st.binary(max_size=400), max_size=60), st.integers(1, 9), st.integers(200, 900))
def test_whatever_the_bounds_each_record_is_there_once_and_in_order(
    values: list[bytes], records: int, frame_bytes: int
) -> None:
    """Cutting loses nothing, doubles nothing, and what may be committed follows the frames."""
    packer = Packer({}, bounds=Bounds(records, frame_bytes, record_bytes=10_000))
    packer.add(GATE, [a_record(n, value) for n, value in enumerate(values)], 1)

    packed = packer.take()

    frames = [decode_frame(each.value) for each in packed]
    assert [r.value for frame in frames for r in frame.records] == values
    ends = [frame.records[-1].offset + 1 for frame in frames]
    assert [each.positions[GATE] for each in packed] == ends
