"""A world of two ports and its steps: what happens to it, or to one process of one partition."""

from typing import NamedTuple

import msgspec

from contracts.journal import Origin
from plumbing.rules import Rules
from services.coordinator.snapshots import Stored, complete_snapshots, trim_before
from services.sequencer.commits import Committed
from tests.protocol.cast import INPUTS, Coordinator, Sequencer
from tests.protocol.simulated_logs import Log, Process, Rec
from tests.protocol.toy_core import CODE, PARTITIONS, PORTS, Event

ROUNDS = 120
FLAVOURS = ("poison", "huge", "clock", "astray", "marker", "again", "lost ack")
REJECTED = ("poison", "huge", "astray")


class Failure(Exception):
    """The protocol is broken: what the oracle says and what the world holds differ."""


class Accepted(NamedTuple):
    """A record that a client knows to be accepted, and where it stands."""

    home: int
    flavour: str
    place: str


class World:
    """Logs, processes and commits; a schedule moves it, without any chance of its own."""

    def __init__(self, rules: Rules) -> None:
        """Start one sequencer and one coordinator for each partition."""
        self.rules, self.time = rules, 1
        self.logs: dict[tuple[str, int], Log] = {}
        self.commits: dict[tuple[str, int], Committed] = {}
        self.exits: list[str] = []
        self.processes: list[Process] = []
        self.accepted: dict[str, Accepted] = {}
        self.restored: dict[int, tuple[int, tuple[bytes, ...]]] = {}
        self.ids = 0
        self.policy_file, self.release = 2, 1
        self.has_one_gate_partition = self.is_refused = False
        for partition in range(PARTITIONS):
            self.start_sequencer(partition, 0)
            self.start_coordinator(partition)

    # -- what processes see

    def log(self, topic: str, partition: int) -> Log:
        """Return one partition of a topic."""
        return self.logs.setdefault((topic, partition), Log())

    def origin(self, topic: str, partition: int) -> Origin:
        """Return an input partition with its topic id; without the rule, ids never differ."""
        era = self.log(topic, partition).era if "origin_era" in self.rules else 0
        return Origin(topic, f"id{era}", partition)

    def is_newest(self, process: Process) -> bool:
        """Tell whether no younger process of this role lives in this partition."""
        return self.newest(type(process), process.partition) is process

    # -- processes

    def start_sequencer(self, partition: int, skew: int) -> None:
        """Start a sequencer with a clock that is off by `skew`."""
        self.processes.append(Sequencer(self, partition, skew))

    def start_coordinator(self, partition: int) -> None:
        """Start a coordinator of the present release."""
        process = Coordinator(self, partition, release=self.release, policy=self.policy_file)
        if process.restored is not None:
            self.restored[partition] = process.restored
        self.processes.append(process)

    def alive(self, role: type[Process], partition: int) -> list[Process]:
        """Return the living processes of a role, oldest first."""
        return [
            process
            for process in self.processes
            if type(process) is role and process.partition == partition and not process.is_dead
        ]

    def newest(self, role: type[Process], partition: int) -> Process | None:
        """Return the youngest living process of a role."""
        alive = self.alive(role, partition)
        return alive[-1] if alive else None

    def pick(self, role: type[Process], partition: int, which: int) -> Process | None:
        """Return one of the living processes, mostly the youngest."""
        alive = self.alive(role, partition)
        return alive[-1 if which < 3 else which % len(alive)] if alive else None

    # -- clients and operators

    def publish(self, topic: str, partition: int, event: Event, value: bytes) -> str:
        """Write a record and return its place, by which a rejection names it."""
        offset = self.log(topic, partition).append(Rec(event.port, value))
        origin = self.origin(topic, partition)
        return f"{origin.topic}/{origin.topic_id}/{partition}/{offset}"

    def do_event(self, partition: int, a: int, b: int, c: int) -> None:
        """Let a client send one event, of whatever flavour."""
        self.ids += 1
        flavour = FLAVOURS[c] if c < len(FLAVOURS) else ""
        topic, home = INPUTS[a % 2], partition
        where = 1 - home if flavour == "astray" else home
        if topic == "rada.gate.v1" and self.has_one_gate_partition:
            where = 0
        if flavour == "marker":
            # A client's foreign transaction: an offset that holds nothing to read.
            self.log(topic, where).append(Rec("marker", None))
            return
        sent_at = self.time + (1000 if flavour == "clock" else 0)
        ballast = "x" * (1_500 if flavour == "huge" else 40 * (b % 4))
        event = Event(f"e{self.ids}", "ship", PORTS[home], a // 2 % 2, b, sent_at, ballast=ballast)
        value = b"{poison" if flavour == "poison" else msgspec.json.encode(event)
        place = self.publish(topic, where, event, value)
        if flavour in ("again", "lost ack"):
            # The client saw no answer and sends the same id once more.
            self.publish(topic, where, event, value)
        self.accepted[event.id] = Accepted(home, flavour, place)

    def _command(self, partition: int, event: Event) -> None:
        place = self.publish("rada.command.v1", partition, event, msgspec.json.encode(event))
        self.accepted[event.id] = Accepted(partition, "", place)

    def do_policy(self, partition: int, a: int, b: int, c: int) -> None:  # noqa: ARG002  # one form
        """Change the policy: by a command, and in a file that nobody should read."""
        self.ids += 1
        self.policy_file = 1 + b % 3
        self._command(
            partition,
            Event(f"e{self.ids}", "policy", PORTS[partition], delay=1 + b % 3, sent_at=self.time),
        )

    def do_upgrade(self, partition: int, a: int, b: int, c: int) -> None:  # noqa: ARG002  # one form
        """Announce new code to both ports, once."""
        for port in range(PARTITIONS) if self.release == 1 else ():
            self.ids += 1
            self._command(
                port,
                Event(
                    f"e{self.ids}",
                    CODE,
                    PORTS[port],
                    sent_at=self.time,
                    data={"core_version": "2"},
                ),
            )
        self.release = 2

    def do_compact(self, partition: int, a: int, b: int, c: int) -> None:  # noqa: ARG002  # one form
        """Let the broker compact."""
        log = self.log(("alerts", "snapshots")[a % 2], partition)
        log.compact(drop_tombstones=bool(b % 2))

    def do_trim(self, partition: int, a: int, b: int, c: int) -> None:  # noqa: ARG002  # one form
        """Cut the journal as far as the rule allows."""
        log = self.log("journal", partition)
        if "trim_behind" not in self.rules:
            log.start = max(log.start, len(log.all) * c // 9)
            return
        found = complete_snapshots(self.stored(partition), self.rules)
        before = trim_before([snapshot.cursor for snapshot in found], len(log.all))
        log.start = max(log.start, before or 0)

    def do_trim_input(self, partition: int, a: int, b: int, c: int) -> None:  # noqa: ARG002  # one form
        """Let retention overtake a sequencer that was away: gone for good, and everyone knows."""
        topic = INPUTS[a % 2]
        log = self.log(topic, partition)
        origin = self.origin(topic, partition)
        known = self.commits.get((topic, partition))
        committed = known.offset if known and known.topic_id == origin.topic_id else 0
        places = {
            f"{topic}/{origin.topic_id}/{partition}/{offset}"
            for offset in range(committed, min(len(log.all), log.start + b))
        }
        for event in [e for e, accepted in self.accepted.items() if accepted.place in places]:
            del self.accepted[event]
        log.start = min(len(log.all), log.start + b)

    def do_recreate(self, partition: int, a: int, b: int, c: int) -> None:  # noqa: ARG002  # one form
        """Delete and recreate an input topic that is fully committed."""
        topic = INPUTS[a % 2]
        log = self.log(topic, partition)
        committed = self.commits.get((topic, partition))
        is_this_topic = committed and committed.topic_id == self.origin(topic, partition).topic_id
        if log.all and committed and is_this_topic and committed.offset >= len(log.all):
            self.logs[topic, partition] = Log(log.era + 1)
            for process in self.alive(Sequencer, partition):
                process.end(c)

    def do_misconfigure(self, partition: int, a: int, b: int, c: int) -> None:  # noqa: ARG002  # one form
        """Create one input with a wrong partition count; the start check sees it."""
        if self.ids == 0:
            self.has_one_gate_partition = True
            self.is_refused = "count_check" in self.rules

    def stored(self, partition: int) -> list[Stored]:
        """Return what the snapshots partition holds."""
        live = self.log("snapshots", partition).live
        return [Stored(rec.key, rec.value) for rec in live if rec is not None]
