"""Where a benchmark runs: Kafka and Valkey of its own, a fresh namespace, no topics left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from plumbing import topics
from plumbing.settings import KafkaSettings, RedisSettings, Settings
from stack.kafka_jars import Progress
from stack.running import Stores, stores

PREFIX: Final = "bench-"
SNAPSHOT_SECONDS: Final = 20.0
"""A third of the default, so that snapshots fall into every run."""


@contextmanager
def place(directory: Path, progress: Progress | None = None) -> Iterator[tuple[Stores, str]]:
    """Run the stores in a folder, one partition; give them and a namespace for this run.

    The partition is one because a benchmark measures one worker. Servers named in the environment
    are not used: a benchmark would crowd them out.

    Raises:
        StartFailed: Kafka or Valkey did not start.
    """
    own = Settings(
        kafka=KafkaSettings(partitions=1), redis=RedisSettings(), snapshot_seconds=SNAPSHOT_SECONDS
    )
    with stores(directory, given=own, is_lasting=True, progress=progress) as both:
        topics.delete(both.settings, PREFIX)
        try:
            yield both, PREFIX + datetime.now(UTC).strftime("%y%m%d-%H%M%S")
        finally:
            topics.delete(both.settings, PREFIX)
