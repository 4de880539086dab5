"""Create the topics of `contracts.topics`, and refuse a cluster whose topics differ from it."""

import time
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # imported there, not listed
    AdminClient,
    ConfigResource,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

from contracts.topics import EVERY, Topic, qualified
from plumbing.kafka import client_config
from plumbing.settings import Settings

REFUSED = 64
"""Exit code of a process that refuses to start: do not restart it, mend what its message says."""

_TIMEOUT = 20.0
_CREATED_WITHIN = 15.0


class TopicsDiffer(Exception):
    """The cluster's topics are not those of the table; each difference is one line."""

    def __init__(self, differences: Iterable[str]) -> None:
        """Keep the differences, in the order of the table."""
        self.differences = tuple(differences)
        super().__init__("\n".join(self.differences))


def create(settings: Settings, topics: Iterable[Topic] = EVERY) -> list[str]:
    """Create the topics that are missing, wait until each can be used, return their names.

    A topic that exists is left alone, whatever its settings are: `verify` judges it.
    """
    admin = _admin(settings)
    wanted = [_new_topic(settings, topic) for topic in topics]
    made: list[str] = []
    outcomes: dict[str, Future[Any]] = admin.create_topics(wanted, operation_timeout=_TIMEOUT)
    for name, outcome in outcomes.items():
        try:
            outcome.result(_TIMEOUT)
            made.append(name)
        except KafkaException as refused:
            if refused.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
    _await_usable(admin, made, settings.kafka.partitions)
    return made


def delete(settings: Settings, prefix: str) -> int:
    """Delete the topics of every namespace that begins so; return how many there were."""
    assert prefix, "without a prefix it would be the live topics"
    admin = _admin(settings)
    there = admin.list_topics(timeout=_TIMEOUT).topics
    names = [name for name in there if name.startswith(prefix) and ".rada." in name]
    if names:
        for deleted in admin.delete_topics(names, operation_timeout=_TIMEOUT).values():
            deleted.result(_TIMEOUT)
    return len(names)


def verify(settings: Settings, topics: Iterable[Topic] = EVERY) -> None:
    """Compare partitions and settings of each topic with the table; raise `TopicsDiffer`."""
    differences = compare(settings, topics)
    if differences:
        raise TopicsDiffer(differences)


def compare(settings: Settings, topics: Iterable[Topic] = EVERY) -> list[str]:
    """Return one line for each difference, with what was found, wanted, and the mend."""
    admin = _admin(settings)
    named = [(topic, qualified(topic.name, settings.namespace)) for topic in topics]
    partitions = _partitions(admin)
    found = _configurations(admin, [name for _, name in named if name in partitions])
    differences: list[str] = []
    for topic, name in named:
        if name not in partitions:
            differences.append(f"{name}: missing. Create it: ./rada topics create")
            continue
        if partitions[name] != settings.kafka.partitions:
            differences.append(_other_count(settings, name, partitions[name]))
        differences += _differing(settings, topic, name, found[name])
    return differences


def topic_id(settings: Settings, name: str) -> str:
    """Return Kafka's own id of a topic (full name): another one after it was recreated."""
    admin = _admin(settings)  # kept: an answer is lost when its client goes
    outcome = admin.describe_topics(TopicCollection([name]), request_timeout=_TIMEOUT)
    return str(outcome[name].result(_TIMEOUT).topic_id)


def _other_count(settings: Settings, name: str, found: int) -> str:
    return (
        f"{name}: {found} partitions found, {settings.kafka.partitions} wanted. Partition N of"
        f" every topic belongs together: set RADA_KAFKA__PARTITIONS={found} for every process"
        " if all topics agree on it, otherwise delete and recreate this topic."
    )


def _differing(settings: Settings, topic: Topic, name: str, found: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for setting, wanted in configuration(settings, topic).items():
        have = found.get(setting)
        # A stronger promise than asked for (more in-sync replicas) is never refused.
        if have == wanted or (setting == "min.insync.replicas" and _at_least(have, wanted)):
            continue
        lines.append(
            f"{name}: {setting} is {have}, {wanted} wanted. Mend it: kafka-configs.sh --alter"
            f" --entity-type topics --entity-name {name} --add-config {setting}={wanted}"
        )
    return lines


def configuration(settings: Settings, topic: Topic) -> dict[str, str]:
    """Return the settings with which a topic is created here, and against which it is checked."""
    return {
        "min.insync.replicas": str(settings.kafka.min_insync_replicas),
        "message.timestamp.type": "CreateTime",
        **topic.configuration(),
    }


def _at_least(have: str | None, wanted: str) -> bool:
    return have is not None and int(have) >= int(wanted)


def _new_topic(settings: Settings, topic: Topic) -> NewTopic:
    return NewTopic(
        qualified(topic.name, settings.namespace),
        num_partitions=settings.kafka.partitions,
        replication_factor=settings.kafka.replication_factor,
        config={
            **configuration(settings, topic),
            "unclean.leader.election.enable": "false",
        },
    )


def _admin(settings: Settings) -> AdminClient:
    # Nobody polls an admin client, so its lines would go to standard error raw; errors are raised.
    return AdminClient({**client_config(settings), "log_level": 3})


def _partitions(admin: AdminClient) -> dict[str, int]:
    found = admin.list_topics(timeout=_TIMEOUT).topics
    return {name: len(topic.partitions) for name, topic in found.items()}


def _configurations(admin: AdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    outcomes = admin.describe_configs(resources, request_timeout=_TIMEOUT)
    return {
        resource.name: {entry.name: entry.value for entry in outcome.result(_TIMEOUT).values()}
        for resource, outcome in outcomes.items()
    }


def _await_usable(admin: AdminClient, names: list[str], partitions: int) -> None:
    # Kafka answers before the broker leads each new partition; a client that came at once would
    # be told NOT_LEADER_FOR_PARTITION.
    until = time.monotonic() + _CREATED_WITHIN
    # The broker's own list of topics may lag behind, so it is not asked what there is.
    places = [TopicPartition(name, number) for name in names for number in range(partitions)]
    while places:
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
        outcomes = admin.list_offsets(dict.fromkeys(places, latest), request_timeout=_TIMEOUT)
        places = [place for place, outcome in outcomes.items() if outcome.exception(_TIMEOUT)]
        if places and time.monotonic() > until:
            raise TopicsDiffer(
                f"{place.topic}: created, but partition {place.partition} has no leader yet"
                for place in places
            )
        time.sleep(0.05 if places else 0)
