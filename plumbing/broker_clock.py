"""How far this machine's clock is from the broker's.

The broker stamps a record of the clock topic with its own time (`LogAppendTime`) and says so in
the delivery report. The answer lies within half a round trip, so the quickest of a few counts.
"""

import time

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, KafkaError, Message, Producer

from contracts.topics import CLOCK, qualified
from plumbing.kafka import KafkaAway, producer_config
from plumbing.settings import Settings

_SAMPLES = 4
_TIMEOUT = 10.0


def clock_difference(settings: Settings) -> float:
    """Return broker's time minus ours, in seconds; raise `KafkaAway` when nobody answers.

    The clock topic must exist: `plumbing.topics.create` makes it.
    """
    # Nothing depends on these records; an idempotent producer would first ask for its identity.
    producer = Producer({**producer_config(settings), "enable.idempotence": False})
    topic = qualified(CLOCK.name, settings.namespace)
    # The first sample pays for the connection and is wide; it loses against the later ones.
    samples = [_sample(producer, topic) for _ in range(_SAMPLES)]
    _width, difference = min(samples)
    return difference


def _sample(producer: Producer, topic: str) -> tuple[float, float]:
    stamped: list[float] = []
    failed: list[str] = []

    def told(error: KafkaError | None, message: Message) -> None:
        kind, milliseconds = message.timestamp()
        if error is not None:
            failed.append(error.str())
        elif kind != TIMESTAMP_LOG_APPEND_TIME:
            failed.append("the topic keeps the sender's time, message.timestamp.type differs")
        else:
            stamped.append(milliseconds / 1000)

    began, asked = time.monotonic(), time.time()
    producer.produce(topic, value=b"", partition=0, on_delivery=told)
    producer.flush(_TIMEOUT)
    width = time.monotonic() - began
    if not stamped:
        raise KafkaAway(topic, failed[0] if failed else f"no answer within {_TIMEOUT:.0f} s")
    return width, stamped[0] - (asked + width / 2)
