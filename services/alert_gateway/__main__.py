"""Start the gateway: `python -m services.alert_gateway`."""

import signal
import sys
from types import FrameType

import redis
import uvicorn
from fastapi import FastAPI

from contracts.topics import ALERTS, PICTURE
from plumbing import logs
from plumbing.garbage import look_in_small_steps
from plumbing.settings import Settings
from plumbing.topics import TopicsDiffer, verify
from services.alert_gateway.app import end_streams, gateway_app
from services.alert_gateway.projection import Projection
from services.alert_gateway.projector import Projector
from services.alert_gateway.settings import GatewaySettings, NotLoopback, check_host

REFUSED = 64
FAILED = 70


class Server(uvicorn.Server):
    """A server that ends its streams first, so that a stop does not wait for their readers."""

    def __init__(self, app: FastAPI, config: uvicorn.Config, projector: Projector) -> None:
        super().__init__(config)
        self._app = app
        self._projector = projector

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """Begin to stop; a second Ctrl-C does not wait for anybody."""
        # uvicorn's own version raises the signal again at the end, before we have cleaned up.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Look, ten times a second, whether it is time to stop."""
        if self._projector.failure is not None:
            self.should_exit = True
        should_exit = await super().on_tick(counter)
        if should_exit:
            end_streams(self._app.state.reading)
        return should_exit


def main() -> int:
    """Run until told to stop; the exit code says why it ended."""
    settings, gateway = Settings(), GatewaySettings()
    logs.configure("alert_gateway", settings.log_level)
    try:
        check_host(settings.http.host, gateway.network)
        verify(settings, (ALERTS, PICTURE))
    except (NotLoopback, TopicsDiffer) as refused:
        logs.get().error("refused to start", why=str(refused))
        return REFUSED
    client = redis.Redis.from_url(
        settings.redis.url.get_secret_value(), socket_connect_timeout=2, socket_timeout=10
    )
    projection = Projection(
        client, namespace=settings.namespace, stream_length=gateway.stream_length
    )
    projector = Projector(settings, projection)

    def waiting_for() -> dict[str, str]:
        behind = projector.partitions_behind
        return {"projector": f"{behind} partitions are not read to their end"} if behind else {}

    app = gateway_app(settings, gateway, waiting_for=waiting_for)
    config = uvicorn.Config(
        app,
        host=settings.http.host,
        port=settings.http.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    look_in_small_steps()
    projector.start()
    server = Server(app, config, projector)
    try:
        server.run()
    finally:
        projector.stop()
    return FAILED if projector.failure is not None else 0


if __name__ == "__main__":
    sys.exit(main())
