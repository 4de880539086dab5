"""An authority's words -> contracts: which formality, hold, paper or box an event is about.

An authority that gives its hold no number still lifts it: hold and lift get the same id, made of
the cargo, the kind and the authority.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from plumbing.subjects import first_named, joined

_BOX: Final = ("visit", "refs.box")
_CARGO: Final = ("visit", "bl", "refs.box", "refs.bl")
_DOCUMENT: Final = ("refs.booking", "refs.bl", "refs.box")

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "customs-changed": (*_BOX, "declaration", "refs.declaration"),
    "document-changed": _DOCUMENT,
    "weight-stated": _BOX,
    "dangerous-goods-changed": _BOX,
    "booking-changed": ("refs.booking",),
    "inspection-changed": _BOX,
    "consignment-stated": ("refs.bl",),
}
_WITHOUT_NUMBER: Final = {
    "hold-placed": "hold",
    "hold-lifted": "hold",
    "release-granted": "release",
    "release-revoked": "release",
}


def subject_of(kind: str, data: Mapping[str, Any]) -> str | None:
    """Return the object of an event: our id if it is given, else the natural key."""
    fact = kind.rpartition(".")[2]
    if fact in _WITHOUT_NUMBER:
        return _numberless(_WITHOUT_NUMBER[fact], data)
    if fact == "formality-changed":
        return joined(data, "{}/{}/{}", "refs.call", "direction", "formality")
    if fact == "nomination-changed":
        return joined(data, "nom:{}:{}:{}", "organisation", "object", "role")
    return first_named(data, *_NAMED_BY.get(fact, ()))


def _numberless(noun: str, data: Mapping[str, Any]) -> str | None:
    cargo, kind = first_named(data, *_CARGO), first_named(data, "kind")
    if cargo is None or kind is None:
        return None
    by = first_named(data, "authority") or ""
    space = uuid5(NAMESPACE_URL, f"urn:rada:{noun}")
    return str(uuid5(space, f"{cargo}|{kind}|{by}"))
