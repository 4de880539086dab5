"""Schedules: random to make, without chance to run, so that a failure shrinks to its core."""

import random
from collections.abc import Callable
from functools import partial

from plumbing.rules import Rules
from services.coordinator.owner import LIVE
from tests.protocol.cast import Coordinator, Sequencer
from tests.protocol.oracle import check
from tests.protocol.simulated_logs import Process
from tests.protocol.toy_core import PARTITIONS, Raised
from tests.protocol.world import ROUNDS, Failure, World

WEIGHTS = {
    "event": 20,
    "policy": 0.6,
    "upgrade": 0.3,
    "flow": 24,
    "snap": 6,
    "read": 6,
    "tick": 4,
    "commit": 2,
    "deliver": 8,
    "snapshot": 4,
    "repair": 2,
    "land": 10,
    "silent": 0.7,
    "fail": 1.5,
    "kill": 2,
    "start": 4,
    "compact": 2,
    "trim": 4,
    "trim_input": 0.3,
    "recreate": 0.6,
}
JUMPS = (-2, 0, 0, 0, 1, 3)
COORDINATORS_OWN = ("deliver", "snapshot", "repair")
SEQUENCERS_OWN = ("read", "tick", "commit")

Act = tuple[str, int, int, int, int]


def schedule(seed: int) -> tuple[list[Act], bool]:
    """Return the schedule of a seed, and whether processes live on when the faults stop."""
    rng = random.Random(seed)  # noqa: S311  # a schedule is no secret
    steps = rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=rng.randrange(20, 160))
    if rng.random() < 0.02:
        steps.insert(0, "misconfigure")
    acts: list[Act] = []
    for step in steps:
        at = rng.randrange(2) if rng.random() < 0.5 else 0
        a, b, c = rng.randrange(6), rng.randrange(8), rng.randrange(9)
        if step == "event" and rng.random() >= 0.15:
            c = 8
        acts.append((step, at, a, b, c))
    return acts, bool(rng.randrange(2))


def run(acts: list[Act], rules: Rules, *, keep: bool) -> str | None:
    """Execute a schedule; return None, or what went wrong."""
    world = World(rules)
    try:
        for act in acts:
            do(world, act)
            if world.is_refused:
                return None
        settle(world, keep=keep)
        check(world)
    except Failure as failure:
        return str(failure)
    except Raised as reason:
        return f"the oracle itself cannot fold the journal: {reason}"
    return None


def search(rules: Rules, seeds: range) -> tuple[int, int | None, str]:
    """Return how many seeds were tried, the first that fails and why."""
    for tried, seed in enumerate(seeds, 1):
        acts, keep = schedule(seed)
        if why := run(acts, rules, keep=keep):
            return tried, seed, why
    return len(seeds), None, ""


def shrink(acts: list[Act], rules: Rules, *, keep: bool) -> list[Act]:
    """Drop steps while the schedule still fails."""
    size = max(1, len(acts) // 2)
    while size:
        at = 0
        while at < len(acts):
            shorter = acts[:at] + acts[at + size :]
            if run(shorter, rules, keep=keep):
                acts = shorter
            else:
                at += size
        size //= 2
    return acts


def do(world: World, act: Act) -> None:
    """Execute one step: it happens to the world, or to one process of one partition."""
    name, partition, a, b, c = act
    to_world: Callable[[int, int, int, int], None] | None = getattr(world, f"do_{name}", None)
    if to_world is not None:
        to_world(partition, a, b, c)
    elif name in ("flow", "snap", "start"):
        {"flow": _flow, "snap": _snap, "start": _start}[name](world, act)
    else:
        _to_process(world, act)


def _flow(world: World, act: Act) -> None:
    # A round in which nothing goes wrong, so that schedules come far.
    _, partition, a, b, c = act
    world.time += 1 + c % 2
    sequencer = world.pick(Sequencer, partition, a)
    if isinstance(sequencer, Sequencer):
        sequencer.step(lambda: sequencer.read(b, 3))
        sequencer.step(sequencer.tick)
        sequencer.land(9)
        sequencer.step(sequencer.commit)
    coordinator = world.pick(Coordinator, partition, a)
    if isinstance(coordinator, Coordinator):
        for _ in range(2):
            coordinator.step(lambda: coordinator.work(0))
        coordinator.land(c % 4)


def _snap(world: World, act: Act) -> None:
    _, partition, a, b, c = act
    coordinator = world.pick(Coordinator, partition, a)
    if isinstance(coordinator, Coordinator):
        for _ in range(1 + b):
            coordinator.step(coordinator.snapshot)
            coordinator.land(c)


def _start(world: World, act: Act) -> None:
    _, partition, _, b, c = act
    role = (Sequencer, Coordinator)[b % 2]
    if len(world.alive(role, partition)) >= 3:
        return
    if role is Sequencer:
        world.start_sequencer(partition, c - 4)
    else:
        world.start_coordinator(partition)


def _to_process(world: World, act: Act) -> None:
    name, partition, a, b, c = act
    role: type[Process] = (Sequencer, Coordinator)[b % 2]
    if name in SEQUENCERS_OWN:
        role = Sequencer
    elif name in COORDINATORS_OWN:
        role = Coordinator
    world.time += c % 3 if name == "tick" else 0
    process = world.pick(role, partition, a)
    if process is None:
        return
    step: Callable[[], None]
    if isinstance(process, Sequencer) and name in SEQUENCERS_OWN:
        reads = partial(process.read, b, 1 + c)
        step = reads if name == "read" else process.tick if name == "tick" else process.commit
        process.step(step)
    elif isinstance(process, Coordinator) and name in COORDINATORS_OWN:
        works = partial(process.work, JUMPS[b % 6])
        others = {"snapshot": process.snapshot, "repair": process.repair}
        process.step(works if name == "deliver" else others[name])
    else:
        _to_wire(process, act)


def _to_wire(process: Process, act: Act) -> None:
    name, _, _, b, c = act
    if name == "land":
        process.land(1 + c, which=b // 2 % 4)
    elif name == "silent":
        process.land(1 + c % 2, is_reported=False, which=b // 2 % 4)
    elif name == "fail":
        process.fail(c)
    else:
        assert name == "kill", name
        process.end(c)


def settle(world: World, *, keep: bool) -> None:
    """Stop the faults: zombies land what they hold and go; owners go on, or start once more."""
    for process in list(world.processes):
        if not process.is_dead and not (keep and world.is_newest(process)):
            process.end(9 if keep else 0)
    quiet = 0
    for turn in range(ROUNDS):
        before = [len(log.all) for log in world.logs.values()]
        world.time += 2 if turn < 6 else 0
        for partition in range(PARTITIONS):
            _settle_partition(world, partition, turn)
        is_still = before == [len(log.all) for log in world.logs.values()]
        quiet = quiet + 1 if is_still or turn % 4 == 0 else 0
        if quiet > 4 and turn > 10 and all(_at_end(world, each) for each in range(PARTITIONS)):
            return
    raise Failure("never comes to rest: " + ", ".join(sorted(set(world.exits[-4:]))))


def _settle_partition(world: World, partition: int, turn: int) -> None:
    for topic in ("alerts", "snapshots") if turn % 4 == 3 else ():
        world.log(topic, partition).compact(drop_tombstones=turn % 8 == 7)
    if world.newest(Sequencer, partition) is None:
        world.start_sequencer(partition, 0)
    sequencer = world.newest(Sequencer, partition)
    assert isinstance(sequencer, Sequencer)
    acts: list[Callable[[], None]] = [partial(sequencer.read, 0, 4), sequencer.commit]
    acts += [sequencer.tick] if turn < 6 else []
    _steps(sequencer, acts)
    if world.newest(Coordinator, partition) is None:
        world.start_coordinator(partition)
    coordinator = world.newest(Coordinator, partition)
    if isinstance(coordinator, Coordinator):
        acts = [partial(coordinator.work, 0)] * 5 + [coordinator.repair]
        acts += [coordinator.snapshot] * (4 if turn % 4 == 0 or coordinator.is_leaving else 0)
        _steps(coordinator, acts)


def _steps(process: Process, acts: list[Callable[[], None]]) -> None:
    for act in acts:
        process.step(act)
        process.land(99)


def _at_end(world: World, partition: int) -> bool:
    owner = world.newest(Coordinator, partition)
    return (
        isinstance(owner, Coordinator)
        and owner.owner.stage == LIVE
        and owner.owner.cursor == len(world.log("journal", partition).all) - 1
    )
