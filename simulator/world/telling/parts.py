"""Long lists, in parts that are as long as a list in an event may be."""

from collections.abc import Sequence
from typing import TypeVar

from contracts.blocks import LIST_ENTRIES_MAX

Entry = TypeVar("Entry")


def parts_of(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    """Return the entries in parts; none of none."""
    starts = range(0, len(entries), LIST_ENTRIES_MAX)
    return [entries[start : start + LIST_ENTRIES_MAX] for start in starts]
