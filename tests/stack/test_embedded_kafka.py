"""The embedded Kafka and Valkey are real ones: data stays, ports change, faults are named."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from contracts.topics import ALERTS, CLOCK, EVERY, JOURNAL, TOPICS, partition_of, qualified
from plumbing import topics
from plumbing.broker_clock import clock_difference
from plumbing.kafka import KafkaAway, Sender, client_config, consumer_config
from plumbing.settings import KafkaSettings, RedisSettings, Settings
from stack.running import Stores, stores

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka_stack: Stores, namespace: str) -> Settings:
    return kafka_stack.settings_for(namespace)


@pytest.fixture
def sender(settings: Settings) -> Iterator[Sender]:
    made = Sender(settings)
    yield made
    assert made.close(5) == 0


def first_value(settings: Settings, topic: str, partition: int) -> bytes | None:
    consumer = Consumer(consumer_config(settings, "look"))
    try:
        consumer.assign([TopicPartition(topic, partition, 0)])
        message = consumer.poll(10)
        assert message is not None
        return message.value()
    finally:
        consumer.close()


def test_topics_made_from_the_table_are_as_the_table_says(settings: Settings) -> None:
    """What `create` makes, `verify` accepts; a second `create` makes nothing."""
    made = topics.create(settings)

    assert made == [qualified(topic.name, settings.namespace) for topic in EVERY]
    assert topics.create(settings) == []
    topics.verify(settings)


def test_a_wrong_partition_count_is_refused_with_its_mend(settings: Settings) -> None:
    """Partition N of every topic belongs together: another count stops the start."""
    topics.create(settings)
    other = settings.kafka.model_copy(update={"partitions": 3})

    with pytest.raises(topics.TopicsDiffer) as refused:
        topics.verify(settings.model_copy(update={"kafka": other}))

    assert len(refused.value.differences) == len(EVERY)
    assert "2 partitions found, 3 wanted" in refused.value.differences[0]
    assert "RADA_KAFKA__PARTITIONS=2" in refused.value.differences[0]


def test_a_wrong_policy_is_refused_and_a_missing_topic_too(settings: Settings) -> None:
    """A journal that compacts would lose history; the message names topic, found and wanted."""
    compacting = dataclasses.replace(JOURNAL, compacted=True)
    topics.create(settings, [compacting])

    differences = topics.compare(settings, [JOURNAL, ALERTS])

    assert "cleanup.policy is compact, delete wanted" in differences[0]
    assert "--add-config cleanup.policy=delete" in differences[0]
    assert differences[1].endswith("missing. Create it: ./rada topics create")


async def test_a_future_tells_where_the_record_stands(settings: Settings, sender: Sender) -> None:
    """The key decides the partition as in Java, and the report says partition and offset."""
    topics.create(settings, TOPICS[:1])
    name = qualified(TOPICS[0].name, settings.namespace)

    sent = [await sender.send(name, key="COCTG", value=b"1", headers=[("a", b"b")])]
    sent.append(await sender.send(name, key="COCTG", value=b"2", timestamp_ms=1))

    assert [(where.partition, where.offset) for where in sent] == [
        (partition_of("COCTG", 2), 0),
        (partition_of("COCTG", 2), 1),
    ]


def test_a_topic_that_is_not_there_is_never_made_by_sending(
    settings: Settings, sender: Sender
) -> None:
    """A misspelt topic is an error of the send, not a new topic."""
    with pytest.raises(KafkaAway, match=r"not acknowledge a record for nowhere"):
        sender.send_sync("nowhere", key="COCTG", value=b"1").result(20)

    assert "nowhere" not in AdminClient(client_config(settings)).list_topics(timeout=5).topics


def test_the_brokers_clock_is_seen(settings: Settings) -> None:
    """On one machine both clocks are the same one."""
    topics.create(settings, [CLOCK])

    assert abs(clock_difference(settings)) < 0.5


def test_data_survives_a_restart_on_other_ports(tmp_path: Path) -> None:
    """Stopped and started again, Kafka listens elsewhere and still holds what it acknowledged."""
    own = Settings(kafka=KafkaSettings(partitions=1), redis=RedisSettings())
    name = qualified(JOURNAL.name)
    with stores(tmp_path, given=own) as first:
        topics.create(first.settings, [JOURNAL])
        sender = Sender(first.settings)
        sender.send_sync(name, key=None, value=b"kept", partition=0).result(20)
        sender.close()

    with stores(tmp_path, given=own) as second:
        value = first_value(second.settings, name, 0)

    assert value == b"kept"
    assert second.settings.kafka.bootstrap_servers != first.settings.kafka.bootstrap_servers
