"""Where to begin reading, and how far to commit: the two places where a record could be lost."""

from collections import deque
from dataclasses import dataclass

from contracts.journal import Origin
from plumbing.rules import ALL, Rules


@dataclass(slots=True)
class Written:
    """One frame on its way; `is_reported` once Kafka acknowledged it."""

    positions: dict[Origin, int]
    is_reported: bool = False


@dataclass(frozen=True, slots=True)
class Committed:
    """What the group remembers of one input partition; `topic_id` as noted with the offset."""

    offset: int
    topic_id: str


class Ledger:
    """The frames of one partition in the order in which they were sent."""

    def __init__(self, rules: Rules = ALL) -> None:
        """Begin with nothing sent."""
        self._rules = rules
        self._written: deque[Written] = deque()

    def sent(self, positions: dict[Origin, int]) -> Written:
        """Note a frame; set `is_reported` on what is returned when its report comes."""
        written = Written(positions)
        self._written.append(written)
        return written

    def in_flight(self) -> int:
        """Return how many frames are noted and not yet committable."""
        return len(self._written)

    def committable(self) -> dict[Origin, int] | None:
        """Return the positions behind the last frame before the first unreported one.

        None when there is nothing new. A frame that landed behind one that did not proves
        nothing about the first: only the unbroken run from the start counts.
        """
        if "commit_prefix" not in self._rules:
            return self._behind_any_report()
        positions = None
        while self._written and self._written[0].is_reported:
            positions = self._written.popleft().positions
        return positions

    def _behind_any_report(self) -> dict[Origin, int] | None:
        reported = [at for at, written in enumerate(self._written) if written.is_reported]
        if not reported:
            return None
        for _ in range(reported[-1]):
            self._written.popleft()
        return self._written.popleft().positions


def start_position(committed: Committed | None, topic_id: str, end: int, rules: Rules = ALL) -> int:
    """Return the offset from which an input partition is read.

    Without a commit: the earliest, never the end. A commit noted under another topic id, or
    beyond the end, speaks of a topic that is gone: this one is read from its first record.
    """
    if committed is None:
        return 0 if "earliest" in rules else end
    if committed.offset > end:
        return 0
    if committed.topic_id != topic_id and "origin_era" in rules:
        return 0
    return committed.offset
