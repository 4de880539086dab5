"""The fold of a port's journal: facts into the picture, rules over what changed, alerts out.

`apply_frame` is the whole of it. Per record: skip what was applied already, move the clock and
fire what came due, put the fact into the picture, judge the subjects that it touched, and say
what changed. A record that cannot be applied leaves no trace but its rejection.
"""

from heapq import heappop
from typing import Final

from contracts.decode import decode
from contracts.journal import TICK, Frame, JournalRecord, Origin
from contracts.problems import InvalidEvent, Problem
from contracts.topics import partition_of
from correlation import keeping, network, pictures, rejections
from correlation.admission import admit, direct_publisher
from correlation.commands import apply_command
from correlation.grouping import tell_roots
from correlation.lifecycle import Judge
from correlation.picture import (
    cargo,
    cargo_kinds,
    clearance,
    connections,
    delays,
    formalities,
    gate,
    lists,
    reslotting,
    rotations,
    services,
    vessel,
    voyages,
    yard,
)
from correlation.picture.fact import Fact
from correlation.picture.merging import merge_alike
from correlation.picture.port import Fold, Port
from correlation.picture.settling import settle
from correlation.picture.shelf import wait
from correlation.picture.sources import heard
from correlation.state import Said, Spoken, State
from correlation.statements import POSITIONS_EACH
from correlation.tables import roll_back

FOLDS: Final[dict[str, Fold]] = {
    name: fold
    for part in (
        vessel,
        services,
        voyages,
        rotations,
        delays,
        cargo,
        cargo_kinds,
        lists,
        connections,
        gate,
        reslotting,
        yard,
        clearance,
        formalities,
    )
    for name, fold in part.FOLDS.items()
}
SHELF_ROUNDS: Final = 50
"""Facts that wait for facts that wait: a bound on how often one record may open the shelf."""

__all__ = ["Said", "Spoken", "State", "apply_frame", "new_state"]


def new_state(partition: int, partitions: int) -> State:
    """Return the state before the first frame of a partition."""
    return State(partition, partitions)


def apply_frame(state: State, offset: int, frame: Frame) -> list[Said]:
    """Apply the frame at a journal offset; return what is said because of it, in order."""
    said: list[Said] = []
    keys = [f"{origin.topic_id}/{origin.partition}" for origin in frame.origins]
    for index, record in enumerate(frame.records):
        if record.start:
            _tell_unread(state, frame.origins[record.origin], keys[record.origin], record, said)
        if record.origin == TICK:
            _advance(state, offset, record.at, said)
            _tick(state, offset, said)
        elif _is_next(state, keys[record.origin], record):
            _advance(state, offset, record.at, said)
            _apply(state, offset, index, frame.origins[record.origin], record, said)
    return said


def _is_next(state: State, key: str, record: JournalRecord) -> bool:
    """Tell whether a record is new here: not a repeat, and none before it is still to come."""
    expected = state.next.get(key, 0)
    if record.offset < expected or record.since > expected:
        return False
    state.next[key] = record.offset + 1  # never undone: a refused record is done with
    return True


def _tell_unread(
    state: State, origin: Origin, key: str, record: JournalRecord, said: list[Said]
) -> None:
    expected = state.next.get(key, 0)
    if record.since <= expected < min(record.start, record.offset):
        said.append(rejections.never_read(origin, record, expected))


def _advance(state: State, offset: int, at: int, said: list[Said]) -> None:
    """Move the clock, never back, and let everything happen that came due."""
    if at > state.now:
        state.now = at
    for port in state.ports.values():
        if port.due and port.due[0][0] <= state.now:
            port.begin(state.now)
            _fire(Judge(state, port, offset, said), port, state.now)
            state.undo.clear()


def _fire(judge: Judge, port: Port, now: int) -> None:
    while port.due and port.due[0][0] <= now:
        at, name = heappop(port.due)
        if port.timers.get(name) != at:
            continue  # called off, or set to another time
        port.timers.drop(name)
        judge.time_came(name)


def _tick(state: State, offset: int, said: list[Said]) -> None:
    state.ticks += 1
    for port in state.ports.values():
        port.begin(state.now)
        judge = Judge(state, port, offset, said)
        settle(port, state.now)
        judge.touched()
        tell_roots(judge)
        network.tell_ports(judge)
        pictures.say_changed(judge)
        state.undo.clear()


def _apply(
    state: State, offset: int, index: int, origin: Origin, record: JournalRecord, said: list[Said]
) -> None:
    mark = len(said)
    try:
        port, fact = _admitted(state, offset * POSITIONS_EACH + index, origin, record)
        port.begin(state.now)
        if fact.family == "command":
            apply_command(state, fact)
        _fold(port, fact)
        Judge(state, port, offset, said).touched()
    except InvalidEvent as invalid:
        _reject(state, origin, record, invalid.problems[0], said, mark)
    except (MemoryError, OSError):
        raise  # may not repeat: the process must end and try the same record again
    except Exception as error:  # noqa: BLE001  the record is quarantined whole (design rule 5)
        problem = Problem("CORE_RAISED", "record", f"{type(error).__name__}: {error}", "no error")
        _reject(state, origin, record, problem, said, mark)
    state.undo.clear()


def _admitted(
    state: State, position: int, origin: Origin, record: JournalRecord
) -> tuple[Port, Fact]:
    """Return the fact of a record and the port that it is for, if it may enter."""
    if record.value is None:
        raise InvalidEvent(Problem("TOO_LARGE", "record", f"{record.size} bytes", "1 MiB"))
    event = decode(record.value, record.headers)
    fact = Fact(
        event,
        record.at,
        record.received_at,
        position,
        direct_publisher(origin.topic) or event.publisher or "",
        (record.value, record.headers),
    )
    known = state.ports.get(event.partitionkey)
    if known is None and partition_of(event.partitionkey, state.partitions) != state.partition:
        here = f"a port of partition {state.partition} of {state.partitions}"
        raise InvalidEvent(Problem("UNKNOWN_PORT", "partitionkey", event.partitionkey, here))
    admit(known, fact, origin.topic, record.key)
    return known or state.port(event.partitionkey), fact


def _fold(port: Port, fact: Fact) -> None:
    port.counts.put("events", port.counts.get("events", 0) + 1)
    if fact.family not in ("command", "network"):
        heard(port, fact)
    _place(port, fact)
    if port.alike:
        merge_alike(port, fact.event.id)
    for _ in range(SHELF_ROUNDS):
        if not port.opened:
            break
        alias = port.opened.pop(0)
        for waiting in keeping.taken_off(port, alias):
            _place(port, waiting)
        if port.alike:
            merge_alike(port, fact.event.id)


def _place(port: Port, fact: Fact) -> None:
    fold = FOLDS.get(fact.event.type)
    if fold is None:
        return  # known and kept in the journal; no rule reads it yet
    if port.dead or fact.is_withdrawn:
        mark = f"{fact.event.source}|{fact.fact_id}"
        if not fact.is_withdrawn and mark in port.dead:
            return  # withdrawn for good: a late original stays dead
        if fact.is_withdrawn:
            keeping.mark_dead(port, mark, fact.at)
            port.judged[fact.event.source, fact.fact_id] = fact.event.id
    if not fold(port, fact):
        wait(port, fact)


def _reject(
    state: State,
    origin: Origin,
    record: JournalRecord,
    problem: Problem,
    said: list[Said],
    mark: int,
) -> None:
    """Undo what the record did, and say why it was refused, with its bytes."""
    roll_back(state.undo)
    for port in state.ports.values():
        port.refresh()
        port.stays.clear()
    del said[mark:]
    said.append(rejections.refused(origin, record, problem))
