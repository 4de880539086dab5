"""Cutting the journal: only behind two complete snapshots, and only what is old enough."""

import time
from typing import Final

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from contracts.topics import JOURNAL, qualified
from plumbing.kafka import client_config, consumer_config
from plumbing.settings import Settings
from services.coordinator.snapshots import trim_before

_TIMEOUT: Final = 20.0
_DAY_MS: Final = 86_400_000


def trim_journal(settings: Settings, partition: int, cursors: list[int]) -> int | None:
    """Cut one partition; return the offset before which it was cut, None if nothing was."""
    journal = TopicPartition(qualified(JOURNAL.name, settings.namespace), partition)
    consumer = Consumer(consumer_config(settings, "rada.direct"))
    try:
        start, end = consumer.get_watermark_offsets(journal, timeout=_TIMEOUT)
        journal.offset = int(time.time() * 1000 - settings.journal_days * _DAY_MS)
        (found,) = consumer.offsets_for_times([journal], timeout=_TIMEOUT)
    finally:
        consumer.close()
    # No record is younger than that: all of it is old enough.
    before = trim_before(cursors, found.offset if found.offset >= 0 else end)
    if before is None or before <= start:
        return None
    journal.offset = before
    admin = AdminClient(client_config(settings))
    for future in admin.delete_records([journal], request_timeout=_TIMEOUT).values():
        future.result(_TIMEOUT)
    return before
