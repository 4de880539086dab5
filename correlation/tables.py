"""Tables of frozen values that remember what they replaced, so that a bad record leaves no trace.

A value in a table is never edited: it is put again, changed. So a shallow copy of a table is a
consistent snapshot, and undoing a record is putting back what was there.

What a port has a hundred thousand of is kept as bytes and read when it is touched: `Packed`. That
is a third of the memory, nothing for the garbage collector to walk, and half of a snapshot's work
done already. The last things touched are held as they are, since a record looks at the same few
again and again; when they are many, those not touched for longest are let go.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, Generic, TypeVar

import msgspec

T = TypeVar("T")
_ABSENT: Final = object()
WARM_MAX: Final = 1000
"""Values of a packed table in each half of what is held unpacked: those touched since the older
half was let go, and that one. More changes speed, never what is said."""
CHANGED_MAX: Final = 1000
"""Values of a packed table that changed and are not packed again yet."""
PACKED_AT_ONCE: Final = 8
"""How many of them are packed together then: packing all would hold the next record back."""

Key = str | tuple[str, str]
Undo = list[tuple[Any, Key, object]]


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

    def undo(self, key: Key, before: object) -> None:
        """Put back what a `put` or `drop` replaced."""
        if before is _ABSENT:
            self.pop(key, None)
        else:
            self[key] = before  # type: ignore[assignment]

    def frozen(self) -> dict[Any, Any]:
        """Return a copy that later changes leave alone."""
        return self.copy()


_pack: Final = msgspec.msgpack.Encoder().encode


class Packed(Generic[T]):
    """A table of one type of frozen struct, kept as MessagePack. Keys keep their first order."""

    __slots__ = ("_changed", "_older", "_packed", "_undo", "_unpack", "_warm")

    def __init__(self, undo: Undo, kind: type[T]) -> None:
        """Make an empty table of `kind` that notes its changes in `undo`."""
        self._undo = undo
        self._unpack = msgspec.msgpack.Decoder(kind).decode
        self._packed: dict[Any, bytes] = {}
        self._warm: dict[Any, T] = {}
        self._older: dict[Any, T] = {}
        self._changed: dict[Any, None] = {}

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a value."""
        return key in self._packed

    def __iter__(self) -> Iterator[Any]:
        """Yield the keys in the order in which they first came."""
        return iter(self._packed)

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._packed)

    def get(self, key: Key) -> T | None:
        """Return a value, or None."""
        held = self._warm.get(key)
        if held is not None:
            return held
        packed = self._packed.get(key)
        return None if packed is None else self._warmed(key, packed)

    def __getitem__(self, key: Key) -> T:
        """Return a value.

        Raises:
            KeyError: it is not there.
        """
        held = self._warm.get(key)
        return self._warmed(key, self._packed[key]) if held is None else held

    def put(self, key: Key, value: T) -> None:
        """Set a value."""
        before: object = self._warm.get(key) or self._older.pop(key, None)
        if before is None:
            before = self._packed.get(key, _ABSENT)
            if before is _ABSENT:
                self._packed[key] = b""  # holds its place in the order until it is packed
        self._undo.append((self, key, before))
        self._warm[key] = value
        self._changed[key] = None
        if len(self._changed) > CHANGED_MAX:
            for first in list(islice(self._changed, PACKED_AT_ONCE)):
                self._pack_again(first)
        if len(self._warm) > WARM_MAX:
            self._let_go()

    def drop(self, key: Key) -> None:
        """Remove a value if it is there."""
        if key in self._packed:
            self._undo.append((self, key, self.get(key)))
            self._remove(key)

    def undo(self, key: Key, before: Any) -> None:
        """Put back what a `put` or `drop` replaced, packed or not."""
        self._remove_held(key)
        if before is _ABSENT:
            del self._packed[key]
        elif isinstance(before, bytes):
            self._packed[key] = before
        else:
            self._packed.setdefault(key, b"")
            self._warm[key] = before
            self._changed[key] = None

    def values(self) -> Iterator[T]:
        """Yield every value; a packed one is read and not held."""
        self._pack_changed()
        return map(self._unpack, self._packed.values())

    def frozen(self) -> dict[Any, bytes]:
        """Return a copy that later changes leave alone, of values packed already."""
        self._pack_changed()
        return self._packed.copy()

    def fill(self, entries: Iterable[tuple[str, msgspec.Raw]]) -> None:
        """Take packed values as a snapshot holds them."""
        self._packed.update((key, bytes(packed)) for key, packed in entries)

    def _warmed(self, key: Key, packed: bytes) -> T:
        held = self._older.pop(key, None)
        value = self._unpack(packed) if held is None else held
        if len(self._warm) > WARM_MAX:
            self._let_go()
        self._warm[key] = value
        return value

    def _remove(self, key: Key) -> None:
        self._remove_held(key)
        del self._packed[key]

    def _remove_held(self, key: Key) -> None:
        self._warm.pop(key, None)
        self._older.pop(key, None)
        self._changed.pop(key, None)

    def _let_go(self) -> None:
        """Hold what was touched since the last time, and no longer what was not."""
        changed = self._changed
        for key in self._older:
            if key in changed:
                self._pack_again(key)
        self._older, self._warm = self._warm, {}

    def _pack_changed(self) -> None:
        for key in list(self._changed):
            self._pack_again(key)

    def _pack_again(self, key: Key) -> None:
        value = self._warm.get(key)
        self._packed[key] = _pack(self._older[key] if value is None else value)
        del self._changed[key]


def roll_back(undo: Undo) -> None:
    """Put back every value noted since the list was last empty, newest first."""
    while undo:
        table, key, before = undo.pop()
        table.undo(key, before)
