"""The sequencer and the coordinator of a simulated world: real decisions, simulated wires."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from contracts.journal import Origin, frame_digest
from plumbing.rules import Rules
from services.coordinator.letters import VERSIONED, Letter
from services.coordinator.outputs import Seen
from services.coordinator.owner import CATCH_UP, LIVE, SCAN, Owner
from services.coordinator.refusals import Journal, Refused, check_journal
from services.coordinator.snapshot_job import SnapshotJob
from services.coordinator.snapshots import Found, Stored, complete_snapshots
from services.sequencer.commits import Committed, Ledger, Written, start_position
from services.sequencer.frames import Arrival, Bounds, Packer
from tests.protocol.simulated_logs import Exit, Log, Logs, Process, Rec
from tests.protocol.toy_core import PARTITIONS, Raised, ToyCore

INPUTS = ("rada.vessel.v1", "rada.gate.v1", "rada.command.v1", "rada.network.v1")
BOUNDS = Bounds(records=6, frame_bytes=1_500, record_bytes=1_200)
MESSAGE_MAX = 2_400
"""What the simulated broker takes."""

T = TypeVar("T")


class Sequencer(Process):
    """The real packer and ledger of one partition."""

    def __init__(self, world: Logs, partition: int, skew: int = 0) -> None:
        """Begin where the commits say; `skew` is how far this machine's clock is off."""
        super().__init__(world, partition)
        self._skew = skew
        self._origins: dict[str, Origin] = {
            topic: world.origin(topic, partition) for topic in INPUTS
        }
        self._read_from: dict[str, int] = {}
        for topic in INPUTS:
            committed = world.commits.get((topic, partition))
            end = len(world.log(topic, partition).all)
            topic_id = self._origins[topic].topic_id
            self._read_from[topic] = start_position(committed, topic_id, end, world.rules)
        positions = {self._origins[topic]: at for topic, at in self._read_from.items()}
        self._packer = Packer(positions, rules=world.rules, bounds=BOUNDS)
        self._ledger = Ledger(world.rules)

    def read(self, first: int, count: int) -> None:
        """Pack up to `count` records of all inputs."""
        left = count
        for turn in range(len(INPUTS)):
            topic = INPUTS[(first + turn) % len(INPUTS)]
            log = self.world.log(topic, self.partition)
            offset = max(self._read_from[topic], log.start)
            arrivals: list[Arrival] = []
            while offset < len(log.all) and left:
                rec = log.all[offset]
                # None: a transaction marker of somebody else, nothing to read there.
                if rec.value is not None:
                    arrivals.append(Arrival(offset, rec.value, self.world.time, rec.key))
                    left -= 1
                offset += 1
                self._read_from[topic] = offset
            self._packer.add(self._origins[topic], arrivals, self.world.time + self._skew)
        self._write()

    def tick(self) -> None:
        """Write down that time passed."""
        self._packer.tick(self.world.time + self._skew)
        self._write()

    def commit(self) -> None:
        """Commit what may be committed; the broker refuses an older generation."""
        if not self.world.is_newest(self):
            return
        for origin, offset in (self._ledger.committable() or {}).items():
            place = origin.topic, origin.partition
            self.world.commits[place] = Committed(offset, origin.topic_id)

    def _write(self) -> None:
        for packed in self._packer.take():
            if len(packed.value) > MESSAGE_MAX:
                raise Exit("frame too large")
            written = self._ledger.sent(packed.positions)

            def reported(_offset: int, written: Written = written) -> None:
                written.is_reported = True

            self.send("journal", self.partition, Rec("", packed.value), reported)


class Coordinator(Process):
    """The real owner and snapshot job of one partition."""

    def __init__(self, world: Logs, partition: int, *, release: int, policy: int) -> None:
        """Begin from the newest snapshot, with the code that it names."""
        super().__init__(world, partition)
        rules: Rules = world.rules
        stored = [
            Stored(rec.key, rec.value)
            for rec in world.log("snapshots", partition).live
            if rec is not None
        ]
        known = complete_snapshots(stored, rules)
        version = known[0].manifest.core_version if known else "1"
        core = ToyCore(
            rules,
            None if "policy_in_journal" in rules else policy,
            None if "code_in_journal" in rules else str(release),
        )
        self.owner = Owner(
            partition, PARTITIONS, core, core_version=version, send=self._send, rules=rules
        )
        self.restored: tuple[int, tuple[bytes, ...]] | None = None
        self._tails = dict.fromkeys(VERSIONED, 0)
        self._job: SnapshotJob | None = None
        self._found: list[Found] = []
        self.step(lambda: self._restore(stored))

    @property
    def is_leaving(self) -> bool:
        """Whether the journal names other code."""
        return self.owner.is_leaving

    def work(self, jump: int) -> None:
        """Take the next step of the restore, or one delivery at any offset the framework likes."""
        owner = self.owner
        end = len(self._journal.all)
        if owner.stage == SCAN:
            self._read_own()
            owner.scanned()
        elif owner.stage == CATCH_UP:
            self._apply_through(end - 1)
            owner.caught_up()
        elif end:
            offset = min(end - 1, max(0, owner.cursor + 1 + jump))
            missing = self._guarded(lambda: owner.deliver(offset, self._frame(offset)))
            if missing is not None:
                self._apply_through(offset)

    def repair(self) -> None:
        """Read what is new in the own output partitions."""
        if self.owner.stage == LIVE:
            self._read_own()

    def snapshot(self) -> None:
        """Take the next step of writing a snapshot."""
        owner = self.owner
        if owner.stage != LIVE:
            return
        if self._job is None:
            self._job = SnapshotJob(owner, "journal", self._send, self._found)
        if self._job.is_idle and owner.cursor <= max(self._job.cursors, default=-1):
            if owner.is_leaving:
                self.end(9)
            return
        self._job.step()
        while self._job.is_encoding:
            self._job.step()
        if self._job.is_idle and owner.is_leaving:
            self.end(9)

    @property
    def _journal(self) -> Log:
        return self.world.log("journal", self.partition)

    def _restore(self, stored: list[Stored]) -> None:
        self._found = self._guarded(lambda: self.owner.restore(stored)) or []
        if self._found:
            self.restored = (self._found[0].cursor, self._found[0].parts)
        log, cursor = self._journal, self.owner.cursor
        standing = None
        if log.start <= cursor < len(log.all):
            standing = frame_digest(self._frame(cursor))
        journal = Journal("journal", log.start, len(log.all), PARTITIONS)
        self._guarded(lambda: check_journal(self.owner.manifest, journal, self.partition, standing))

    def _guarded(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except (Refused, Raised) as reason:
            raise Exit(str(reason)) from reason

    def _frame(self, offset: int) -> bytes:
        value = self._journal.all[offset].value
        assert value is not None
        return value

    def _apply_through(self, last: int) -> None:
        for offset in range(max(self.owner.cursor + 1, self._journal.start), last + 1):
            value = self._frame(offset)
            self._guarded(partial(self.owner.apply, offset, value))

    def _read_own(self) -> None:
        for topic in VERSIONED:
            log = self.world.log(topic, self.partition)
            news = list(enumerate(log.live))[self._tails[topic] :]
            self._tails[topic] = len(log.live)
            self.owner.read_own(
                Seen(topic, rec.key, at, rec.version, rec.value is None, rec.position)
                for at, rec in news
                if rec is not None
            )

    def _send(self, letter: Letter) -> None:
        key = letter.routing_key if letter.topic == "network" else letter.key
        topic = "rada.network.v1" if letter.topic == "network" else letter.topic
        rec = Rec(key, letter.value, letter.version, letter.position)

        def reported(offset: int) -> None:
            if letter.topic == "snapshots":
                letter.status, letter.offset = "reported", offset
            else:
                self.owner.reported(letter, offset)

        self.send(topic, letter.partition, rec, reported)
