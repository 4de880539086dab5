"""The benchmark of the core: what its figures are of."""

from pathlib import Path

import pytest

from bench.busy_port import EVENTS_PER_SECOND, SYSTEM, frames
from bench.core import TIMES, Outcome, measure
from contracts.journal import TICK, decode_frame
from plumbing.communities import load

EVENTS = 6_000


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """Return what a short life of both ports came to."""
    return measure(load(Path("communities"))[SYSTEM], EVENTS, lambda _what, _share: None)


def test_every_event_of_the_larger_port_is_counted_and_no_tick(outcome: Outcome) -> None:
    """Its profile is one more."""
    assert outcome.events == EVENTS + 1


def test_the_larger_port_holds_ten_times_the_visits(outcome: Outcome) -> None:
    """Else the comparison would be of two ports alike."""
    small, large = outcome.visits

    assert large == pytest.approx(TIMES * small, rel=0.2)


def test_a_tick_comes_for_as_many_events_in_both() -> None:
    """A tick costs as much whatever was said, so a quiet port would look dear."""
    community = load(Path("communities"))[SYSTEM]
    rates = ((EVENTS_PER_SECOND, 1000), (EVENTS_PER_SECOND / TIMES, 1000 * TIMES))
    shares = []
    for rate, tick_ms in rates:
        records = [
            record
            for value, _ in frames(community, int(2_000 * rate), rate, tick_ms)
            for record in decode_frame(value).records
        ]
        shares.append(sum(record.origin == TICK for record in records) / len(records))

    assert shares[0] == pytest.approx(shares[1], rel=0.1)


def test_the_figure_is_the_middle_of_the_stretches() -> None:
    """One in which the machine stumbled does not count."""
    document = Outcome(1000, 0.1, 0.01, (10, 100), (1.0, 9.0, 1.1)).document()

    assert document["tenfold"] == 1.1
    assert document["events_per_s"] == 10_000
    assert document["raw_events_per_s"] == 100_000
    assert document["cpu_us_per_event"] == 100.0
