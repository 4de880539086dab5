"""The core folds what the quick reader read to the same bytes as what the models read."""

from hashlib import blake2b
from pathlib import Path

import pytest

from bench.busy_port import SYSTEM, frames
from contracts.decode import decode_by_model
from contracts.journal import decode_frame
from contracts.topics import partition_of
from correlation import engine
from correlation.picture import shelf
from correlation.snapshot import encode, freeze
from plumbing.communities import load

COMMUNITIES = Path(__file__).parents[2] / "communities"
EVENTS = 4000


def folded() -> tuple[str, int]:
    """Return the digest of everything said and of the state at the end, and how much was said."""
    digest, said = blake2b(), 0
    state = engine.new_state(partition_of(SYSTEM, 6), 6)
    for offset, (frame, _) in enumerate(frames(load(COMMUNITIES)[SYSTEM], EVENTS, rate=2.0)):
        for saying in engine.apply_frame(state, offset, decode_frame(frame)):
            said += 1
            digest.update(repr(saying).encode())
    for part in encode(freeze(state)):
        digest.update(part)
    return digest.hexdigest(), said


def test_a_busy_port_is_folded_to_the_same_bytes_by_either_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever reads an event, what is said of it and what is kept of it are the same bytes."""
    quickly = folded()
    monkeypatch.setattr(engine, "decode", decode_by_model)
    monkeypatch.setattr(shelf, "decode", decode_by_model)
    by_model = folded()

    assert quickly == by_model
    assert quickly[1] > 100
