"""The owner of one partition: what to apply, what to say, what to say again. No sockets, no clock.

Stages: `scan` (the newest snapshot and the own output partitions are read), `catch up` (frames
are folded to the end as seen at the start; what is there already is left unsaid), `live`. A shell
feeds it bytes and reports; it answers with letters and with the offsets it still needs. Deliveries
may repeat, jump and run ahead as they like: a frame is applied only right behind the last one.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

from contracts.journal import UnreadableFrame, decode_frame, frame_digest
from contracts.topics import partition_of
from plumbing.rules import ALL, Rules
from services.coordinator.core import Core, Saying
from services.coordinator.letters import VERSIONED, Letter, Letters
from services.coordinator.outputs import Heard, Key, Seen
from services.coordinator.refusals import Refused, check_snapshot
from services.coordinator.snapshots import Found, Manifest, Stored, complete_snapshots

SCAN: Final = "scan"
CATCH_UP: Final = "catch up"
LIVE: Final = "live"


class Owner:
    """One partition of the journal, folded and spoken for."""

    def __init__(
        self,
        partition: int,
        partitions: int,
        core: Core,
        *,
        core_version: str,
        send: Callable[[Letter], None],
        rules: Rules = ALL,
    ) -> None:
        """Begin before the first frame; `send` must not block and must keep the order."""
        self.partition = partition
        self.partitions = partitions
        self.core = core
        self.core_version = core_version
        self.rules = rules
        self.stage: Literal["scan", "catch up", "live"] = SCAN
        self.cursor = -1
        self.wanted = -1
        self.state: Any = core.new_state(partition, partitions)
        self.manifest: Manifest | None = None
        self.letters = Letters(send, rules)
        self.heard = Heard()
        self._last_frame = b""

    # -- restore

    def restore(self, records: Iterable[Stored]) -> list[Found]:
        """Take the complete snapshot with the highest cursor; return all complete ones.

        Raises:
            Refused: it belongs to other code.
        """
        found = complete_snapshots(records, self.rules)
        if found:
            self.manifest = found[0].manifest
            if "code_in_journal" in self.rules:
                check_snapshot(self.manifest, self.core_version)
            self.state = self.core.thaw(found[0].parts)
            self.cursor = found[0].cursor
            self.wanted = max(self.wanted, self.cursor)
        return found

    def scanned(self) -> None:
        """Begin to catch up: the own output partitions were read to their end."""
        assert self.stage == SCAN
        self.stage = CATCH_UP

    def caught_up(self) -> None:
        """Go live: the end as seen at the start is reached. Mend what the partition shows."""
        assert self.stage == CATCH_UP
        self.stage = LIVE
        if "repair" in self.rules:
            for key in sorted(self.heard.last):
                known, last = self.state.spoken.get(key), self.heard.last[key]
                if known is None or last.is_tombstone or last.version < known.version:
                    self._say_again(key)
        for key in [key for key, seen in self.heard.last.items() if seen.is_tombstone]:
            self._forget(key)

    # -- frames

    @property
    def is_leaving(self) -> bool:
        """Whether the journal names other code: nothing is folded past that record."""
        named = self.state.core_version
        return "code_in_journal" in self.rules and named is not None and named != self.core_version

    def deliver(self, offset: int, value: bytes) -> range | None:
        """Take a delivery at any offset; return the offsets that must be read directly first."""
        self.wanted = max(self.wanted, offset)
        if self.stage != LIVE or self.is_leaving or offset <= self.cursor:
            return None
        if offset > self.cursor + 1 and "contiguity" in self.rules:
            return range(self.cursor + 1, offset + 1)
        self.cursor = offset - 1
        self.apply(offset, value)
        return None

    def apply(self, offset: int, value: bytes) -> None:
        """Fold the frame behind the cursor and say what comes of it; older frames are skipped.

        Raises:
            Refused: frames between the cursor and this one are gone, or it cannot be read.
        """
        if offset <= self.cursor or self.is_leaving:
            return
        if offset > self.cursor + 1:
            raise Refused(
                f"partition {self.partition}: journal frames {self.cursor + 1} to {offset - 1}"
                " are gone and no snapshot reaches behind them. Restore them from a backup."
            )
        try:
            frame = decode_frame(value)
        except UnreadableFrame as error:
            raise Refused(
                f"partition {self.partition}, journal offset {offset}: {error}"
            ) from error
        said = self.core.apply_frame(self.state, offset, frame)
        self.cursor, self._last_frame = offset, value
        for ordinal, saying in enumerate(said):
            self._emit(saying, (offset, ordinal))

    def frame_digest(self) -> str:
        """Return the digest of the frame at the cursor."""
        if self._last_frame:
            return frame_digest(self._last_frame)
        return self.manifest.frame_digest if self.manifest else ""

    # -- outputs

    def reported(self, letter: Letter, offset: int) -> None:
        """Note where a letter of ours landed."""
        if letter.topic in VERSIONED:
            is_end = letter.value is None
            self.heard.landed(letter.id, letter.version, offset, is_tombstone=is_end)
        self.letters.reported(letter, offset)

    def read_own(self, records: Iterable[Seen]) -> None:
        """Take new records of the own output partitions; live, mend what an older one hides."""
        stale, fresh = self.heard.read(records)
        if self.stage != LIVE or "repair" not in self.rules:
            return
        unknown = [key for key in fresh if key not in self.state.spoken]
        for key in sorted({*stale, *unknown}):
            self._say_again(key)
            self._forget(key)

    def _emit(self, saying: Saying, position: tuple[int, int]) -> None:
        if self.stage == CATCH_UP and self._is_said(saying, position):
            return
        partition, routing_key = self.partition, ""
        if saying.topic == "network":
            partition, routing_key = partition_of(saying.port, self.partitions), saying.port
        elif saying.topic in VERSIONED and "own_partition" not in self.rules:
            partition = partition_of(saying.key, self.partitions)
        self.letters.post(
            Letter(
                saying.topic,
                partition,
                saying.key,
                saying.value,
                saying.version,
                position,
                routing_key,
            )
        )

    def _is_said(self, saying: Saying, position: tuple[int, int]) -> bool:
        if saying.topic not in VERSIONED:
            return "notices_always" not in self.rules and position <= self.heard.said_up_to
        if "suppress_by_version" not in self.rules:
            return position <= self.heard.said_up_to
        key = (saying.topic, saying.key)
        return self.heard.is_there(key, saying.version, is_tombstone=saying.value is None)

    def _say_again(self, key: Key) -> None:
        known, last = self.state.spoken.get(key), self.heard.last[key]
        position = (self.cursor, 0)
        if known is not None:
            self.letters.post(
                Letter(key[0], self.partition, key[1], known.value, known.version, position)
            )
        elif not last.is_tombstone and last.position[0] <= self.cursor:
            # Forgotten here: a tombstone beats all, unless ours is there or on its way.
            if self.letters.is_ending(key) or self.heard.is_ended_behind(key, last.offset):
                return
            self.letters.post(Letter(key[0], self.partition, key[1], None, 0, position))

    def _forget(self, key: Key) -> None:
        # Ids never come back, so what ended and is read as ended need not be remembered.
        last = self.heard.last.get(key)
        if (
            last is not None
            and last.is_tombstone
            and key not in self.state.spoken
            and not self.letters.is_owed(key)
        ):
            self.heard.forget(key)
