"""The board of a played namespace: a gateway with a store of its own, as long as it is wanted."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from cli.demo_stage import only_one
from cli.screen import errors
from plumbing.settings import Settings
from stack import services
from stack.ports import free_port
from stack.running import environment_of, stores
from stack.services import ROOT

DIRECTORY: Final = ROOT / ".rada" / "replay"
GATEWAY: Final = "alert_gateway"
_READY_SECONDS: Final = 60.0


@contextmanager
def board_on(onto: Settings) -> Iterator[str]:
    """Run a gateway of a namespace that exists; give its address, and stop it at the end.

    Raises:
        DemoRuns: another board of a replay runs in this folder.
        StartFailed: it does not come up.
    """
    given = onto.kafka.model_copy(update={"bootstrap_servers": onto.kafka.bootstrap_servers})
    onto = onto.model_copy(update={"kafka": given})  # named: no Kafka is started here
    with only_one(DIRECTORY), stores(DIRECTORY, given=onto, say=errors.print) as both:
        port = free_port()
        both.supervisor.start(
            services.child(
                services.BY_NAME[GATEWAY],
                python=sys.executable,
                port=port,
                environment=environment_of(both.settings),
                label=f"{onto.namespace}.{GATEWAY}",
            )
        )
        both.supervisor.await_ready(f"{onto.namespace}.{GATEWAY}", timeout=_READY_SECONDS)
        yield services.url(port)


def stay() -> None:
    """Wait for Ctrl-C: the board stays up, its clock stands still."""
    errors.print("The board stays up, its clock stands still. Stop: Ctrl-C")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
