"""The world played live: its lines as moments that a player posts, or hands to Kafka itself."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence, Set

import httpx

from contracts.topics import family_topic, qualified
from correlation.instants import moment
from plumbing.kafka import Sender
from plumbing.settings import Settings
from simulator.journal_end import JournalEnd
from simulator.moments import Moment
from simulator.played_clock import PlayedClock
from simulator.player import Player
from simulator.world.telling.handover import Line
from simulator.world.world import World


def as_moment(line: Line) -> Moment:
    """Return a line as a moment."""
    return Moment(moment(line.at), line.family, line.event, line.publisher)


def moments(world: World) -> Iterator[Moment]:
    """Yield what is handed over in a world, as it goes on."""
    return map(as_moment, world.lines())


class DirectPlayer(Player):
    """Hands moments to Kafka itself, as an edge does that has checked them.

    Those of the port systems that it has edges' addresses and keys for may go through the edges.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: PlayedClock,
        journal: JournalEnd,
        *,
        sender: Sender,
        settings: Settings,
    ) -> None:
        """Send by `sender` to the family topics of a namespace."""
        super().__init__(client, clock, journal, urls={}, keys={})
        self._sender, self._settings = sender, settings
        self._through: Set[str] = frozenset()

    def through_edges(
        self, systems: Set[str], urls: Mapping[str, str], keys: Mapping[tuple[str, str], str]
    ) -> None:
        """Post what is said in some port systems to `urls` (by family), with `keys`."""
        self._through, self._urls, self._keys = systems, urls, keys

    async def _post(self, moments: Sequence[Moment]) -> None:
        posted = [each for each in moments if each.event["partitionkey"] in self._through]
        handed = [each for each in moments if each.event["partitionkey"] not in self._through]
        await asyncio.gather(super()._post(posted), self._hand(handed))

    async def _hand(self, moments: Sequence[Moment]) -> None:
        sent = [
            self._sender.send(
                qualified(family_topic(each.family), self._settings.namespace),
                key=str(each.event["partitionkey"]),
                value=json.dumps({**each.event, "publisher": each.organisation}).encode(),
            )
            for each in moments
        ]
        for delivered in await asyncio.gather(*sent):
            self._note(delivered.topic, delivered.partition, delivered.offset)
        self.tally.accepted += len(sent)
