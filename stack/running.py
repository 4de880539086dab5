"""Run Rada from Python: what `./rada up`, the demo and the end-to-end tests stand on.

    with running(Path(".rada")) as rada:
        httpx.post(rada.urls["gate_events"] + "/v1/events", ...)

Kafka and Valkey alone, once for many tests, and services in a namespace of their own:

    with stores(tmp_path) as kafka_and_valkey:
        with services_on(kafka_and_valkey, ("sequencer", "coordinator"), namespace="t7") as rada:
            rada.supervisor.kill("t7.coordinator")     # SIGKILL; it comes back
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from plumbing import topics
from plumbing.settings import Settings
from stack import kafka, services, valkey
from stack.kafka_jars import Progress
from stack.ports import free_port, port_or_free
from stack.processes import Supervisor

Say = Callable[[str], None]

_READY_SECONDS = 90.0


@dataclass(frozen=True)
class Stores:
    """Kafka and Valkey, ours or given ones, and the supervisor that watches over ours."""

    settings: Settings
    supervisor: Supervisor

    def settings_for(
        self, namespace: str = "", clock: Literal["wall", "played"] = "wall"
    ) -> Settings:
        """Return settings with which a client joins these stores in a namespace."""
        return self.settings.model_copy(update={"namespace": namespace, "clock": clock})


@dataclass(frozen=True)
class Running:
    """Services that are ready: their addresses by name, and what they were told."""

    settings: Settings
    urls: Mapping[str, str]
    supervisor: Supervisor

    def label(self, service: str) -> str:
        """Return the name under which the supervisor knows a service."""
        return _label(service, self.settings.namespace)


def is_kafka_given(settings: Settings) -> bool:
    """Tell whether the environment names a Kafka of its own."""
    return "bootstrap_servers" in settings.kafka.model_fields_set


def is_redis_given(settings: Settings) -> bool:
    """Tell whether the environment names a Redis of its own."""
    return "url" in settings.redis.model_fields_set


@contextmanager
def stores(
    directory: Path,
    *,
    given: Settings | None = None,
    is_lasting: bool = False,
    say: Say = lambda _line: None,
    progress: Progress | None = None,
) -> Iterator[Stores]:
    """Run Kafka and Valkey in `directory`, except what `given` settings already name.

    `is_lasting`: for days, so that Kafka is made quick and not only quick to start.
    """
    settings = given or Settings()
    directory = directory.resolve()
    supervisor = Supervisor(directory, cwd=services.ROOT, say=say)
    try:
        waited: list[str] = []
        if not is_kafka_given(settings):
            folder = directory / kafka.NAME
            node = kafka.prepare(folder, is_lasting=is_lasting, progress=progress)
            supervisor.start(node.child)
            waited.append(kafka.NAME)
            settings = _with_kafka(settings, node.bootstrap_servers)
        if not is_redis_given(settings):
            server = valkey.prepare(directory / valkey.NAME)
            supervisor.start(server.child)
            waited.append(valkey.NAME)
            settings = _with_redis(settings, server.url)
        supervisor.await_ready(*waited)
        yield Stores(settings, supervisor)
    finally:
        supervisor.stop()


@contextmanager
def services_on(
    stores: Stores,
    names: Sequence[str] = tuple(services.BY_NAME),
    *,
    namespace: str = "",
    clock: Literal["wall", "played"] = "wall",
    has_fixed_ports: bool = False,
    prepare: Callable[[Settings], object] = lambda _settings: None,
) -> Iterator[Running]:
    """Create and check the topics, start the services, wait until all are ready.

    `prepare` is called with the settings once the topics stand and before any service starts.
    """
    settings = stores.settings_for(namespace, clock)
    topics.create(settings)
    topics.verify(settings)
    prepare(settings)
    supervisor, environment = stores.supervisor, environment_of(settings)
    urls: dict[str, str] = {}
    labels = [_label(name, namespace) for name in names]
    try:
        for name, label in zip(names, labels, strict=True):
            service = services.BY_NAME[name]
            port = port_or_free(service.port) if has_fixed_ports else free_port()
            urls[name] = services.url(port)
            supervisor.start(
                services.child(
                    service,
                    python=sys.executable,
                    port=port,
                    environment=environment,
                    label=label,
                )
            )
        supervisor.await_ready(*labels, timeout=_READY_SECONDS)
        yield Running(settings, urls, supervisor)
    finally:
        supervisor.stop_these(*labels)


@contextmanager
def running(
    directory: Path,
    *,
    services: Sequence[str] = tuple(services.BY_NAME),
    namespace: str = "",
    clock: Literal["wall", "played"] = "wall",
    given: Settings | None = None,
    prepare: Callable[[Settings], object] = lambda _settings: None,
) -> Iterator[Running]:
    """Run everything in `directory` and give the addresses; stop all of it at the end."""
    with (
        stores(directory, given=given) as both,
        services_on(both, services, namespace=namespace, clock=clock, prepare=prepare) as rada,
    ):
        yield rada


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables that tell a service what it does not inherit from this process."""
    return {
        "RADA_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
        "RADA_KAFKA__PARTITIONS": str(settings.kafka.partitions),
        "RADA_REDIS__URL": settings.redis.url.get_secret_value(),
        "RADA_NAMESPACE": settings.namespace,
        "RADA_CLOCK": settings.clock,
        "RADA_COMMUNITIES": str(settings.communities.absolute()),
        "RADA_SNAPSHOT_SECONDS": str(settings.snapshot_seconds),
    }


def _label(service: str, namespace: str) -> str:
    return f"{namespace}.{service}" if namespace else service


def _with_kafka(settings: Settings, bootstrap_servers: str) -> Settings:
    changed = settings.kafka.model_copy(update={"bootstrap_servers": bootstrap_servers})
    return settings.model_copy(update={"kafka": changed})


def _with_redis(settings: Settings, url: str) -> Settings:
    changed = settings.redis.model_copy(update={"url": SecretStr(url)})
    return settings.model_copy(update={"redis": changed})
