"""Tables of frozen values that remember what they replaced, so that a bad record leaves no trace.

A value in a table is never edited: it is put again, changed. So what a table held at one moment
(moments.py) takes no copy of its values, and undoing a record is putting back what was there.

What a port has a hundred thousand of is kept as bytes, made small (squeezing.py), and read when it
is touched: `Packed`. That is a tenth of the memory, nothing for the garbage collector to walk, and
most of a snapshot's work done already. The last things touched are held as they are, since a record
looks at the same few again and again; when they are many, those not touched for longest are let go.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, Final, Generic, TypeVar

import msgspec

from correlation.moments import Moment
from correlation.squeezing import Squeezer, learned_from

T = TypeVar("T")
_ABSENT: Final = object()
HELD_MAX: Final = 600
"""Values of a packed table in each half of what is held unpacked: those touched since the older
half was let go, and that one. As many that changed are not packed again yet. More, or fewer for a
table whose values are not touched again soon, changes speed, never what is said."""
PACKED_AT_ONCE: Final = 8
"""How many of them are packed together then: packing all would hold the next record back."""
LEARNED_AT: Final = 512
"""Values in a packed table when it learns how to make them small."""

Key = str | tuple[str, str]
Undo = list[tuple[Any, Key, object]]


class Table(dict[Any, T]):
    """A dict whose writes go through `put` and `drop`, which note the value they replace."""

    __slots__ = ("_moment", "_undo")

    def __init__(self, undo: Undo) -> None:
        """Make an empty table that notes its changes in `undo`."""
        super().__init__()
        self._undo = undo
        self._moment: Moment | None = None

    def put(self, key: Key, value: T) -> None:
        """Set a value."""
        before = self.get(key, _ABSENT)
        self._undo.append((self, key, before))
        if self._moment is not None:
            self._moment = self._moment.note(key, before)
        self[key] = value

    def put_for_good(self, key: Key, value: T) -> None:
        """Set a value that stays when the record is undone."""
        if self._moment is not None:
            self._moment = self._moment.note(key, self.get(key))
        self[key] = value

    def drop(self, key: Key) -> None:
        """Remove a value if it is there."""
        if key in self:
            self._settle()
            self._undo.append((self, key, self.pop(key)))

    def undo(self, key: Key, before: object) -> None:
        """Put back what a `put` or `drop` replaced."""
        self._settle()
        if before is _ABSENT:
            self.pop(key, None)
        else:
            self[key] = before  # type: ignore[assignment]

    def frozen(self) -> Moment:
        """Return what is held now, which later changes leave alone."""
        self._settle()
        self._moment = Moment(self)
        return self._moment

    def _settle(self) -> None:
        if self._moment is not None:
            self._moment.settle()
            self._moment = None


_pack: Final = msgspec.msgpack.Encoder().encode


class Packed(Generic[T]):
    """A table of one type of frozen value, kept as MessagePack. Keys keep their first order.

    `dictionary` is what `learn` found that its values share, as part of a snapshot: None is not
    looked for yet, empty is nothing.
    """

    __slots__ = (
        "_changed",
        "_held_max",
        "_moment",
        "_older",
        "_packed",
        "_squeezer",
        "_undo",
        "_unpack",
        "_warm",
        "dictionary",
    )

    def __init__(self, undo: Undo, kind: type[T], held_max: int = HELD_MAX) -> None:
        """Make an empty table of `kind` that notes its changes in `undo`."""
        self._undo, self._held_max = undo, held_max
        self._unpack = msgspec.msgpack.Decoder(kind).decode
        self._packed: dict[Any, bytes] = {}
        self._warm: dict[Any, T] = {}
        self._older: dict[Any, T] = {}
        self._changed: dict[Any, None] = {}
        self._squeezer: Squeezer | None = None
        self._moment: Moment | None = None
        self.dictionary: bytes | None = None

    def learn(self) -> bool:
        """Learn how to make values small once there are enough; True when nothing is left to do.

        Only between two records: what `undo` holds must not be older than what was learned.
        """
        if self.dictionary is None and len(self._packed) >= LEARNED_AT:
            for key in list(self._changed):
                self._pack_again(key)
            self.take(learned_from(list(self._packed.values())))
            if self._squeezer is not None:
                squeezed = self._squeezer.squeezed
                self._settle()
                self._packed = {key: squeezed(value) for key, value in self._packed.items()}
        return self.dictionary is not None

    def take(self, dictionary: bytes) -> None:
        """Make values small by this dictionary from now on."""
        self.dictionary = dictionary
        self._squeezer = Squeezer(dictionary) if dictionary else None

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
        before: object = self._warm.get(key)
        if before is None:
            before = self._older.pop(key, None)
        if before is None:
            before = self._packed.get(key, _ABSENT)
            if before is _ABSENT:
                self._packed[key] = b""  # holds its place in the order until it is packed
        self._undo.append((self, key, before))
        self._warm[key] = value
        self._changed[key] = None
        if len(self._changed) > self._held_max:
            for first in list(islice(self._changed, PACKED_AT_ONCE)):
                self._pack_again(first)
        if len(self._warm) > self._held_max:
            self._let_go()

    def drop(self, key: Key) -> None:
        """Remove a value if it is there."""
        if key in self._packed:
            self._undo.append((self, key, self.get(key)))
            self._remove(key)

    def undo(self, key: Key, before: Any) -> None:
        """Put back what a `put` or `drop` replaced, packed or not."""
        self._settle()
        self._remove_held(key)
        if before is _ABSENT:
            del self._packed[key]
        elif isinstance(before, bytes):
            self._packed[key] = before
        else:
            self._packed.setdefault(key, b"")
            self._warm[key] = before
            self._changed[key] = None

    def items(self) -> Iterator[tuple[Any, T]]:
        """Yield every key and value; a packed one is read and not held."""
        for key, packed in self._packed.items():
            held = self._held(key)
            yield key, self._read(packed) if held is None else held

    def values(self) -> Iterator[T]:
        """Yield every value; a packed one is read and not held."""
        return (value for _, value in self.items())

    def frozen(self) -> Moment:
        """Return what is held now, which later changes leave alone."""
        self._settle()
        changed: dict[Any, Any] = {key: self._held(key) for key in self._changed}
        self._moment = Moment(self._packed, changed, partial(_squeezed, squeezer=self._squeezer))
        return self._moment

    def fill(self, entries: Iterable[tuple[Key, bytes]]) -> None:
        """Take packed values as a snapshot holds them."""
        self._packed.update(entries)

    def _held(self, key: Key) -> T | None:
        held = self._warm.get(key)
        return self._older.get(key) if held is None else held

    def _read(self, packed: bytes) -> T:
        squeezer = self._squeezer
        return self._unpack(packed if squeezer is None else squeezer.expanded(packed))

    def _warmed(self, key: Key, packed: bytes) -> T:
        held = self._older.pop(key, None)
        value = self._read(packed) if held is None else held
        if len(self._warm) > self._held_max:
            self._let_go()
        self._warm[key] = value
        return value

    def _remove(self, key: Key) -> None:
        self._settle()
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

    def _settle(self) -> None:
        if self._moment is not None:
            self._moment.settle()
            self._moment = None

    def _pack_again(self, key: Key) -> None:
        if self._moment is not None:
            self._moment = self._moment.note(key, self._packed[key])
        self._packed[key] = _squeezed(self._held(key), self._squeezer)
        del self._changed[key]


def _squeezed(value: object, squeezer: Squeezer | None) -> bytes:
    packed = _pack(value)
    return packed if squeezer is None else squeezer.squeezed(packed)


def roll_back(undo: Undo) -> None:
    """Put back every value noted since the list was last empty, newest first."""
    while undo:
        table, key, before = undo.pop()
        table.undo(key, before)
