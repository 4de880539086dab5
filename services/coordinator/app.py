"""The Faust worker: partition ownership, delivery and life cycle. It takes no decisions.

Raw bytes in, one agent, no table, no timer, no Faust producer, no web server. What Faust commits,
repeats or skips does not matter: `Owner` applies a frame only right behind the last one, and reads
directly what was skipped. A partition stays owned through a rebalance until the new assignment
says otherwise; two owners at once do no harm.
"""

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import faust
from confluent_kafka.admin import AdminClient
from faust.tables.manager import TableManager

from contracts.topics import JOURNAL, qualified
from plumbing import logs
from plumbing.kafka import client_config
from plumbing.settings import Settings
from plumbing.topics import REFUSED
from services.coordinator.core import Core
from services.coordinator.credentials import faust_credentials
from services.coordinator.delivery import Delivery
from services.coordinator.desk import Desk, Workplace
from services.coordinator.reading import journal_ends, journal_id
from services.coordinator.refusals import OtherCode, Refused
from services.coordinator.standstill import Watchdog

SEND_FAILED: Final = 70
CRASHED: Final = 71
STOP_SECONDS: Final = 8.0
_YIELD_SECONDS: Final = 0.02


class Coordinator:
    """One worker: a Faust app, and a desk for each partition that it is given."""

    def __init__(self, settings: Settings, core: Core, version: str) -> None:
        """Describe the worker; `run` starts it."""
        self._settings, self._core, self._version = settings, core, version
        self._log = logs.get()
        self._desks: dict[int, Desk] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._workplace: Workplace | None = None
        self._watchdog = Watchdog(self._exit)
        self._finished: set[int] = set()
        self._is_assigned = False
        self._admin = AdminClient(client_config(settings))
        self.app = _faust_app(settings)
        self._topic = self.app.topic(
            qualified(JOURNAL.name, settings.namespace),
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )
        self.app.agent(self._topic, concurrency=1, name="journal")(self._follow)
        self.app.on_partitions_assigned.connect(self._on_assigned)

    def waiting_for(self) -> dict[str, str]:
        """Return what is not ready, by partition; empty when all is live."""
        if not self._is_assigned:
            return {"partitions": "not assigned yet"}
        return {
            f"partition {number}": f"{desk.owner.stage}, cursor {desk.owner.cursor}"
            for number, desk in list(self._desks.items())
            if desk.owner.stage != "live"
        }

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set."""
        partitions = self._settings.kafka.partitions
        journal = qualified(JOURNAL.name, self._settings.namespace)
        threads = ThreadPoolExecutor(2 * partitions + 4, thread_name_prefix="reading")
        delivery = Delivery(self._settings, self._on_failed_send)
        self._workplace = Workplace(
            self._settings,
            self._core,
            self._version,
            await asyncio.to_thread(journal_id, self._admin, journal),
            delivery,
            threads,
            self._finish,
        )
        self._watchdog.start()
        watches = [asyncio.create_task(each) for each in (self._watch(), delivery.hear_reports())]
        await self.app.start()
        await stopping.wait()
        # Correctness never depends on a clean stop, so it gets a budget and no more.
        self._watchdog.stop_within(STOP_SECONDS)
        for task in (*watches, *self._tasks.values()):
            task.cancel()
        await asyncio.to_thread(delivery.close, STOP_SECONDS / 2)
        await self.app.stop()

    async def _follow(self, stream: Any) -> None:
        until = time.monotonic() + _YIELD_SECONDS
        async for event in stream.events():
            message = event.message
            desk = self._desks.get(message.partition)
            if desk is not None and message.value is not None:
                try:
                    desk.deliver(message.offset, message.value)
                except Refused as refused:
                    self._exit(REFUSED, str(refused))
            # A full buffer never waits, and heartbeats share this loop.
            if time.monotonic() > until:
                await asyncio.sleep(0)
                until = time.monotonic() + _YIELD_SECONDS

    async def _on_assigned(self, _app: Any, assigned: set[Any], **_: Any) -> None:
        numbers = {tp.partition for tp in assigned if tp.topic == self._topic.get_topic_name()}
        self._log.info("partitions assigned", partitions=sorted(numbers))
        for number in set(self._desks) - numbers:
            self._desks.pop(number)
            self._tasks.pop(number).cancel()
        assert self._workplace is not None
        for number in sorted(numbers - set(self._desks)):
            desk = self._desks[number] = Desk(self._workplace, number)
            self._tasks[number] = asyncio.create_task(self._own(desk))
        self._is_assigned = True

    async def _own(self, desk: Desk) -> None:
        try:
            await desk.run()
        except OtherCode as refused:
            self._finish(desk.partition, str(refused))
        except Refused as refused:
            self._exit(REFUSED, str(refused))
        except Exception as error:  # noqa: BLE001  # the edge of the loop: whatever it is, restart
            self._log.exception("a partition cannot go on", partition=desk.partition)
            self._exit(CRASHED, str(error))

    def _finish(self, partition: int, reason: str) -> None:
        # Other partitions may still need this code to reach their marker.
        self._finished.add(partition)
        self._log.error("a partition is not for this code", reason=reason)
        if self._finished >= set(self._desks):
            self._exit(REFUSED, reason)

    async def _watch(self) -> None:
        journal = qualified(JOURNAL.name, self._settings.namespace)
        while True:
            await asyncio.sleep(1)
            self._watchdog.beat()
            if not self._desks:
                continue
            ends = await asyncio.to_thread(journal_ends, self._admin, journal, list(self._desks))
            for number, desk in list(self._desks.items()):
                is_behind = desk.is_behind or ends.get(number, 0) > desk.owner.cursor + 1
                if number in self._finished or desk.owner.is_leaving:
                    is_behind = False
                self._watchdog.look(number, desk.progressed_at, is_behind=is_behind)

    def _on_failed_send(self, reason: str) -> None:
        self._exit(SEND_FAILED, f"an output was not acknowledged: {reason}")

    def _exit(self, code: int, reason: str) -> None:
        # At once, without unwinding: nothing that runs after a failed proof may commit or speak.
        self._log.error("ends", reason=reason, code=code)
        sys.stderr.flush()
        os._exit(code)


class _App(faust.App):
    """Faust without folders: with no table, nothing would ever be kept in them."""

    def _create_directories(self) -> None:
        pass


class _NoTables(TableManager):
    """Faust waits a second at each start for tables to be declared; here none ever is."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


def _faust_app(settings: Settings) -> Any:
    group = qualified("rada.coordinator", settings.namespace)
    servers = settings.kafka.bootstrap_servers.split(",")
    return _App(
        group,
        broker=[f"kafka://{server.strip()}" for server in servers],
        broker_credentials=faust_credentials(settings.kafka),
        consumer_group_instance_id=f"{group}-{settings.instance}",
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=1024 * 1024,
        broker_session_timeout=10,
        broker_heartbeat_interval=2,
        broker_rebalance_timeout=20,
        broker_max_poll_records=200,
        broker_commit_interval=1.0,
        stream_buffer_maxsize=256,
        stream_wait_empty=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        TableManager=_NoTables,
        web_enabled=False,
        store="memory://",
        autodiscover=False,
        loghandlers=[],
    )
