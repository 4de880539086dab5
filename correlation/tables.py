"""Tables of frozen values that remember what they replaced, so that a bad record leaves no trace.

A value in a table is never edited: it is put again, changed. So a shallow copy of a table is a
consistent snapshot, and undoing a record is putting back what was there.
"""

from typing import Any, Final, TypeVar

T = TypeVar("T")
_ABSENT: Final = object()

Key = str | tuple[str, str]
Undo = list[tuple[dict[Any, Any], Key, object]]


class Table(dict[Any, T]):
    """A dict whose writes go through `put` and `drop`, which note the value they replace."""

    __slots__ = ("_undo",)

    def __init__(self, undo: Undo) -> None:
        """Make an empty table that notes its changes in `undo`."""
        super().__init__()
        self._undo = undo

    def put(self, key: Key, value: T) -> None:
        """Set a value."""
        self._undo.append((self, key, self.get(key, _ABSENT)))
        self[key] = value

    def drop(self, key: Key) -> None:
        """Remove a value if it is there."""
        if key in self:
            self._undo.append((self, key, self.pop(key)))


def roll_back(undo: Undo) -> None:
    """Put back every value noted since the list was last empty, newest first."""
    while undo:
        table, key, before = undo.pop()
        if before is _ABSENT:
            table.pop(key, None)
        else:
            table[key] = before
