"""What every test may ask for: one embedded Kafka and Valkey, and a namespace of its own."""

import hashlib
import re
from collections.abc import Iterator

import pytest

from plumbing.settings import KafkaSettings, RedisSettings, Settings
from stack.running import Stores, stores


@pytest.fixture(scope="session")
def kafka_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """One real Kafka and one real Valkey for the whole run; tests part by namespace."""
    # Whatever servers this machine's environment names, tests write only to their own.
    own = Settings(kafka=KafkaSettings(partitions=2), redis=RedisSettings())
    with stores(tmp_path_factory.mktemp("stack"), given=own) as both:
        yield both


@pytest.fixture
def namespace(request: pytest.FixtureRequest) -> str:
    """Return a topic namespace that no other test uses."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower().removeprefix("test_"))
    return f"{words[:28].strip('-')}-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]}"
