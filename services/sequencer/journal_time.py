"""The time that a journal stands at, where no wall clock says it: that of its last frame."""

from typing import Any, Final

from confluent_kafka import Consumer, TopicPartition

from contracts.journal import decode_frame
from contracts.topics import JOURNAL, qualified
from plumbing.kafka import consumer_config
from plumbing.settings import Settings

_TIMEOUT: Final = 20.0


def last_time(settings: Settings, partition: int) -> int:
    """Return the last instant in a partition of the journal, 0 if there is none."""
    reader: Any = Consumer(
        {**consumer_config(settings, "rada.sequencer.time"), "enable.partition.eof": True}
    )
    try:
        tp = TopicPartition(qualified(JOURNAL.name, settings.namespace), partition)
        start, end = reader.get_watermark_offsets(tp, timeout=_TIMEOUT)
        if end <= start:
            return 0
        tp.offset = end - 1
        reader.assign([tp])
        message = reader.poll(_TIMEOUT)
        if message is None or message.error():
            return 0
        return max((r.at for r in decode_frame(message.value()).records), default=0)
    finally:
        reader.close()
