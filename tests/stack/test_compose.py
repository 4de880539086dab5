"""docker-compose.yml is valid, and says nothing that the code does not know."""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from plumbing import health
from plumbing.settings import Settings
from services.alert_gateway.settings import GatewaySettings
from stack.kafka_jars import KAFKA_VERSION
from stack.services import BY_NAME, READY_PATH, ROOT

SCHEMA = Path(__file__).parent / "compose_spec" / "compose-spec.json"
STORES = {"kafka", "valkey"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return document


def variables(model: type[BaseModel], prefix: str) -> Iterator[str]:
    """Every variable that a settings model reads."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from variables(field.annotation, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def settings_known() -> set[str]:
    gateway = str(GatewaySettings.model_config.get("env_prefix", ""))
    return {*variables(Settings, "RADA_"), *variables(GatewaySettings, gateway)}


def test_the_file_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    """The published JSON Schema of the specification accepts the file."""
    jsonschema.validate(compose, json.loads(SCHEMA.read_text("utf-8")))


def test_every_service_of_the_code_is_there_and_no_other(compose: dict[str, Any]) -> None:
    """Seven services, two stores, one that prepares."""
    assert set(compose["services"]) == {*BY_NAME, *STORES, "init"}
    for name in BY_NAME:
        module = compose["services"][name]["command"][0]
        assert importlib.util.find_spec(f"{module}.__main__") is not None, module
        assert module == BY_NAME[name].module


def test_every_port_is_the_services_own_and_on_loopback(compose: dict[str, Any]) -> None:
    """What listens in the container is published under the same number, to this server only."""
    for name, service in BY_NAME.items():
        written = compose["services"][name]
        assert written["environment"]["RADA_HTTP__PORT"] == str(service.port)
        assert written["ports"] == [f"127.0.0.1:{service.port}:{service.port}"]
    assert all(
        port.startswith("127.0.0.1:")
        for service in compose["services"].values()
        for port in service.get("ports", [])
    )


def test_every_health_check_asks_for_a_path_that_is_served(compose: dict[str, Any]) -> None:
    """Each of ours asks its own port for the readiness path of the code."""
    served = {route.path for route in health.routes(dict)}
    for name, service in BY_NAME.items():
        asked = " ".join(compose["services"][name]["healthcheck"]["test"])
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", asked)
        assert found is not None, name
        assert found.groups() == (str(service.port), READY_PATH)
        assert found.group(2) in served


def test_every_variable_is_a_setting(compose: dict[str, Any]) -> None:
    """A misspelt variable would be ignored in silence by the program, so it fails here."""
    known = settings_known()
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            if name not in STORES:
                assert variable in known, f"{name}: {variable}; known are {sorted(known)}"


def test_the_command_that_prepares_exists(compose: dict[str, Any]) -> None:
    """What `init` runs are commands of the CLI."""
    from typer.testing import CliRunner

    from cli.app import app

    for words in re.findall(r"python -m cli ([a-z ]+)", compose["services"]["init"]["command"][0]):
        shown = CliRunner().invoke(app, [*words.split(), "--help"])
        assert shown.exit_code == 0, shown.output


def test_images_are_pinned_and_kafka_is_the_embedded_release(compose: dict[str, Any]) -> None:
    """No tag that moves; a server runs the Kafka that the tests ran."""
    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    assert re.fullmatch(r"valkey/valkey:\d+\.\d+\.\d+", compose["services"]["valkey"]["image"])
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^FROM python:3\.11\.\d+-slim-\w+$", dockerfile, re.MULTILINE)


def test_the_image_holds_every_package_and_nothing_as_root() -> None:
    """What a service imports is copied, packages come by hash, and the user is not root."""
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    copied = set(re.findall(r"^COPY (\w+) \./\1$", dockerfile, re.MULTILINE))

    assert copied >= {"contracts", "correlation", "plumbing", "services", "stack", "cli"}
    assert all((ROOT / folder).is_dir() for folder in copied)
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER [1-9]", dockerfile, re.MULTILINE)
