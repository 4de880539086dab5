"""What is told of a world: valid, allowed, in order, the same for the same seed."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise

import msgspec
import pytest

from contracts.decode import decode
from contracts.profile import Community
from correlation.instants import HOUR, MINUTE
from simulator.world.telling.handover import Handover
from tests.simulator.world.conftest import Told, told

DIGEST = """
import hashlib, msgspec, sys
from pathlib import Path
from plumbing.communities import load
from simulator.world.world import World, plan
world = World(plan("everything", 5, ("COCTG",), 0.4, 0.005), load(Path("communities")))
said = hashlib.sha256()
for line in world.lines():
    said.update(msgspec.json.encode(line))
for label in world.take_labels():
    said.update(msgspec.json.encode(label))
print(said.hexdigest())
"""


def digest_under(hash_seed: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", DIGEST],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
    )
    return run.stdout.strip()


def test_same_seed_is_the_same_bytes_under_any_hash_seed() -> None:
    """Lines and labels of a run are a function of scenario, seed, ports, days and density."""
    first, second = digest_under("1"), digest_under("2")

    assert len(first) == 64
    assert first == second


def test_another_seed_is_another_world(communities: Mapping[str, Community]) -> None:
    """The seed decides everything that chance decides."""
    digests = set()
    for seed in (5, 6):
        lines = told(communities, "calm-week", days=0.1, density=0.001, seed=seed).lines
        digests.add(hashlib.sha256(msgspec.json.encode(lines)).hexdigest())

    assert len(digests) == 2


def test_every_event_is_valid_and_may_be_published(
    everything: Told, communities: Mapping[str, Community]
) -> None:
    """The edges find nothing to refuse: fields, check digits, and who may say what where."""
    for line in everything.lines:
        event = decode(msgspec.json.encode(line.event))
        refs = getattr(event.data, "refs", None)
        community = communities[event.partitionkey]
        owner = next(s.organisation for s in community.sources if s.source == event.source)
        problem = community.may_publish(
            publisher=line.publisher,
            organisation=event.organisation,
            family=line.family,
            facility=getattr(event.data, "facility", None) or (refs and refs.facility),
        )
        assert problem is None, (line, problem)
        assert owner == event.organisation


def test_lines_come_in_the_order_in_which_they_are_received(everything: Told) -> None:
    """No line is handed over before one that precedes it, and none outside the run."""
    instants = [line.at for line in everything.lines]

    assert all(before <= after for before, after in pairwise(instants))
    assert everything.world.begins <= instants[0]
    assert instants[-1] < everything.world.ends


def test_nothing_is_recorded_long_after_it_is_received(everything: Told) -> None:
    """Only a clock that is wrong, by hours, runs ahead of the instant of receipt."""
    fast = {
        voice.source
        for port in everything.world.ports.values()
        for voice, _, _ in port.voices.registered()
        if voice.noise.clock_off > 0
    }
    for line in everything.lines:
        event = decode(msgspec.json.encode(line.event))
        recorded = int(event.recordedtime.timestamp() * 1000)
        assert recorded <= line.at + MINUTE or event.source in fast


def test_a_message_is_repeated_only_as_it_was(everything: Told) -> None:
    """The same source and id is the same content: a repeat is harmless."""
    said: dict[tuple[str, str], bytes] = {}
    repeats = 0
    for line in everything.lines:
        key = (str(line.event["source"]), str(line.event["id"]))
        content = msgspec.json.encode(line.event)
        repeats += key in said
        assert said.setdefault(key, content) == content
    assert 0.003 < repeats / len(everything.lines) < 0.03


def test_what_is_withdrawn_was_said_before(everything: Told) -> None:
    """A withdrawal names the fact that it takes back."""
    known = set()
    withdrawn = 0
    for line in everything.lines:
        event = line.event
        fact = (event["source"], event.get("factid", event["id"]))
        if event.get("retracted"):
            withdrawn += 1
            assert fact in known
        known.add(fact)
    assert withdrawn > 3


def test_a_source_that_is_down_says_nothing(dirty: Told) -> None:
    """While its line is down nothing of it is received; afterwards it beats, and sends the rest."""
    world, silences = dirty.world, 0
    for voice, family, _ in world.ports["COCTG"].voices.registered():
        heard = [
            line.at
            for line in dirty.lines
            if line.event["source"] == voice.source and line.family == family
        ]
        for spell in voice.noise.silences.near(world.begins, world.ends):
            silences += 1
            assert not [at for at in heard if spell.start <= at < spell.end]
            if spell.end < world.ends - HOUR:
                assert [at for at in heard if spell.end <= at < spell.end + 2 * MINUTE]
    assert silences > 5


@pytest.mark.parametrize("now", [0, 5, 10])
def test_nothing_is_handed_over_before_its_instant(now: int) -> None:
    """Of one instant, the first said is the first received."""
    hand = Handover(0)
    for at, name in ((7, "late"), (3, "first"), (3, "second")):
        hand.put(at, "ter", "gate", {"source": name})

    received = [line.event["source"] for line in hand.until(now)]

    assert received == [name for at, name in ((3, "first"), (3, "second"), (7, "late")) if at < now]


def test_what_was_agreed_is_told_once_the_berth_plan_is_heard(dirty: Told) -> None:
    """It alone has hours and metres: a time that is said of it besides may come hours later."""
    heard: dict[str, set[int]] = {}
    for line in dirty.lines:
        if line.event["type"].endswith("berth-plan-set"):
            heard.setdefault(line.event["subject"], set()).add(line.at)
    plans = [(c.part, c.plan) for port in dirty.world.ports.values() for c in port.calls if c.plan]
    told = [
        plan.told_at in heard.get(part, ())
        for part, plan in plans
        if plan.told_at and plan.told_at < dirty.world.ends
    ]

    assert len(told) > 20
    assert all(told)
