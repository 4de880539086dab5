"""The documentation of an edge: its part of OpenAPI, and a page that needs no network."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final

import msgspec

from contracts.catalogue import EVENT_TYPES
from plumbing.edge_answers import PROBLEM, Receipt, Trouble
from plumbing.edge_body import (
    BATCH,
    BATCH_EVENTS_MAX,
    BINARY,
    BODY_BYTES_MAX,
    EVENT_BYTES_MAX,
    NDJSON,
    STRUCTURED,
)
from plumbing.keys import HEADERS

_TROUBLES: Final = {
    401: f"No key, or one that no profile holds. Send {HEADERS}.",
    403: "The key may not publish this; says organisation, family, facility and what it may do.",
    413: f"Over {EVENT_BYTES_MAX} bytes an event, {BATCH_EVENTS_MAX} events a batch or"
    f" {BODY_BYTES_MAX} bytes a body. Nothing was published.",
    415: "Another content type, or a compressed body.",
    422: "No event of the request can be published: each problem names the event, the field, what"
    " was found and what is allowed.",
    503: "Kafka is away or there is no room. Send the same events with the same ids again after"
    " Retry-After seconds; a repeat of an event that arrived has no effect.",
}
_ATTRIBUTES: Final = {
    "specversion": "1.0",
    "id": "one message, never reused; a repeat under the same id has no effect",
    "source": "the system that says it, as registered in the profile: /COCTG/ter-ctg-1/gate",
    "type": "what happened",
    "subject": "the object; left out, the edge takes it from the data where it can",
    "time": "when it happened, RFC 3339 UTC; for an estimate: when it was stated",
    "recordedtime": "when you stored it; left out, the edge takes its own clock and warns",
    "partitionkey": "key UN/LOCODE of the port system; left out, taken from data.refs.port",
    "organisation": "whose statement it is; left out, the organisation of the key",
    "factid": "identity of the fact over its corrections and its withdrawal",
    "updatedtime": "version of the fact",
    "retracted": "true withdraws the fact",
}
_REQUIRED: Final = ("specversion", "id", "source", "type", "time", "data")


def responses() -> dict[int | str, dict[str, Any]]:
    """Return the answers for OpenAPI: every status that `/v1/events` can give."""
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Trouble"}}}
    retry = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    answers: dict[int | str, dict[str, Any]] = {
        202: {"model": Receipt, "description": "Every event was acknowledged by Kafka."},
        207: {"model": Receipt, "description": "Some were published, some refused: see items."},
    }
    for status, description in _TROUBLES.items():
        # `model` registers the schema; `content` gives it its own media type.
        answers[status] = {"model": Trouble, "description": description, "content": problem}
    answers[503]["headers"] = retry
    return answers


def described(family: str, examples: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what FastAPI cannot know of the request: its forms, schema, examples, security."""
    schema = _event_schema(family)
    shown = {title: {"summary": title, "value": event} for title, event in examples.items()}
    events = list(examples.values())
    lines = "\n".join(msgspec.json.encode(event).decode() for event in events) + "\n"
    batch = {"type": "array", "items": schema, "minItems": 1, "maxItems": BATCH_EVENTS_MAX}
    return {
        "requestBody": {
            "required": True,
            "content": {
                STRUCTURED: {"schema": schema, "examples": shown},
                BATCH: {"schema": batch, "example": events},
                NDJSON: {"schema": {"type": "string"}, "example": lines},
                BINARY: {
                    "schema": {"type": "object", "title": "Data; attributes in ce- headers"},
                    "example": events[0]["data"],
                },
            },
        },
        "security": [{"apiKey": []}, {"bearer": []}],
    }


SECURITY_SCHEMES: Final = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}


def _event_schema(family: str) -> dict[str, Any]:
    types = sorted(code for code, known in EVENT_TYPES.items() if known.family == family)
    properties: dict[str, Any] = {
        name: {"type": "string", "description": text} for name, text in _ATTRIBUTES.items()
    }
    properties["type"]["enum"] = types
    properties["retracted"]["type"] = "boolean"
    properties["data"] = {"type": "object", "description": "The fact, by the schema of its type."}
    return {
        "title": f"CloudEvent of the {family} family",
        "type": "object",
        "properties": properties,
        "required": list(_REQUIRED),
        "additionalProperties": True,
    }


_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#f3f4f6;padding:1rem;overflow:auto;font-size:14px}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}pre{background:#222}"
    "a{color:#8cf}}"
)


def page(document: Mapping[str, Any]) -> str:
    """Return an HTML page of an OpenAPI document: no script and nothing from elsewhere."""
    information = document["info"]
    operations = [
        _operation(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    title = escape(information["title"])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme"'
        f' content="light dark"><style>{_STYLE}</style><h1>{title}</h1>'
        f"<p>{escape(information.get('description', ''))}</p>"
        '<p>For programs: <a href="/openapi.json">openapi.json</a></p>' + "".join(operations)
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    contents = operation.get("requestBody", {}).get("content", {})
    forms = "".join(_form(media, content) for media, content in contents.items())
    rows = "".join(
        f"<tr><th>{escape(str(status))}<td>{escape(answer['description'])}"
        for status, answer in operation["responses"].items()
    )
    return (
        f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
        f"<p>{escape(operation.get('summary', ''))}. {escape(operation.get('description', ''))}</p>"
        f"<h3>Answers</h3><table>{rows}</table><h3>Body</h3>{forms}"
    )


def _form(media: str, content: Mapping[str, Any]) -> str:
    examples = {title: shown["value"] for title, shown in content.get("examples", {}).items()}
    if "example" in content:
        examples["Example"] = content["example"]
    blocks = "".join(
        f"<p>{escape(title)}</p><pre>{escape(_pretty(value))}</pre>"
        for title, value in examples.items()
    )
    return f"<h4><code>{escape(media)}</code></h4>{blocks}"


def _pretty(value: object) -> str:
    if isinstance(value, str):
        return value
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
