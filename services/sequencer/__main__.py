"""`python -m services.sequencer`: exits 64 (refused), 70 (a send failed), 75 (try again)."""

import signal
import sys
import threading
from typing import Final

from confluent_kafka import KafkaException

from plumbing import logs
from plumbing.broker_clock import clock_difference
from plumbing.garbage import look_in_small_steps
from plumbing.health import serve_beside
from plumbing.kafka import KafkaAway
from plumbing.settings import Settings
from plumbing.topics import REFUSED, TopicsDiffer, verify
from services.sequencer.app import InputChanged, SendFailed, Sequencer

SEND_FAILED: Final = 70
TRY_AGAIN: Final = 75
CLOCK_SECONDS_MAX: Final = 2.0


def main() -> int:
    """Check the cluster, sequence until SIGTERM, return the exit code."""
    settings = Settings()
    logs.configure("sequencer", settings.log_level)
    log = logs.get()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        verify(settings)
        _check_clock(settings)
    except TopicsDiffer as refused:
        log.error("refused to start: topics differ", differences=refused.differences)
        return REFUSED
    except ClockDiffers as refused:
        log.error("refused to start", reason=str(refused))
        return REFUSED
    except (KafkaAway, KafkaException) as away:
        log.error("Kafka is away", reason=str(away))
        return TRY_AGAIN
    sequencer = Sequencer(settings, stopping)
    health = serve_beside(
        settings.http, lambda: {} if sequencer.is_ready else {"journal": "not sequencing"}
    )
    look_in_small_steps()
    try:
        sequencer.run()
    except SendFailed as failed:
        log.error("ends: a send failed", reason=str(failed))
        return SEND_FAILED
    except InputChanged as changed:
        log.error("ends: inputs changed", reason=str(changed))
        return TRY_AGAIN
    finally:
        health.close()
    return 0


class ClockDiffers(Exception):
    """The clock of this machine would move the time of the ports."""


def _check_clock(settings: Settings) -> None:
    if settings.clock == "played":
        return
    difference = clock_difference(settings)
    if abs(difference) > CLOCK_SECONDS_MAX:
        raise ClockDiffers(
            f"this machine's clock is {difference:+.1f} s from the broker's, at most"
            f" {CLOCK_SECONDS_MAX:.0f} s is allowed: synchronise both (NTP), then start again."
        )


if __name__ == "__main__":
    sys.exit(main())
