"""The real decisions of sequencer and coordinator under random faults, against one fold."""

import pytest

from plumbing.rules import ALL
from tests.protocol.schedules import run, schedule, search

SCHEDULES = 2_000
TEETH = ("contiguity", "own_partition", "repair", "earliest", "gap_waits", "suppress_by_version")


def test_faults_lose_nothing_and_double_nothing() -> None:
    """Crashes, zombies, lost reports, compaction and recreated topics leave the fold's picture."""
    _, seed, why = search(ALL, range(1, 1 + SCHEDULES))

    assert seed is None, f"python -m tests.protocol --seed {seed} --schedules 1: {why}"


@pytest.mark.parametrize("rule", TEETH)
def test_without_a_rule_the_protocol_breaks(rule: str) -> None:
    """A suite that passes with a rule switched off would prove nothing about it."""
    _, seed, _ = search(ALL - {rule}, range(1, 1 + SCHEDULES))

    assert seed is not None, f"nobody missed the rule {rule}"


def test_a_schedule_runs_the_same_twice() -> None:
    """One seed is one schedule, so that a failure can be looked at."""
    acts, keep = schedule(7)

    assert schedule(7) == (acts, keep)
    assert run(acts, ALL, keep=keep) == run(acts, ALL, keep=keep)
