"""Readings of one figure over time: the newest few, whatever order they come in.

A slot says what rules now; how fast a figure moves, or since when it is out of range, takes the
readings before it too. They are kept like a slot: an older version changes nothing, a withdrawal
takes its reading out.
"""

from bisect import bisect_left, insort
from operator import attrgetter

from correlation.picture.entities import Sample
from correlation.picture.fact import Fact


def sampled(
    samples: tuple[Sample, ...], fact: Fact, at: int, value: float, span: int, most: int
) -> tuple[Sample, ...]:
    """Return the readings with this fact's; those `span` ms behind the newest are let go.

    At most `most` are kept, the newest ones. The same object if it changes nothing.
    """
    source, name = fact.event.source, fact.fact_id
    found = []
    for held in samples:
        if held.source != source or held.fact_id != name:
            found.append(held)
        elif held.version >= fact.version:
            return samples
    insort(found, Sample(at, value, source, name, fact.version), key=_order)
    begins = bisect_left(found, found[-1].at - span, key=attrgetter("at"))
    return tuple(found[max(begins, len(found) - most) :])


def _order(held: Sample) -> tuple[int, str, tuple[int, str, str]]:
    return (held.at, held.source, held.version)


def without(samples: tuple[Sample, ...], fact: Fact) -> tuple[Sample, ...]:
    """Return the readings without those of a withdrawn fact."""
    source, name = fact.event.source, fact.fact_id
    return tuple(held for held in samples if held.source != source or held.fact_id != name)


def run_from(samples: tuple[Sample, ...], beyond: float, point: float = 0.0) -> int | None:
    """Return since when every reading up to the newest is further than `beyond` from a point."""
    found = None
    for held in reversed(samples):
        if abs(held.value - point) <= beyond:
            break
        found = held.at
    return found
