"""Which snapshots count, which are cleaned up, and how far the journal may be cut."""

import pytest

from services.coordinator.refusals import Journal, OtherCode, Refused, check_journal, check_snapshot
from services.coordinator.snapshots import (
    Manifest,
    Stored,
    complete_snapshots,
    digest,
    encode_manifest,
    manifest_key,
    name_at,
    outdated_keys,
    part_key,
    trim_before,
)


def a_manifest(cursor: int = 9, parts: tuple[bytes, ...] = ()) -> Manifest:
    return Manifest(cursor, tuple(digest(p) for p in parts), "journal-1", "core-1", "frame-9", 0, 6)


def a_snapshot(cursor: int, *parts: bytes) -> list[Stored]:
    name = name_at(cursor)
    stored = [Stored(part_key(name, n), part) for n, part in enumerate(parts)]
    manifest = encode_manifest(a_manifest(cursor, parts))
    return [*stored, Stored(manifest_key(name), manifest)]


def test_the_highest_cursor_is_used_wherever_it_stands() -> None:
    """A zombie's older snapshot may come last."""
    found = complete_snapshots([*a_snapshot(20, b"a", b"b"), *a_snapshot(10, b"c")])

    assert [snapshot.cursor for snapshot in found] == [20, 10]
    assert found[0].parts == (b"a", b"b")


def test_a_manifest_without_a_part_does_not_count() -> None:
    """A part may be compacted away or never have landed."""
    whole = a_snapshot(20, b"a", b"b")

    assert complete_snapshots(whole[1:]) == []
    assert complete_snapshots([*whole, Stored(whole[0].key, None)]) == []


def test_a_part_with_another_digest_does_not_count() -> None:
    """What is loaded is what was written."""
    whole = a_snapshot(20, b"a")

    assert complete_snapshots([*whole, Stored(whole[0].key, b"A")]) == []


def test_only_what_is_older_than_the_two_newest_is_cleaned_up() -> None:
    """One complete snapshot alone, or two, are all kept."""
    keys = [stored.key for cursor in (5, 10, 100) for stored in a_snapshot(cursor, b"x")]

    assert outdated_keys(keys, [100]) == []
    assert outdated_keys(keys, [5, 10, 100]) == [part_key(name_at(5), 0), manifest_key(name_at(5))]


def test_the_journal_is_cut_behind_the_older_of_two_and_only_if_old_enough() -> None:
    """The frame at the older cursor stays, since its digest is checked."""
    assert trim_before([100], 90) is None
    assert trim_before([100, 50], None) is None
    assert trim_before([100, 50], 90) == 50
    assert trim_before([100, 50], 30) == 30


def test_other_code_is_refused_and_told_what_to_do() -> None:
    """The message names both versions and the command that moves on."""
    with pytest.raises(OtherCode, match=r"core-1.*core-2.*rada upgrade"):
        check_snapshot(a_manifest(), "core-2")


@pytest.mark.parametrize(
    ("journal", "frame", "said"),
    [
        (Journal("journal-2", 0, 20, 6), "frame-9", "recreated"),
        (Journal("journal-1", 0, 20, 4), "frame-9", "4"),
        (Journal("journal-1", 0, 20, 6), "frame-8", "frame-8"),
        (Journal("journal-1", 0, 5, 6), None, "missing"),
        (Journal("journal-1", 15, 20, 6), None, "begins at offset 15"),
    ],
)
def test_a_journal_that_is_not_the_snapshots_own_is_refused(
    journal: Journal, frame: str | None, said: str
) -> None:
    """Another id, count or frame, a lost end and a cut beginning all stop the start."""
    with pytest.raises(Refused, match=said):
        check_journal(a_manifest(), journal, 0, frame)


def test_the_snapshots_own_journal_is_accepted() -> None:
    """Also when the frame at the cursor was trimmed away and the next one is there."""
    check_journal(a_manifest(), Journal("journal-1", 0, 20, 6), 0, "frame-9")
    check_journal(a_manifest(), Journal("journal-1", 10, 20, 6), 0, None)
    check_journal(None, Journal("journal-1", 0, 0, 6), 0, None)
