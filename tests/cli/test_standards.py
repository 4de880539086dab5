"""A promise that is broken on a running Rada: on the gateway, and with `./rada standards`."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner

from cli.app import app
from contracts.topics import family_topic, partition_of, qualified
from correlation.instants import HOUR, MINUTE, written
from plumbing.kafka import Sender
from stack.running import Stores, environment_of
from stack.services import ROOT
from tests.correlation.given import a_step, an_appointment
from tests.correlation.given_promises import a_promise
from tests.end_to_end.ashore import SYSTEM, Ashore, Document, ashore, now_ms

RUN = CliRunner()
PATH = f"/v1/ports/{SYSTEM}/standards"


@pytest.fixture(scope="module")
def port(kafka_stack: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ashore]:
    """Return a Rada of its own."""
    folder = tmp_path_factory.mktemp("promised") / "communities"
    with ashore(kafka_stack, "promised", folder) as running:
        yield running


def command(port: Ashore, event: Document) -> None:
    """Put a command on its topic, as an operator's program does."""
    settings = port.rada.settings
    sender = Sender(settings)
    try:
        sent = sender.send_sync(
            qualified(family_topic("command"), settings.namespace),
            key=SYSTEM,
            value=json.dumps(event).encode(),
            partition=partition_of(SYSTEM, settings.kafka.partitions),
        )
        sent.result(20)
    finally:
        sender.close()


def awaited(port: Ashore, is_there: Callable[[list[Document]], bool]) -> list[Document]:
    """Return the standards of the gateway once they are as wanted."""
    until = time.monotonic() + 60
    found: list[Document] = []
    while time.monotonic() < until:
        found = port.get(PATH)["standards"]
        if is_there(found):
            return found
        time.sleep(0.2)
    raise AssertionError(found)


@pytest.mark.kafka
def test_a_broken_promise_is_read_at_the_gateway_and_on_the_command_line(port: Ashore) -> None:
    """Declared by a command, broken by a truck, said with name and figures in both places."""
    now = now_ms()
    since = written(now - HOUR)
    promise = a_promise("K15", 60, standard_id="quick-turn", cases_min=1, since_at=since)
    command(port, {**promise, "time": written(now), "recordedtime": written(now)})
    port.post(
        "gate_events",
        an_appointment("77", now - 3 * HOUR, at=now),
        a_step("QUEUE_IN", "apt:SPRC:77", at=now - 100 * MINUTE),
        a_step("LEFT", "apt:SPRC:77", at=now),
    )

    def is_broken(found: list[Document]) -> bool:
        return any(one["standard_id"] == "quick-turn" for one in found)

    (said,) = [one for one in awaited(port, is_broken) if one["standard_id"] == "quick-turn"]
    known = environment_of(port.rada.settings)
    asked = ["standards", "--port", SYSTEM.lower()]
    # A process of its own: the width of the table is settled where it begins.
    shown = subprocess.run(
        [sys.executable, "-m", "cli", *asked, "--period", "day"],
        env={**os.environ, **known, "COLUMNS": "200"},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    data = json.loads(RUN.invoke(app, [*asked, "--broken", "--json"], env=known).stdout)

    assert (said["state"], said["cases"], said["worst"]["value"]) == ("BROKEN", 1, 100.0)
    assert shown.returncode == 0
    (line,) = [line for line in shown.stdout.splitlines() if "quick-turn" in line]
    assert "BROKEN" in line
    assert "80 % in 60 min" in line
    assert "100 min" in line
    assert said in data["standards"]


@pytest.mark.kafka
def test_the_command_says_what_is_wrong(port: Ashore) -> None:
    """A period or port that does not exist, and a Kafka that is not there."""
    known = environment_of(port.rada.settings)
    year = RUN.invoke(app, ["standards", "--port", SYSTEM, "--period", "year"], env=known)
    nowhere = RUN.invoke(app, ["standards", "--port", "XXXXX"], env=known)
    away = RUN.invoke(app, ["standards", "--port", SYSTEM], env={**known, **NO_KAFKA})

    assert (year.exit_code, nowhere.exit_code, away.exit_code) == (2, 2, 1)
    assert "found 'year', allowed is one of DAY, WEEK" in year.stderr
    assert "./rada up" in away.stderr


NO_KAFKA = {"RADA_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:9"}
