"""Bytes to event: the quick reader where it has no doubt, else the model of the event's type.

Whatever the bytes are, the answer is an event or `InvalidEvent`, whose problems say what was found
and what is allowed. Structured and binary CloudEvents are read; a binary one is put together as the
structured one that it means, so that there is one way through.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from contracts import quick
from contracts.blocks import Withdrawal
from contracts.catalogue import EVENT_TYPES, MAJOR, OUTPUT_TYPES, EventType
from contracts.envelope import EVENT_BYTES_MAX, Event
from contracts.explain import problems_of
from contracts.fields import CLEAR_TEXT, INSTEAD_OF_CLEAR_TEXT
from contracts.problems import InvalidEvent, Problem, shown

Headers = Sequence[tuple[str, bytes]]

CLEAR_NAMES: Final = frozenset(
    {"plate", "licence_plate", "license_plate", "driver", "driver_name", "driver_licence"}
)
"""Fields of persons in clear text: refused, and not repeated in the answer."""
_PREFIX: Final = "ce_"


class _Peek(msgspec.Struct):
    type: str
    retracted: Any = False


_peek: Final = msgspec.json.Decoder(_Peek)


_WITHDRAWN: Final[type[Event[Any]]] = Event[Withdrawal]


def decode(value: bytes, headers: Headers = ()) -> Event[Any]:
    """Return the typed event of a record's value and headers.

    The `data` of a retracted event is a `Withdrawal`. Most events are structs that read like
    their model, attribute for attribute; `contracts.likeness` says how that is made sure.

    Raises:
        InvalidEvent: the record may not enter; its problems say why.
    """
    if headers or len(value) > EVENT_BYTES_MAX:
        value = _whole(value, headers)
    event = quick.read(value)
    return event if event is not None else _by_model(value, EVENT_TYPES)


def decode_by_model(value: bytes, headers: Headers = ()) -> Event[Any]:
    """Return what `decode` returns, always as the model reads it.

    Raises:
        InvalidEvent: the record may not enter; its problems say why.
    """
    return _by_model(_whole(value, headers), EVENT_TYPES)


def decode_output(value: bytes, headers: Headers = ()) -> Event[Any]:
    """Return an event that Rada itself says: an alert, a picture, a tick.

    Raises:
        InvalidEvent: the bytes are no such event.
    """
    return _by_model(_whole(value, headers), OUTPUT_TYPES)


def _whole(value: bytes, headers: Headers) -> bytes:
    """Return the structured event of a record."""
    if len(value) > EVENT_BYTES_MAX:
        found, limit = f"{len(value)} bytes", f"at most {EVENT_BYTES_MAX} bytes"
        raise InvalidEvent(Problem("TOO_LARGE", "event", found, limit))
    return _structured(value, headers) if headers and _is_binary(headers) else value


def _by_model(value: bytes, allowed: dict[str, EventType]) -> Event[Any]:
    peek = _peeked(value)
    row = allowed.get(peek.type)
    if row is None:
        raise InvalidEvent(_unknown(peek.type, allowed))
    _refuse_clear_names(value)
    model = _WITHDRAWN if peek.retracted is True else _model(row)
    try:
        event = model.model_validate_json(value)
    except ValidationError as error:
        raise InvalidEvent(*problems_of(error)) from None
    if event.dataschema is not None:
        _check_schema(event.dataschema, row)
    return event


@cache
def _model(row: EventType) -> type[Event[Any]]:
    # Each costs milliseconds, and few types ever need theirs.
    return Event[row.data]  # type: ignore[name-defined]


def _peeked(value: bytes) -> _Peek:
    try:
        return _peek.decode(value)
    except msgspec.ValidationError as error:
        # JSON, but not an object with a textual `type`.
        problem = Problem("BAD_FIELD", "type", shown(str(error)), "a CloudEvents JSON object")
        raise InvalidEvent(problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = Problem("BAD_JSON", "event", shown(str(error)), "one JSON object in UTF-8")
        raise InvalidEvent(problem) from None


def _unknown(found: str, allowed: dict[str, EventType]) -> Problem:
    family = ".".join(found.split(".")[:2]) + "."
    near = [name for name in allowed if name.startswith(family)]
    families = sorted({name.rsplit(".", 1)[0] + ".*" for name in allowed})
    return Problem("UNKNOWN_TYPE", "type", shown(found), "one of " + ", ".join(near or families))


def _check_schema(found: str, row: EventType) -> None:
    prefix = f"urn:rada:schema:{row.schema_name}:{MAJOR}."
    if not (found.startswith(prefix) and found[len(prefix) :].isdecimal()):
        raise InvalidEvent(Problem("BAD_FIELD", "dataschema", shown(found), row.schema_uri))


def _refuse_clear_names(value: bytes) -> None:
    # Few events have one of these marks; only those pay for a walk. A name may hide in escapes.
    lowered = value.lower()
    if b"plate" not in lowered and b"driver" not in lowered and b"\\" not in lowered:
        return
    try:
        tree = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return  # The model refuses it next, and says where.
    path = _clear_name(tree.get("data"))
    if path is not None:
        raise InvalidEvent(Problem("PLAIN_PLATE", path, CLEAR_TEXT, INSTEAD_OF_CLEAR_TEXT))


def _clear_name(data: Any) -> str | None:
    waiting: list[tuple[str, Any]] = [("data", data)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, list):
            waiting += [(f"{path}[{at}]", child) for at, child in enumerate(node)]
        elif isinstance(node, dict):
            for name, child in node.items():
                if child is not None and name.lower() in CLEAR_NAMES:
                    return f"{path}.{name}"
                waiting.append((f"{path}.{name}", child))
    return None


def _is_binary(headers: Headers) -> bool:
    # CloudEvents Kafka binding 3: the content type decides; ce_ headers alone say binary too.
    for name, value in headers:
        if name.lower() == "content-type" and value[:23].lower() == b"application/cloudevents":
            return False
    return any(name.lower().startswith(_PREFIX) for name, _ in headers)


def _structured(value: bytes, headers: Headers) -> bytes:
    attributes: dict[str, Any] = {}
    for written, raw in headers:
        name = written.lower()
        if name == "content-type":
            attributes["datacontenttype"] = _media_type(raw)
        elif name.startswith(_PREFIX):
            attribute = name.removeprefix(_PREFIX)
            attributes[attribute] = _typed(attribute, raw.decode(errors="replace"))
    attributes.pop("data", None)
    if not value:
        problem = Problem(
            "BAD_JSON", "data", "no data", "a JSON object; withdraw with ce_retracted"
        )
        raise InvalidEvent(problem)
    return msgspec.json.encode(attributes)[:-1] + b',"data":' + value + b"}"


def _media_type(raw: bytes) -> str:
    return raw.decode(errors="replace").split(";", 1)[0].strip().lower()


def _typed(attribute: str, text: str) -> Any:
    # In headers every attribute is text; two of ours are not text in JSON.
    if attribute == "confidence" and text.isascii() and text.isdigit() and len(text) <= 3:
        return int(text)
    if attribute == "retracted" and text in {"true", "false"}:
        return text == "true"
    return text
