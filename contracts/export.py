"""JSON Schema of every type and the AsyncAPI document, made from the models and the topic table.

Pure: `documents()` returns texts by path; a command writes them, and a test holds the committed
files against them.
"""

import json
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from contracts.asyncapi import asyncapi_document
from contracts.blocks import Withdrawal
from contracts.catalogue import EVENT_TYPES, OUTPUT_TYPES, SCHEMA_VERSION, EventType
from contracts.envelope import Event
from contracts.profile import Community
from contracts.rejected import Rejected

DIALECT: Final = GenerateJsonSchema.schema_dialect
_REF: Final = "#/components/schemas/{model}"


def documents() -> dict[str, str]:
    """Return the text of every generated file by its path below `contracts/schemas/`."""
    files = {f"{name}.json": _text(schema) for name, schema in schemas().items()}
    return files | {"asyncapi.json": _text(asyncapi_document(components()))}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of the data of every type, and of the other shared forms, by name."""
    others = {
        "envelope": envelope_schema(),
        "withdrawal": _schema(Withdrawal, "withdrawal"),
        "profile": _schema(Community, "profile"),
        "rejected": _schema(Rejected, "rejected"),
    }
    rows = (*EVENT_TYPES.values(), *OUTPUT_TYPES.values())
    return {row.schema_name: _type_schema(row) for row in rows} | others


def envelope_schema() -> dict[str, Any]:
    """Return the JSON Schema of the CloudEvents attributes, without what `data` holds."""
    schema = Event[Any].model_json_schema(by_alias=True)
    return {
        "$schema": DIALECT,
        "$id": f"urn:rada:schema:envelope:{SCHEMA_VERSION}",
        **schema,
        "title": "Envelope",
    }


def components() -> dict[str, Any]:
    """Return the schemas of all models in one table, as AsyncAPI refers to them."""
    rows = (*EVENT_TYPES.values(), *OUTPUT_TYPES.values())
    models: list[type[BaseModel]] = [*(row.data for row in rows), Withdrawal, Rejected]
    models = list(dict.fromkeys(models))
    _, found = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REF, by_alias=True
    )
    envelope = Event[Any].model_json_schema(by_alias=True, ref_template=_REF)
    return {**found["$defs"], "Envelope": {**envelope, "title": "Envelope"}}


def _type_schema(row: EventType) -> dict[str, Any]:
    return {**_schema(row.data, row.schema_name), "x-type": row.type, "x-fold": row.fold}


def _schema(model: type[BaseModel], name: str) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    identity = f"urn:rada:schema:{name}:{SCHEMA_VERSION}"
    return {"$schema": DIALECT, "$id": identity, **schema}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
