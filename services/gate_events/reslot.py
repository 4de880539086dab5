"""Publishes the appointments that were moved by an accepted proposal.

The coordinator says a proposal as a picture, with what was accepted by which command. Each
accepted move becomes one G02 whose id follows from command and appointment: said again after a
restart, or by a second edge, it is the same message and has no further effect.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec
from confluent_kafka import Consumer, KafkaException, Message
from prometheus_client import Counter

from contracts.envelope import MEDIA_TYPE
from contracts.topics import PICTURE, family_topic, partition_of, qualified
from plumbing.kafka import Delivered, KafkaAway, Sender, consumer_config
from plumbing.logs import get
from plumbing.settings import Settings

GROUP: Final = "rada-reslot"
PROPOSALS: Final = b"proposal:"
RESLOT_SPACE: Final = uuid5(NAMESPACE_URL, "urn:rada:reslot")
RETRY_SECONDS: Final = 1.0
REPORTED_WITHIN: Final = 20.0
REMEMBERED: Final = 10_000

_moved = Counter("rada_gate_appointments_moved_total", "Appointments moved by a proposal")
_encode: Final = msgspec.json.Encoder().encode


def changes(value: bytes) -> Iterator[dict[str, Any]]:
    """Yield the G02 of each accepted move of a proposal, as the gate edge publishes it."""
    proposal = msgspec.json.decode(value)["data"]
    for item in proposal["items"]:
        if item["answer"] == "ACCEPTED" and item["source"]:
            yield _change(proposal, item)


def _change(proposal: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    organisation = item["organisation"] or item["source"].split("/")[2]
    identity = str(uuid5(RESLOT_SPACE, f"{item['command']}|{item['appointment']}"))
    data = {
        "status": "CHANGED",
        "facility": item["facility"],
        "slot": {"from_at": item["from_at"], "to_at": item["to_at"]},
        "direction": item["direction"],
        "gate": item["gate"],
        "haulier": item["haulier"],
        "tasks": item["tasks"],
        "moves_proposal": proposal["proposal_id"],
        "refs": {"port": item["facility"][:5], "facility": item["facility"]},
    }
    return {
        "specversion": "1.0",
        "id": identity,
        "source": item["source"],
        "type": "rada.gate.appointment-changed",
        "subject": item["appointment"],
        "time": item["accepted_at"],
        "recordedtime": item["accepted_at"],
        "receivedtime": item["accepted_at"],
        "partitionkey": proposal["system"],
        "datacontenttype": "application/json",
        "dataschema": "urn:rada:schema:gate.appointment-changed:1.0",
        "organisation": organisation,
        "publisher": organisation,
        "correlationid": proposal["alert_id"],
        "causationid": item["command"],
        "data": {name: said for name, said in data.items() if said is not None},
    }


class Reslotter:
    """Reads proposals and publishes what was accepted, on a thread; `start` it, `stop` it."""

    def __init__(self, settings: Settings) -> None:
        """Connect to nothing before `start`."""
        self._settings = settings
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reslotter", daemon=True)
        self._published: dict[str, None] = {}

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End after the record in hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=REPORTED_WITHIN)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except (KafkaException, KafkaAway, TimeoutError) as error:
                # From the last commit again: the ids are the same, so nothing is said twice.
                get().warning("accepted slots wait for Kafka", error=str(error))
                self._stopping.wait(RETRY_SECONDS)

    def _follow(self) -> None:
        sender = Sender(self._settings)
        consumer = Consumer(consumer_config(self._settings, GROUP))
        try:
            consumer.subscribe([qualified(PICTURE.name, self._settings.namespace)])
            while not self._stopping.is_set():
                message = consumer.poll(0.2)
                if message is None:
                    continue
                if (error := message.error()) is not None:
                    raise KafkaException(error)
                if self._is_proposal(message):
                    self._publish(sender, message.value())
                    consumer.commit(message=message, asynchronous=False)
        finally:
            consumer.close()
            sender.close()

    def _is_proposal(self, message: Message) -> bool:
        key = message.key() or b""
        octets = key.encode() if isinstance(key, str) else key
        return octets.startswith(PROPOSALS) and message.value() is not None

    def _publish(self, sender: Sender, value: str | bytes | None) -> None:
        octets = value.encode() if isinstance(value, str) else value
        assert octets is not None, "a proposal that is gone was left out"
        topic = qualified(family_topic("gate"), self._settings.namespace)
        promises: list[Future[Delivered]] = []
        fresh = [event for event in changes(octets) if event["id"] not in self._published]
        for event in fresh:
            if self._settings.clock == "played":
                del event["receivedtime"]  # the sequencer says when it was received
            system = event["partitionkey"]
            promises.append(
                sender.send_sync(
                    topic,
                    key=system,
                    value=_encode(event),
                    partition=partition_of(system, self._settings.kafka.partitions),
                    headers=(("content-type", MEDIA_TYPE.encode()),),
                )
            )
        for promise in promises:
            promise.result(REPORTED_WITHIN)
        self._remember([event["id"] for event in fresh])

    def _remember(self, identities: list[str]) -> None:
        self._published |= dict.fromkeys(identities)
        _moved.inc(len(identities))
        while len(self._published) > REMEMBERED:
            del self._published[next(iter(self._published))]
