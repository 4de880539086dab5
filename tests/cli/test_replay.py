"""`./rada replay` as an operator uses it, over what a whole Rada said on real Kafka."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner, Result

from cli.app import app
from contracts.topics import ALERTS, JOURNAL, partition_of, qualified
from correlation.instants import HOUR, MINUTE, day_of
from plumbing import topics
from plumbing.kafka import Sender, client_config
from services.coordinator.reading import Record
from stack.running import Stores, environment_of, services_on
from stack.services import ROOT
from tests.correlation import given
from tests.end_to_end.ashore import SYSTEM, Ashore, Dashboard, ashore

RUN = CliRunner()
NEEDS_KAFKA = pytest.mark.kafka
BOX = "RDAU7654323"
KEY = f"T05|{BOX}|apt:SPRC:501"
READY_SECONDS = 90.0


@pytest.fixture(scope="module")
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


def a_pick_up(port: Ashore, dashboard: Dashboard) -> None:
    """Let a truck be booked for an unreleased box, and the booking be given up."""
    now = int(time.time()) * 1000
    part = f"{SYSTEM}/9999993/{day_of(now + 48 * HOUR)}/SPRC/1"
    slot = now + 5 * HOUR
    port.post("vessel_events", given.a_berth_plan(now + 48 * HOUR, now + 72 * HOUR, at=now))
    port.post("yard_events", given.a_discharge(BOX, part, at=now))
    port.post(
        "gate_events", given.an_appointment("501", slot, at=now, direction="COLLECT", box=BOX)
    )
    dashboard.await_alert(KEY, "RAISED")
    a_few_frames(port)
    given_up = given.an_appointment(
        "501", slot + MINUTE, at=now + 1, direction="COLLECT", status="CANCELLED"
    )
    port.post("gate_events", given_up)
    dashboard.await_alert(KEY, "CLEARED", seconds=60)


def a_few_frames(port: Ashore, frames: int = 3) -> None:
    """Wait until the journal went on: each second brings a tick."""
    partition = partition_of(SYSTEM, port.rada.settings.kafka.partitions)
    upto = len(port.records(JOURNAL.name)[partition]) + frames
    until = time.monotonic() + READY_SECONDS
    while len(port.records(JOURNAL.name)[partition]) < upto:
        assert time.monotonic() < until
        time.sleep(0.2)


def replay(port: Ashore, *arguments: str, **environment: str) -> Result:
    """Run the command for the port that was recorded."""
    known = environment_of(port.rada.settings)
    return RUN.invoke(app, ["replay", "--port", SYSTEM, *arguments], env={**known, **environment})


def answer(result: Result, code: int = 0) -> dict[str, Any]:
    """Return the JSON of a command that ended with this exit code."""
    assert result.exit_code == code, result.output
    return dict(json.loads(result.stdout))


def copied(port: Ashore, namespace: str, alerts: list[Record]) -> dict[str, str]:
    """Copy the port's journal to a namespace, with these alerts; return where to read it."""
    settings = port.rada.settings.model_copy(update={"namespace": namespace})
    topics.create(settings)
    partition = partition_of(SYSTEM, settings.kafka.partitions)
    sender = Sender(settings)
    for topic, records in (
        (JOURNAL.name, port.records(JOURNAL.name)[partition]),
        (ALERTS.name, alerts),
    ):
        for record in records:
            sender.send_sync(
                qualified(topic, namespace),
                key=record.key or None,
                value=record.value,
                partition=partition,
                headers=list(record.headers.items()),
            ).result(20)
    sender.close()
    return {"RADA_NAMESPACE": namespace}


def alerts_of(port: Ashore, namespace: str = "replayed") -> list[Record]:
    """Return what the port's partition of a namespace's alerts holds."""
    settings = port.rada.settings.model_copy(update={"namespace": namespace})
    there = replace(port, rada=replace(port.rada, settings=settings))
    return there.records(ALERTS.name)[partition_of(SYSTEM, settings.kafka.partitions)]


@NEEDS_KAFKA
def test_what_a_live_rada_said_is_said_again_to_the_byte(port: Ashore) -> None:
    """While it runs and speaks: equal, exit 0, and how much was folded is told."""
    document = answer(replay(port, "--json"))

    assert document["equal"] is True
    assert document["first_difference"] is None
    assert document["alerts"]["equal"] >= 2
    assert document["events"] >= 4
    shown = replay(port)
    assert shown.exit_code == 0
    assert "EQUAL: all" in shown.stdout


@NEEDS_KAFKA
def test_a_range_is_named_by_offset_instant_or_day(port: Ashore) -> None:
    """Every way names the same frames, and what comes before is folded without being judged."""
    whole = answer(replay(port, "--to", "9", "--json"))
    part = answer(replay(port, "--from", "5", "--to", "9", "--json"))
    today = answer(replay(port, "--from", "2026-01-01", "--to", "2099-01-01", "--json"))
    since = answer(replay(port, "--from", "2026-01-01T00:00:00Z", "--to", "9", "--json"))

    assert (part["from_offset"], part["to_offset"]) == (5, 9)
    assert part["folded_from_offset"] <= 5
    assert today["from_offset"] == since["from_offset"] == whole["from_offset"] == 0
    assert all(document["equal"] for document in (whole, part, today, since))


@NEEDS_KAFKA
def test_a_tampered_alert_is_shown_with_its_offset_and_field(port: Ashore, namespace: str) -> None:
    """One byte of one record: exit 1, the journal offset, the field, and both values."""
    alerts = alerts_of(port)
    at = next(n for n, r in enumerate(alerts) if KEY.encode() in (r.value or b""))
    record = alerts[at]
    tampered = (record.value or b"").replace(b'"severity":"ORANGE"', b'"severity":"YELLOW"')
    alerts[at] = Record(record.topic, at, record.key, tampered, record.headers)
    where = copied(port, namespace, alerts)

    document = answer(replay(port, "--json", **where), code=1)

    first = document["first_difference"]
    assert first["journal_offset"] == int(record.headers["journalpos"])
    assert first["alerts_offset"] == at
    assert first["fields"][0] == {"field": "data.severity", "live": "YELLOW", "replayed": "ORANGE"}
    shown = replay(port, **where)
    assert shown.exit_code == 1
    assert f"First: journal offset {first['journal_offset']}" in shown.stdout
    assert "data.severity" in shown.stdout


@NEEDS_KAFKA
def test_a_trimmed_journal_says_what_is_left_and_what_to_do(port: Ashore, namespace: str) -> None:
    """Without its beginning and without a snapshot there is no state: exit 64."""
    where = copied(port, namespace, alerts_of(port))
    partition = partition_of(SYSTEM, port.rada.settings.kafka.partitions)
    admin = AdminClient(client_config(port.rada.settings))
    cut = TopicPartition(qualified(JOURNAL.name, namespace), partition, 3)
    for future in admin.delete_records([cut]).values():
        future.result(20)

    refused = replay(port, **where)
    gone = replay(port, "--from", "1", **where)

    assert (refused.exit_code, gone.exit_code) == (64, 64)
    assert re.search(r"was trimmed: the first frame left is offset 3 \(20..-", refused.stderr)
    assert "RADA_JOURNAL_DAYS" in refused.stderr
    assert re.search(r"offset 1 is trimmed away: .* holds offset 3 ", gone.stderr)


@NEEDS_KAFKA
def test_other_thresholds_show_the_alert_that_they_change(port: Ashore, tmp_path: Path) -> None:
    """A pick-up in five hours is only yellow when orange begins at three: exit 0, told by name."""
    file = tmp_path / "try.yaml"
    file.write_text("pickup_orange_hours: 3\n", encoding="utf-8")

    document = answer(replay(port, "--policy", str(file), "--json"))

    (changed,) = document["changed"]
    assert changed["was"]["dedup_key"] == KEY
    assert (changed["was"]["severity"], changed["would_be"]["severity"]) == ("ORANGE", "YELLOW")
    assert (document["added"], document["removed"]) == ([], [])
    shown = replay(port, "--policy", str(file))
    assert "COCTG under pickup_orange_hours 3:" in shown.stdout
    assert "~ T05 ORANGE" in shown.stdout


@NEEDS_KAFKA
def test_a_played_namespace_is_shown_by_a_gateway_of_that_name(
    port: Ashore, kafka_stack: Stores, namespace: str
) -> None:
    """The board stands as it stood before the end of the range, and its now is the played time."""
    (raised, cleared) = (
        int(record.headers["journalpos"])
        for record in alerts_of(port)
        if KEY.encode() in (record.value or b"")
    )
    span = ("--from", str(raised + 1), "--to", str(cleared - 1))
    onto = ("--speed", "1000", "--namespace", namespace)

    document = answer(replay(port, *span, *onto, "--json"))

    with services_on(kafka_stack, ("alert_gateway",), namespace=namespace, clock="played") as trial:
        shown = httpx.get(f"{trial.urls['alert_gateway']}/v1/ports/{SYSTEM}/alerts?state=ALL")
    (alert,) = shown.json()["alerts"]
    assert (alert["dedup_key"], alert["state"]) == (KEY, "OPEN")
    assert alert["raised_at"] <= shown.json()["now"] <= document["ended_at"]
    assert document["alerts"] == 1  # said before the range, and still so where it begins


@NEEDS_KAFKA
def test_other_thresholds_can_be_played_too(port: Ashore, namespace: str, tmp_path: Path) -> None:
    """The board of what would have been: the same facts, the tried severity."""
    file = tmp_path / "try.yaml"
    file.write_text("pickup_orange_hours: 3\n", encoding="utf-8")

    played = replay(port, "--policy", str(file), "--speed", "1000", "--namespace", namespace)

    assert played.exit_code == 0, played.output
    shown = [json.loads(record.value or b"")["data"] for record in alerts_of(port, namespace)]
    assert {(alert["dedup_key"], alert["severity"]) for alert in shown} == {(KEY, "YELLOW")}


@NEEDS_KAFKA
def test_a_namespace_is_played_onto_once_unless_told_again(port: Ashore, namespace: str) -> None:
    """What stands on a board is never mixed with another past: exit 64, and what to do."""
    onto = ("--speed", "1000", "--namespace", namespace)
    first = replay(port, "--to", "9", *onto)

    twice = replay(port, "--to", "9", *onto)
    again = replay(port, "--to", "9", *onto, "--again")

    assert (first.exit_code, twice.exit_code, again.exit_code) == (0, 64, 0)
    assert "played 20" in first.stdout
    assert f"holds what was played before: {namespace}.rada" in twice.stderr
    assert "--again" in twice.stderr


@NEEDS_KAFKA
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("replayed", "which is where replayed.rada.journal.v1 lives; a replay plays onto topics"),
        ("Trial!", "found 'Trial!', allowed is 1 to 40 small letters"),
    ],
)
def test_a_name_that_is_no_namespace_of_its_own_is_refused(
    port: Ashore, name: str, told: str
) -> None:
    """A replay never writes where a Rada lives."""
    refused = replay(port, "--speed", "9", "--namespace", name, "--again")

    assert refused.exit_code == 64
    assert told in refused.stderr


@NEEDS_KAFKA
def test_the_namespace_of_another_rada_is_never_cleared(port: Ashore, namespace: str) -> None:
    """A namespace with a journal or inputs is in use, whatever --again says."""
    copied(port, namespace, [])

    refused = replay(port, "--speed", "9", "--namespace", namespace, "--again")

    assert refused.exit_code == 64
    assert "is in use by a Rada of its own" in refused.stderr


@NEEDS_KAFKA
def test_a_namespace_without_a_journal_names_those_that_there_are(port: Ashore) -> None:
    """A forgotten RADA_NAMESPACE is the likely cause, so it is named."""
    refused = replay(port, RADA_NAMESPACE="not-here")

    assert refused.exit_code == 64
    assert "there is no journal not-here.rada.journal.v1" in refused.stderr
    assert "replayed.rada.journal.v1" in refused.stderr


@NEEDS_KAFKA
def test_the_board_of_a_replay_stays_until_ctrl_c(
    port: Ashore, namespace: str, tmp_path: Path
) -> None:
    """`--board` starts a gateway, says where it is, and takes it away at Ctrl-C."""
    output = tmp_path / "output"
    with output.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "replay", "--port", SYSTEM, "--board",
             "--speed", "1000", "--namespace", namespace],
            env={**os.environ, **environment_of(port.rada.settings)}, cwd=ROOT,
            stdout=told, stderr=told, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        until = time.monotonic() + READY_SECONDS
        while b"The board stays up" not in output.read_bytes():
            assert process.poll() is None, output.read_text("utf-8")
            assert time.monotonic() < until, output.read_text("utf-8")
            time.sleep(0.1)
        found = re.search(r"Board: (http://\S+)/board/port/COCTG", output.read_text("utf-8"))
        assert found is not None
        shown = alerts_at(found[1])
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, output.read_text("utf-8")
    finally:
        process.kill()
        process.wait()
    assert shown == [(KEY, "CLEARED")]
    with pytest.raises(httpx.ConnectError):
        httpx.get(found[1])


def alerts_at(url: str) -> list[tuple[str, str]]:
    """Return key and state of each alert that a gateway shows, once it read any."""
    found: list[tuple[str, str]] = []
    until = time.monotonic() + 20
    while not found and time.monotonic() < until:
        page = httpx.get(f"{url}/v1/ports/{SYSTEM}/alerts?state=ALL").json()
        found = [(alert["dedup_key"], alert["state"]) for alert in page["alerts"]]
        time.sleep(0.1)
    return found


def asked(*arguments: str, **environment: str) -> Result:
    return RUN.invoke(app, ["replay", *arguments], env=environment)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Missing option"),
        (("--port", "XXXXX"), "found 'XXXXX', allowed is one of ARBUE"),
        (("--port", "coctg", "--speed", "60"), "--speed and --namespace belong together"),
        (("--port", "COCTG", "--namespace", "trial"), "--speed and --namespace belong together"),
        (("--port", "COCTG", "--board"), "--again and --board need --speed"),
        (
            ("--port", "COCTG", "--speed", "0", "--namespace", "trial"),
            "greater than or equal to 0.01",
        ),
    ],
)
def test_a_command_line_that_means_nothing_is_exit_2(arguments: tuple[str, ...], told: str) -> None:
    """What was found and what is allowed, before anything is read."""
    refused = asked(*arguments)

    assert refused.exit_code == 2
    assert told in " ".join(re.sub(r"[│╭╮╰╯─]", "", refused.output).split())


def test_a_bound_that_is_none_names_its_option() -> None:
    """Exit 64: the option, what was found, what is allowed."""
    refused = asked("--port", "COCTG", "--to", "tomorrow")

    assert refused.exit_code == 64
    assert "--to: found 'tomorrow', allowed is an instant such as" in refused.stderr


def test_a_wrong_threshold_names_line_field_and_what_is_allowed(tmp_path: Path) -> None:
    """Exit 64, before any Kafka is asked."""
    file = tmp_path / "try.yaml"
    file.write_text("# try\npickup_orange: 3\n", encoding="utf-8")

    refused = asked("--port", "COCTG", "--policy", str(file))

    assert refused.exit_code == 64
    assert "try.yaml:2: pickup_orange: found a name that is no threshold" in refused.stderr
    assert "pickup_orange_hours" in refused.stderr


def test_where_nothing_runs_it_says_how_to_start_it() -> None:
    """No Kafka: exit 64 within seconds, without a line of a library."""
    refused = asked("--port", "COCTG", RADA_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")

    assert refused.exit_code == 64
    assert refused.stderr.startswith("rada: no Kafka answers at 127.0.0.1:1")
    assert "./rada up" in refused.stderr


def test_help_teaches_by_example() -> None:
    """What it is for, an example of each use, and what the exit codes mean."""
    shown = asked("--help").stdout

    for taught in ("--from 2026-11-10 --to", "--policy try.yaml", "--speed 60 --namespace trial",
                   "Exit codes: 0 equal"):  # fmt: skip
        assert taught in shown
