"""The stack of one checkout, as `./rada up` keeps it: one at a time, its state in a file.

`run/stack.json` says where everything listens, for `status`, `logs`, `down` and other programs;
it is believed only while the process that wrote it lives.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from plumbing.settings import Settings
from stack import pids, services
from stack.kafka_jars import Progress
from stack.processes import Phase
from stack.running import Running, Say, services_on, stores

DIRECTORY: Final = Path(os.environ.get("RADA_DIRECTORY") or services.ROOT / ".rada")
"""Where data, logs and pid files stay: RADA_DIRECTORY, or `.rada` in the checkout."""
_STOP_SECONDS: Final = 45.0


class AlreadyRunning(Exception):
    """A stack of this folder runs already."""


@dataclass(frozen=True)
class Kept:
    """A stack that is up, and the file that says so."""

    rada: Running
    file: Path

    def is_refused(self) -> str | None:
        """Return the name of a process that refuses to run, if there is one."""
        phases = self.rada.supervisor.phases()
        return next((name for name, phase in phases.items() if phase is Phase.REFUSED), None)

    def save(self) -> None:
        """Write where everything listens and how it stands now."""
        _write(self.file, _document(self.rada))


@contextmanager
def kept(
    directory: Path = DIRECTORY,
    *,
    say: Say = lambda _line: None,
    progress: Progress | None = None,
    prepare: Callable[[Settings], object] = lambda _settings: None,
) -> Iterator[Kept]:
    """Run the whole stack as the environment's settings say; raise `AlreadyRunning`."""
    run = directory / "run"
    run.mkdir(parents=True, exist_ok=True)
    settings, file = Settings(), run / "stack.json"
    with ExitStack() as stack:
        stack.enter_context(_alone(run / "lock"))
        pids.write(run / "keeper", os.getpid())
        stack.callback(file.unlink, missing_ok=True)
        both = stack.enter_context(
            stores(directory, given=settings, is_lasting=True, say=say, progress=progress)
        )
        rada = stack.enter_context(
            services_on(
                both,
                namespace=settings.namespace,
                clock=settings.clock,
                has_fixed_ports=True,
                prepare=prepare,
            )
        )
        up = Kept(rada, file)
        up.save()
        yield up


def state(directory: Path = DIRECTORY) -> dict[str, Any] | None:
    """Return what `stack.json` says, or None when no stack of this folder runs."""
    if pids.living(directory / "run" / "keeper") is None:
        return None
    try:
        document: dict[str, Any] = json.loads((directory / "run" / "stack.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return document


def keeper_pid(directory: Path = DIRECTORY) -> int | None:
    """Return the pid of the process that keeps this folder's stack, if one does."""
    return pids.living(directory / "run" / "keeper")


def stop(directory: Path = DIRECTORY) -> bool:
    """Ask the keeper to stop everything and wait for it; return whether there was one."""
    file = directory / "run" / "keeper"
    pid = pids.living(file)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + _STOP_SECONDS
    while pids.living(file) == pid:
        if time.monotonic() > until:
            # Its children die with it; whatever it had to say to Kafka was said or is repeated.
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    return True


def _document(rada: Running) -> dict[str, Any]:
    supervisor, settings = rada.supervisor, rada.settings
    named = {rada.label(name): name for name in rada.urls}
    return {
        "namespace": settings.namespace,
        "clock": settings.clock,
        "kafka": settings.kafka.bootstrap_servers,
        "redis": settings.redis.url.get_secret_value(),
        "processes": {
            label: {
                "phase": str(phase),
                "pid": supervisor.pid(label),
                "url": rada.urls.get(named.get(label, ""), ""),
                "log": str(supervisor.log(label)),
            }
            for label, phase in supervisor.phases().items()
        },
    }


def _write(file: Path, document: dict[str, Any]) -> None:
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)  # the Redis address may hold a password
    fresh.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    fresh.replace(file)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            raise AlreadyRunning(
                "Rada runs already in this folder: ./rada status shows it, ./rada down stops it"
            ) from held
        yield
