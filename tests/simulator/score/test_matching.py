"""Which alert counts for which truth: one test for each clause of the definitions."""

from typing import Any

import pytest

from correlation.instants import MINUTE
from simulator.score.instances import Instance
from simulator.score.matching import Matching, match
from tests.simulator.score.given_score import ENDS, KEY, a_label, an_instance, minute

OTHER_KEY = "B01|COCTG|COCTG/9999981/20261107"


def matched(labels: list[Any], *instances: Instance, ends: int = ENDS) -> Matching:
    return match(labels, instances, ends)


def places(found: Matching) -> list[str]:
    """Where the instances are, in words."""
    return [
        *("true" for _ in found.hits),
        *("false" for _ in found.false),
        *("duplicate" for _ in found.duplicates),
        *(why for _, why in found.aside),
    ]


@pytest.mark.parametrize(
    ("raised", "place", "miss"),
    [
        (-5, "true", []),
        (-6, "early", ["early"]),
        (0, "true", []),
        (240, "true", []),
        (241, "late", ["late"]),
        (331, "false", ["silent"]),
    ],
)
def test_an_alert_is_true_from_five_minutes_before_knowable_to_the_impact(
    raised: float, place: str, miss: list[str]
) -> None:
    """KnowableAt - 5 min <= raisedAt <= impactAt, while it overlaps the label."""
    found = matched([a_label()], an_instance((raised, raised + 400)))

    assert places(found) == [place]
    assert [why for _, why in found.missed] == miss


@pytest.mark.parametrize(("key", "code"), [(OTHER_KEY, "B01"), (KEY, "B03")])
def test_an_alert_of_another_key_or_code_is_no_answer(key: str, code: str) -> None:
    """Same code and same key; likeness counts for nothing."""
    found = matched([a_label()], an_instance((10, 290), key=key, code=code))

    assert places(found) == ["false"]
    assert [why for _, why in found.missed] == ["silent"]


def test_an_alert_after_act_by_is_true_and_not_useful() -> None:
    """A late word counts in recall, and not in useful recall."""
    in_time = matched([a_label()], an_instance((120, 290)))
    too_late = matched([a_label()], an_instance((121, 290)))

    assert [hit.is_useful for hit in in_time.hits] == [True]
    assert [hit.is_useful for hit in too_late.hits] == [False]


def test_an_alert_that_overlaps_no_label_is_false() -> None:
    """Gone before the truth began, or begun over half an hour after it ended."""
    before, after = an_instance((-60, -10)), an_instance((331, 400))

    found = matched([a_label()], before, after)

    assert found.false == [before, after]


def test_an_alert_within_half_an_hour_after_the_end_still_overlaps() -> None:
    """What may take half an hour to clear may stand, or come, half an hour after the end."""
    short = a_label(end=20)

    assert places(matched([short], an_instance((45, 60)))) == ["true"]
    assert places(matched([short], an_instance((51, 60)))) == ["false"]


def test_a_second_instance_of_one_label_is_a_duplicate() -> None:
    """Only the first counts for it, however long after the second comes."""
    first, second = an_instance((10, 60)), an_instance((200, 290))

    found = matched([a_label()], first, second)

    assert [hit.instance for hit in found.hits] == [first]
    assert found.duplicates == [second]


def test_a_reopening_is_the_same_instance() -> None:
    """No duplicate and no false alert, whatever its second opening overlaps."""
    found = matched([a_label()], an_instance((10, 60), (90, 290)))

    assert places(found) == ["true"]


def test_a_reopening_may_be_true_for_a_new_truth_of_the_same_key() -> None:
    """Within an hour after closing a new truth re-opens the old alert: both are caught."""
    again = a_label(start=400, end=500)

    found = matched([a_label(), again], an_instance((10, 300), (405, 500)))

    assert [(hit.label.true_start, hit.said_at) for hit in found.hits] == [
        (minute(0), minute(10)),
        (minute(400), minute(405)),
    ]


def test_one_opening_is_true_for_one_label_only() -> None:
    """An alert that never closed said nothing of the second truth: that one is missed."""
    second = a_label(start=310, end=500)

    found = matched([a_label(), second], an_instance((10, 500)))

    assert [hit.label for hit in found.hits] == [a_label()]
    assert found.missed == [(second, "early")]


def test_one_word_is_not_counted_for_two_truths_at_once() -> None:
    """Two labels of one key at one time need two openings."""
    first, second = a_label(), a_label(start=5)

    found = matched([first, second], an_instance((10, 290)))

    assert [hit.label for hit in found.hits] == [first]
    assert found.missed == [(second, "shared")]


@pytest.mark.parametrize(
    "changes",
    [
        {"knowable_at": None},
        {"knowable_at": minute(241)},
        {"knowable_at": ENDS - 59 * MINUTE, "impact_at": ENDS + 600 * MINUTE},
    ],
)
def test_what_could_not_be_known_counts_neither_way(changes: dict[str, Any]) -> None:
    """Never knowable, knowable after the impact, or in the last hour of the run."""
    label = a_label(end=None, **changes)

    heard = matched([label], an_instance((10, None)))
    unheard = matched([label])

    assert places(heard) == ["out of the count"]
    assert heard.not_judged == unheard.not_judged == [label]
    assert heard.missed == unheard.missed == []


def test_a_truth_that_lasts_overlaps_to_the_end_of_the_run() -> None:
    """No end means that the run ended first."""
    found = matched([a_label(end=None, impact_at=ENDS)], an_instance((1300, None)))

    assert places(found) == ["true"]


def test_a_former_key_counts_when_no_alert_has_the_key_itself() -> None:
    """Only the core's own word makes two keys one; the key itself comes first."""
    merged = an_instance((10, 290), key=OTHER_KEY, former=(KEY,))
    own = an_instance((30, 290))

    assert [hit.instance for hit in matched([a_label()], merged).hits] == [merged]
    assert [hit.instance for hit in matched([a_label()], merged, own).hits] == [own]
    assert matched([a_label()], merged, own).duplicates == [merged]
