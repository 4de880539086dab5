"""A hop that does nothing: each record of one topic is sent to another. Run as a process.

    python -m bench.echo FROM TO

It says `ready` on standard output once it has its place, and ends with its standard input.
"""

import sys
import threading

from confluent_kafka import Consumer, Producer, TopicPartition

from plumbing.kafka import consumer_config, producer_config
from plumbing.settings import Settings

BATCH = 500


def main(origin: str, target: str) -> None:
    """Echo partition 0 of `origin` into `target` until standard input is closed."""
    settings, over = Settings(), threading.Event()
    threading.Thread(target=_until_closed, args=(over,), daemon=True).start()
    consumer = Consumer(consumer_config(settings, "rada-bench-echo"))
    producer = Producer(producer_config(settings))
    consumer.assign([TopicPartition(origin, 0, 0)])
    consumer.poll(0.2)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not over.is_set():
        message = consumer.poll(0.1)
        waiting = [message, *consumer.consume(BATCH, timeout=0)] if message is not None else []
        for each in waiting:
            if not each.error():
                producer.produce(target, value=each.value(), key=each.key(), partition=0)
        producer.poll(0)
    producer.flush(5)
    consumer.close()


def _until_closed(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


if __name__ == "__main__":
    main(*sys.argv[1:3])
