"""A Rada that said something, and `./rada replay` over it."""

import json
import time
from dataclasses import replace
from typing import Any

from typer.testing import CliRunner, Result

from cli.app import app
from contracts.topics import ALERTS, JOURNAL, partition_of, qualified
from correlation.instants import HOUR, MINUTE, day_of
from plumbing import topics
from plumbing.kafka import Sender
from services.coordinator.reading import Record
from stack.running import environment_of
from tests.correlation import given
from tests.end_to_end.ashore import SYSTEM, Ashore, Dashboard

RUN = CliRunner()
BOX = "RDAU7654323"
KEY = f"T05|{BOX}|apt:SPRC:501"
READY_SECONDS = 90.0


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
