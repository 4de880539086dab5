"""Alerts as they were said, version by version, drawn together into instances."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from correlation.findings import Severity
from correlation.instants import instant

Desk = tuple[str, str, str]
"""Port system, organisation and role: where one operator sits."""


class _Party(Struct):
    organisation: str
    role: str


class _Sentences(Struct):
    fact: str


class _Alert(Struct):
    alert_id: str
    code: str
    dedup_key: str
    system: str
    state: str
    change: str
    severity: Severity
    updated_at: datetime
    audience: tuple[_Party, ...]
    text: dict[str, _Sentences]
    root_cause: str | None = None
    superseded_by: str | None = None


class _Version(Struct):
    data: _Alert


_decoder: Final = msgspec.json.Decoder(_Version)


@dataclass
class Opening:
    """One stretch of an instance's life, from a raise or a re-opening to a close (ms)."""

    start: int
    end: int | None = None


@dataclass
class Instance:
    """One alert over all its versions.

    `openings`: when it was open. `severities`: from when on it had which. `told`: the
    organisations that any version was for. `roots`: what any version named as its root, alert ids
    or condition ids. `rings`: when it called on which desk: at each raise and re-opening on all
    it is for, later on those that join. `former`: keys it had under calls that proved to be
    another one. `retracted_at`: when it was said that it was never true. `fact`: what it last
    said, by language.
    """

    alert_id: str
    code: str
    key: str
    system: str
    openings: list[Opening] = field(default_factory=list)
    severities: list[tuple[int, Severity]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    rings: list[tuple[int, Desk]] = field(default_factory=list)
    state: str = "OPEN"
    retracted_at: int | None = None
    superseded_by: str | None = None
    former: tuple[str, ...] = ()
    fact: dict[str, str] = field(default_factory=dict)

    @property
    def raised_at(self) -> int:
        """When it was first said."""
        return self.openings[0].start

    def reopenings(self) -> list[int]:
        """Return when it was opened again."""
        return [opening.start for opening in self.openings[1:]]

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether it was open at any instant of a span."""
        return any(
            opening.start <= end and (opening.end is None or opening.end >= start)
            for opening in self.openings
        )

    def take(self, said: _Alert) -> None:
        """Follow one version."""
        at = instant(said.updated_at)
        if said.change in ("RAISED", "REOPENED"):
            self.openings.append(Opening(at))
        elif said.state != "OPEN" and self.openings[-1].end is None:
            self.openings[-1].end = at
        if not self.severities or self.severities[-1][1] != said.severity:
            self.severities.append((at, said.severity))
        self._ring(said, at)
        if said.root_cause is not None:
            self.roots.add(said.root_cause)
        self.state = said.state
        self.retracted_at = at if said.state == "RETRACTED" else None
        self.superseded_by = said.superseded_by
        self.fact = {language: sentences.fact for language, sentences in said.text.items()}

    def _ring(self, said: _Alert, at: int) -> None:
        if said.state != "OPEN":
            return
        is_new = said.change in ("RAISED", "REOPENED")
        rung = {desk for _, desk in self.rings}
        for party in said.audience:
            desk = (self.system, party.organisation, party.role)
            if is_new or desk not in rung:
                self.rings.append((at, desk))
            self.told.add(party.organisation)


class Spoken:
    """Every alert that was said so far."""

    def __init__(self) -> None:
        """Start with silence."""
        self._known: dict[str, Instance] = {}

    def take(self, value: bytes) -> None:
        """Follow one version of one alert, as its bytes."""
        said = _decoder.decode(value).data
        known = self._known.get(said.alert_id)
        if known is None:
            known = Instance(said.alert_id, said.code, said.dedup_key, said.system)
            self._known[said.alert_id] = known
        known.take(said)

    def instances(self) -> list[Instance]:
        """Return the instances in the order of their raise, those of merged calls made one."""
        return heirs_take_over(list(self._known.values()))


def heirs_take_over(instances: list[Instance]) -> list[Instance]:
    """Join an alert with the one that replaced it because two calls proved to be one.

    Only what the core itself announced counts: it closed the one as superseded by the other, and
    their keys differ in nothing but the id of a call. An alert that gives way to the next change
    of the same call (T03) stays its own.
    """
    by_id = {instance.alert_id: instance for instance in instances}
    joined = set[str]()
    for instance in instances:
        heir = by_id.get(instance.superseded_by or "")
        if heir is None or not _is_other_name(instance.key, heir.key):
            continue
        while heir.alert_id in joined and heir.superseded_by:
            heir = by_id[heir.superseded_by]
        joined.add(instance.alert_id)
        heir.former += (instance.key, *instance.former)
        heir.openings = _run_together([*instance.openings, *heir.openings])
        heir.severities = sorted([*instance.severities, *heir.severities])
        heir.told |= instance.told
        heir.roots |= instance.roots
        heir.rings = sorted([*instance.rings, *heir.rings])
    return [instance for instance in instances if instance.alert_id not in joined]


def _is_other_name(key: str, other: str) -> bool:
    parts, others = key.split("|"), other.split("|")
    if len(parts) != len(others) or parts == others:
        return False
    changed = [pair for pair in zip(parts, others, strict=True) if pair[0] != pair[1]]
    return all("/" in part and "/" in by for part, by in changed)


def _run_together(openings: list[Opening]) -> list[Opening]:
    """Return the openings in order, those that touch as one."""
    together: list[Opening] = []
    for opening in sorted(openings, key=lambda o: o.start):
        last = together[-1] if together else None
        if last and (last.end is None or opening.start <= last.end):
            is_open = last.end is None or opening.end is None
            last.end = None if is_open else max(last.end or 0, opening.end or 0)
        else:
            together.append(Opening(opening.start, opening.end))
    return together
