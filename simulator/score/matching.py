"""Labels beside instances: which truth was said, which was missed, which alert was false.

The definitions, each held by a test:

- **True**: an instance with the label's code and key, raised or re-opened between five minutes
  before the label was knowable and its impact, while it overlaps the label. A re-opening counts
  like a raise: a new truth within the hour after the old one is the same instance by design.
- **Overlap**: open at any instant from the label's start until half an hour after its end, or
  after it was knowable if that is later. Half an hour is what an alert may need to clear.
- **False**: an instance that overlaps no label. One that was retracted within ten minutes counts
  half.
- **Duplicate**: another instance of a label that an instance is true for. It counts as false, too.
- **Early, late**: it overlaps a label, but was raised before it could be known, or after its
  impact, and no other instance is true for it. Neither true nor false; its label is missed.
- **Out of the count**: labels that nobody could know (no `knowable_at`, or one after the impact)
  and those knowable less than an hour before the run ends, which no rule had the time to say.
  What overlaps only such labels counts neither way, nor what is first said as the run ends.
- Keys are compared as they are. One that an instance had before the core itself announced that
  two calls are one is tried after its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from correlation.instants import HOUR, MINUTE
from simulator.score.instances import Instance, Opening
from simulator.truth import Label

EARLY_MS: Final = 5 * MINUTE
CLEAR_MS: Final = 30 * MINUTE
QUICK_RETRACTION_MS: Final = 10 * MINUTE
JUDGED_UNTIL_MS: Final = HOUR

Aside = Literal["early", "late", "out of the count"]
Miss = Literal["silent", "early", "late", "shared"]
"""`shared`: what was said in time counts for another truth of the same key."""


@dataclass(frozen=True)
class Hit:
    """A label, the instance that is true for it, and when that was said."""

    label: Label
    instance: Instance
    said_at: int

    @property
    def is_useful(self) -> bool:
        """Tell whether it was said while something could be done."""
        return self.said_at <= self.label.act_by_at


@dataclass
class Matching:
    """Every label and every instance in one of these places."""

    hits: list[Hit] = field(default_factory=list)
    missed: list[tuple[Label, Miss]] = field(default_factory=list)
    not_judged: list[Label] = field(default_factory=list)
    false: list[Instance] = field(default_factory=list)
    duplicates: list[Instance] = field(default_factory=list)
    aside: list[tuple[Instance, Aside]] = field(default_factory=list)

    def instances(self) -> Iterable[Instance]:
        """Yield every instance once."""
        seen = set[str]()
        for instance in (
            *(hit.instance for hit in self.hits),
            *self.false,
            *self.duplicates,
            *(instance for instance, _ in self.aside),
        ):
            if instance.alert_id not in seen:
                seen.add(instance.alert_id)
                yield instance


def match(labels: Iterable[Label], instances: Sequence[Instance], ends: int) -> Matching:
    """Match the labels and instances of a run that ends at an instant (ms)."""
    return _Table(labels, instances, ends).match()


def is_judged(label: Label, ends: int) -> bool:
    """Tell whether a label counts: knowable before its impact, and not at the end of the run."""
    known = label.knowable_at
    return known is not None and known <= label.impact_at and known <= ends - JUDGED_UNTIL_MS


def _order(label: Label) -> tuple[int, str, int, int, int]:
    known, end = (-1 if at is None else at for at in (label.knowable_at, label.true_end))
    return label.true_start, label.dedup_key, known, end, label.impact_at


class _Table:
    """The labels and instances of each key, side by side."""

    def __init__(self, labels: Iterable[Label], instances: Sequence[Instance], ends: int) -> None:
        self._ends = ends
        self._labels: dict[str, list[Label]] = {}
        for label in sorted(labels, key=_order):
            self._labels.setdefault(label.dedup_key, []).append(label)
        self._instances = sorted(instances, key=lambda i: (i.raised_at, i.alert_id))
        self._own: dict[str, list[Instance]] = {}
        self._former: dict[str, list[Instance]] = {}
        for instance in self._instances:
            self._own.setdefault(instance.key, []).append(instance)
            for key in instance.former:
                self._former.setdefault(key, []).append(instance)
        self._used: set[tuple[str, int]] = set()
        self._hit: dict[int, Hit] = {}  # by the label's id(): two labels may be equal

    def match(self) -> Matching:
        """Return where each label and each instance belongs."""
        done = Matching()
        every = [label for group in self._labels.values() for label in group]
        judged = [label for label in every if is_judged(label, self._ends)]
        for label in judged:
            self._find(label, self._own)
        for label in judged:
            if id(label) not in self._hit:
                self._find(label, self._former)
        for label in every:
            if id(label) in self._hit:
                done.hits.append(self._hit[id(label)])
            elif is_judged(label, self._ends):
                done.missed.append((label, self._why_missed(label)))
            else:
                done.not_judged.append(label)
        self._place_the_rest(done)
        return done

    def _find(self, label: Label, held: dict[str, list[Instance]]) -> None:
        """Let the first opening that may count for a label count for it, and for no other."""
        openings = [
            (opening.start, instance)
            for instance in held.get(label.dedup_key, ())
            if instance.code == label.code
            for opening in instance.openings
            if self._counts(label, opening) and (instance.alert_id, opening.start) not in self._used
        ]
        if openings:
            said_at, instance = min(openings, key=lambda pair: pair[0])
            self._used.add((instance.alert_id, said_at))
            self._hit[id(label)] = Hit(label, instance, said_at)

    def _counts(self, label: Label, opening: Opening) -> bool:
        assert label.knowable_at is not None, "only judged labels are looked for"
        in_time = label.knowable_at - EARLY_MS <= opening.start <= label.impact_at
        return in_time and self._overlaps(label, Instance("", "", "", "", [opening]))

    def _overlaps(self, label: Label, instance: Instance) -> bool:
        end = self._ends if label.true_end is None else label.true_end
        return instance.overlaps(label.true_start, max(end, label.knowable_at or 0) + CLEAR_MS)

    def _why_missed(self, label: Label) -> Miss:
        near = [
            instance
            for instance in self._of(label.dedup_key)
            if instance.code == label.code and self._overlaps(label, instance)
        ]
        if not near:
            return "silent"
        assert label.knowable_at is not None, "only judged labels are missed"
        if any(self._counts(label, opening) for one in near for opening in one.openings):
            return "shared"
        return "early" if near[0].raised_at < label.knowable_at else "late"

    def _of(self, key: str) -> list[Instance]:
        return [*self._own.get(key, ()), *self._former.get(key, ())]

    def _place_the_rest(self, done: Matching) -> None:
        true = {hit.instance.alert_id for hit in self._hit.values()}
        for instance in self._instances:
            if instance.alert_id in true:
                continue
            near = [
                label
                for key in (instance.key, *instance.former)
                for label in self._labels.get(key, ())
                if label.code == instance.code and self._overlaps(label, instance)
            ]
            judged = [label for label in near if is_judged(label, self._ends)]
            missed = [label for label in judged if id(label) not in self._hit]
            if instance.raised_at >= self._ends:
                done.aside.append((instance, "out of the count"))
            elif not near:
                done.false.append(instance)
            elif missed:
                known = missed[0].knowable_at or 0
                done.aside.append((instance, "early" if instance.raised_at < known else "late"))
            elif judged:
                done.duplicates.append(instance)
            else:
                done.aside.append((instance, "out of the count"))
