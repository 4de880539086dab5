"""The proof: fold a range, and say whether the log holds the same words."""

import time
from dataclasses import dataclass
from typing import Any, Final

from replay.compare import Comparison, Live, Outcome
from replay.fold import Fold, Range, Tally, Watch, frames_of
from replay.source import Journal

_PATIENCE_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Proof:
    """A finished replay: what was folded, in how long, and how it compares."""

    journal: str
    partition: int
    chosen: Range
    tally: Tally
    seconds: float
    outcome: Outcome

    @property
    def events_per_s(self) -> float:
        """Events folded per second, reading and comparing included."""
        return self.tally.events / self.seconds if self.seconds else 0.0

    def document(self) -> dict[str, Any]:
        """Return the proof for a program."""
        first = self.outcome.first
        return {
            "equal": self.outcome.is_equal,
            "journal": self.journal,
            "partition": self.partition,
            **self.chosen.document(),
            "frames": self.tally.frames,
            "records": self.tally.records,
            "events": self.tally.events,
            "alerts": {
                "said": self.outcome.said,
                "equal": self.outcome.equal,
                "different": self.outcome.different,
                "missing": self.outcome.missing,
                "phantom": self.outcome.phantom,
                "compacted_away": self.outcome.compacted,
            },
            "seconds": round(self.seconds, 3),
            "events_per_s": round(self.events_per_s),
            "first_difference": None
            if first is None
            else {
                "kind": first.kind,
                "journal_offset": first.position[0],
                "ordinal": first.position[1],
                "alert_id": first.alert_id,
                "version": first.version,
                "about": first.about,
                "alerts_offset": first.alerts_offset,
                "fields": [
                    {"field": name, "live": live, "replayed": replayed}
                    for name, live, replayed in first.fields
                ],
            },
        }


def prove(journal: Journal, chosen: Range, watch: Watch) -> Proof:
    """Fold the range and compare every alert with the log, byte for byte.

    Raises:
        CannotReplay: frames are gone or unreadable, or other code ruled.
    """
    live = Live(journal)
    began = time.monotonic()
    fold = Fold(chosen.state(journal))
    comparison = Comparison(journal, live, is_from_start=chosen.snapshot is None)
    for (topic, key), spoken in fold.state.spoken.items():
        if topic == "alerts":
            comparison.known[key] = spoken.version
    for offset, frame in frames_of(journal, chosen):
        for ordinal, said in enumerate(fold.apply(offset, frame)):
            if said.topic != "alerts":
                continue
            if offset < chosen.first:
                comparison.before(said)
            else:
                comparison.take((offset, ordinal), said)
        watch(fold.tally.frames, fold.state.now)
    seconds = time.monotonic() - began
    _hear_out(comparison)
    outcome = comparison.finish(chosen.first, chosen.end)
    return Proof(journal.name, journal.partition, chosen, fold.tally, seconds, outcome)


def _hear_out(comparison: Comparison) -> None:
    # A coordinator that runs may be a little behind the end of the journal as it was seen.
    until = time.monotonic() + _PATIENCE_SECONDS
    while comparison.has_unheard and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        comparison.read_on()
