"""The fold of a port's journal: facts into the picture, rules over what changed, alerts out.

`apply_frame` is the whole of it. Per record: skip what was applied already, move the clock and
fire what came due, put the fact into the picture, judge the subjects that it touched, and say
what changed. A record that cannot be applied leaves no trace but its rejection.
"""

from heapq import heappop
from typing import Final

from contracts.decode import decode
from contracts.journal import TICK, Frame, JournalRecord
from contracts.problems import InvalidEvent, Problem
from contracts.topics import partition_of
from correlation import keeping, network, pictures, rejections
from correlation.admission import admit, direct_publisher
from correlation.commands import apply_command
from correlation.grouping import tell_roots
from correlation.lifecycle import Judge
from correlation.picture import (
    bookings,
    cargo,
    cargo_kinds,
    clearance,
    connections,
    delays,
    formalities,
    gate,
    lists,
    reslotting,
    rosters,
    rotations,
    services,
    stock,
    terminal_slots,
    vessel,
    voyages,
    yard,
)
from correlation.picture.fact import Fact, fact_of
from correlation.picture.merging import merge_alike
from correlation.picture.port import NEVER, Fold, Port
from correlation.picture.settling import settle
from correlation.picture.shelf import taken_off, wait
from correlation.picture.sources import clock_off, heard
from correlation.state import Said, Spoken, State, name_of
from correlation.statements import POSITIONS_EACH
from correlation.tables import roll_back

FOLDS: Final[dict[str, Fold]] = {
    name: fold
    for part in (
        vessel,
        services,
        rosters,
        voyages,
        rotations,
        delays,
        cargo,
        cargo_kinds,
        lists,
        connections,
        gate,
        reslotting,
        terminal_slots,
        yard,
        stock,
        clearance,
        bookings,
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
    turn = _Turn(state, offset, frame)
    for index, record in enumerate(frame.records):
        if record.start:
            turn.tell_unread(record)
        if record.origin == TICK:
            turn.advance(record.at)
            turn.tick()
        elif turn.is_next(record):
            if record.at > state.now or state.alarm.at <= state.now:
                turn.advance(record.at)
            turn.apply(index, record)
    return turn.said


class _Turn:
    """The folding of one frame: what is looked up once for all of its records."""

    def __init__(self, state: State, offset: int, frame: Frame) -> None:
        self.state, self.offset, self.origins = state, offset, frame.origins
        self.said: list[Said] = []
        self._keys = [""] * len(frame.origins)
        self._judges: dict[str, Judge] = {}

    def is_next(self, record: JournalRecord) -> bool:
        """Tell whether a record is new: not a repeat, and none before it is still to come."""
        following = self.state.next
        key = self._keys[record.origin] or self._key(record.origin)
        expected = following.get(key, 0)
        if record.offset < expected or record.since > expected:
            return False
        # Never undone: a refused record is done with.
        following.put_for_good(key, record.offset + 1)
        return True

    def _key(self, number: int) -> str:
        """Return under which name the state knows an origin; a frame may have one record only."""
        origin = self.origins[number]
        key = self._keys[number] = f"{origin.topic_id}/{origin.partition}"
        return key

    def tell_unread(self, record: JournalRecord) -> None:
        """Say which records retention deleted before they were read."""
        expected = self.state.next.get(self._key(record.origin), 0)
        if record.since <= expected < min(record.start, record.offset):
            self.said.append(rejections.never_read(self.origins[record.origin], record, expected))

    def advance(self, at: int) -> None:
        """Move the clock, never back, and let everything happen that came due."""
        state = self.state
        if at > state.now:
            state.now = at
        if state.alarm.at > state.now:
            return
        for port in state.ports.values():
            if port.due and port.due[0][0] <= state.now:
                self._fire(port)
        state.alarm.at = min(
            (port.due[0][0] for port in state.ports.values() if port.due), default=NEVER
        )

    def _fire(self, port: Port) -> None:
        judge, now = self._judge(port), self.state.now
        port.begin(now)
        while port.due and port.due[0][0] <= now:
            at, name = heappop(port.due)
            set_to = port.timers.get(name)
            if set_to is not None and set_to > at:
                port.enter(set_to, name)  # put off meanwhile
            elif set_to == at:
                port.timers.drop(name)
                judge.time_came(name)
        self.state.undo.clear()

    def tick(self) -> None:
        """Do what is done once a second: count changes, say pictures, tell other ports."""
        state = self.state
        state.ticks += 1
        for port in state.ports.values():
            port.begin(state.now)
            judge = self._judge(port)
            settle(port, state.now)
            judge.touched()
            tell_roots(judge)
            network.tell_ports(judge)
            pictures.say_changed(judge)
            state.undo.clear()
        state.learn()

    def apply(self, index: int, record: JournalRecord) -> None:
        """Apply one record, or say that it was refused."""
        mark = len(self.said)
        try:
            port, fact = self._admitted(index, record)
            name = name_of(fact.event)
            if self.state.is_seen(name):
                return  # the same source and id again has no effect
            port.begin(self.state.now)
            if fact.family == "command":
                apply_command(self.state, fact)
            _fold(port, fact)
            if port.touched or port.judged or port.responded or port.measured:
                self._judge(port).touched()
            port.counts.put_for_good("events", port.counts.get("events", 0) + 1)  # not of refused
            self.state.note_seen(name)
        except InvalidEvent as invalid:
            self._reject(record, invalid.problems[0], mark)
        except (MemoryError, OSError):
            raise  # may not repeat: the process must end and try the same record again
        except Exception as error:  # noqa: BLE001  it is quarantined whole (design rule 5)
            what = f"{type(error).__name__}: {error}"
            self._reject(record, Problem("CORE_RAISED", "record", what, "no error"), mark)
        self.state.undo.clear()

    def _judge(self, port: Port) -> Judge:
        judge = self._judges.get(port.system)
        if judge is None:
            judge = self._judges[port.system] = Judge(self.state, port, self.offset, self.said)
        judge.begin(self.state.now)
        return judge

    def _admitted(self, index: int, record: JournalRecord) -> tuple[Port, Fact]:
        """Return the fact of a record and the port that it is for, if it may enter."""
        value, state, topic = record.value, self.state, self.origins[record.origin].topic
        if value is None:
            raise InvalidEvent(Problem("TOO_LARGE", "record", f"{record.size} bytes", "1 MiB"))
        event = decode(value, record.headers)
        fact = fact_of(
            event,
            record.at,
            record.received_at,
            self.offset * POSITIONS_EACH + index,
            direct_publisher(topic) or event.publisher or "",
            (value, record.headers),
        )
        system = event.partitionkey
        known = state.ports.get(system)
        if known is None and partition_of(system, state.partitions) != state.partition:
            here = f"a port of partition {state.partition} of {state.partitions}"
            raise InvalidEvent(Problem("UNKNOWN_PORT", "partitionkey", system, here))
        admit(known, fact, topic, record.key)
        return known or state.port(system), fact

    def _reject(self, record: JournalRecord, problem: Problem, mark: int) -> None:
        """Undo what the record did, and say why it was refused, with its bytes."""
        roll_back(self.state.undo)
        for port in self.state.ports.values():
            port.refresh()
            port.stays.clear()
        del self.said[mark:]
        self.said.append(rejections.refused(self.origins[record.origin], record, problem))


def _fold(port: Port, fact: Fact) -> None:
    if fact.family not in ("command", "network"):
        heard(port, fact)
        fact.clock_off = clock_off(port, fact, fact.at)
    _place(port, fact)
    if port.alike:
        merge_alike(port, fact.event.id)
    if port.opened:
        _open_shelf(port, fact)


def _open_shelf(port: Port, fact: Fact) -> None:
    for _ in range(SHELF_ROUNDS):
        if not port.opened:
            break
        alias = port.opened.pop(0)
        for waiting in taken_off(port, alias):
            waiting.clock_off = clock_off(port, waiting, fact.at)
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
