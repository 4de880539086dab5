"""How the gateway's reading of Redis ends."""

import asyncio
from contextlib import suppress

import redis
from redis.asyncio import Redis

from contracts.identifiers import PORT_SYSTEMS
from services.alert_gateway.reading import Reading


class _Swallowing(Reading):
    # Turns as a client whose timeout and cancellation meet: the cancellation is lost.

    async def turn(self) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise redis.TimeoutError("met a cancellation") from None


async def test_a_cancellation_that_is_lost_ends_the_reading_all_the_same() -> None:
    """Else the gateway would read on for ever and not end before it is killed."""
    reading = _Swallowing(
        Redis(),
        PORT_SYSTEMS,
        namespace="",
        partitions=1,
        heartbeat_seconds=60,
        is_wall_clock=True,
    )
    task = asyncio.create_task(reading.run())
    await asyncio.sleep(0.05)

    reading.end()
    task.cancel()

    with suppress(asyncio.CancelledError):
        await task
    assert task.done()
