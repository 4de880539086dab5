"""The figures of the score, for one rule or for all (K29 to K33 of the indicators).

A figure over nothing is None: no alert has no precision.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from statistics import median
from typing import Any, Final

from correlation.findings import SEVERITIES
from correlation.instants import DAY, HOUR, MINUTE
from simulator.score.instances import Desk, Instance
from simulator.score.matching import CLEAR_MS, QUICK_RETRACTION_MS, Hit, Matching
from simulator.truth import Label

SLOT_MS: Final = 10 * MINUTE
_Z: Final = 1.96
"""Of the normal distribution, for 95 %."""
CHATTER_REOPENINGS: Final = 3
STALE_MS: Final = DAY

Figures = dict[str, Any]


def figures(
    found: Matching,
    keys: Mapping[str, str],
    span: tuple[int, int],
    others: Iterable[Label] = (),
) -> Figures:
    """Return the figures of a matching in a run from `span[0]` to `span[1]` (ms).

    `keys`: the dedup key of every alert id of the run, to read named roots by. `others`: labels
    of other rules, that stand between a label and the root of all.
    """
    hits = found.hits
    truths = len(hits) + len(found.missed)
    true = len({hit.instance.alert_id for hit in hits})
    wrong = _weight(found.false) + _weight(found.duplicates)
    useful = [hit for hit in hits if hit.is_useful and _could_help(hit.label)]
    possible = sum(map(_could_help, (*(hit.label for hit in hits), *(m for m, _ in found.missed))))
    asides = Counter(why for _, why in found.aside)
    instances = list(found.instances())
    return {
        "truths": truths,
        "not_judged": len(found.not_judged),
        "instances": len(instances),
        "hits": len(hits),
        "useful": len(useful),
        "true": true,
        "false": len(found.false),
        "duplicates": len(found.duplicates),
        "wrong": wrong,
        "retracted_quickly": sum(map(_is_quick, (*found.false, *found.duplicates))),
        "early": asides["early"],
        "late": asides["late"],
        "missed": dict(sorted(Counter(why for _, why in found.missed).items())),
        "precision": _share(true, true + wrong),
        "precision_interval": wilson(true, true + wrong),
        "recall": _share(len(hits), truths),
        "useful_recall": _share(len(useful), possible),
        "useful_recall_interval": wilson(len(useful), possible),
        "useful_possible": possible,
        "median_lead_min": _median_lead(hits),
        "before_act_by": _rate(hit.is_useful for hit in hits),
        "clear_within_30_min": _rate(_clears_in_time(hit, span[1]) for hit in hits),
        "audience_exact": _rate(hit.instance.told == set(hit.label.audience) for hit in hits),
        "cause_right": cause_right(hits, keys, (*others, *(label for label, _ in found.missed))),
        "severity_right": _rate(_worst_said(hit) == _worst_true(hit.label) for hit in hits),
        "per_operator_10min": load(instances, span),
        "chatter": sum(map(is_chatter, instances)),
        "stale": sum(is_stale(instance, span[1]) for instance in instances),
    }


def wilson(good: float, of: float) -> tuple[float, float] | None:
    """Return the 95 % interval of a share by Wilson's score, or None of nothing."""
    if of <= 0:
        return None
    share, square = good / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _share(part: float, of: float) -> float | None:
    return round(part / of, 4) if of else None


def _rate(answers: Iterable[bool | None]) -> float | None:
    """Return the share of yes among the answers that are none of None."""
    given = [answer for answer in answers if answer is not None]
    return _share(sum(given), len(given))


def _weight(wrong: Sequence[Instance]) -> float:
    return sum(0.5 if _is_quick(instance) else 1.0 for instance in wrong)


def _is_quick(instance: Instance) -> bool:
    taken_back = instance.retracted_at
    return taken_back is not None and taken_back - instance.raised_at <= QUICK_RETRACTION_MS


def _could_help(label: Label) -> bool:
    """Tell whether a word in time was possible: knowable before the last useful moment."""
    return label.knowable_at is not None and label.knowable_at <= label.act_by_at


def _median_lead(hits: Sequence[Hit]) -> float | None:
    if not hits:
        return None
    return round(median(hit.label.impact_at - hit.said_at for hit in hits) / MINUTE, 1)


def _clears_in_time(hit: Hit, ends: int) -> bool | None:
    """Tell whether it ended with the truth, half an hour more or less; None if none can say.

    What counts is the last close of what was open by then: a close in between is undone. What
    was only said later, because nobody could know before, did not end in time.
    """
    true_end = hit.label.true_end
    if true_end is None or true_end + CLEAR_MS > ends:
        return None
    lasting = [o for o in hit.instance.openings if o.start <= true_end + CLEAR_MS]
    end = lasting[-1].end if lasting else None
    return end is not None and abs(end - true_end) <= CLEAR_MS


def cause_right(
    hits: Sequence[Hit], keys: Mapping[str, str], others: Iterable[Label] = ()
) -> float | None:
    """Return the share of hits whose root was named right.

    Right is a root that the label had while it was so, or the root of that (an incident is named
    by its beginning), named in any version and no other beside it; where the label has none, that
    none was named.
    """
    behind = {label.dedup_key: roots_of(label) for label in others}
    behind |= {hit.label.dedup_key: roots_of(hit.label) for hit in hits}
    return _rate(_names_its_root(hit, keys, behind) for hit in hits)


def roots_of(label: Label) -> tuple[str, ...]:
    """Return every root that a label had."""
    return label.root_keys or ((label.root_key,) if label.root_key is not None else ())


def _names_its_root(hit: Hit, keys: Mapping[str, str], behind: Mapping[str, Sequence[str]]) -> bool:
    named = {keys.get(root, root) for root in hit.instance.roots}
    right, waiting = set[str](), list(roots_of(hit.label))
    while waiting:
        root = waiting.pop()
        if root not in right:
            right.add(root)
            waiting += behind.get(root, ())
    return named <= right and bool(named) == bool(right)


def _worst_said(hit: Hit) -> int:
    return max(SEVERITIES.index(severity) for _, severity in hit.instance.severities)


def _worst_true(label: Label) -> int:
    return max((SEVERITIES.index(severity) for _, severity in label.severity_path), default=0)


def load(instances: Iterable[Instance], span: tuple[int, int]) -> dict[str, float]:
    """Return how often an operator is called upon in ten minutes.

    An operator is one desk for each organisation and role of a port that any alert was for. A
    call is a raise or a re-opening, or the moment at which a desk joins those an alert is for;
    updates call on nobody. `mean` is over all desks and all slots of ten minutes of the run,
    `busiest_mean` of the desk with the most calls, `peak` the most of any desk in any slot.
    """
    begins, ends = span
    slots = max(1, -(-(ends - begins) // SLOT_MS))
    calls = Counter[tuple[Desk, int]]()
    for instance in instances:
        for at, desk in instance.rings:
            calls[desk, (at - begins) // SLOT_MS] += 1
    of_desk = Counter[Desk]()
    for (desk, _), count in calls.items():
        of_desk[desk] += count
    desks = len(of_desk)
    return {
        "mean": round(calls.total() / (slots * desks), 4) if desks else 0.0,
        "busiest_mean": round(max(of_desk.values(), default=0) / slots, 4),
        "peak": max(calls.values(), default=0),
        "desks": desks,
    }


def is_chatter(instance: Instance) -> bool:
    """Tell whether an alert was re-opened three times within an hour."""
    again = instance.reopenings()
    pairs = zip(again, again[CHATTER_REOPENINGS - 1 :], strict=False)
    return any(last - first <= HOUR for first, last in pairs)


def is_stale(instance: Instance, ends: int) -> bool:
    """Tell whether an alert was open for over 24 hours at a stretch."""
    return any(
        (ends if opening.end is None else opening.end) - opening.start > STALE_MS
        for opening in instance.openings
    )
