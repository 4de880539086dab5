"""Server-sent events: the opening, the writing with a deadline, and the named end."""

import asyncio
import time
from typing import Final

import msgspec
import redis
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.alert_gateway.feed import Feed
from services.alert_gateway.items import Position, event
from services.alert_gateway.reading import Reading
from services.alert_gateway.subscribers import Subscriber

WRITE_SECONDS: Final = 10.0
AGE_SECONDS: Final = 24 * 3600.0
RETRY_MS: Final = 2_000


async def opening(reading: Reading, feed: Feed, subscriber: Subscriber, last: str | None) -> bytes:
    """Subscribe and return what the stream begins with.

    Either every change after `last`, in order, or a `reset` that tells the reader to load the
    picture again. The subscriber hears everything after that, with no gap between.
    """
    assert feed.position is not None
    # From here on the queue fills; what came before is fetched below.
    feed.subscribers.add(subscriber)
    stands, now = feed.position, feed.now
    asked = Position.read(last) if last else None
    missed = None
    if asked is not None:
        try:
            missed = await reading.missed(feed, asked)
        except (redis.RedisError, OSError):
            missed = None
    is_resumed = asked is not None and missed is not None
    begins = asked if asked is not None and is_resumed else stands
    hello = {"epoch": begins.epoch, "position": str(begins), "resumed": is_resumed, "now": now}
    parts = [f"retry: {RETRY_MS}\n".encode(), event("hello", msgspec.json.encode(hello), begins)]
    if is_resumed:
        # What was applied while we asked is in the queue already.
        parts += [
            item.encoded(subscriber.language)
            for item in missed or ()
            if item.position.sequence <= stands.sequence
        ]
    elif last:
        reset = msgspec.json.encode({"position": str(stands)})
        parts.append(event("reset", reset, stands))
    return b"".join(parts)


class EventStream(Response):
    """Writes one subscriber's events until it closes, goes away or stands still too long."""

    media_type = "text/event-stream"

    def __init__(
        self,
        begins: bytes,
        feed: Feed,
        subscriber: Subscriber,
        *,
        write_seconds: float = WRITE_SECONDS,
    ) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._begins = begins
        self._feed = feed
        self._subscriber = subscriber
        self._write_seconds = write_seconds
        self._writing_since: float | None = None

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Write on one task; two others watch the clock and the connection."""
        writing = asyncio.create_task(self._write(send))
        watching = [
            asyncio.create_task(self._watch_clock()),
            asyncio.create_task(_gone(receive)),
        ]
        try:
            await asyncio.wait([writing, *watching], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._feed.subscribers.discard(self._subscriber)
            for task in (writing, *watching):
                task.cancel()
            ended = await asyncio.gather(writing, *watching, return_exceptions=True)
            for error in ended:
                if isinstance(error, Exception) and not isinstance(error, OSError):
                    raise error

    async def _write(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        chunk = self._begins
        while chunk:
            self._writing_since = time.monotonic()
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            self._writing_since = None
            chunk = await self._subscriber.chunk()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _watch_clock(self) -> None:
        # A socket that takes nothing blocks the writer, so the deadline needs a task of its own.
        until = time.monotonic() + AGE_SECONDS
        while True:
            await asyncio.sleep(min(1.0, self._write_seconds / 4))
            now = time.monotonic()
            if now > until:
                self._subscriber.close("aged")
            since = self._writing_since
            if since is not None and now - since > self._write_seconds:
                return


async def _gone(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
