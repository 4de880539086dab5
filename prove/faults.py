"""How each fault is done to the real processes, and how long the coordinator was away."""

import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

import redis

from prove.plan import Fault
from prove.streams import StreamReader
from prove.witness import Witness
from stack import kafka
from stack.running import Running

FREEZE_SECONDS: Final = 3.0
AWAY_SECONDS: Final = 60.0
"""A part that is not back for longer has not survived."""
_LOOK_SECONDS: Final = 0.01


class NotBack(Exception):
    """A part did not come back after a fault, or says nothing."""


class Faults:
    """Strikes one part after the other."""

    def __init__(self, rada: Running, witness: Witness, readers: Sequence[StreamReader]) -> None:
        """Strike the processes of `rada`."""
        self.done: Counter[str] = Counter()
        """How often each part was struck, by kind of fault and part."""
        self.kills = 0
        self.restarts: list[float] = []
        """Seconds from each calm death of the coordinator to its first new output."""
        self._rada, self._witness, self._readers = rada, witness, readers

    def strike(self, fault: Fault) -> None:
        """Wait the fault's pause and do it; after a calm one, wait until all is well again.

        Raises:
            NotBack: the part that is to be struck, or was, does not come back.
        """
        time.sleep(fault.pause)
        if fault.kind == "kill":
            self._kill(fault)
        elif fault.kind == "freeze":
            self._freeze()
        elif fault.kind == "kill_broker":
            self._die(kafka.NAME)
        else:
            self._wipe()
        self.done[fault.part if fault.kind == "kill" else fault.kind] += 1

    def _kill(self, fault: Fault) -> None:
        if fault.is_calm:
            self.calm()
        died = self._die(self._rada.label(fault.part))
        self.kills += 1
        if fault.is_calm:
            back = self._witness.news_after(died, AWAY_SECONDS)
            if back is None:
                raise NotBack(f"the coordinator said nothing for {AWAY_SECONDS:.0f} s")
            self.restarts.append(back)

    def calm(self) -> None:
        """Wait until every part is ready and something new is said."""
        labels = [self._rada.label(name) for name in self._rada.urls]
        self._rada.supervisor.await_ready(kafka.NAME, *labels, timeout=AWAY_SECONDS)
        if self._witness.news_after(time.time(), AWAY_SECONDS) is None:
            raise NotBack(f"all parts are ready, and nothing new was said for {AWAY_SECONDS:.0f} s")

    def _die(self, label: str) -> float:
        # A part that is down already is struck as soon as it is up, while it is still starting.
        until = time.monotonic() + AWAY_SECONDS
        while (pid := self._rada.supervisor.pid(label)) is None:
            if time.monotonic() > until:
                raise NotBack(f"{label} was not started again:\n{self._last_words(label)}")
            time.sleep(_LOOK_SECONDS)
        died = time.time()
        os.kill(pid, signal.SIGKILL)
        return died

    def _freeze(self) -> None:
        pid = self._rada.supervisor.pid(kafka.NAME)
        if pid is None:
            return  # the broker is dead already, which is worse
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(FREEZE_SECONDS)
        finally:
            os.kill(pid, signal.SIGCONT)

    def _wipe(self) -> None:
        for reader in self._readers:
            reader.resets_allowed += 1
        with redis.Redis.from_url(self._rada.settings.redis.url.get_secret_value()) as store:
            store.flushall()

    def _last_words(self, label: str) -> str:
        return self._rada.supervisor.last_words(label)
