"""The queue of one subscriber, bounded: a reader who stands still costs a bounded amount."""

import asyncio
from collections import deque
from typing import Final

import msgspec

from services.alert_gateway.items import Item, event

ITEMS_MAX: Final = 1_000
BYTES_MAX: Final = 1_000_000


class Subscriber:
    """What one open stream still has to write. Everything here happens on the event loop."""

    def __init__(
        self, language: str = "", *, items_max: int = ITEMS_MAX, bytes_max: int = BYTES_MAX
    ) -> None:
        self.language = language
        self.closed_for: str | None = None
        """Why this stream ends, once it does: slow, aged, shutdown."""
        self._items_max = items_max
        self._bytes_max = bytes_max
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()

    def offer(self, item: Item) -> None:
        """Queue a change; a queue that is full ends the stream instead of growing."""
        self.put(item.encoded(self.language))

    def put(self, chunk: bytes) -> None:
        """Queue bytes that are a whole event."""
        if self.closed_for is not None:
            return
        if len(self._queue) >= self._items_max or self._bytes + len(chunk) > self._bytes_max:
            self.close("slow")
            return
        self._queue.append(chunk)
        self._bytes += len(chunk)
        self._filled.set()

    def close(self, reason: str) -> None:
        """End the stream with a named event; what was queued is dropped, not half sent."""
        if self.closed_for is not None:
            return
        self.closed_for = reason
        self._queue.clear()
        self._queue.append(event("close", msgspec.json.encode({"reason": reason})))
        self._filled.set()

    async def chunk(self) -> bytes:
        """Wait for what is queued and return it in one piece; empty after the end."""
        while not self._queue:
            if self.closed_for is not None:
                return b""
            self._filled.clear()
            await self._filled.wait()
        waiting = b"".join(self._queue)
        self._queue.clear()
        self._bytes = 0
        return waiting
