"""`./rada replay` as an operator uses it, over what a whole Rada said on real Kafka."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from typer.testing import Result

from cli.app import app
from contracts.topics import JOURNAL, partition_of, qualified
from plumbing.kafka import client_config
from services.coordinator.reading import Record
from stack.running import environment_of
from stack.services import ROOT
from tests.cli.recorded import KEY, RUN, alerts_of, answer, copied, replay
from tests.end_to_end.ashore import SYSTEM, Ashore

NEEDS_KAFKA = pytest.mark.kafka


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
@pytest.mark.parametrize("seed", ["1", "2"])
def test_no_hash_seed_changes_what_is_said_again(port: Ashore, seed: str) -> None:
    """A process of its own, with its own order of hashes: the same bytes."""
    process = subprocess.run(
        [sys.executable, "-m", "cli", "replay", "--port", SYSTEM, "--json"],
        env={**os.environ, **environment_of(port.rada.settings), "PYTHONHASHSEED": seed},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["equal"] is True


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
def test_a_namespace_without_a_journal_names_those_that_there_are(port: Ashore) -> None:
    """A forgotten RADA_NAMESPACE is the likely cause, so it is named."""
    refused = replay(port, RADA_NAMESPACE="not-here")

    assert refused.exit_code == 64
    assert "there is no journal not-here.rada.journal.v1" in refused.stderr
    assert "replayed.rada.journal.v1" in refused.stderr


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
