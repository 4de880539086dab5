"""Generated files: equal to the models, true to their standards, and never breaking a release."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import contracts
from contracts.asyncapi import asyncapi_document
from contracts.catalogue import EVENT_TYPES, OUTPUT_TYPES, EventType
from contracts.compatibility import breaking_changes
from contracts.export import components, documents, schemas
from contracts.topics import TOPICS
from tests.contracts.samples import event_of

HERE = Path(__file__).parent
CONTRACTS = Path(str(contracts.__file__)).parent
Json = dict[str, Any]


def released() -> dict[str, Json]:
    text = (CONTRACTS / "released" / "1.0.json").read_text(encoding="utf-8")
    found: dict[str, Json] = json.loads(text)
    return found


RELEASED = released()
SCHEMAS = schemas()
DOCUMENT = asyncapi_document(components())
ROWS = (EVENT_TYPES | OUTPUT_TYPES).values()


def test_committed_schemas_are_those_of_the_models() -> None:
    """Whoever changes a model commits its files too: `./rada schemas`."""
    committed = {
        file.name: file.read_text(encoding="utf-8") for file in (CONTRACTS / "schemas").iterdir()
    }
    wanted = documents()

    assert sorted(committed) == sorted(wanted)
    assert [name for name, text in wanted.items() if committed[name] != text] == []


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_no_change_breaks_the_released_schema(name: str) -> None:
    """A breaking change needs a new major version of its topic."""
    assert name in SCHEMAS, f"type {name} was released and is gone"
    assert breaking_changes(RELEASED[name], SCHEMAS[name]) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.type)
def test_todays_minimal_example_satisfies_the_released_schema(row: EventType) -> None:
    """A sender that is ahead of a reader is still understood by it."""
    if row.schema_name not in RELEASED:
        pytest.skip("a type that no release knows yet")
    Draft202012Validator(RELEASED[row.schema_name]).validate(event_of(row, full=False)["data"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.type)
def test_full_examples_satisfy_schema_and_envelope(row: EventType) -> None:
    """The schema that we publish accepts what our models accept."""
    event = event_of(row, full=True)

    Draft202012Validator(SCHEMAS[row.schema_name]).validate(event["data"])
    Draft202012Validator(SCHEMAS["envelope"]).validate(event)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_valid_json_schema(name: str) -> None:
    """Whoever reads the files may trust their dialect."""
    Draft202012Validator.check_schema(SCHEMAS[name])


def official() -> Draft7Validator:
    text = (HERE / "vendor" / "asyncapi-3.0.0.json").read_text(encoding="utf-8")
    return Draft7Validator(json.loads(text))


def test_the_asyncapi_document_is_valid_asyncapi() -> None:
    """The official schema of AsyncAPI 3.0.0 accepts the document."""
    assert [error.message for error in official().iter_errors(DOCUMENT)] == []


def test_the_official_schema_would_see_a_broken_document() -> None:
    """The check above can fail: an operation without an action is refused."""
    document = copy.deepcopy(DOCUMENT)
    del next(iter(document["operations"].values()))["action"]

    assert not official().is_valid(document)


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for child in node.values() for ref in references(child)]
    if isinstance(node, list):
        return [ref for child in node for ref in references(child)]
    return []


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    """No reader of the document stands before a dead link."""
    for reference in set(references(DOCUMENT)):
        node = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            assert step in node, reference
            node = node[step]


def test_every_topic_and_type_is_in_the_asyncapi_document() -> None:
    """One channel a topic, one for its direct publishers, one message a type."""
    addresses = {channel["address"] for channel in DOCUMENT["channels"].values()}
    assert {topic.name for topic in TOPICS} <= addresses
    assert "rada.gate.v1.{organisation}" in addresses
    assert {row.schema_name for row in ROWS} <= set(DOCUMENT["components"]["messages"])
