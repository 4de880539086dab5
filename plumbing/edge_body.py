"""Read a request body into single events, and never hold more of it than is allowed.

Four forms are read: one CloudEvent (structured), a JSON array of them, NDJSON, and one event in
binary mode whose attributes stand in `ce-` headers. Limits are checked while the body arrives.
Each event stays the bytes that were sent; nothing here looks inside its data.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import unquote

import msgspec

from contracts.problems import Problem, shown

EVENT_BYTES_MAX: Final = 1024 * 1024
BATCH_EVENTS_MAX: Final = 10_000
BODY_BYTES_MAX: Final = 32 * 1024 * 1024
HELD_BYTES_MAX: Final = 256 * 1024 * 1024
"""Bodies of all requests under way, together."""

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
NDJSON: Final = "application/x-ndjson"
BINARY: Final = "application/json"
FORMS: Final = f"{STRUCTURED}, {BATCH}, {NDJSON}, or {BINARY} with ce- headers"

TOO_LARGE_EVENT: Final = f"at most {EVENT_BYTES_MAX} bytes an event"

Given = bytes | Problem
"""One event as it was sent, or what is wrong with its place in the body."""

_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
# Attributes that are no strings (CloudEvents 1.0 type system); a header is always text.
_BOOLEANS: Final = frozenset({"retracted"})
_INTEGERS: Final = frozenset({"confidence"})


class TooLarge(Exception):
    """The body is above a limit: it was not read to its end and nothing of it was published."""


class UnreadableForm(Exception):
    """The content type or encoding is none that is read here."""


class BrokenBody(ValueError):
    """The body as a whole is not what its content type says."""


class NoRoom(Exception):
    """The bodies that are held already leave no room for this one; it is safe to retry."""


class Held:
    """How many bytes the bodies of all requests hold together, within HELD_BYTES_MAX."""

    def __init__(self) -> None:
        """Begin with nothing held."""
        self.total = 0

    @contextmanager
    def share(self) -> "Iterator[Share]":
        """Give one request its share, and take it back at the end, however it ends."""
        share = Share(self)
        try:
            yield share
        finally:
            self.total -= share.size


class Share:
    """What one request holds."""

    def __init__(self, held: Held) -> None:
        """Begin with nothing."""
        self.size = 0
        self._held = held

    def add(self, count: int) -> None:
        """Hold `count` bytes more; raises `NoRoom`."""
        if self._held.total + count > HELD_BYTES_MAX:
            raise NoRoom(f"the requests under way hold {self._held.total} bytes")
        self._held.total += count
        self.size += count


def form_of(headers: Mapping[str, str]) -> str:
    """Return the form of a body: STRUCTURED, BATCH, NDJSON or BINARY.

    Raises:
        UnreadableForm: another content type, or a compressed body.
    """
    if (encoding := headers.get("content-encoding", "identity").lower()) != "identity":
        raise UnreadableForm(f"content-encoding: found {shown(encoding)}, allowed is identity")
    sent = headers.get("content-type", "")
    kind = sent.partition(";")[0].strip().lower()
    if kind in (STRUCTURED, BATCH, NDJSON):
        return kind
    if kind == BINARY and "ce-specversion" in headers:
        return BINARY
    raise UnreadableForm(f"content-type: found {shown(sent) or 'none'}, allowed are {FORMS}")


async def read_body(
    chunks: AsyncIterator[bytes], headers: Mapping[str, str], *, limit: int, share: Share
) -> bytes:
    """Collect a body of at most `limit` bytes, whatever its Content-Length claims.

    Raises:
        TooLarge: as soon as one byte more arrived or was announced.
        NoRoom: too much is held by other requests.
    """
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge(f"body: found {announced} bytes, allowed are at most {limit}")
    collected = bytearray()
    async for chunk in chunks:
        share.add(len(chunk))
        collected += chunk
        if len(collected) > limit:
            raise TooLarge(f"body: found more than {limit} bytes, allowed are at most {limit}")
    return bytes(collected)


def body_limit(form: str) -> int:
    """Return how many bytes a body of this form may have."""
    return BODY_BYTES_MAX if form in (BATCH, NDJSON) else EVENT_BYTES_MAX


def split(form: str, body: bytes, headers: Mapping[str, str]) -> list[Given]:
    """Return the events of a body in their order.

    Raises:
        BrokenBody: not a JSON array where one was said to be, or no event at all.
        TooLarge: more events than a batch may have.
    """
    if form == BINARY:
        return [_from_binary(body, headers)]
    if form == STRUCTURED:
        return [body]
    parts = _array(body) if form == BATCH else _lines(body)
    if not parts:
        raise BrokenBody("body: found no event, allowed are 1 to 10000 events")
    return [part if len(part) <= EVENT_BYTES_MAX else _oversized(part) for part in parts]


def _array(body: bytes) -> list[bytes]:
    try:
        parts = _LIST.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenBody(f"body: found no JSON array of events ({error})") from error
    _check_count(len(parts))
    return [bytes(part) for part in parts]


def _lines(body: bytes) -> list[bytes]:
    parts = [line for line in body.split(b"\n") if line.strip()]
    _check_count(len(parts))
    return parts


def _check_count(count: int) -> None:
    if count > BATCH_EVENTS_MAX:
        raise TooLarge(
            f"batch: found {count} events, allowed are at most {BATCH_EVENTS_MAX} a request"
        )


def _oversized(part: bytes) -> Problem:
    return Problem("TOO_LARGE", "event", f"{len(part)} bytes", TOO_LARGE_EVENT)


def _from_binary(body: bytes, headers: Mapping[str, str]) -> Given:
    # HTTP protocol binding of CloudEvents 1.0, section 3.1: values are percent-encoded UTF-8.
    attributes: dict[str, object] = {
        name[3:]: _typed(name[3:], unquote(value))
        for name, value in headers.items()
        if name.startswith("ce-")
    }
    if "data" in attributes:
        return Problem("BAD_FIELD", "ce-data", "a header", "the data in the body")
    attributes["datacontenttype"] = BINARY
    attributes["data"] = msgspec.Raw(body.strip() or b"{}")
    event = msgspec.json.encode(attributes)
    return event if len(event) <= EVENT_BYTES_MAX else _oversized(event)


def _typed(name: str, value: str) -> object:
    if name in _BOOLEANS and value in ("true", "false"):
        return value == "true"
    if name in _INTEGERS and value.lstrip("-").isdecimal() and len(value) <= 10:
        return int(value)
    return value
