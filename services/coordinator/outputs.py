"""What was said already: the own alerts and picture partitions as read, and the own reports.

A zombie repeats the same bytes, but compaction keeps the last record of a key. So the owner reads
its own partitions all the time and notices a key whose last record is an older version. It
compares with what it read and with the offsets of its own reports, since compaction may take the
newest record before its owner reads it.
"""

from collections.abc import Iterable

from msgspec import Struct

Key = tuple[str, str]
"""Topic ("alerts" or "picture") and key."""


class Seen(Struct, frozen=True, gc=False):
    """One record of an own output partition; position = (journal offset, ordinal)."""

    topic: str
    key: str
    offset: int
    version: int
    is_tombstone: bool
    position: tuple[int, int]

    @property
    def id(self) -> Key:
        """Topic and key."""
        return self.topic, self.key


class _Landed(Struct, frozen=True, gc=False):
    """The last own report of a key."""

    version: int
    offset: int
    is_tombstone: bool


class Heard:
    """What is known of the own output partitions of one journal partition."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.highest: dict[Key, Seen] = {}
        self.last: dict[Key, Seen] = {}
        self.said_up_to = (-1, 0)
        self._landed: dict[Key, _Landed] = {}

    def landed(self, key: Key, version: int, offset: int, *, is_tombstone: bool) -> None:
        """Note a delivery report of our own."""
        self._landed[key] = _Landed(version, offset, is_tombstone)

    def read(self, records: Iterable[Seen]) -> tuple[list[Key], list[Key]]:
        """Take new records in offset order; return the stale keys and all keys, in that order.

        A key is stale when an older record now stands behind a newer one.
        """
        stale: dict[Key, None] = {}
        fresh: dict[Key, None] = {}
        for seen in records:
            key = seen.id
            if self._is_behind(seen):
                stale[key] = None
            else:
                self.highest[key] = seen
            self.last[key] = seen
            fresh[key] = None
            self.said_up_to = max(self.said_up_to, seen.position)
        return list(stale), list(fresh)

    def is_there(self, key: Key, version: int, *, is_tombstone: bool) -> bool:
        """Tell whether this wording, a newer one or a tombstone stands in the partition."""
        there = self.highest.get(key)
        if there is None:
            return False
        return there.is_tombstone or (not is_tombstone and version <= there.version)

    def is_ended_behind(self, key: Key, offset: int) -> bool:
        """Tell whether our own tombstone of this key landed behind an offset."""
        own = self._landed.get(key)
        return own is not None and own.is_tombstone and own.offset > offset

    def forget(self, key: Key) -> None:
        """Drop what is known of a key that ended: whoever speaks of it again is ended again."""
        self.highest.pop(key, None)
        self.last.pop(key, None)
        self._landed.pop(key, None)

    def _is_behind(self, seen: Seen) -> bool:
        if seen.is_tombstone:
            return False
        own = self._landed.get(seen.id)
        if own is not None and seen.version < own.version and seen.offset > own.offset:
            return True
        there = self.highest.get(seen.id)
        return there is not None and (there.is_tombstone or seen.version < there.version)
