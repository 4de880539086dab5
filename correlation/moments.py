"""What a table held at one moment, without a copy at that moment.

A snapshot of a large port in one go holds its frames back for as long as half a million references
take to count. So a moment notes only how many keys a table held, and from then on what is replaced;
the keys are copied when the snapshot comes to this table, or before the first of them is dropped.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any


class Moment:
    """The entries of a dict at one moment. Whoever changes it since calls `note` or `settle` first.

    Keys that came later stand behind those that were there, so a count tells them apart.
    """

    __slots__ = ("_before", "_changed", "_count", "_held", "_keys", "_values", "_written")

    def __init__(
        self,
        held: dict[Any, Any],
        changed: dict[Any, Any] | None = None,
        written: Callable[[Any], Any] | None = None,
    ) -> None:
        """Note what a dict holds now; of the keys of `changed` it holds their values, `written`.

        `changed` is the moment's own from now on.
        """
        self._held: dict[Any, Any] | None = held
        self._count = len(held)
        self._before: dict[Any, Any] = {}
        self._changed = changed or {}
        self._written = written
        self._keys: list[Any] = []
        self._values: list[Any] = []

    def note(self, key: Any, before: Any) -> "Moment | None":
        """Keep the value that a key had, if it is the first to be replaced.

        Returns whom to tell of the next one: nobody once all is copied.
        """
        if self._held is None:
            return None
        self._before.setdefault(key, before)
        return self

    def settle(self) -> None:
        """Copy what was there: before a key is dropped, or to read it."""
        if self._held is not None:
            # Lists, not a dict: copying one that has seen many keys come and go takes ten times
            # as long.
            self._keys = list(islice(self._held, self._count))
            self._values = list(islice(self._held.values(), self._count))
            self._held = None

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Yield every key with its value then, in the order of the table; once.

        What was yielded is let go: all of it in one go takes as long as copying it.
        """
        self.settle()
        keys, values = self._keys, self._values
        assert len(keys) == self._count, "a moment is read once"
        keys.reverse()
        values.reverse()
        before, changed, written = self._before, self._changed, self._written
        while keys:
            key, value = keys.pop(), values.pop()
            fresh = changed.pop(key, None)
            if fresh is not None and written is not None:
                yield key, written(fresh)
            else:
                yield key, before.pop(key, value)
