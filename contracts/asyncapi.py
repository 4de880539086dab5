"""The AsyncAPI 3.0 document: channels from the topic table, messages from the catalogue."""

from typing import Any, Final

from contracts.catalogue import EVENT_TYPES, OUTPUT_TYPES, EventType
from contracts.topics import (
    ALERTS,
    INPUTS,
    JOURNAL,
    PARTITIONS_DEFAULT,
    PICTURE,
    REJECTED,
    SNAPSHOTS,
    Topic,
)

KAFKA_BINDING: Final = "0.5.0"
MEDIA_TYPE: Final = "application/cloudevents+json"


def asyncapi_document(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the document around the schemas of all models."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rada",
            "version": "1.0.0",
            "description": "Events of ship, port and land, and the alerts where they are out of"
            " step. Every key is the port system's UN/LOCODE unless said otherwise; a namespace"
            " goes before a topic's name: trial.rada.gate.v1.",
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": _channels(),
        "operations": _operations(),
        "components": {"messages": _messages(), "schemas": schemas},
    }


def _rows(topic: Topic) -> list[EventType]:
    if topic in INPUTS:
        family = topic.name.split(".")[1]
        return [row for row in EVENT_TYPES.values() if row.family == family]
    family = {ALERTS.name: "alert", PICTURE.name: "picture"}.get(topic.name, "")
    return [row for row in OUTPUT_TYPES.values() if row.family == family]


def _channels() -> dict[str, Any]:
    channels = {topic.name: _channel(topic) for topic in (*INPUTS, ALERTS, PICTURE)}
    for topic in INPUTS:
        channels[f"{topic.name}.direct"] = _direct_channel(topic)
    for topic, message in ((REJECTED, "rejected"), (JOURNAL, "frame"), (SNAPSHOTS, "snapshot")):
        channels[topic.name] = _channel(topic, (message,))
    return channels


def _channel(topic: Topic, others: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [row.schema_name for row in _rows(topic)] + list(others)
    return {
        "address": topic.name,
        "description": f"Key: {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": _kafka(topic)},
    }


def _direct_channel(topic: Topic) -> dict[str, Any]:
    # A Kafka record does not carry its author: who writes here is known by the topic's name.
    channel = _channel(topic)
    del channel["bindings"]["kafka"]["topic"]
    return {
        **channel,
        "address": topic.name + ".{organisation}",
        "parameters": {"organisation": {"description": "Code of the only writer."}},
        "description": f"Own topic of one publisher. Key: {topic.key}.",
    }


def _kafka(topic: Topic) -> dict[str, Any]:
    settings: dict[str, Any] = dict(topic.configuration())
    configuration = {
        "cleanup.policy": [settings["cleanup.policy"]],
        "retention.ms": int(settings["retention.ms"]),
        "max.message.bytes": int(settings["max.message.bytes"]),
    }
    return {
        "topic": topic.name,
        "partitions": PARTITIONS_DEFAULT,
        "topicConfiguration": configuration,
        "bindingVersion": KAFKA_BINDING,
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for topic in INPUTS:
        operations[f"take.{topic.name}"] = _operation("receive", topic.name)
        operations[f"take.{topic.name}.direct"] = _operation("receive", f"{topic.name}.direct")
    for topic in (ALERTS, PICTURE, REJECTED):
        operations[f"say.{topic.name}"] = _operation("send", topic.name)
    return operations


def _operation(action: str, channel: str) -> dict[str, Any]:
    # A slash in a reference would be a step; our names have none.
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _messages() -> dict[str, Any]:
    messages = {
        row.schema_name: _message(row) for row in (*EVENT_TYPES.values(), *OUTPUT_TYPES.values())
    }
    plain = {"rejected": ("Rejected", "application/json")}
    for name, (schema, media_type) in plain.items():
        messages[name] = {
            "name": name,
            "contentType": media_type,
            "payload": {"$ref": f"#/components/schemas/{schema}"},
        }
    for name, sentence in (
        ("frame", "A journal frame of 1 to 500 records in the order that rules."),
        ("snapshot", "A part or the manifest of a snapshot of the core."),
    ):
        messages[name] = {"name": name, "contentType": "application/vnd.msgpack", "title": sentence}
    return messages


def _message(row: EventType) -> dict[str, Any]:
    data = {"$ref": f"#/components/schemas/{row.data.__name__}"}
    withdrawal = {"$ref": "#/components/schemas/Withdrawal"}
    return {
        "name": row.schema_name,
        "title": (row.data.__doc__ or row.schema_name).split("\n", 1)[0],
        "contentType": MEDIA_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {"properties": {"type": {"const": row.type}}},
            ],
            "if": {"properties": {"retracted": {"const": True}}, "required": ["retracted"]},
            "then": {"properties": {"data": withdrawal}},
            "else": {"properties": {"data": data}},
        },
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": KAFKA_BINDING}},
    }
