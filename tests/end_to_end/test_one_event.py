"""One event from HTTP to the board on real Kafka and Valkey, and the same through a SIGKILL.

Walks the ten files of docs/one-event.md in their order.
"""

import time
from collections.abc import Iterator

import pytest

from correlation.instants import MINUTE
from stack.running import Stores
from tests.correlation import given
from tests.end_to_end.ashore import (
    SYSTEM,
    Ashore,
    Dashboard,
    a_collection,
    ashore,
    now_ms,
    oracle,
    spoken,
)

pytestmark = pytest.mark.kafka
BOXES = ("RDAU7654323", "RDAU2000016", "RDAU3102075")


@pytest.fixture(scope="module")
def port(kafka_stack: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ashore]:
    """All seven services, once for these tests."""
    folder = tmp_path_factory.mktemp("ashore") / "communities"
    with ashore(kafka_stack, "one-event", folder) as running:
        yield running


@pytest.fixture
def dashboard(port: Ashore) -> Iterator[Dashboard]:
    """Subscribe a dashboard to the port's alerts."""
    reader = Dashboard(port.rada.urls["alert_gateway"])
    yield reader
    reader.close()


def test_a_booked_truck_for_a_blocked_box_reaches_the_dashboard(
    port: Ashore, dashboard: Dashboard
) -> None:
    """HTTP in, alert out on SSE, with what to do in Spanish, and the same by REST."""
    key = a_collection(port, BOXES[0], "501")

    alert = dashboard.await_alert(key, "RAISED")

    assert alert["severity"] == "RED"
    assert alert["text"]["es"]["duty"].startswith("Agente de aduana")
    found = port.get(f"/v1/ports/{SYSTEM}/alerts?code=T05")
    assert key in str(found)
    assert port.get(f"/v1/alerts/{alert['alert_id']}")


def test_the_same_event_twice_has_one_effect(port: Ashore, dashboard: Dashboard) -> None:
    """A client that saw no answer sends again: accepted like the first time, no second alert."""
    now = now_ms()
    event = given.an_appointment(
        "502", now + 90 * MINUTE, at=now, direction="COLLECT", box=BOXES[1]
    )
    port.post("gate_events", event, event)
    port.post("gate_events", event)
    dashboard.await_alert(f"T05|{BOXES[1]}|apt:SPRC:502", "RAISED")
    time.sleep(1)

    versions = [a["version"] for a in dashboard.alerts if a["dedup_key"].endswith("apt:SPRC:502")]

    assert versions == [1]


def test_killed_in_the_middle_nothing_is_lost_and_nothing_said_twice(
    port: Ashore, dashboard: Dashboard
) -> None:
    """The coordinator dies by SIGKILL under traffic: the alerts equal the fold of the journal."""
    key = a_collection(port, BOXES[2], "503")
    alert = dashboard.await_alert(key, "RAISED")
    now = now_ms()
    port.rada.supervisor.kill(port.rada.label("coordinator"))
    port.post("clearance_events", given.a_release(BOXES[2], at=now))
    port.post(
        "gate_events",
        given.an_appointment(
            "503", now + 95 * MINUTE, at=now + 1, direction="COLLECT", status="CANCELLED"
        ),
    )

    closed = dashboard.await_alert(key, "CLEARED", seconds=60)

    assert closed["alert_id"] == alert["alert_id"]
    seen = [a["version"] for a in dashboard.alerts if a["alert_id"] == alert["alert_id"]]
    assert seen == list(range(1, len(seen) + 1))
    assert dashboard.resets == 0
    said = spoken(port)  # read before the journal, so that each must be in its fold
    want = oracle(port)
    assert {name for name, _ in said} <= set(want)
    assert all(want[name] == value for name, value in said)
    assert {name for name in want if name[0] == "alerts"} <= {name for name, _ in said}
