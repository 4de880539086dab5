"""The ledger of a port's truth: each incident from when it is so until it is over, then a label.

An incident that does not last for its hold is none. One that comes back within the hour is the
same. A label is written once it can no longer come back, or when the run ends.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from correlation.findings import Severity
from simulator.truth import Label
from simulator.world.labels.thresholds import REOPENED_WITHIN


class Truth(NamedTuple):
    """What is so now. `known_at`: when the last word that decides it was received, if any was.

    `root_key` stands behind it, and so do `more_roots`, where several things together do.
    """

    key: str
    severity: Severity
    known_at: int | None
    impact_at: int
    act_by_at: int
    audience: Iterable[str]
    root: str
    hold: int = 0
    root_key: str | None = None
    more_roots: tuple[str, ...] = ()


class _Incident:
    """One incident while it may still change."""

    def __init__(self, truth: Truth, now: int) -> None:
        self.start = now
        self.end: int | None = None
        self.clears_at: int | None = None
        self.hold = truth.hold
        self.path: list[tuple[int, Severity]] = []
        self.known_at: int | None = None
        self.audience: set[str] = set()
        self.roots: dict[str, None] = {}
        self.take(truth, now)
        self.root = truth.root

    def take(self, truth: Truth, now: int) -> None:
        """Let it be as it is now."""
        if not self.path or self.path[-1][1] != truth.severity:
            self.path.append((now, truth.severity))
        if truth.known_at is not None:
            known = max(truth.known_at, self.start)
            self.known_at = known if self.known_at is None else min(known, self.known_at)
        self.impact_at, self.act_by_at = truth.impact_at, truth.act_by_at
        self.audience |= set(truth.audience)
        for root in (truth.root_key, *truth.more_roots):
            if root is not None:
                self.roots[root] = None
        self.hold = min(self.hold, truth.hold)
        self.end = self.clears_at = None

    def label(self, key: str, system: str) -> Label:
        """Return it as a label."""
        end = self.end
        known = self.known_at
        # What nobody could know for as long as its hold before it was over, nobody was owed.
        if known is not None and end is not None and end - known <= self.hold:
            known = None
        if known is not None and known > self.impact_at:
            known = None
        return Label(
            code=key.partition("|")[0],
            dedup_key=key,
            system=system,
            true_start=self.start,
            knowable_at=known,
            impact_at=self.impact_at,
            act_by_at=self.act_by_at,
            true_end=self.clears_at,
            severity_path=tuple(self.path),
            audience=tuple(sorted(self.audience)),
            root_kind=self.root,
            root_key=next(iter(self.roots), None),
            root_keys=tuple(self.roots),
        )


class Ledger:
    """Every incident of one port that is so, or was so within the last hour."""

    def __init__(self, system: str, write: Callable[[Label], None]) -> None:
        """Hand finished labels to `write`."""
        self.system = system
        self.is_open = False
        """Whether the run has begun; what was so before is so from its beginning."""
        self._write = write
        self._incidents: dict[str, _Incident] = {}
        self._ended: dict[str, int] = {}

    def so(self, truth: Truth, now: int) -> None:
        """Note that something is so."""
        if not self.is_open:
            return
        incident = self._incidents.get(truth.key)
        if incident is None or not self._is_same(truth.key, incident, now):
            self._incidents[truth.key] = _Incident(truth, now)
        else:
            incident.take(truth, now)
        self._ended.pop(truth.key, None)

    def over(self, key: str, now: int, lasts: int = 0) -> None:
        """Note that something is no longer so; if it was, it may yet come back.

        `lasts`: for so long it must not, by the catalogue, before it counts as over (ms).
        """
        incident = self._incidents.get(key)
        if incident is None or incident.end is not None:
            return
        if now - incident.start < incident.hold:
            del self._incidents[key]
            return
        incident.end, incident.clears_at = now, now + lasts
        self._ended[key] = now

    def is_so(self, key: str) -> bool:
        """Tell whether something is so now."""
        incident = self._incidents.get(key)
        return incident is not None and incident.end is None

    def was_so(self, key: str, within: int, now: int) -> bool:
        """Tell whether something is so, or was until less than so long ago (ms)."""
        ended = self._ended.get(key)
        return self.is_so(key) or (ended is not None and now - ended < within)

    def root_of(self, *keys: str | None) -> str | None:
        """Return the first of these keys that is so, or None."""
        return next((key for key in keys if key is not None and self.is_so(key)), None)

    def any_so(self) -> bool:
        """Tell whether anything but a silence is so."""
        return any(
            incident.end is None and not key.startswith("D0")
            for key, incident in self._incidents.items()
        )

    def settle(self, now: int) -> None:
        """Write what can no longer come back."""
        done = [key for key, end in self._ended.items() if now - end > REOPENED_WITHIN]
        for key in done:
            del self._ended[key]
            self._write(self._incidents.pop(key).label(key, self.system))

    def close(self, now: int) -> None:
        """Write everything that lasted, at the end of the run."""
        for key, incident in self._incidents.items():
            if incident.clears_at is not None and incident.clears_at > now:
                incident.clears_at = None  # the run ends before it is over
            if incident.end is not None or now - incident.start >= incident.hold:
                self._write(incident.label(key, self.system))
        self._incidents.clear()

    def _is_same(self, key: str, incident: _Incident, now: int) -> bool:
        if incident.end is None or now - incident.end <= REOPENED_WITHIN:
            return True
        self._write(incident.label(key, self.system))
        return False
