"""Writing one snapshot, step by step, while frames go on: wait, parts, manifest, clean-up.

The state is frozen at a frame boundary in no time; encoding happens one part a step. The snapshot
counts only once every output up to its cursor is reported, so it never forgets an unsaid word.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

from services.coordinator.letters import Letter
from services.coordinator.owner import LIVE, Owner
from services.coordinator.snapshots import (
    Found,
    Manifest,
    digest,
    encode_manifest,
    manifest_key,
    name_at,
    outdated_keys,
    part_key,
)

WAITING: Final = "waiting"
ENCODING: Final = "encoding"
PARTS: Final = "parts"
LAST: Final = "manifest"


class SnapshotJob:
    """The snapshots of one owner, one after the other; `step` moves the present one on."""

    def __init__(
        self, owner: Owner, journal_id: str, send: Callable[[Letter], None], found: Iterable[Found]
    ) -> None:
        """Begin with the complete snapshots that the restore found."""
        self.cursors: list[int] = []
        self.bytes_written = 0
        """Of the snapshot that is being written, or was written last."""
        self._owner, self._journal_id, self._send = owner, journal_id, send
        self._keys: set[str] = set()
        self._slot = 0
        for snapshot in found:
            self._keep(snapshot.name, snapshot.cursor, len(snapshot.parts))
            self._slot = 1 - int(snapshot.name) % 2
        self._stage: Literal["idle", "waiting", "encoding", "parts", "manifest"] = "idle"
        self._cursor = -1
        self._name = ""
        self._parts: Iterator[bytes] = iter(())
        self._digests: list[str] = []
        self._frame_digest = self._core_version = ""
        self._letters: list[Letter] = []

    @property
    def is_idle(self) -> bool:
        """Whether no snapshot is being written."""
        return self._stage == "idle"

    @property
    def is_encoding(self) -> bool:
        """Whether the next step encodes a part."""
        return self._stage == ENCODING

    @property
    def is_waiting_for_reports(self) -> bool:
        """Whether the next step can do nothing before more delivery reports come."""
        if self._stage == WAITING:
            return self._owner.letters.owes_up_to(self._cursor)
        return self._stage in (PARTS, LAST) and bool(self._unreported())

    def step(self) -> bool:
        """Do one bounded piece of work; True when this step completed a snapshot."""
        if self._owner.stage != LIVE:
            return False
        if self._stage == "idle":
            self._begin()
        elif self._stage == WAITING:
            owes = self._owner.letters.owes_up_to(self._cursor)
            if not owes or "snapshot_waits" not in self._owner.rules:
                self._stage = ENCODING
        elif self._stage == ENCODING:
            self._encode_part()
        elif self._stage == PARTS:
            if not self._unreported():
                self._post_manifest()
        elif not self._unreported():
            self._finish()
            return True
        return False

    def _begin(self) -> None:
        owner = self._owner
        self._cursor = owner.cursor
        by_cursor = "snapshot_by_cursor" in owner.rules
        self._name = name_at(self._cursor if by_cursor else self._slot)
        self._parts = iter(owner.core.encode(owner.core.freeze(owner.state)))
        self._frame_digest = owner.frame_digest()
        self._core_version = owner.state.core_version or owner.core_version
        self._digests, self._letters, self.bytes_written = [], [], 0
        self._stage = WAITING

    def _encode_part(self) -> None:
        part = next(self._parts, None)
        if part is None:
            self._stage = PARTS
            if "whole_snapshots" not in self._owner.rules:
                self._post_manifest()
            return
        key = part_key(self._name, len(self._digests))
        self._digests.append(digest(part))
        self.bytes_written += len(part)
        self._post(key, part)

    def _post_manifest(self) -> None:
        manifest = Manifest(
            self._cursor,
            tuple(self._digests),
            self._journal_id,
            self._core_version,
            self._frame_digest,
            self._owner.partition,
            self._owner.partitions,
        )
        self._post(manifest_key(self._name), encode_manifest(manifest))
        self._stage = LAST

    def _finish(self) -> None:
        self._stage, self._slot = "idle", 1 - self._slot
        self._keep(self._name, self._cursor, len(self._digests))
        if "snapshot_by_cursor" in self._owner.rules:
            for key in outdated_keys(self._keys, self.cursors):
                self._keys.discard(key)
                self._post(key, None)
        self.cursors = sorted(set(self.cursors), reverse=True)[:2]

    def _keep(self, name: str, cursor: int, parts: int) -> None:
        self.cursors.append(cursor)
        self._keys.update(part_key(name, number) for number in range(parts))
        self._keys.add(manifest_key(name))

    def _unreported(self) -> list[Letter]:
        return [letter for letter in self._letters if letter.status != "reported"]

    def _post(self, key: str, value: bytes | None) -> None:
        letter = Letter("snapshots", self._owner.partition, key, value)
        # What is reported is let go: all parts together are as large as the state.
        self._letters = [*self._unreported(), letter]
        self._send(letter)
