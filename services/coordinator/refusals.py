"""Reasons not to start, or not to go on: each says what was found and what to do."""

from dataclasses import dataclass

from services.coordinator.snapshots import Manifest


class Refused(Exception):
    """The partition may not be owned by this process; a restart changes nothing (exit 64)."""


class OtherCode(Refused):
    """The partition's snapshot belongs to other code: done here, or not begun."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal partition as Kafka shows it: topic id, first and next offset."""

    topic_id: str
    start: int
    end: int
    partitions: int


def check_snapshot(manifest: Manifest, core_version: str) -> None:
    """Refuse the snapshot of other code: folding on from it would say phantoms."""
    if manifest.core_version != core_version:
        raise OtherCode(
            f"partition {manifest.partition}: the snapshot at journal offset {manifest.cursor}"
            f" belongs to core version {manifest.core_version}, this program is {core_version}."
            f" Start the program of version {manifest.core_version}, then run `./rada upgrade` of"
            " this one: the old one finishes there and ends; then start this one. If the past"
            " need not be kept, delete the data instead (.rada, for ./rada up)."
        )


def check_journal(
    manifest: Manifest | None, journal: Journal, partition: int, frame_digest: str | None
) -> None:
    """Refuse a journal that is not the one the snapshot was folded from, or that has a hole.

    `frame_digest` is of the frame that stands at the snapshot's cursor now.
    """
    cursor = -1 if manifest is None else manifest.cursor
    if journal.start > cursor + 1:
        raise Refused(
            f"partition {partition}: the journal begins at offset {journal.start}, frame"
            f" {cursor + 1} is needed and gone. Restore the snapshots or the journal from a"
            " backup; without them this port's past cannot be rebuilt."
        )
    if manifest is None:
        return
    found = (journal.topic_id, journal.partitions)
    if found != (manifest.journal_id, manifest.partitions):
        raise Refused(
            f"partition {partition}: the snapshot was folded from journal {manifest.journal_id}"
            f" with {manifest.partitions} partitions, found {journal.topic_id} with"
            f" {journal.partitions}. The journal was recreated: delete and recreate snapshots,"
            " alerts and picture too, or bring the old journal back."
        )
    if journal.end <= cursor or frame_digest not in (None, manifest.frame_digest):
        raise Refused(
            f"partition {partition}: the frame at offset {cursor} is"
            f" {frame_digest or 'missing'}, the snapshot stands on {manifest.frame_digest}."
            " The broker lost or rewrote acknowledged records: stop, and compare its disks."
        )
