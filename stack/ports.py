"""TCP ports of servers that we start: each is ours alone, also beside other runs of Rada.

A port that was only seen to be free may be taken by somebody else before our server listens: by a
second run that looked at the same moment, or by any outgoing connection, to which the system
gives numbers of its own range. Then a client would talk to the wrong Rada. So the numbers are
below that range, and one is reserved before it is handed out: its UDP twin, which nobody uses,
stays bound as long as this process lives.
"""

import socket
from typing import Final

FIRST: Final = 20_000
LAST: Final = 29_999
"""Below the numbers for outgoing connections: from 32768 on Linux, from 49152 elsewhere."""

HOST: Final = "127.0.0.1"
_reserved: list[socket.socket] = []


class NoFreePort(RuntimeError):
    """Every port of our range is taken."""

    def __init__(self) -> None:
        super().__init__(f"no free port between {FIRST} and {LAST} on {HOST}; stop some servers")


def free_port() -> int:
    """Return a port on loopback that is reserved for this process until it ends.

    Raises `NoFreePort` when there is none left.
    """
    for port in range(FIRST, LAST + 1):
        twin = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            twin.bind((HOST, port))
            with socket.socket() as probe:
                probe.bind((HOST, port))
        except OSError:
            twin.close()
            continue
        _reserved.append(twin)
        return port
    raise NoFreePort
