"""The real sequencer and coordinator on the real Kafka, with the toy core and its oracle."""

import pytest

from stack.processes import Phase
from stack.running import Stores
from tests.protocol.on_kafka import a_core_change, a_ship, await_that, spine
from tests.protocol.toy_core import PORTS

pytestmark = pytest.mark.kafka


def test_a_record_becomes_an_alert(kafka_stack: Stores, namespace: str) -> None:
    """Input, journal, fold and alert, through two processes; poison is rejected and passed."""
    with spine(kafka_stack, namespace) as running:
        running.publish("vessel", [(PORTS[0], b"{no json"), a_ship(1, ship=1)])

        await_that(lambda: len(running.said()) >= 1)
        await_that(lambda: len(running.rejected()) == 1)

        await_that(lambda: running.said() == running.oracle().alerts)


@pytest.mark.parametrize("victim", ["coordinator", "sequencer"])
def test_a_kill_in_the_middle_loses_and_doubles_nothing(
    kafka_stack: Stores, namespace: str, victim: str
) -> None:
    """SIGKILL under load: every record has one effect, the alerts are the journal's fold."""
    with spine(kafka_stack, namespace) as running:
        for batch in range(6):
            numbers = range(batch * 500, batch * 500 + 500)
            running.publish(
                ("vessel", "gate")[batch % 2],
                [a_ship(n, port=PORTS[n % 2], ship=n % 7, delay=n % 9) for n in numbers],
            )
            if batch in (1, 3):
                running.kill(victim)

        await_that(lambda: len(running.oracle().effects) == 3000)
        await_that(lambda: running.said() == running.oracle().alerts)

        assert set(running.oracle().effects.values()) == {1}


def test_new_code_begins_where_old_code_stopped(kafka_stack: Stores, namespace: str) -> None:
    """Old code folds through the change, leaves a snapshot and ends; new code goes on there."""
    with spine(kafka_stack, namespace, snapshot_seconds=600) as running:
        running.publish("vessel", [a_ship(n, port=PORTS[n % 2], ship=n % 5) for n in range(50)])
        running.publish("command", [a_core_change(port, "2") for port in PORTS])
        old = running.label("coordinator")
        await_that(lambda: kafka_stack.supervisor.phase(old) is Phase.REFUSED)
        assert "core version 2" in kafka_stack.supervisor.last_words(old)

        running.publish("vessel", [a_ship(n, port=PORTS[n % 2], ship=n % 5) for n in range(50, 90)])
        running.start("coordinator", "new-code", version="2")

        await_that(lambda: len(running.oracle().effects) == 92)
        await_that(lambda: running.said() == running.oracle().alerts)
