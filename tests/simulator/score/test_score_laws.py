"""What must hold of every matching, whatever was true and whatever was said."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from correlation.instants import MINUTE
from simulator.score.instances import Instance
from simulator.score.matching import is_judged, match
from simulator.score.measures import figures
from simulator.truth import Label
from tests.simulator.score.given_score import ENDS, NOON, a_label, an_instance, minute

CASES = settings(max_examples=200, deadline=None, derandomize=True)
KEYS = ("B01|one", "B01|two")

starts = st.integers(0, 1400)


@st.composite
def labels(draw: st.DrawFn) -> list[Label]:
    made = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(starts)
        known = draw(st.none() | st.integers(start, start + 300).map(minute))
        end = draw(st.none() | st.integers(start, 1500))
        label = a_label(start, end, dedup_key=draw(st.sampled_from(KEYS)), knowable_at=known)
        made.append(label)
    return made


@st.composite
def instances(draw: st.DrawFn) -> list[Instance]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        cuts = sorted(draw(st.lists(starts, min_size=2, max_size=6, unique=True)))
        openings: list[tuple[float, float | None]] = [
            (cuts[at], cuts[at + 1]) for at in range(0, len(cuts) - 1, 2)
        ]
        if draw(st.booleans()):
            openings[-1] = (openings[-1][0], None)
        key = draw(st.sampled_from(KEYS))
        made.append(an_instance(*openings, key=key, alert_id=f"{key}-{number}"))
    return made


@CASES
@given(labels(), instances())
def test_everything_has_one_place(true: list[Label], said: list[Instance]) -> None:
    """No label and no alert is counted twice, and none is lost."""
    found = match(true, said, ENDS)

    placed = [hit.label for hit in found.hits] + [label for label, _ in found.missed]
    assert len(placed) == sum(is_judged(label, ENDS) for label in true)
    assert len(placed) + len(found.not_judged) == len(true)
    hits = {hit.instance.alert_id for hit in found.hits}
    others = [*found.false, *found.duplicates, *(instance for instance, _ in found.aside)]
    assert len(hits) + len(others) == len(said)
    assert len({(hit.instance.alert_id, hit.said_at) for hit in found.hits}) == len(found.hits)


@CASES
@given(labels(), instances(), st.randoms(use_true_random=False))
def test_the_order_of_the_files_means_nothing(
    true: list[Label], said: list[Instance], chance: Random
) -> None:
    """The same labels and alerts in another order score the same."""
    keys = {instance.alert_id: instance.key for instance in said}
    straight = figures(match(true, said, ENDS), keys, (NOON, ENDS))
    chance.shuffle(true)
    chance.shuffle(said)

    assert figures(match(true, said, ENDS), keys, (NOON, ENDS)) == straight


@CASES
@given(labels())
def test_a_rule_that_says_exactly_the_truth_has_full_marks(true: list[Label]) -> None:
    """One alert for each truth as soon as it can be known: none false, none missed."""
    apart = [replace(label, dedup_key=f"B01|{n}") for n, label in enumerate(true)]
    perfect = [
        an_instance(((label.knowable_at - NOON) / MINUTE, None), key=label.dedup_key)
        for label in apart
        if label.knowable_at is not None
    ]

    found = match(apart, perfect, ENDS)

    assert (found.false, found.duplicates, found.missed) == ([], [], [])
