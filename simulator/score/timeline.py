"""One incident of a run on a line of time: what was so, and what was said of it when."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from contracts.identifiers import PORT_SYSTEMS
from correlation.findings import SEVERITIES, Severity
from correlation.instants import DAY, HOUR, MINUTE
from correlation.speech import local_time
from simulator.score.card import Card
from simulator.score.instances import Instance
from simulator.score.matching import Hit

ROWS_MAX: Final = 12
TICKS_MAX: Final = 8
_STEPS: Final = tuple(
    int(step)
    for step in (10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY)
)
_MARGIN: Final = 0.04


@dataclass(frozen=True)
class Bar:
    """A stretch of time in percent of the whole line, and how bad it was, if it was said."""

    left: float
    width: float
    severity: Severity | None = None


@dataclass(frozen=True)
class Row:
    """One alert of the incident: when it was true, when it was said, and what mattered."""

    code: str
    key: str
    fact: str
    truth: Bar
    said: tuple[Bar, ...]
    knowable: float
    act_by: float
    impact: float


@dataclass(frozen=True)
class Timeline:
    """An incident: its rows, the beginning first, and the ticks of its scale (percent, text)."""

    system: str
    rows: tuple[Row, ...]
    more: int
    ticks: tuple[tuple[float, str], ...]


def timeline(card: Card, language: str) -> Timeline | None:
    """Return the incident with the most effects that were told, or None where nothing was true."""
    chosen = _incident(card)
    if not chosen:
        return None
    ends = card.run.ends
    begins, until = _span(chosen, ends)
    scale = _Scale(begins, until, ends)
    system = chosen[0].label.system
    zone = ZoneInfo(PORT_SYSTEMS[system].timezone)
    rows = tuple(scale.row(hit, language) for hit in chosen[:ROWS_MAX])
    ticks = tuple((scale.at(at), local_time(at, language, zone)) for at in _ticks(begins, until))
    return Timeline(system, rows, max(0, len(chosen) - ROWS_MAX), ticks)


def _incident(card: Card) -> list[Hit]:
    """Return the hits of the largest incident in the order of their truth; one hit if none is."""
    hits = sorted(card.matching.hits, key=lambda h: (h.label.true_start, h.label.dedup_key))
    if not hits:
        return []
    effects = Counter(root for hit in hits for root in sorted(hit.instance.roots))
    known = {hit.instance.alert_id for hit in hits}
    roots = [(count, root) for root, count in effects.items() if root in known]
    if not roots:
        return [max(hits, key=lambda hit: (_worst(hit.instance), hit.label.true_start))]
    root = max(roots)[1]
    seen = set[str]()
    chosen = []
    for hit in hits:
        identity = hit.instance.alert_id
        if identity not in seen and (identity == root or root in hit.instance.roots):
            seen.add(identity)
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.instance.alert_id != root)


def _worst(instance: Instance) -> int:
    return max(SEVERITIES.index(severity) for _, severity in instance.severities)


def _span(hits: Iterable[Hit], ends: int) -> tuple[int, int]:
    instants = list[int]()
    for hit in hits:
        label = hit.label
        instants += [label.true_start, label.impact_at, label.act_by_at]
        instants.append(ends if label.true_end is None else label.true_end)
        for opening in hit.instance.openings:
            instants += [opening.start, ends if opening.end is None else opening.end]
    first, last = min(instants), max(instants)
    margin = max(MINUTE, int((last - first) * _MARGIN))
    return first - margin, last + margin


def _ticks(begins: int, until: int) -> Iterator[int]:
    step = next((s for s in _STEPS if (until - begins) // s <= TICKS_MAX), _STEPS[-1])
    at = begins - begins % step + step
    while at < until:
        yield at
        at += step


class _Scale:
    """From instants to percent of the line."""

    def __init__(self, begins: int, until: int, ends: int) -> None:
        self._begins, self._length, self._ends = begins, until - begins, ends

    def at(self, instant: int) -> float:
        return round(100 * (instant - self._begins) / self._length, 2)

    def bar(self, start: int, end: int | None, severity: Severity | None = None) -> Bar:
        left = self.at(start)
        right = self.at(self._ends if end is None else end)
        return Bar(left, round(max(0.3, right - left), 2), severity)

    def row(self, hit: Hit, language: str) -> Row:
        label = hit.label
        return Row(
            code=label.code,
            key=label.dedup_key,
            fact=hit.instance.fact.get(language, ""),
            truth=self.bar(label.true_start, label.true_end),
            said=tuple(self._said(hit.instance)),
            knowable=self.at(label.knowable_at or label.true_start),
            act_by=self.at(label.act_by_at),
            impact=self.at(label.impact_at),
        )

    def _said(self, instance: Instance) -> Iterator[Bar]:
        """Yield each opening, cut where the severity changed."""
        changes = instance.severities
        for opening in instance.openings:
            end = self._ends if opening.end is None else opening.end
            before = [severity for at, severity in changes if at <= opening.start]
            severity, start = before[-1] if before else changes[0][1], opening.start
            for at, following in changes:
                if opening.start < at < end:
                    yield self.bar(start, at, severity)
                    severity, start = following, at
            yield self.bar(start, end, severity)
