"""`./rada demo`: its parts, and the whole of it on real Kafka, edges, core and gateway."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import psutil
import pytest
import typer
import yaml
from rich.console import Console

from cli.demo import DIRECTORY, length
from cli.demo_alerts import _events, line
from cli.demo_result import Result
from cli.demo_stage import DemoRuns, a_curl, only_one
from contracts.identifiers import PORT_SYSTEMS
from plumbing.communities import Registry
from plumbing.edge import Accepted, Entrance, accept
from simulator.player import Tally
from simulator.shown_day import SHOWN, Incident
from stack.handed_keys import hand_out_keys
from stack.services import ROOT

COMMUNITIES = ROOT / "communities"
PLAYED_WITHIN = 560.0
TOLD = re.compile(r"\d\d-\d\d \d\d:\d\d [A-Z]{5} ")
"""How a line about an alert begins: port's time and port."""


def test_length_is_read_in_seconds_and_minutes() -> None:
    """`60s`, `2m` and plain seconds; anything else is named with what is allowed."""
    assert [length(text) for text in ("60s", "2m", "7.5")] == [60.0, 120.0, 7.5]

    with pytest.raises(typer.BadParameter, match="found 'soon', allowed is a time such as 60s"):
        length("soon")


def test_keys_of_the_demo_are_in_its_copies_only(tmp_path: Path) -> None:
    """Every organisation gets a key; the installation's profiles stay as they are."""
    before = (COMMUNITIES / "COCTG.yaml").read_bytes()

    keys = hand_out_keys(COMMUNITIES, tmp_path / "copies")

    copy = yaml.safe_load((tmp_path / "copies" / "COCTG.yaml").read_text(encoding="utf-8"))
    assert all(len(member["keys"]) == 1 for member in copy["organisations"])
    assert all(("COCTG", member["code"]) in keys for member in copy["organisations"])
    assert (COMMUNITIES / "COCTG.yaml").read_bytes() == before


def test_event_of_the_shown_curl_would_be_accepted(tmp_path: Path) -> None:
    """What a newcomer pastes works: the key is known and the event is complete."""
    keys = hand_out_keys(COMMUNITIES, tmp_path / "copies")
    registry = Registry(tmp_path / "copies")
    key, command = a_curl("http://127.0.0.1:1", registry.communities["COCTG"], keys)
    body = command.rpartition(" -d '")[2].removesuffix("'").encode()
    credential = registry.keyring.credential({"x-api-key": key})

    outcome = accept(
        body,
        Entrance("gate", lambda _kind, _data: None, registry, is_played=True),
        credential,
        datetime.now(UTC),
    )

    assert isinstance(outcome, Accepted), outcome


def test_second_demo_in_a_folder_is_refused(tmp_path: Path) -> None:
    """Two demos would take each other's keys and Kafka."""
    with only_one(tmp_path), pytest.raises(DemoRuns, match="runs already"), only_one(tmp_path):
        pass

    with only_one(tmp_path):
        pass


async def test_server_sent_events_are_read_by_their_fields() -> None:
    """Comments are no events; one without data is none either."""

    async def lines() -> AsyncIterator[str]:
        for text in (": beat", "", "id: e.1", "event: alert", 'data: {"a":1}', "", "id: e.2", ""):
            yield text

    assert [event async for event in _events(lines())] == [("e.1", "alert", '{"a":1}')]


def test_alert_line_has_port_time_and_the_duty_while_open() -> None:
    """A closed alert asks for nothing."""
    alert = {
        "updated_at": "2026-11-10T15:00:00Z",
        "system": "COCTG",
        "code": "B01",
        "severity": "ORANGE",
        "state": "OPEN",
        "text": {"es": {"fact": "Llega tarde.", "duty": "Proponga una hora."}},
    }

    told = line(alert, "America/Bogota", "es").plain

    assert told == "10-11 10:00 COCTG B01 ORANGE  Llega tarde. Proponga una hora."
    assert "Proponga" not in line({**alert, "state": "CLEARED"}, "America/Bogota", "es").plain


def test_result_names_an_incident_that_did_not_appear() -> None:
    """The demo is good only when what was true in the ports that are told of was said."""
    owed = [Incident("COCTG", "B01", "late"), Incident("COCTG", "T03", "trucks")]
    alerts = [{"system": "COCTG", "code": "B01"}, {"system": "PECLL", "code": "T03"}]
    result = Result("", "demo-1", 1.0, 0, Tally(), alerts, owed, is_complete=True)

    assert result.missing == [Incident("COCTG", "T03", "trucks")]
    assert not result.is_good


def test_result_shows_alerts_by_port_and_code() -> None:
    """The summary says of each port how many alerts there were, and of which rule."""
    alerts = [{"system": "COCTG", "code": "B01"}] * 2 + [{"system": "PECLL", "code": "T05"}]
    console = Console(width=100, record=True, file=StringIO())

    Result("", "demo-1", 60.0, 3, Tally(accepted=3), alerts, [], is_complete=True).show(console)

    rows = [line.split() for line in console.export_text().splitlines() if line.strip()]
    assert rows[:2] == [["port", "alerts", "by", "code"], ["COCTG", "2", "B01", "2"]]
    assert rows[2] == ["PECLL", "1", "T05", "1"]


@pytest.mark.kafka
@pytest.mark.timeout(600)
def test_demo_plays_a_day_of_every_port() -> None:
    """All ports are heard of, every event is accepted, and the two that are told of tell it all."""
    played = ["--headless", "--for", "15s", "--hours", "6", "--json"]
    run = subprocess.run(
        [sys.executable, "-m", "cli", "demo", *played],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PLAYED_WITHIN,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    document = json.loads(run.stdout)
    assert document["missing"] == []
    assert {alert["system"] for alert in document["alerts"]} == set(PORT_SYSTEMS)
    assert document["events"]["accepted"] == document["events"]["sent"]
    assert set(SHOWN) == {told.split()[2] for told in run.stderr.splitlines() if TOLD.match(told)}
    assert _left_behind() == []


@pytest.mark.kafka
@pytest.mark.timeout(180)
async def test_ctrl_c_in_the_middle_leaves_nothing_behind() -> None:
    """Interrupted while it plays, the demo stops everything and says so."""
    command = [sys.executable, "-m", "cli", "demo", "--for", "10m"]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    while b"Publish an event" not in await process.stdout.readline():
        assert process.returncode is None

    process.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 130
    assert b"rada: stopped" in said
    assert _left_behind() == []


def _left_behind() -> list[str]:
    """Return what of the demo still runs, waiting a little for the kernel to clear away."""
    until = time.monotonic() + 5
    while (found := _of_demo()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _of_demo() -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            told = " ".join(process.cmdline()) + process.environ().get("RADA_COMMUNITIES", "")
        except psutil.Error:
            continue
        if str(DIRECTORY) in told:
            found.append(told)
    return found
