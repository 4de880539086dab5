"""A yard source's words -> contracts: which box, terminal call or facility it is about.

A block and a machine cannot be told from the data, so their events must name a subject.
"""

from collections.abc import Mapping
from typing import Any, Final

from plumbing.subjects import first_named

_BOX: Final = ("box.box", "refs.box")

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "work-list-set": ("refs.terminal_call", "refs.terminal_call_id", "refs.carrier_call_ref"),
    "container-discharged": _BOX,
    "container-loaded": _BOX,
    "container-placed": _BOX,
    "stock-listed": ("refs.facility",),
    "reefer-plug-changed": _BOX,
    "reefer-measured": _BOX,
    "container-serviced": _BOX,
    "availability-stated": _BOX,
    "free-time-set": _BOX,
}


def subject_of(kind: str, data: Mapping[str, Any]) -> str | None:
    """Return the object of an event: our id if it is given, else the natural key."""
    return first_named(data, *_NAMED_BY.get(kind.rpartition(".")[2], ()))
