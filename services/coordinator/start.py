"""Starting a coordinator with a given core: checks, health, signals."""

import asyncio
import signal
from typing import Final

import uvloop
from confluent_kafka import KafkaException

from plumbing import logs
from plumbing.garbage import look_in_small_steps
from plumbing.health import serve_beside
from plumbing.settings import Settings
from plumbing.topics import REFUSED, TopicsDiffer, verify
from services.coordinator.app import Coordinator
from services.coordinator.core import Core

TRY_AGAIN: Final = 75


def start(core: Core, version: str) -> int:
    """Check the cluster, coordinate until SIGTERM, return the exit code."""
    settings = Settings()
    logs.configure("coordinator", settings.log_level)
    log = logs.get()
    try:
        verify(settings)
    except TopicsDiffer as refused:
        log.error("refused to start: topics differ", differences=refused.differences)
        return REFUSED
    except KafkaException as away:
        log.error("Kafka is away", reason=str(away))
        return TRY_AGAIN
    log.info("starting", core_version=version)
    look_in_small_steps()
    uvloop.install()  # also for the thread on which Faust's consumer reads
    uvloop.run(_serve(settings, core, version))
    return 0


async def _serve(settings: Settings, core: Core, version: str) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    coordinator = Coordinator(settings, core, version)
    health = serve_beside(settings.http, coordinator.waiting_for)
    try:
        await coordinator.run(stopping)
    finally:
        health.close()
