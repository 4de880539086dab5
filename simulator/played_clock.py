"""The played clock of a namespace: its hand is moved by a command, never by the wall."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

from contracts.topics import family_topic, qualified
from plumbing.kafka import Delivered, Sender
from plumbing.settings import Settings
from simulator.moments import EVENT_SPACE, written


class PlayedClock:
    """Tells the sequencer what time it is in each port system that is played."""

    def __init__(self, sender: Sender, settings: Settings, systems: Sequence[str]) -> None:
        """Speak through `sender`, in the namespace of `settings`."""
        self._sender, self._systems = sender, systems
        self._topic = qualified(family_topic("command"), settings.namespace)

    async def advance(self, now_at: datetime) -> list[Delivered]:
        """Move the clock of every port on; return where Kafka has acknowledged it.

        Raises:
            KafkaAway: it did not; the same instant may be said again.
        """
        sent = [
            self._sender.send(self._topic, key=system, value=clock_advanced(system, now_at))
            for system in self._systems
        ]
        return list(await asyncio.gather(*sent))


def clock_advanced(system: str, now_at: datetime) -> bytes:
    """Return the command (M14) by which a port's played clock moves to an instant."""
    said = written(now_at)
    return json.dumps(
        {
            "specversion": "1.0",
            "id": str(uuid5(EVENT_SPACE, f"clock|{system}|{said}")),
            "source": f"/{system}/rada/player",
            "type": "rada.command.clock-advanced",
            "subject": system,
            "time": said,
            "recordedtime": said,
            "partitionkey": system,
            "datacontenttype": "application/json",
            "dataschema": "urn:rada:schema:command.clock-advanced:1.0",
            "organisation": "rada",
            "publisher": "rada",
            "data": {"by": "player", "why": "the played clock moves on", "now_at": said},
        }
    ).encode()
