"""`./rada replay` at a pace: onto a namespace of its own, which a gateway shows."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from stack.running import Stores, environment_of, services_on
from stack.services import ROOT
from tests.cli.recorded import KEY, READY_SECONDS, alerts_of, answer, copied, replay
from tests.end_to_end.ashore import SYSTEM, Ashore

pytestmark = pytest.mark.kafka


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


def test_other_thresholds_can_be_played_too(port: Ashore, namespace: str, tmp_path: Path) -> None:
    """The board of what would have been: the same facts, the tried severity."""
    file = tmp_path / "try.yaml"
    file.write_text("pickup_orange_hours: 3\n", encoding="utf-8")

    played = replay(port, "--policy", str(file), "--speed", "1000", "--namespace", namespace)

    assert played.exit_code == 0, played.output
    shown = [json.loads(record.value or b"")["data"] for record in alerts_of(port, namespace)]
    assert {(alert["dedup_key"], alert["severity"]) for alert in shown} == {(KEY, "YELLOW")}


def test_a_namespace_is_played_onto_once_unless_told_again(port: Ashore, namespace: str) -> None:
    """What stands on a board is never mixed with another past: exit 64, and what to do."""
    onto = ("--speed", "1000", "--namespace", namespace)
    first = replay(port, "--to", "60", *onto)

    twice = replay(port, "--to", "60", *onto)
    again = replay(port, "--to", "60", *onto, "--again")

    assert (first.exit_code, twice.exit_code, again.exit_code) == (0, 64, 0)
    assert "played 20" in first.stdout
    assert f"holds what was played before: {namespace}.rada" in twice.stderr
    assert "--again" in twice.stderr


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


def test_the_namespace_of_another_rada_is_never_cleared(port: Ashore, namespace: str) -> None:
    """A namespace with a journal or inputs is in use, whatever --again says."""
    copied(port, namespace, [])

    refused = replay(port, "--speed", "9", "--namespace", namespace, "--again")

    assert refused.exit_code == 64
    assert "is in use by a Rada of its own" in refused.stderr


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
