"""The gateway's HTTP application: REST, streams, the board, and the tasks behind them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import redis.asyncio
from fastapi import FastAPI

from contracts.identifiers import PORT_SYSTEMS
from plumbing import health
from plumbing.settings import Settings
from services.alert_gateway import answers, board_files
from services.alert_gateway.reading import Reading
from services.alert_gateway.routes import router
from services.alert_gateway.settings import LOOPBACK_NAMES, GatewaySettings

DESCRIPTION = """Synchronization alerts of the port network, live.

Load a port's alerts, calls, sources and standards first; each answer carries the `position` at
which it was taken. Then follow `/v1/ports/{locode}/stream` with that position as `Last-Event-ID`:
nothing is missed in between. Times are UTC; the `now` of a port is the only clock to compare them
with.
"""


def gateway_app(
    settings: Settings,
    gateway: GatewaySettings,
    *,
    waiting_for: Callable[[], Mapping[str, str]] = dict,
) -> FastAPI:
    """Return the application; `waiting_for` names what else must be ready (the projector)."""
    client = redis.asyncio.Redis.from_url(
        settings.redis.url.get_secret_value(), socket_connect_timeout=2, socket_timeout=5
    )
    reading = Reading(
        client,
        PORT_SYSTEMS,
        namespace=settings.namespace,
        partitions=settings.kafka.partitions,
        heartbeat_seconds=gateway.heartbeat_seconds,
        is_wall_clock=settings.clock == "wall",
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(reading.run())
        yield
        end_streams(reading)
        reading.end()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await client.aclose()

    def missing() -> dict[str, str]:
        away = [feed.system for feed in reading.feeds.values() if feed.is_away or feed.is_stale]
        own = {"picture": "not read from the store: " + ", ".join(away)} if away else {}
        return {**own, **waiting_for()}

    app = FastAPI(
        title="Rada alert gateway",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.reading = reading
    answers.install(app)
    app.include_router(router(reading, gateway))
    app.router.routes += health.routes(missing)
    board_files.install(app)
    app.add_middleware(board_files.Guard, hosts=frozenset(LOOPBACK_NAMES))
    return app


def end_streams(reading: Reading) -> None:
    """Tell every open stream that this process ends; its reader comes back to the next one."""
    for feed in reading.feeds.values():
        for subscriber in list(feed.subscribers):
            subscriber.close("shutdown")
