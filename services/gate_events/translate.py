"""A gate source's words -> contracts: which box, truck, train or appointment it is about.

A gate, a lane and a carrier cannot be told from the data, so their events must name a subject.
"""

from collections.abc import Mapping
from typing import Any, Final

from plumbing.subjects import first_named

_TRUCK: Final = ("refs.truck_visit", "refs.appointment", "appointment")

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "appointment-changed": ("refs.appointment",),
    "slot-proposed": ("refs.terminal_call", "refs.appointment"),
    "truck-eta-stated": _TRUCK,
    "waypoint-passed": ("refs.truck_visit", "refs.train_visit", "appointment"),
    "truck-progressed": _TRUCK,
    "container-gated-in": ("box.box",),
    "container-gated-out": ("box.box",),
    "train-visit-stated": ("refs.train_visit",),
    "change-decided": ("refs.terminal_call",),
}


def subject_of(kind: str, data: Mapping[str, Any]) -> str | None:
    """Return the object of an event: our id if it is given, else the natural key."""
    return first_named(data, *_NAMED_BY.get(kind.rpartition(".")[2], ()))
