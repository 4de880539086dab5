"""The figures, each computed by hand once."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from correlation.instants import MINUTE
from simulator.score.instances import Instance
from simulator.score.matching import match
from simulator.score.measures import figures, is_chatter, is_stale, load, wilson
from simulator.truth import Label
from tests.simulator.score.given_score import ENDS, NOON, a_label, an_instance, retracted

SPAN = (NOON, ENDS)
OTHER_KEY = "B01|COCTG|COCTG/9999981/20261107"


def scored(labels: list[Label], *instances: Instance) -> dict[str, Any]:
    keys = {instance.alert_id: instance.key for instance in instances}
    return figures(match(labels, instances, ENDS), keys, SPAN)


def test_precision_counts_false_and_duplicate_alerts_alike() -> None:
    """TP / (TP + FP): one true, one false, one twice is a third."""
    found = scored(
        [a_label()],
        an_instance((10, 60)),
        an_instance((200, 290)),
        an_instance((0, 9), key=OTHER_KEY),
    )

    assert found["precision"] == pytest.approx(1 / 3, abs=1e-4)
    assert (found["true"], found["false"], found["duplicates"]) == (1, 1, 1)


@pytest.mark.parametrize(("taken_back", "precision"), [(10, 0.6667), (11, 0.5)])
def test_a_false_alert_retracted_within_ten_minutes_counts_half(
    taken_back: float, precision: float
) -> None:
    """Who corrects himself at once did half the harm."""
    false = retracted(taken_back, (0, taken_back), key=OTHER_KEY)

    assert scored([a_label()], an_instance((10, 290)), false)["precision"] == precision


def test_recall_and_useful_recall_differ_by_what_came_after_act_by() -> None:
    """Of four truths one is said in time, one late, one not; the fourth nobody could help."""
    labels = [
        a_label(),
        a_label(dedup_key="B01|b"),
        a_label(dedup_key="B01|c"),
        a_label(dedup_key="B01|d", knowable_at=NOON + 121 * MINUTE),
    ]

    found = scored(
        labels,
        an_instance((10, 290)),
        an_instance((130, 290), key="B01|b"),
        an_instance((125, 290), key="B01|d"),
    )

    assert found["recall"] == 0.75
    assert found["useful_recall"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["useful_possible"] == 3
    assert found["missed"] == {"silent": 1}


def test_the_lead_is_from_the_word_to_the_harm() -> None:
    """The median of impactAt - raisedAt: 230 and 110 minutes are 170."""
    labels = [a_label(), a_label(dedup_key="B01|b")]

    found = scored(labels, an_instance((10, 290)), an_instance((130, 290), key="B01|b"))

    assert found["median_lead_min"] == 170.0
    assert found["before_act_by"] == 0.5


@pytest.mark.parametrize(
    ("openings", "share"),
    [
        ([(10, 270)], 1.0),
        ([(10, 269)], 0.0),
        ([(10, 330)], 1.0),
        ([(10, 331)], 0.0),
        ([(10, None)], 0.0),
        ([(10, 100), (130, 300)], 1.0),
    ],
)
def test_an_alert_ends_with_the_truth_half_an_hour_more_or_less(
    openings: Sequence[tuple[float, float | None]], share: float
) -> None:
    """Both sides: gone too early is as wrong as still there."""
    assert scored([a_label()], an_instance(*openings))["clear_within_30_min"] == share


def test_what_is_said_long_after_its_end_did_not_end_in_time() -> None:
    """Known only later, and said then: true, but not cleared within half an hour of the end."""
    label = a_label(end=60, knowable_at=NOON + 150 * MINUTE)

    assert scored([label], an_instance((155, 160)))["clear_within_30_min"] == 0.0


def test_an_end_after_the_run_says_nothing_of_clearing() -> None:
    """What the run did not show is not counted."""
    assert scored([a_label(end=None)], an_instance((10, None)))["clear_within_30_min"] is None


@pytest.mark.parametrize(
    ("told", "share"),
    [
        ({"car-rda", "ter-ctg-1"}, 1.0),
        ({"car-rda"}, 0.0),
        ({"car-rda", "ter-ctg-1", "pa-ctg"}, 0.0),
    ],
)
def test_the_audience_is_exact_or_wrong(told: set[str], share: float) -> None:
    """Nobody left out, and nobody told whom it does not concern."""
    assert scored([a_label()], an_instance((10, 290), told=told))["audience_exact"] == share


def test_the_root_of_a_root_is_known_from_the_labels_of_every_rule() -> None:
    """P03 stands under P02 and that under a strike: who names the strike is right."""
    label, between = a_label(root_key="P02|y"), a_label(code="P02", dedup_key="P02|y")
    between = replace(between, root_key="cnd:1")
    found = match([label], [an_instance((10, 290), roots={"cnd:1"})], ENDS)

    assert figures(found, {}, SPAN)["cause_right"] == 0.0
    assert figures(found, {}, SPAN, [between])["cause_right"] == 1.0


def test_a_root_that_changed_is_right_as_it_was_at_any_time() -> None:
    """Who is named while it is the root was named right, though another took its place later."""
    label = a_label(root_key="B01|x", root_keys=("B01|x", "B01|z"))
    instances = [an_instance((10, 290), roots={"B01|x@0", "B01|z@0"})]
    instances += [an_instance((0, 290), key=key) for key in ("B01|x", "B01|z")]
    keys = {instance.alert_id: instance.key for instance in instances}

    assert figures(match([label], instances, ENDS), keys, SPAN)["cause_right"] == 1.0
    assert (
        figures(match([a_label(root_key="B01|x")], instances, ENDS), keys, SPAN)["cause_right"]
        == 0.0
    )


@pytest.mark.parametrize(
    ("root_key", "named", "share"),
    [
        (None, set(), 1.0),
        (None, {"B01|x@0"}, 0.0),
        ("B01|x", {"B01|x@0"}, 1.0),
        ("B01|x", {"cnd:1"}, 0.0),
        ("B01|x", {"B01|x@0", "cnd:1"}, 0.0),
        ("B01|x", set(), 0.0),
        ("cnd:1", {"cnd:1"}, 1.0),
        ("T03|y", {"B01|x@0"}, 1.0),
    ],
)
def test_the_cause_is_right_when_it_and_no_other_is_named(
    root_key: str | None, named: set[str], share: float
) -> None:
    """The label's root, or the root of that: T03|y is itself an effect of B01|x."""
    labels = [
        a_label(root_key=root_key),
        a_label(code="T03", dedup_key="T03|y", root_key="B01|x"),
    ]
    instances = [an_instance((10, 290), roots=named), an_instance((0, 290), key="B01|x")]
    keys = {instance.alert_id: instance.key for instance in instances}

    found = figures(match(labels, instances, ENDS), keys, SPAN)

    assert found["cause_right"] == share


def test_the_load_is_of_desks_and_slots_of_ten_minutes() -> None:
    """One organisation in one role is one desk; a re-opening calls again, an update does not."""
    found = load([an_instance((1, 3), (5, 20)), an_instance((12, 20), key=OTHER_KEY)], SPAN)

    assert found["desks"] == 2
    assert found["peak"] == 2
    assert found["mean"] == found["busiest_mean"] == round(3 / 144, 4)


def test_three_reopenings_within_an_hour_are_chatter() -> None:
    """Two are not, nor three over a longer time."""
    assert is_chatter(an_instance((0, 1), (10, 11), (20, 21), (70, 71)))
    assert not is_chatter(an_instance((0, 1), (10, 11), (20, 21), (71, 72)))
    assert not is_chatter(an_instance((0, 1), (10, 11), (20, 21)))


def test_what_is_open_for_over_a_day_is_stale() -> None:
    """At one stretch, and to the end of the run where it never closed."""
    assert is_stale(an_instance((0, 1441)), ENDS)
    assert not is_stale(an_instance((0, 1440)), ENDS)
    assert is_stale(an_instance((-1, None)), ENDS)


def test_nothing_has_no_figure() -> None:
    """No alert and no truth: None, and never a perfect share."""
    found = scored([])

    names = ("precision", "recall", "useful_recall", "median_lead_min", "cause_right")
    assert [found[name] for name in names] == [None] * len(names)


def test_the_interval_is_wilsons() -> None:
    """The textbook case: 8 of 10 lie between 0.49 and 0.94; none of nothing."""
    assert wilson(8, 10) == (0.4902, 0.9433)
    assert wilson(0, 0) is None


def test_the_severity_is_right_at_its_worst() -> None:
    """As bad as it truly became, no worse and no better."""
    right = a_label(severity_path=((NOON, "YELLOW"), (NOON + 1, "RED")))

    red = an_instance((10, 290), severities=[(NOON, "YELLOW"), (NOON + 2, "RED")])

    assert scored([right], red)["severity_right"] == 1.0
    assert scored([a_label()], red)["severity_right"] == 0.0
