"""An HTTP service that reads a request, does nothing, and answers 202. Run as a process.

    python -m bench.nothing PORT

It is served as an edge is: the floor of what one process can take on this machine.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import uvicorn

_HEADERS: Final = [(b"content-type", b"application/json"), (b"content-length", b"2")]


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer any request once its body is in."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 202, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})


def main(port: int) -> None:
    """Serve until the process is ended."""
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        loop="uvloop",
        http="httptools",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
