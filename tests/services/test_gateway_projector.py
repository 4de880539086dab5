"""The projector between a real Kafka and a real Valkey: nothing missed, and rebuilt when lost."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis

from contracts.topics import ALERTS, PICTURE, partition_of, qualified
from plumbing import topics
from plumbing.kafka import Sender
from plumbing.settings import Settings
from plumbing.versions import HighestVersions, UnreadableWord, read_word
from services.alert_gateway.projection import Projection, key_prefix
from services.alert_gateway.projector import Projector
from stack.running import Stores
from tests.services.given_gateway import KEYS, SYSTEM, a_call, an_alert, gateway, until


class Port:
    """Cartagena in a namespace: says records as the coordinator does, and projects them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.redis = redis.Redis.from_url(settings.redis.url.get_secret_value())
        self.sender = Sender(settings)
        self.projector = self.projecting()

    def projecting(self) -> Projector:
        """Start a projector."""
        projector = Projector(
            self.settings, Projection(self.redis, namespace=self.settings.namespace)
        )
        projector.start()
        return projector

    def say(self, kind: str, record: dict[str, Any] | None, identity: str = "") -> None:
        """Send a record (or a tombstone of `identity`) and wait until Kafka has it."""
        topic = ALERTS if kind == "alert" else PICTURE
        name = record[KEYS[kind]] if record else identity
        value = None
        headers = [("journalpos", b"1"), ("ordinal", b"0"), ("version", b"0")]
        if record is not None:
            value = json.dumps({"type": f"rada.{kind}.changed", "data": record}).encode()
            headers[2] = ("version", str(record["version"]).encode())
        self.sender.send_sync(
            qualified(topic.name, self.settings.namespace),
            key=name if kind == "alert" else f"{kind}:{name}",
            value=value,
            partition=partition_of(SYSTEM, self.settings.kafka.partitions),
            headers=headers,
        ).result(10)

    def shown(self, kind: str) -> dict[str, Any]:
        """Return what Redis holds of a kind."""
        key = f"{key_prefix(self.settings.namespace)}{kind}:{SYSTEM}"
        found: dict[bytes, bytes] = self.redis.hgetall(key)  # type: ignore[assignment]
        return {name.decode(): json.loads(body) for name, body in found.items()}

    def forget_everything(self) -> None:
        """Wipe this namespace from Redis."""
        keys = list(self.redis.scan_iter(f"{key_prefix(self.settings.namespace)}*"))
        self.redis.delete(*keys)

    def epochs(self) -> list[bytes | None]:
        """Return the epoch of every partition."""
        prefix = key_prefix(self.settings.namespace)
        partitions = range(self.settings.kafka.partitions)
        return [self.redis.hget(f"{prefix}partition:{p}", "epoch") for p in partitions]  # type: ignore[misc]


@pytest.fixture
def port(kafka_stack: Stores, namespace: str) -> Iterator[Port]:
    """Topics of their own, a projector, and a sender."""
    settings = kafka_stack.settings_for(namespace)
    topics.create(settings, (ALERTS, PICTURE))
    made = Port(settings)
    yield made
    made.projector.stop()
    made.sender.close()
    made.forget_everything()
    made.redis.close()


def wait(condition: Callable[[], bool], within: float = 15) -> None:
    """Wait until a condition holds."""
    until_at = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until_at, "it did not come"
        time.sleep(0.02)


@pytest.mark.kafka
def test_what_kafka_says_stands_in_redis(port: Port) -> None:
    """Versions rise, repeats change nothing, tombstones end, unreadable records are left out."""
    for version in (1, 3, 2):
        port.say("alert", an_alert("a1", version))
    port.say("alert", an_alert("a2"))
    port.say("alert", None, "a2")
    port.say("alert", an_alert("a2"))
    port.say("alert", {**an_alert("a3"), "version": 0})
    port.say("call", a_call())

    wait(lambda: bool(port.shown("call")) and not port.projector.partitions_behind)
    wait(lambda: set(port.shown("alert")) == {"a1"})
    assert port.shown("alert")["a1"]["version"] == 3


@pytest.mark.kafka
async def test_a_wiped_redis_is_filled_again_under_another_epoch(port: Port) -> None:
    """Readers are told to start over, and see everything again."""
    port.say("alert", an_alert("a1"))
    async with gateway(port.settings) as (client, _server):
        path = f"/v1/ports/{SYSTEM}/alerts"
        before = await until(client, path, lambda page: page["total"] == 1, within=15)
        port.forget_everything()
        await asyncio.to_thread(port.say, "alert", an_alert("a2"))
        after = await until(client, path, lambda page: page["total"] == 2, within=15)

    assert before["position"].split(".")[0] != after["position"].split(".")[0]


@pytest.mark.kafka
def test_a_restarted_projector_goes_on_at_its_checkpoint(port: Port) -> None:
    """A restart rebuilds nothing: the epochs stay, and what was said meanwhile is added."""
    port.say("alert", an_alert("a1"))
    wait(lambda: bool(port.shown("alert")) and not port.projector.partitions_behind)
    epochs = port.epochs()
    port.projector.stop()
    port.say("alert", an_alert("a2"))

    port.projector = port.projecting()

    wait(lambda: set(port.shown("alert")) == {"a1", "a2"})
    assert port.epochs() == epochs


@pytest.mark.kafka
def test_an_older_dump_of_redis_is_noticed(port: Port) -> None:
    """A checkpoint lower than what was written means that something is lost: build again."""
    port.say("alert", an_alert("a1"))
    wait(lambda: bool(port.shown("alert")) and not port.projector.partitions_behind)
    before = port.epochs()
    partition = partition_of(SYSTEM, port.settings.kafka.partitions)
    prefix = key_prefix(port.settings.namespace)
    port.redis.hset(f"{prefix}partition:{partition}", f"offset:{ALERTS.name}", 0)
    port.redis.delete(f"{prefix}alert:{SYSTEM}", f"{prefix}known:{partition}")

    port.say("alert", an_alert("a2"))

    wait(lambda: set(port.shown("alert")) == {"a1", "a2"})
    assert port.epochs()[partition] != before[partition]


def test_the_highest_version_counts_and_a_tombstone_is_final() -> None:
    """The rule for consumers, as the webhooks and the archive will use it."""
    known = HighestVersions()
    value = json.dumps({"data": {"version": 2, "system": SYSTEM}}).encode()
    second = read_word(ALERTS.name, b"a1", value)
    first = read_word(ALERTS.name, b"a1", value, [("version", b"1")])
    end = read_word(ALERTS.name, b"a1", None)

    said = [known.is_news(word) for word in (first, second, first, second, end, end, second)]

    assert said == [True, True, False, False, True, False, False]


def test_a_picture_may_come_back_under_its_id() -> None:
    """A source that left the profile and returned is shown again."""
    known = HighestVersions()
    value = json.dumps({"partitionkey": SYSTEM, "data": {"version": 1}}).encode()
    here = read_word(PICTURE.name, b"source:/COCTG/x", value)
    left = read_word(PICTURE.name, b"source:/COCTG/x", None)

    assert [known.is_news(word) for word in (here, left, here)] == [True, True, True]


@pytest.mark.parametrize(
    ("topic", "key", "value"),
    [
        (ALERTS.name, b"", b"{}"),
        (ALERTS.name, b"a1", b"not json"),
        (ALERTS.name, b"a1", b'{"data":{"system":"COCTG"}}'),
        (ALERTS.name, b"a1", b'{"data":{"version":1}}'),
        (PICTURE.name, b"a1", b"{}"),
        (PICTURE.name, b"call:", None),
    ],
)
def test_a_record_without_identity_or_version_is_unreadable(
    topic: str, key: bytes, value: bytes | None
) -> None:
    """What cannot be read is said to be so; it never becomes an empty alert."""
    with pytest.raises(UnreadableWord):
        read_word(topic, key, value)
