"""The watchdog: a worker that stands still ends, because restarting is always safe.

It runs on a thread of its own, so that a blocked event loop is noticed too.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

STANDS_STILL: Final = 78
BEHIND_SECONDS: Final = 20.0
LOOP_SECONDS: Final = 20.0


class Watchdog:
    """Ends the process when the loop does not beat, or a partition is behind and does not move."""

    def __init__(
        self,
        end: Callable[[int, str], None],
        *,
        behind_seconds: float = BEHIND_SECONDS,
        loop_seconds: float = LOOP_SECONDS,
    ) -> None:
        """Call `end` with the exit code and the reason."""
        self._end, self._behind, self._loop = end, behind_seconds, loop_seconds
        self._beat_at = time.monotonic()
        self._behind_since: dict[int, float] = {}
        self._stop_by = float("inf")

    def start(self) -> None:
        """Begin to watch."""
        self.beat()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def beat(self) -> None:
        """Tell that the event loop runs."""
        self._beat_at = time.monotonic()

    def look(self, partition: int, progressed_at: float, *, is_behind: bool) -> None:
        """Judge one partition: behind for long and without progress for as long is the end."""
        now = time.monotonic()
        if not is_behind:
            self._behind_since.pop(partition, None)
            return
        since = max(self._behind_since.setdefault(partition, now), progressed_at)
        if now - since > self._behind:
            self._end(
                STANDS_STILL,
                f"partition {partition} is behind its journal and stood still for"
                f" {self._behind:.0f} s",
            )

    def stop_within(self, seconds: float) -> None:
        """Allow a clean stop this long."""
        self._stop_by = time.monotonic() + seconds

    def _watch(self) -> None:
        while True:
            time.sleep(0.5)
            now = time.monotonic()
            if now > self._stop_by:
                self._end(0, "stopped without waiting for Faust any longer")
            if now - self._beat_at > self._loop and self._stop_by == float("inf"):
                self._end(STANDS_STILL, f"the event loop was blocked for {self._loop:.0f} s")
