"""The short way through an edge: an event that lacks nothing but what every edge puts in.

Most systems send every attribute that they can know, and no other. Such an event is completed
without looking at one attribute after the other; any other one is None here, and is completed and
judged by `plumbing.edge.accept`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from contracts.envelope import EVENT_BYTES_MAX, Event

_NEEDED: Final[dict[str, Any]] = {
    "specversion": Raw,
    "id": Raw,
    "source": Raw,
    "type": str,
    "subject": Raw,
    "time": Raw,
    "recordedtime": Raw,
    "partitionkey": str,
    "data": Raw,
}
"""What must be sent. Two texts are read; the rest stays the bytes of its source."""
_ENCODER: Final = msgspec.json.Encoder()


def _decoder() -> msgspec.json.Decoder[Any]:
    fields: list[Any] = [
        (name, _NEEDED[name]) if name in _NEEDED else (name, Raw | UnsetType, UNSET)
        for name in Event.model_fields
    ]
    sent = msgspec.defstruct("Sent", fields, kw_only=True, forbid_unknown_fields=True)
    return msgspec.json.Decoder(sent)


_DECODER: Final = _decoder()


def completed(
    given: bytes, family: str, organisations: Mapping[str, str], received_at: datetime
) -> bytes | None:
    """Return the bytes to be published, or None: the event is not of the plain kind.

    `organisations` are those of the key by port system. The bytes are not checked yet.
    """
    try:
        event = _DECODER.decode(given)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    publisher = organisations.get(event.partitionkey)
    if (
        publisher is None
        or event.publisher is not UNSET
        or event.receivedtime is not UNSET
        or not event.type.startswith(f"rada.{family}.")
    ):
        return None
    event.publisher = word(publisher)
    event.receivedtime = stamp(received_at)
    if event.organisation is UNSET:
        event.organisation = event.publisher
    if event.datacontenttype is UNSET:
        event.datacontenttype = word("application/json")
    if event.dataschema is UNSET:
        event.dataschema = schema_of(event.type)
    value = _ENCODER.encode(event)
    return value if len(value) <= EVENT_BYTES_MAX else None


@lru_cache(maxsize=1024)
def word(text: str) -> Raw:
    """Return a text as JSON: one of the few that stand in most events, such as a port."""
    return Raw(_ENCODER.encode(text))


@lru_cache(maxsize=256)
def schema_of(kind: str) -> Raw:
    """Return the `dataschema` of an event type, as JSON."""
    return Raw(_ENCODER.encode(f"urn:rada:schema:{kind.removeprefix('rada.')}:1.0"))


@lru_cache(maxsize=8)
def stamp(received_at: datetime) -> Raw:
    """Return an instant as JSON; all events of a request have the same."""
    return Raw(_ENCODER.encode(received_at))
