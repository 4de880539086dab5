"""Reads the projection in Redis for all ports: whole pictures first, then their streams."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, cast

import msgspec
import redis
import redis.asyncio

from contracts.topics import partition_of
from plumbing.logs import get
from plumbing.versions import KINDS, Kind
from services.alert_gateway.feed import Feed
from services.alert_gateway.items import Item, Position
from services.alert_gateway.projection import key_prefix

BLOCK_MS: Final = 500
ENTRIES_MAX: Final = 500
RETRY_SECONDS: Final = 0.5

Entry = tuple[bytes, dict[bytes, bytes]]


class Reading:
    """One connection to Redis that keeps the feeds of all ports current."""

    def __init__(
        self,
        client: "redis.asyncio.Redis",
        systems: Iterable[str],
        *,
        namespace: str = "",
        partitions: int,
        heartbeat_seconds: float = 15,
        is_wall_clock: bool = True,
    ) -> None:
        self.feeds = {
            system: Feed(system, partition_of(system, partitions)) for system in sorted(systems)
        }
        self._redis = client
        self._prefix = key_prefix(namespace)
        self._heartbeat_seconds = heartbeat_seconds
        self._is_wall_clock = is_wall_clock
        self._is_away = False
        self._is_ending = False

    def end(self) -> None:
        """Begin no further turn. To be said before the cancellation, which may be lost."""
        self._is_ending = True

    async def run(self) -> None:
        """Keep the feeds current until cancelled; Redis away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beats())
            tasks.create_task(self._turns())

    async def missed(self, feed: Feed, position: Position) -> list[Item] | None:
        """Return every change of a port after a position up to its feed, or None.

        None means that some of them are no longer kept: the reader must start over.
        """
        known = feed.since(position)
        if known is not None or feed.position is None or position.epoch != feed.position.epoch:
            return known
        upto = feed.position
        if position.sequence > upto.sequence:
            return None
        key = f"{self._prefix}stream:{feed.system}"
        entries = await self._redis.xrange(key, f"({position.sequence}", str(upto.sequence))
        items = [_item(entry) for entry in cast("list[Entry]", entries)]
        sequences = range(position.sequence + 1, upto.sequence + 1)
        expected = [Position(upto.epoch, sequence) for sequence in sequences]
        return items if [item.position for item in items] == expected else None

    async def turn(self) -> None:
        """Compare every feed with Redis once, load what differs, then follow the streams."""
        epochs = await self._epochs()
        for feed in self.feeds.values():
            epoch = epochs[feed.partition]
            # While a projection is being built, the picture of before is shown, as stale.
            if epoch is None:
                continue
            if feed.position is None or feed.position.epoch != epoch:
                await self._load(feed)
            feed.heard()
        await self._follow([feed for feed in self.feeds.values() if epochs[feed.partition]])

    async def _turns(self) -> None:
        # A cancellation that meets the client's own timeout comes out as an error of Redis.
        while not self._is_ending:
            try:
                await self.turn()
                self._is_away = False
            except (redis.RedisError, OSError) as error:
                if not self._is_away:
                    get().warning("redis is away; showing the last picture", error=str(error))
                self._is_away = True
                await asyncio.sleep(RETRY_SECONDS)

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_seconds)
            for feed in self.feeds.values():
                feed.beat(datetime.now(UTC) if self._is_wall_clock else None)

    async def _epochs(self) -> dict[int, str | None]:
        partitions = sorted({feed.partition for feed in self.feeds.values()})
        pipe = self._redis.pipeline(transaction=False)
        for partition in partitions:
            pipe.hmget(f"{self._prefix}partition:{partition}", ["epoch", "building"])
        answers = await pipe.execute()
        return {
            partition: epoch.decode() if epoch and building != b"1" else None
            for partition, (epoch, building) in zip(partitions, answers, strict=True)
        }

    async def _load(self, feed: Feed) -> None:
        pipe = self._redis.pipeline(transaction=True)
        meta = f"{self._prefix}partition:{feed.partition}"
        pipe.hmget(meta, ["epoch", f"position:{feed.system}"])
        for kind in KINDS:
            pipe.hgetall(f"{self._prefix}{kind}:{feed.system}")
        (epoch, sequence), *tables = await pipe.execute()
        if epoch is None:
            return
        documents: dict[Kind, dict[str, Any]] = {
            kind: {name.decode(): msgspec.json.decode(body) for name, body in table.items()}
            for kind, table in zip(KINDS, tables, strict=True)
        }
        feed.load(Position(epoch.decode(), int(sequence or 0)), documents)

    async def _follow(self, feeds: list[Feed]) -> None:
        standing = {f"{self._prefix}stream:{feed.system}": feed for feed in feeds if feed.position}
        if not standing:
            await asyncio.sleep(RETRY_SECONDS)
            return
        after: dict[Any, Any] = {
            key: f"{feed.position.sequence}-0" for key, feed in standing.items() if feed.position
        }
        answer = await self._redis.xread(after, count=ENTRIES_MAX, block=BLOCK_MS)
        for key, entries in _streams(answer):
            feed = standing[key]
            for entry in entries:
                item = _item(entry)
                assert feed.position is not None
                if item.position != (feed.position.epoch, feed.position.sequence + 1):
                    # Trimmed or rebuilt under us: an honest start over, never a gap.
                    await self._load(feed)
                    break
                feed.apply(item)


def _streams(answer: Any) -> list[tuple[str, list[Entry]]]:
    # redis-py gives pairs or, by RESP3, a mapping of name to a list of one list of entries.
    if isinstance(answer, dict):
        return [(key.decode(), parts[0] if parts else []) for key, parts in answer.items()]
    return [(key.decode(), entries) for key, entries in answer or []]


def _item(entry: Entry) -> Item:
    name, fields = entry
    return Item(
        Position(fields[b"e"].decode(), int(name.partition(b"-")[0])),
        cast("Kind", fields[b"k"].decode()),
        fields[b"i"].decode(),
        fields[b"d"],
    )
