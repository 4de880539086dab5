"""The bare loops beside which every figure is read: the same bytes, and no work on them."""

import time
from typing import Final

from confluent_kafka import Consumer, TopicPartition

from contracts.journal import TICK, decode_frame
from plumbing.kafka import consumer_config
from plumbing.settings import Settings

_PATIENCE_SECONDS: Final = 30.0


def read_frames(settings: Settings, topic: str, end: int) -> tuple[int, float]:
    """Read a journal from its beginning to offset `end`; return its events and the seconds taken.

    Each frame is decoded and its records counted, and nothing else is done.

    Raises:
        TimeoutError: the broker stopped answering.
    """
    consumer = Consumer(consumer_config(settings, "rada-bench-raw"))
    events = at = 0
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        consumer.poll(0.5)  # connected; what it read is read again
        consumer.assign([TopicPartition(topic, 0, 0)])
        began = last = time.perf_counter()
        while at < end:
            for message in consumer.consume(500, timeout=0.5):
                value, offset = message.value(), message.offset()
                if message.error() or value is None or offset is None:
                    continue
                records = decode_frame(value).records
                events += sum(record.origin != TICK for record in records)
                at, last = offset + 1, time.perf_counter()
            if time.perf_counter() - last > _PATIENCE_SECONDS:
                raise TimeoutError(f"{topic} stands still at offset {at} of {end}")
    finally:
        consumer.close()
    return events, last - began
