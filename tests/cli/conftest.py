"""One Rada that said an alert and took it back, for every test of `./rada replay`."""

from collections.abc import Iterator

import pytest

from stack.running import Stores
from tests.cli.recorded import a_pick_up
from tests.end_to_end.ashore import Ashore, Dashboard, ashore


@pytest.fixture(scope="package")
def port(kafka_stack: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ashore]:
    """Return a Rada that said an alert and took it back, and still runs."""
    folder = tmp_path_factory.mktemp("replayed") / "communities"
    with ashore(kafka_stack, "replayed", folder) as running:
        dashboard = Dashboard(running.rada.urls["alert_gateway"])
        try:
            a_pick_up(running, dashboard)
        finally:
            dashboard.close()
        yield running
