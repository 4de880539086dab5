"""TCP ports of servers that we start: each is ours alone, also beside other runs of Rada.

A port that was only seen to be free may be taken by somebody else before our server listens: by a
second run that looked at the same moment, or by any outgoing connection, to which the system
gives numbers of its own range. Then a client would talk to the wrong Rada. So the numbers are
below that range, and one is reserved before it is handed out: its UDP twin, which nobody uses,
stays bound as long as this process lives.
"""

import atexit
import socket
from typing import Final

FIRST: Final = 20_000
LAST: Final = 29_999
"""Below the numbers for outgoing connections: from 32768 on Linux, from 49152 elsewhere."""

HOST: Final = "127.0.0.1"
_twins: dict[int, socket.socket] = {}


class NoFreePort(RuntimeError):
    """Every port of our range is taken."""

    def __init__(self) -> None:
        super().__init__(f"no free port between {FIRST} and {LAST} on {HOST}; stop some servers")


def free_port() -> int:
    """Return a port on loopback that is reserved for this process until it ends.

    Raises `NoFreePort` when there is none left.
    """
    for port in range(FIRST, LAST + 1):
        if port not in _twins and _reserve(port):
            return port
    raise NoFreePort


def port_or_free(preferred: int) -> int:
    """Return the port that is preferred, or another one when somebody else has it.

    What this process had before it may have again, once nobody listens there any more.
    """
    return preferred if _reserve(preferred) else free_port()


def _reserve(port: int) -> bool:
    """Keep a port for this process, if no other one keeps it and nobody listens there."""
    if port in _twins:
        return _is_free(port)
    twin = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        twin.bind((HOST, port))
    except OSError:
        twin.close()
        return False
    if not _is_free(port):
        twin.close()
        return False
    _twins[port] = twin
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A connection that is only closing does not keep a server from listening there.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@atexit.register
def _let_go() -> None:
    for twin in _twins.values():
        twin.close()
