"""The live picture in Redis: what is written, under which keys, and how a loss is noticed.

A partition of the alerts and picture topics is one projection with an epoch, a random name given
when it is built. Inside an epoch each port system has a position that rises by one with every
change, and a stream of these changes. The Kafka offsets stand beside them, written by the same
script. Redis that was wiped, or put back to an older dump, has no epoch or lower offsets: the
projection is then built again from Kafka under a new epoch, and readers are told to start over.
"""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import redis

from plumbing.versions import Word

STREAM_LENGTH: Final = 20_000
WORDS_MAX: Final = 250
"""Words of one script call, so that no reader of Redis waits long for it."""

_HERE: Final = Path(__file__).parent
_BUILT: Final = """
if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'building', '0')
end
"""


class ProjectionLost(RuntimeError):
    """Redis no longer holds what was written there; `is_wiped` tells that it must be rebuilt."""

    def __init__(self, partition: int, *, is_wiped: bool) -> None:
        super().__init__(f"projection of partition {partition} is not the one written to")
        self.partition = partition
        self.is_wiped = is_wiped


class Standing(NamedTuple):
    """Where a partition's projection stands: its epoch and the next offset of each topic."""

    epoch: str
    is_building: bool
    offsets: dict[str, int]
    topic_ids: dict[str, str]


def key_prefix(namespace: str) -> str:
    """Return the start of every key: one Redis may serve several namespaces."""
    return f"{namespace}.rada:" if namespace else "rada:"


class Projection:
    """Writes the projections of one namespace. Calls block; errors of Redis rise as they are."""

    def __init__(
        self, client: "redis.Redis", *, namespace: str = "", stream_length: int = STREAM_LENGTH
    ) -> None:
        self._redis = client
        self._prefix = key_prefix(namespace)
        self._length = stream_length
        self._apply = client.register_script((_HERE / "projection.lua").read_text())
        self._begin = client.register_script((_HERE / "begin.lua").read_text())
        self._built = client.register_script(_BUILT)

    def standing(self, partition: int, topics: Sequence[str]) -> Standing | None:
        """Return where a partition stands, or None when Redis knows nothing of it."""
        found: dict[bytes, bytes] = self._redis.hgetall(self._meta(partition))  # type: ignore[assignment]
        if b"epoch" not in found:
            return None
        return Standing(
            epoch=found[b"epoch"].decode(),
            is_building=found.get(b"building") == b"1",
            offsets={topic: int(found.get(b"offset:" + topic.encode(), b"0")) for topic in topics},
            topic_ids={
                topic: found.get(b"topic_id:" + topic.encode(), b"").decode() for topic in topics
            },
        )

    def begin(self, partition: int, seen_epoch: str | None, topic_ids: dict[str, str]) -> str:
        """Empty a partition's projection under a new epoch; return the epoch that stands then.

        Two projectors that see the same loss begin once: the second finds another epoch than
        the one that it saw and adopts it.
        """
        new = secrets.token_hex(6)
        arguments: list[str | int] = [self._prefix, partition, seen_epoch or "", new]
        for topic, name in topic_ids.items():
            arguments += [f"topic_id:{topic}", name]
        stands: bytes = self._begin(args=arguments)
        return stands.decode()

    def apply(
        self, partition: int, epoch: str, topic: str, span: tuple[int, int], words: Iterable[Word]
    ) -> int:
        """Write words in order and move the checkpoint of a topic; return how many were news.

        `span` is the offset that this writer wrote last, and the next one after these words.

        Raises:
            ProjectionLost: nothing was written, because Redis holds another projection.
        """
        arguments: list[str | bytes | int] = [self._prefix, partition, epoch, f"offset:{topic}"]
        arguments += [*span, self._length]
        for word in words:
            system = word.system or ""
            arguments += [word.kind, word.id, word.version, system, word.body or b""]
        answer: Any = self._apply(args=arguments)
        if answer[0] != b"ok":
            raise ProjectionLost(partition, is_wiped=answer[0] == b"behind")
        return int(answer[1])

    def built(self, partition: int, epoch: str) -> None:
        """Say that a projection holds all that Kafka held, so that readers may use it."""
        self._built(keys=[self._meta(partition)], args=[epoch])

    def _meta(self, partition: int) -> str:
        return f"{self._prefix}partition:{partition}"
