"""The table of our own processes: where each listens and in which order they stop."""

import os
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stack.processes import Child

ROOT: Final = Path(__file__).resolve().parent.parent
READY_PATH: Final = "/readyz"


@dataclass(frozen=True)
class Service:
    """One process: `python -m services.<name>`; `port` is the one that `./rada up` prefers.

    Edges (stage 2) stop first, so that nothing is accepted which the rest would not see soon.
    """

    name: str
    port: int
    stage: int
    purpose: str

    @property
    def module(self) -> str:
        """The module that is run."""
        return f"services.{self.name}"


SERVICES: Final = (
    Service("sequencer", 8645, 1, "puts the inputs of a port in one order"),
    Service("coordinator", 8646, 1, "folds the journal into alerts"),
    Service("alert_gateway", 8640, 1, "the board, alerts by REST and SSE"),
    Service("vessel_events", 8641, 2, "takes vessel events by HTTP"),
    Service("gate_events", 8642, 2, "takes gate events by HTTP"),
    Service("yard_events", 8643, 2, "takes yard events by HTTP"),
    Service("clearance_events", 8644, 2, "takes clearances by HTTP"),
)
BY_NAME: Final = {service.name: service for service in SERVICES}


def child(
    service: Service, *, python: str, port: int, environment: Mapping[str, str], label: str
) -> Child:
    """Return the process of a service on a port; `label` names it among its siblings."""
    wanted = {**environment, "RADA_HTTP__PORT": str(port), "PYTHONUNBUFFERED": "1"}
    return Child(
        label,
        [python, "-m", service.module],
        is_ready(url(port)),
        environment=wanted,
        stage=service.stage,
    )


def url(port: int) -> str:
    """Return where a service answers on this machine."""
    host = os.environ.get("RADA_HTTP__HOST", "127.0.0.1")
    # A service told to listen everywhere listens on loopback too.
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104


def is_ready(address: str) -> Callable[[], bool]:
    """Return a question to ask again and again: is the service at this address ready."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(address + READY_PATH, timeout=1) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    return ask
