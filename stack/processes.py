"""Watch over child processes: start, restart, stop in order, leave nothing behind.

One keeper thread starts every child, because Linux ties a child's life to the *thread* that
started it (see `leash.py`): the thread lives exactly as long as its children should.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from stack import leash, pids

REFUSED: Final = 64
"""Exit code of a child that refuses to start: starting it again would change nothing."""

_BACKOFF: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_STEADY_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.05
_LOG_BYTES_MAX: Final = 20 * 1024 * 1024


class Phase(StrEnum):
    """Where a child stands."""

    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting"
    REFUSED = "refused"
    STOPPED = "stopped"


class StartFailed(Exception):
    """A child refused to start, or was not ready in time; the message holds its last words."""


@dataclass(frozen=True)
class Child:
    """What to run. Children of a higher `stage` stop before those of a lower one."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    stage: int = 0
    stop_seconds: float = 10.0


@dataclass
class _Watched:
    child: Child
    phase: Phase = Phase.STARTING
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    failures: int = 0
    is_wanted: bool = True


class Supervisor:
    """The keeper of children; make one a directory, and `stop` it at the end."""

    def __init__(
        self, directory: Path, *, cwd: Path, say: Callable[[str], None] = lambda _line: None
    ) -> None:
        """Keep logs in `directory/logs` and pid files in `directory/run`; `say` what happens."""
        self._logs, self._run, self._cwd = directory / "logs", directory / "run", cwd
        self._say = say
        self._lock = threading.RLock()
        self._watched: dict[str, _Watched] = {}
        self._over = threading.Event()
        for folder in (self._logs, self._run):
            folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    def start(self, child: Child) -> None:
        """Start a child, or start a stopped one again; `await_ready` waits for it."""
        with self._lock:
            assert not self._over.is_set(), "a stopped supervisor starts nothing"
            known = self._watched.get(child.name)
            assert known is None or not known.is_wanted, f"{child.name} runs already"
            self._watched[child.name] = _Watched(child)

    def await_ready(self, *names: str, timeout: float = 60.0) -> None:
        """Wait until each child is ready; raise `StartFailed` with its last words otherwise."""
        until = time.monotonic() + timeout
        for name in names:
            while (phase := self.phase(name)) is not Phase.READY:
                if phase in (Phase.REFUSED, Phase.STOPPED):
                    raise StartFailed(f"{name} {phase}:\n{self.last_words(name)}")
                if time.monotonic() > until:
                    raise StartFailed(
                        f"{name} was not ready within {timeout:.0f} s:\n{self.last_words(name)}"
                    )
                time.sleep(_LOOK_SECONDS)

    def phase(self, name: str) -> Phase:
        """Return where a child stands."""
        with self._lock:
            return self._watched[name].phase

    def phases(self) -> dict[str, Phase]:
        """Return where every child stands, in the order of their start."""
        with self._lock:
            return {name: watched.phase for name, watched in self._watched.items()}

    def pid(self, name: str) -> int | None:
        """Return the pid of a child while it runs."""
        with self._lock:
            process = self._watched[name].process
            return process.pid if process is not None and process.poll() is None else None

    def log(self, name: str) -> Path:
        """Return the log file of a child."""
        return self._logs / f"{name}.log"

    def last_words(self, name: str, lines: int = 12) -> str:
        """Return the end of a child's log."""
        try:
            text = self.log(name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return "(no log)"
        return "\n".join(text.splitlines()[-lines:])

    def kill(self, name: str) -> None:
        """Kill a child with SIGKILL; it comes back as after any crash."""
        pid = self.pid(name)
        assert pid is not None, f"{name} does not run"
        os.kill(pid, signal.SIGKILL)

    def stop_these(self, *names: str) -> None:
        """Stop some children for good, highest stage first; `start` may bring one back."""
        with self._lock:
            these = [self._watched[name] for name in names if name in self._watched]
        for stage in sorted({watched.child.stage for watched in these}, reverse=True):
            self._stop_together([w for w in these if w.child.stage == stage])

    def stop(self) -> None:
        """Stop every child, highest stage first, and end the keeper."""
        self.stop_these(*self.phases())
        self._over.set()
        self._keeper.join()

    def _keep(self) -> None:
        while not self._over.is_set():
            with self._lock:
                for watched in list(self._watched.values()):
                    if watched.is_wanted:
                        self._look_after(watched)
            self._ask_ready()
            time.sleep(_LOOK_SECONDS)

    def _look_after(self, watched: _Watched) -> None:
        now = time.monotonic()
        if watched.process is None:
            if now >= watched.start_at:
                self._spawn(watched)
            return
        code = watched.process.poll()
        if code is None:
            if now - watched.started > _STEADY_SECONDS:
                watched.failures = 0
            return
        watched.process = None
        self._pid_file(watched).unlink(missing_ok=True)
        self._ended(watched, code, now)

    def _ended(self, watched: _Watched, code: int, now: float) -> None:
        name = watched.child.name
        if code == REFUSED:
            watched.phase, watched.is_wanted = Phase.REFUSED, False
            self._say(f"{name} refuses to start:\n{self.last_words(name)}")
            return
        if watched.phase is Phase.READY and code == -signal.SIGKILL:
            watched.failures = 0  # killed from outside while it was well: nothing to wait for
        wait = _BACKOFF[min(watched.failures, len(_BACKOFF) - 1)]
        watched.phase, watched.start_at = Phase.WAITING, now + wait
        watched.failures += 1
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self._say(f"{name} ended ({how}); started again in {wait:g} s, log {self.log(name)}")

    def _spawn(self, watched: _Watched) -> None:
        child = watched.child
        self._rotate(self.log(child.name))
        tied = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *child.command]
        with self.log(child.name).open("ab") as log:
            watched.process = subprocess.Popen(  # noqa: S603 - our own table of commands
                tied,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._cwd,
                env={**os.environ, **child.environment},
                # Ctrl-C at the terminal is for the keeper, which stops its children in order.
                start_new_session=True,
            )
        watched.phase, watched.started = Phase.STARTING, time.monotonic()
        pids.write(self._pid_file(watched), watched.process.pid)

    def _ask_ready(self) -> None:
        # Outside the lock: an answer may take a second.
        with self._lock:
            asked = [
                (watched, watched.process)
                for watched in self._watched.values()
                if watched.phase is Phase.STARTING and watched.process is not None
            ]
        for watched, process in asked:
            is_ready = watched.child.ready()
            with self._lock:
                if is_ready and watched.process is process and watched.phase is Phase.STARTING:
                    watched.phase = Phase.READY

    def _stop_together(self, group: Sequence[_Watched]) -> None:
        with self._lock:
            for watched in group:
                watched.is_wanted, watched.phase = False, Phase.STOPPED
                _signal(watched.process, signal.SIGTERM)
        began = time.monotonic()
        for watched in group:
            if watched.process is not None:
                left = began + watched.child.stop_seconds - time.monotonic()
                _reap(watched.process, max(left, 0.0))
            self._pid_file(watched).unlink(missing_ok=True)

    def _pid_file(self, watched: _Watched) -> Path:
        return self._run / f"{watched.child.name}.pid"

    def _sweep(self) -> None:
        # Only where no leash exists can an earlier keeper have left something running.
        for file in self._run.glob("*.pid"):
            if (pid := pids.living(file)) is not None:
                os.killpg(pid, signal.SIGKILL)
            file.unlink(missing_ok=True)

    def _rotate(self, log: Path) -> None:
        if log.exists() and log.stat().st_size > _LOG_BYTES_MAX:
            log.replace(log.with_suffix(".log.1"))


def _signal(process: subprocess.Popen[bytes] | None, number: signal.Signals) -> None:
    if process is not None and process.poll() is None:
        process.send_signal(number)


def _reap(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
