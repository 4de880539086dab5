"""Accepted proposals become changed appointments on the real Kafka, each once by its id."""

import json
import time
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from contracts.decode import decode
from contracts.topics import PICTURE, partition_of, qualified
from plumbing import topics
from plumbing.kafka import Sender, consumer_config
from plumbing.settings import Settings
from services.gate_events.reslot import Reslotter, changes
from stack.running import Stores

PART = "COCTG/9999993/20261111/SPRC/1"


def a_move(appointment: str, answer: str = "ACCEPTED") -> dict[str, Any]:
    """Return one item of a proposal."""
    accepted = answer == "ACCEPTED"
    return {
        "appointment": appointment,
        "answer": answer,
        "command": "cmd-51c0" if accepted else None,
        "accepted_at": "2026-10-27T14:31:05Z" if accepted else None,
        "source": "/COCTG/ter-ctg-1/gate",
        "organisation": "ter-ctg-1",
        "facility": "COCTG:SMDG:SPRC",
        "gate": "COCTG:SMDG:SPRC/gate/1",
        "haulier": "trk-017",
        "direction": "DELIVER",
        "from_at": "2026-10-31T16:00:00Z",
        "to_at": "2026-10-31T17:00:00Z",
        "tasks": [{"direction": "DELIVER", "box": None, "booking": "bkg:RDA:BK1"}],
    }


def a_proposal(*moves: dict[str, Any]) -> bytes:
    """Return a proposal as the coordinator says it."""
    data = {
        "proposal_id": "ffb95f88.p1",
        "alert_id": "ffb95f88",
        "terminal_call": PART,
        "system": "COCTG",
        "version": 2,
        "made_at": "2026-10-27T14:28:01Z",
        "expires_at": "2026-10-28T14:28:01Z",
        "items": list(moves),
    }
    return json.dumps({"specversion": "1.0", "data": data}).encode()


def test_only_accepted_moves_become_events_that_the_contract_reads() -> None:
    """What is open or declined stays as it is."""
    moves = a_move("apt:SPRC:1"), a_move("apt:SPRC:2", "OPEN"), a_move("apt:SPRC:3", "DECLINED")

    (event,) = changes(a_proposal(*moves))
    read = decode(json.dumps(event).encode())

    assert read.subject == "apt:SPRC:1"
    assert read.data.status == "CHANGED"
    assert read.data.moves_proposal == "ffb95f88.p1"
    assert event["causationid"] == "cmd-51c0"


def test_the_id_of_a_change_follows_from_command_and_appointment() -> None:
    """Said again it is the same message; of another truck it is another."""
    first, second = changes(a_proposal(a_move("apt:SPRC:1"), a_move("apt:SPRC:2")))
    (again,) = changes(a_proposal(a_move("apt:SPRC:1")))

    assert first["id"] == again["id"]
    assert first["id"] != second["id"]


def read_gate(settings: Settings, count: int) -> list[dict[str, Any]]:
    """Read the gate topic of COCTG from its beginning until `count` records are there."""
    consumer = Consumer(consumer_config(settings, "reslot-test"))
    place = partition_of("COCTG", settings.kafka.partitions)
    consumer.assign([TopicPartition(f"{settings.namespace}.rada.gate.v1", place, 0)])
    found: list[dict[str, Any]] = []
    until = time.monotonic() + 30
    while len(found) < count and time.monotonic() < until:
        heard = [one for one in consumer.consume(100, 0.2) if one.error() is None]
        found += [json.loads(message.value() or b"") for message in heard]
    consumer.close()
    return found


@pytest.mark.kafka
def test_what_was_accepted_is_published_and_a_restart_says_the_same(
    kafka_stack: Stores, namespace: str
) -> None:
    """A second worker that begins before the first one's commit repeats the same ids."""
    settings = kafka_stack.settings_for(namespace)
    topics.create(settings)
    sender = Sender(settings)
    topic = qualified(PICTURE.name, settings.namespace)
    place = partition_of("COCTG", settings.kafka.partitions)
    both = a_proposal(a_move("apt:SPRC:1"), a_move("apt:SPRC:2"))

    for value in (a_proposal(a_move("apt:SPRC:1")), both):
        key = f"proposal:{PART}"
        sender.send_sync(topic, key=key, value=value, partition=place).result(20)
    for expected in (2, 3):
        worker = Reslotter(settings)
        worker.start()
        found = read_gate(settings, expected)
        worker.stop()
        # What the next worker reads first: one more record, of which one move is known already.
        sender.send_sync(topic, key=f"proposal:{PART}", value=both, partition=place).result(20)
    sender.close()

    subjects = [event["subject"] for event in found]
    assert set(subjects) == {"apt:SPRC:1", "apt:SPRC:2"}
    assert len({event["id"] for event in found}) == 2
