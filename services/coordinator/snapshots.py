"""Snapshots: their keys and manifests, which of them count, and how far the journal may be cut.

A snapshot stands at a frame boundary, the cursor. Its keys hold the cursor, so two writers write
the same bytes under the same keys or different keys. The manifest comes after its parts are
reported, and a snapshot counts only if every part is there with the digest that it names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import msgspec

from plumbing.rules import ALL, Rules

MANIFEST: Final = "manifest"
KEPT: Final = 2


class Manifest(msgspec.Struct, frozen=True):
    """What a complete snapshot consists of, and which journal and code it belongs to."""

    cursor: int
    digests: tuple[str, ...]
    journal_id: str
    core_version: str
    frame_digest: str
    partition: int
    partitions: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One record of the snapshots partition; `value` None is a tombstone."""

    key: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Found:
    """A complete snapshot."""

    name: str
    manifest: Manifest
    parts: tuple[bytes, ...]

    @property
    def cursor(self) -> int:
        """The journal offset of the last frame in it."""
        return self.manifest.cursor


def part_key(name: str, part: int) -> str:
    """Return the key of one part."""
    return f"{name}/{part:06d}"


def manifest_key(name: str) -> str:
    """Return the key of the manifest."""
    return f"{name}/{MANIFEST}"


def name_at(cursor: int) -> str:
    """Return the name of the snapshot at a cursor; names sort like cursors."""
    return f"{cursor:020d}"


def digest(part: bytes) -> str:
    """Return the digest by which a manifest names a part."""
    return blake2b(part, digest_size=16).hexdigest()


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the manifest's bytes (JSON: an operator can read them)."""
    return msgspec.json.encode(manifest)


def complete_snapshots(records: Iterable[Stored], rules: Rules = ALL) -> list[Found]:
    """Return every complete snapshot among the records of a partition, the one to use first."""
    there: dict[str, tuple[int, bytes | None]] = {}
    for at, record in enumerate(records):
        there[record.key] = (at, record.value)
    found: list[tuple[int, Found]] = []
    for key, (at, value) in there.items():
        name, _, part = key.rpartition("/")
        if part == MANIFEST and value is not None:
            snapshot = _assemble(name, value, there, rules)
            if snapshot is not None:
                found.append((at, snapshot))
    if "highest_cursor" in rules:
        found.sort(key=lambda pair: pair[1].cursor, reverse=True)
    else:
        found.sort(key=lambda pair: pair[0], reverse=True)
    return [snapshot for _, snapshot in found]


def outdated_keys(keys: Iterable[str], cursors: Iterable[int]) -> list[str]:
    """Return the keys of everything older than the two newest complete snapshots."""
    newest = sorted(set(cursors), reverse=True)
    if len(newest) < KEPT:
        return []
    kept = name_at(newest[KEPT - 1])
    return sorted(key for key in keys if key < kept)


def trim_before(cursors: Iterable[int], old_enough: int | None) -> int | None:
    """Return the offset before which the journal may be cut, None for nothing.

    `old_enough` is the first offset that is younger than the journal's days. The frame at the
    older cursor stays, because its digest proves that the journal is the same.
    """
    newest = sorted(set(cursors), reverse=True)
    if len(newest) < KEPT or old_enough is None:
        return None
    before = min(newest[KEPT - 1], old_enough)
    return before if before > 0 else None


def _assemble(
    name: str, value: bytes, there: dict[str, tuple[int, bytes | None]], rules: Rules
) -> Found | None:
    try:
        manifest = msgspec.json.decode(value, type=Manifest)
    except msgspec.DecodeError:
        return None
    parts: list[bytes] = []
    for number, wanted in enumerate(manifest.digests):
        part = there.get(part_key(name, number), (0, None))[1]
        is_whole = part is not None and (
            digest(part) == wanted or "snapshot_by_cursor" not in rules
        )
        if not is_whole and "whole_snapshots" in rules:
            return None
        parts.append(part or b"")
    return Found(name, manifest, tuple(parts))
