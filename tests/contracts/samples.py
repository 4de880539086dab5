"""Builds an example of any event type from its JSON Schema: the least, or with every field."""

from typing import Any, Final

from contracts.catalogue import EventType
from contracts.export import schemas

BY_NAME: Final[dict[str, Any]] = {
    "imo": "9999993",
    "mmsi": "352000001",
    "box": "RDAU2000016",
    "facility": "COCTG:SMDG:SPRC",
    "from_at": "2026-11-05T06:00:00Z",
    "to_at": "2026-11-05T12:00:00Z",
    "arrival_at": "2026-11-05T19:00:00Z",
    "departure_at": "2026-11-06T19:00:00Z",
    "un_no": "1203",
    "imdg_class": "3",
    "iso_type": "22G1",
    "plate_token": "tok:5f0c1d1e6a0b4a57",
    "driver_token": "tok:9d4e0d6a4f1b9c11",
    "consignee_token": "tok:9d4e0d6a4f1b9c12",
    "measure": "K16",
    "flag": "PA",
    "code": "T03",
    "journal_pos": "00000000000000481516.0001",
    "digest": "sha256:0f",
    "port": "COCTG",
    "timezone": "America/Bogota",
    "last_sequence": "00000000000000000042",
}
BOXES: Final = ("RDAU2000016", "RDAU4188535")
RANGES: Final[dict[str, dict[str, Any]]] = {
    "InstantRange": {
        "p10": "2026-11-08T21:00:00Z",
        "p50": "2026-11-09T02:00:00Z",
        "p90": "2026-11-09T09:00:00Z",
    },
    "MinutesRange": {"p10": 300, "p50": 600, "p90": 1020},
}
AT_LEAST: Final[dict[str, dict[str, Any]]] = {
    "rada.vessel.voyage-declared": {"draught_m": 11.5},
    "rada.vessel.particulars-declared": {"loa_m": 294.1},
    "rada.clearance.hold-placed": {"visit": "RDAU2000016"},
    "rada.clearance.hold-lifted": {"visit": "RDAU2000016"},
    "rada.clearance.release-granted": {"visit": "RDAU2000016"},
    "rada.clearance.release-revoked": {"bl": "bl:RDA:RDABL0099"},
    "rada.clearance.booking-changed": {"terminal_call": "COCTG/9999993/20261105/SPRC/1"},
}
"""Where a rule over several fields asks for one of them, this one."""
NESTED: Final[dict[str, dict[str, Any]]] = {
    "Task": {"box": "RDAU2000016"},
    "ConnectionGroup": {"count": 12},
}

_SCHEMAS: Final = schemas()


def data_of(row: EventType, *, full: bool) -> dict[str, Any]:
    """Return example data of a type."""
    schema = _SCHEMAS[row.schema_name]
    data: dict[str, Any] = _object(schema, schema, full=full)
    return data | ({} if full else AT_LEAST.get(row.type, {}))


def event_of(row: EventType, *, full: bool) -> dict[str, Any]:
    """Return an example event of a type."""
    least = {
        "specversion": "1.0",
        "id": f"{row.code.lower()}-1",
        "source": "/COCTG/ter-ctg-1/tos",
        "type": row.type,
        "subject": "RDAU2000016",
        "time": "2026-10-27T14:00:00Z",
        "recordedtime": "2026-10-27T14:00:20Z",
        "partitionkey": "COCTG",
        "organisation": "ter-ctg-1",
        "data": data_of(row, full=full),
    }
    more = {
        "receivedtime": "2026-10-27T14:00:22Z",
        "datacontenttype": "application/json",
        "dataschema": row.schema_uri,
        "factid": "fact-1",
        "updatedtime": "2026-10-27T14:00:20Z",
        "publisher": "ter-ctg-1",
        "confidence": 80,
        "sequence": "00000000000000000042",
        "expirytime": "2026-10-28T14:00:00Z",
        "correlationid": "incident-1",
        "causationid": "command-1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
    return least | (more if full else {})


def _object(schema: dict[str, Any], root: dict[str, Any], *, full: bool) -> dict[str, Any]:
    names = schema.get("properties", {}) if full else schema.get("required", ())
    values: dict[str, Any] = {
        name: _value(name, schema["properties"][name], root, full=full) for name in names
    }
    return values | NESTED.get(schema.get("title", ""), {}) | RANGES.get(schema["title"], {})


def _value(name: str, schema: dict[str, Any], root: dict[str, Any], *, full: bool) -> Any:
    if "$ref" in schema:
        return _object(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root, full=full)
    if "anyOf" in schema:
        return _value(name, schema["anyOf"][0], root, full=full)
    if schema.get("type") == "array":
        return _list(name, schema, root, full=full)
    if "enum" in schema:
        return "COCTG" if "COCTG" in schema["enum"] else schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "x-known" in schema:
        return schema["x-known"][0]
    return BY_NAME[name] if name in BY_NAME else _plain(schema)


def _list(name: str, schema: dict[str, Any], root: dict[str, Any], *, full: bool) -> list[Any]:
    count = max(schema.get("minItems", 0), 1 if full else 0)
    if name == "boxes":
        return list(BOXES[:count])
    if schema["items"] == {"type": "string"}:
        return [f"{name}-{at}" for at in range(count)]
    # A name of its own, so that BY_NAME speaks of the whole field and not of its entries.
    return [_value(f"{name}[]", schema["items"], root, full=full) for _ in range(count)]


def _plain(schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if schema.get("format") == "date-time":
        return "2026-11-05T16:00:00Z"
    if kind == "string":
        return (
            "COCTG"
            if "[A-Z2-9]" in schema.get("pattern", "")
            else "example"[: schema.get("maxLength", 7)]
        )
    if kind in ("integer", "number"):
        return max(1, schema.get("minimum", 1))
    return {"boolean": True, "object": {}}[str(kind)]
