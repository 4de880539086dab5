"""Whether a service lives, is ready, and its figures: /healthz, /readyz, /metrics.

An HTTP service mounts `routes(readiness)`; a service without HTTP runs `serve_beside`, which
listens on a thread of its own so that a busy loop does not look like a dead process.
"""

import threading
import time
from collections.abc import Callable, Mapping

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from plumbing.settings import HttpSettings

Readiness = Callable[[], Mapping[str, str]]
"""Says what this service still waits for: an empty mapping means that it is ready."""

_START_SECONDS = 10


def routes(readiness: Readiness) -> list[Route]:
    """Return the three routes; `readiness` is asked on each request and must not block."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        missing = dict(readiness())
        return JSONResponse(
            {"ready": not missing, "waiting_for": missing}, status_code=503 if missing else 200
        )

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


class Beside:
    """A health listener on its own thread; `close` it at the end."""

    def __init__(self, http: HttpSettings, readiness: Readiness) -> None:
        """Start to listen, and return when the port is open."""
        application = Starlette(routes=routes(readiness))
        config = uvicorn.Config(
            application,
            host=http.host,
            port=http.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            loop="asyncio",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="health", daemon=True)
        self._thread.start()
        self._await_open(http)

    def close(self) -> None:
        """Stop listening."""
        self._server.should_exit = True
        self._thread.join(timeout=5)

    @property
    def port(self) -> int:
        """The port that is really open (settings may say 0: any free one)."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def _await_open(self, http: HttpSettings) -> None:
        until = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > until:
                raise OSError(f"cannot listen on {http.host}:{http.port} for /healthz")
            time.sleep(0.01)


def serve_beside(http: HttpSettings, readiness: Readiness) -> Beside:
    """Serve the three routes beside a service that has no HTTP of its own."""
    return Beside(http, readiness)
