"""What the demo sets up for itself: a folder and a namespace of its own, clean topics."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cli.screen import downloads, errors
from contracts.profile import Community
from plumbing import topics
from plumbing.settings import Settings
from simulator.cast import Cast
from simulator.shown_day import STARTS
from simulator.world.instants import FIRST_DAY, written
from stack.handed_keys import Keys, hand_out_keys
from stack.running import Stores, stores

PREFIX: Final = "demo-"


class DemoRuns(Exception):
    """Another one runs in this folder."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder for one run; the kernel lets go of it even after SIGKILL.

    Raises:
        DemoRuns: another one holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRuns("one runs already in this folder; stop that one first") from error
        yield


@contextmanager
def stage(directory: Path) -> Iterator[tuple[Stores, Keys]]:
    """Run Kafka and Valkey in a folder, alone there; give them and the keys of every port.

    Profiles with the keys' hashes stand in the folder; topics of earlier plays are deleted.

    Raises:
        DemoRuns: another one holds the folder.
    """
    given, copies = Settings(), directory / "communities"
    with (
        only_one(directory),
        downloads() as progress,
        stores(
            directory,
            given=given.model_copy(update={"communities": copies}),
            say=errors.print,
            progress=progress,
        ) as both,
    ):
        keys = hand_out_keys(given.communities, copies)
        topics.delete(both.settings, PREFIX)
        yield both, keys


def fresh_namespace() -> str:
    """Return a namespace that no earlier demo used."""
    return PREFIX + datetime.now(UTC).strftime("%y%m%d-%H%M%S")


def a_curl(url: str, community: Community, keys: Mapping[tuple[str, str], str]) -> tuple[str, str]:
    """Return an organisation's key, and one command line that publishes an event with it."""
    facility = community.facilities[0]
    pen = Cast(community).pen("TER", "gate", facility.code)
    key = keys[community.system, pen.publisher]
    event = {
        "specversion": "1.0",
        "id": "mine-1",
        "source": pen.source,
        "type": "rada.gate.queue-reported",
        "subject": f"{facility.code}/gate/{facility.gates[0].id}",
        "time": written(FIRST_DAY + STARTS),
        "data": {
            "as_of": written(FIRST_DAY + STARTS),
            "direction": "BOTH",
            "trucks": 9,
            "refs": {"port": community.system, "facility": facility.code},
        },
    }
    line = (
        f"curl -X POST {url}/v1/events -H 'X-API-Key: {key}'"
        f" -H 'Content-Type: application/cloudevents+json' -d '{json.dumps(event)}'"
    )
    return key, line
