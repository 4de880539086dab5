"""The oracle: one fold of the whole journal, once and in order, against the world at rest."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from contracts.journal import decode_frame
from tests.protocol.cast import Coordinator
from tests.protocol.simulated_logs import Rec
from tests.protocol.toy_core import PARTITIONS, Event, Said, State, ToyCore, parts_of
from tests.protocol.world import REJECTED, Failure, World


def check(world: World) -> None:
    """Raise `Failure` where the world differs from what the journal means."""
    folds = [_fold(world, partition) for partition in range(PARTITIONS)]
    states, said = [fold[0] for fold in folds], [fold[1] for fold in folds]
    _check_alerts(world, [out for outs in said for out in outs if out.topic == "alerts"])
    _check_inputs(world, states, said)
    _check_notices(states, said)


def _fold(world: World, partition: int) -> tuple[State, list[Said]]:
    core = ToyCore(world.rules)
    state, said = core.new_state(partition, PARTITIONS), list[Said]()
    at, parts = world.restored.get(partition, (-2, ()))
    for offset, rec in enumerate(world.log("journal", partition).all):
        said += core.apply_frame(state, offset, decode_frame(rec.value or b""))
        if offset == at and parts_of(core, state) != list(parts):
            raise Failure("a restored snapshot is not the fold of the journal up to its cursor")
    owner = world.newest(Coordinator, partition)
    assert isinstance(owner, Coordinator)
    if parts_of(core, owner.owner.state) != parts_of(core, state):
        raise Failure("the coordinator's state is not the fold of the journal")
    if state.head.has_wrong_clock or state.now > world.time + 12:
        raise Failure("now went back or ran ahead")
    return state, said


def _check_alerts(world: World, said: list[Said]) -> None:
    told = {(out.key, out.version): out.value for out in said if out.value is not None}
    want = {out.key: (out.version, out.value) for out in said}
    logs = [world.log("alerts", partition) for partition in range(PARTITIONS)]
    ever: dict[str, int] = defaultdict(int)
    for rec in [*logs[0].all, *logs[1].all]:
        if rec.value is None:
            continue
        if (rec.key, rec.version) not in told:
            raise Failure("a phantom alert was said")
        if told[rec.key, rec.version] != rec.value:
            raise Failure("two copies of one version differ")
        ever[rec.key] = max(ever[rec.key], rec.version)
    if any(ever[key] < version for key, version in told):
        raise Failure("an alert was never said")
    open_now = {key: said_last for key, said_last in want.items() if said_last[1] is not None}
    if materialise([*logs[0].all, *logs[1].all]) != open_now:
        raise Failure("a consumer that reads everything sees another picture")
    if materialise([*logs[0].live, *logs[1].live]) != open_now:
        raise Failure("a consumer that reads what compaction left sees another picture")


def materialise(records: Iterable[Rec | None]) -> dict[str, tuple[int, bytes | None]]:
    """Return what a consumer holds: the highest version of each id; a tombstone is final."""
    best: dict[str, tuple[int, bytes | None]] = {}
    for rec in records:
        if rec is None:
            continue
        known = best.get(rec.key)
        is_newer = known is None or (known[1] is not None and rec.version > known[0])
        if rec.value is None or is_newer:
            best[rec.key] = (rec.version, rec.value)
    return {key: held for key, held in best.items() if held[1] is not None}


def _check_inputs(world: World, states: list[State], said: list[list[Said]]) -> None:
    rejected = {out.key for outs in said for out in outs if out.topic == "rejected"}
    written = {
        rec.key for partition in range(PARTITIONS) for rec in world.log("rejected", partition).all
    }
    if rejected - written:
        raise Failure("a rejection was never said")
    for event, (home, flavour, place) in world.accepted.items():
        wanted = 0 if flavour in REJECTED else 1
        effects = states[home].tables.seen.get(event, 0)
        if effects != wanted or (place in rejected) == bool(wanted):
            raise Failure(f"an accepted record has effect {effects} times")


def _check_notices(states: list[State], said: list[list[Said]]) -> None:
    for partition, outs in enumerate(said):
        highest: dict[str, int] = {}
        for out in outs:
            if out.topic == "network":
                assert out.value is not None
                version = msgspec.json.decode(out.value, type=Event).version
                highest[out.key] = max(highest.get(out.key, 0), version)
        if highest != states[1 - partition].tables.notices:
            raise Failure("a notice is missing, doubled or out of nothing at the next port")
