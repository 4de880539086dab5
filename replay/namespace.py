"""The namespace that a range is played onto: two topics of its own, and nobody else's.

What is played is words: alerts and pictures. A namespace that holds a journal or an input belongs
to a Rada that works in it, and is never touched.
"""

import re
import time
from collections.abc import Mapping
from typing import Final

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from contracts.topics import ALERTS, EVERY, PICTURE, qualified
from plumbing import topics
from plumbing.kafka import client_config, consumer_config
from plumbing.settings import Settings
from replay.source import CannotReplay, Journal

PLAYED: Final = (ALERTS, PICTURE)
ALLOWED: Final = "1 to 40 small letters, digits and hyphens, such as trial"

_FORM: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TIMEOUT: Final = 20.0
_GONE_WITHIN: Final = 30.0
_LOOK_SECONDS: Final = 0.2


def namespace_for(journal: Journal, name: str, *, is_again: bool = False) -> Settings:
    """Make the topics of a namespace, as many partitions as the journal; return its settings.

    With `is_again` what an earlier replay played there is deleted first.

    Raises:
        CannotReplay: no name for a namespace, the journal's own, or one that holds something.
    """
    live = journal.settings
    if not _FORM.fullmatch(name):
        raise CannotReplay(f"--namespace: found {name!r}, allowed is {ALLOWED}")
    if name == live.namespace:
        raise CannotReplay(
            f"--namespace: found {name!r}, which is where {journal.name} lives; a replay plays"
            " onto topics of its own: choose another name"
        )
    kafka = live.kafka.model_copy(update={"partitions": journal.partitions})
    onto = live.model_copy(update={"kafka": kafka, "namespace": name, "clock": "played"})
    _clear(onto, is_again=is_again)
    topics.create(onto, PLAYED)
    topics.verify(onto, PLAYED)
    return onto


def _clear(onto: Settings, *, is_again: bool) -> None:
    admin = AdminClient({**client_config(onto), "log_level": 3})
    there = _partitions_of(admin, onto.namespace)
    played = {qualified(topic.name, onto.namespace) for topic in PLAYED}
    if foreign := sorted(there.keys() - played):
        raise CannotReplay(
            f"namespace {onto.namespace} is in use by a Rada of its own: it has"
            f" {', '.join(foreign)}. Choose another name."
        )
    held = {name: _records(onto, name, count) for name, count in there.items()}
    full = {name: count for name, count in held.items() if count}
    other = [name for name, count in there.items() if count != onto.kafka.partitions]
    if full and not is_again:
        told = ", ".join(f"{name} ({count} records)" for name, count in sorted(full.items()))
        raise CannotReplay(
            f"namespace {onto.namespace} holds what was played before: {told}. Choose another"
            " name, or say --again to delete that and play anew."
        )
    if full or other:
        _delete(admin, sorted(there))


def _partitions_of(admin: AdminClient, namespace: str) -> dict[str, int]:
    # A direct publisher's topic goes on behind the name of its family.
    ours = tuple(qualified(topic.name, namespace) for topic in EVERY)
    found = admin.list_topics(timeout=_TIMEOUT).topics
    return {name: len(topic.partitions) for name, topic in found.items() if name.startswith(ours)}


def _records(onto: Settings, name: str, partitions: int) -> int:
    consumer = Consumer(consumer_config(onto, "rada-replay-look"))
    try:
        bounds = [
            consumer.get_watermark_offsets(TopicPartition(name, number), timeout=_TIMEOUT)
            for number in range(partitions)
        ]
    finally:
        consumer.close()
    return sum(end - start for start, end in bounds)


def _delete(admin: AdminClient, names: list[str]) -> None:
    for deleted in admin.delete_topics(names, operation_timeout=_TIMEOUT).values():
        deleted.result(_TIMEOUT)
    # Kafka answers before every broker has forgotten a name; made too early it would be "there".
    until = time.monotonic() + _GONE_WITHIN
    while _still(admin, names):
        if time.monotonic() > until:
            raise CannotReplay(f"{', '.join(names)}: deleted, and Kafka still shows them")
        time.sleep(_LOOK_SECONDS)


def _still(admin: AdminClient, names: list[str]) -> Mapping[str, object]:
    there = admin.list_topics(timeout=_TIMEOUT).topics
    return {name: there[name] for name in names if name in there}
