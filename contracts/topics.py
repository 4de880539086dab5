"""Every Kafka topic in one table: name, key, retention, compaction, and where a key lives."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

FAMILIES: Final = ("vessel", "gate", "yard", "clearance", "command", "network")
"""The inputs of the sequencer, one topic each (and one more for each direct publisher)."""

PARTITIONS_DEFAULT: Final = 6
"""Partitions of every topic: one count for all, because partition N of each belongs together."""

MIB: Final = 1024 * 1024
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Topic:
    """One topic: its name without namespace, what its key means, and the settings that matter.

    `retention` of None means that the broker expires nothing by time.
    """

    name: str
    key: str
    retention: timedelta | None
    compacted: bool = False
    max_message_bytes: int = MIB + MIB // 4
    settings: dict[str, str] = field(default_factory=dict)

    def configuration(self) -> dict[str, str]:
        """Return the topic configuration as Kafka names and writes it."""
        milliseconds = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        return {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.max_message_bytes),
            "retention.ms": str(milliseconds),
            **self.settings,
        }


# A reader away for less than this sees every version; a zombie is repaired long before.
_COMPACTION: Final = {"min.compaction.lag.ms": str(int(HOUR.total_seconds() * 1000))}

INPUTS: Final = tuple(
    Topic(f"rada.{family}.v1", "port system (UN/LOCODE)", 30 * DAY) for family in FAMILIES
)
JOURNAL: Final = Topic(
    "rada.journal.v1",
    "none: the partition is set explicitly",
    # Trimmed by the coordinator behind the older of two complete snapshots, never by the clock.
    None,
    max_message_bytes=2 * MIB,
)
SNAPSHOTS: Final = Topic(
    "rada.snapshots.v1",
    "cursor and part",
    None,
    True,
    2 * MIB,
    # Only the two newest are ever wanted and a restore reads all that is left: compact early.
    {
        "segment.bytes": str(32 * MIB),
        "min.cleanable.dirty.ratio": "0.1",
        "delete.retention.ms": str(10 * 60 * 1000),
    },
)
ALERTS: Final = Topic("rada.alerts.v1", "alert id", None, True, settings=dict(_COMPACTION))
PICTURE: Final = Topic("rada.picture.v1", "kind and id", None, True, settings=dict(_COMPACTION))
REJECTED: Final = Topic("rada.rejected.v1", "rejection id", 30 * DAY, False, 2 * MIB)

CLOCK: Final = Topic(
    "rada.clock.v1",
    "none: only the broker's time stamp matters",
    HOUR,
    settings={"message.timestamp.type": "LogAppendTime"},
)
"""Where a process asks for the broker's time; nobody subscribes to it."""

TOPICS: Final = (*INPUTS, JOURNAL, SNAPSHOTS, ALERTS, PICTURE, REJECTED)
"""What carries records between processes."""
EVERY: Final = (*TOPICS, CLOCK)
"""What has to exist."""


def family_topic(family: str) -> str:
    """Return the topic name of an input family, without namespace."""
    return f"rada.{family}.v1"


def qualified(name: str, namespace: str = "") -> str:
    """Return the topic name inside a namespace: `trial.rada.gate.v1`; live has no prefix."""
    return f"{namespace}.{name}" if namespace else name


def partition_of(key: str, partitions: int) -> int:
    """Return the partition in which Java's default partitioner puts a key (murmur2 of UTF-8).

    librdkafka does the same with `partitioner=murmur2_random`.
    """
    return (_murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def _murmur2(key: bytes) -> int:
    # Constants and steps as in org.apache.kafka.common.utils.Utils.murmur2.
    multiplier, mask = 0x5BD1E995, 0xFFFFFFFF
    digest = (0x9747B28C ^ len(key)) & mask
    whole = len(key) // 4 * 4
    for at in range(0, whole, 4):
        word = int.from_bytes(key[at : at + 4], "little") * multiplier & mask
        word = (word ^ (word >> 24)) * multiplier & mask
        digest = (digest * multiplier & mask) ^ word
    if rest := key[whole:]:
        digest = (digest ^ int.from_bytes(rest, "little")) * multiplier & mask
    digest = (digest ^ (digest >> 13)) * multiplier & mask
    return digest ^ (digest >> 15)
