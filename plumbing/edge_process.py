"""Run an edge as a process: refuse a wrong cluster, listen, and leave without losing an event."""

import signal
import sys
from types import FrameType
from typing import Final

import uvicorn
from confluent_kafka import KafkaException

from plumbing import logs
from plumbing.edge_app import Edge, Family, edge_app
from plumbing.garbage import look_in_small_steps
from plumbing.profile_text import BadProfile
from plumbing.settings import Settings
from plumbing.topics import REFUSED, TopicsDiffer, verify

YOUNG_MAX: Final = 20_000
"""New containers between two looks for cycles: a batch is thousands of them and makes none."""
_REQUESTS_SECONDS: Final = 25
_FATAL: Final = 70
_LEFT: Final = 1


class _Server(uvicorn.Server):
    # Uvicorn, unready from the first moment of its end, and ended by a dead producer.

    def __init__(self, config: uvicorn.Config, edge: Edge) -> None:
        super().__init__(config)
        self._edge = edge

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._edge.stop()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        is_ending = await super().on_tick(counter)
        outbox = self._edge.outbox
        return is_ending or (outbox is not None and outbox.is_fatal)


def run(family: Family) -> int:
    """Run the edge of a family until it is told to stop; return the exit code of the process."""
    settings = Settings()
    logs.configure(f"{family.name}_events", settings.log_level)
    log = logs.get()
    try:
        app = edge_app(family, settings)
        verify(settings)
    except (TopicsDiffer, BadProfile) as refused:
        log.error("refused to start", found=str(refused))
        sys.stderr.write(f"{refused}\n")
        return REFUSED
    except KafkaException as away:
        servers = settings.kafka.bootstrap_servers
        log.error("Kafka does not answer", servers=servers, found=str(away))
        return _FATAL
    edge: Edge = app.state.edge
    config = uvicorn.Config(
        app,
        host=settings.http.host,
        port=settings.http.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        loop="uvloop",
        http="httptools",
        timeout_graceful_shutdown=_REQUESTS_SECONDS,
    )
    server = _Server(config, edge)
    # Uvicorn raises a signal once more after its end; the exit code here says how it ended.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    look_in_small_steps(YOUNG_MAX)
    server.run()
    return _exit_code(edge, has_started=server.started)


def _exit_code(edge: Edge, *, has_started: bool) -> int:
    if edge.left:
        edge.log.error("events without acknowledgement", left=len(edge.left), ids=edge.left)
        return _LEFT
    is_fatal = edge.outbox is not None and edge.outbox.is_fatal
    return _FATAL if is_fatal or not has_started else 0
