"""A snapshot in parts: every entry once, in order, and each part small enough to be no pause."""

import msgspec
import pytest

from correlation.engine import new_state
from correlation.snapshot import PART_BYTES_MAX, encode, freeze, thaw
from correlation.state import Spoken, State


def a_state(*sizes: int) -> State:
    """Return a state that has said so many alerts of these sizes in bytes."""
    state = new_state(0, 1)
    for number, size in enumerate(sizes):
        state.spoken["alerts", f"alert-{number}"] = Spoken(1, b"x" * size, "COCTG")
    return state


SIZES = {
    "small": [10] * 5_000,
    "of the size of an alert": [4_000] * 600,
    "growing a thousandfold": [10] * 500 + [40_000] * 60 + [10] * 500,
    "one as big as a part": [PART_BYTES_MAX - 100, 10, PART_BYTES_MAX - 100],
}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES.keys())
def test_every_entry_comes_back_in_its_order_whatever_its_size(sizes: list[int]) -> None:
    """A snapshot that lost or turned round an entry would say other bytes after a restart."""
    state = a_state(*sizes)

    back = thaw(list(encode(freeze(state))))

    assert list(back.spoken.items()) == list(state.spoken.items())


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES.keys())
def test_no_part_is_larger_than_a_record_may_be(sizes: list[int]) -> None:
    """Kafka refuses what is too large, and a large part would hold back the frames."""
    parts = list(encode(freeze(a_state(*sizes))))

    assert max(map(len, parts)) <= PART_BYTES_MAX


def test_small_entries_share_their_parts() -> None:
    """A record an entry would make a restart slow."""
    parts = [msgspec.msgpack.decode(part) for part in encode(freeze(a_state(*SIZES["small"])))]

    assert len(parts) < 15
