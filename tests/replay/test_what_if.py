"""Other thresholds over the same journal: what they add, take away and change."""

import json

import pytest

from contracts.identifiers import PORT_SYSTEMS
from contracts.topics import partition_of
from correlation.instants import HOUR, MINUTE
from replay.bounds import Bound
from replay.fold import range_between
from replay.stories import Diff
from replay.what_if import Trial, try_thresholds
from tests.correlation import given
from tests.correlation.given import NOON, APort
from tests.replay.given_journal import (
    BOX,
    OTHER_BOX,
    JournalInMemory,
    a_day,
    cancelled,
    collection,
    journal_of,
)

NEAR = f"T05|{BOX}|apt:SPRC:501"
FAR = f"T05|{OTHER_BOX}|apt:SPRC:502"


@pytest.fixture(scope="module")
def journal() -> JournalInMemory:
    return journal_of(a_day().frames, snapshot_at=10)


def tried(journal: JournalInMemory, first: int | None = None, **thresholds: float) -> Diff:
    begins = None if first is None else Bound(offset=first)
    chosen = range_between(journal.as_journal(), begins, None)
    return try_thresholds(journal.as_journal(), chosen, thresholds, lambda _frames, _now: None)


def keys(alerts: list[given.Event]) -> list[str]:
    return [alert["dedup_key"] for alert in alerts]


def test_a_threshold_that_looks_further_ahead_adds_an_alert(journal: JournalInMemory) -> None:
    """A pick-up in twenty hours is watched when the watch is a day long."""
    diff = tried(journal, pickup_watch_hours=24)

    assert keys(diff.added) == [FAR]
    assert (diff.removed, diff.changed) == ([], [])


def test_a_threshold_that_looks_less_far_takes_an_alert_away(journal: JournalInMemory) -> None:
    """What was given up before its watch began would not have been said."""
    diff = tried(journal, pickup_watch_hours=0.5)

    assert keys(diff.removed) == [NEAR]
    assert (diff.added, diff.changed) == ([], [])


def test_an_alert_that_would_have_come_later_is_one_that_changed(journal: JournalInMemory) -> None:
    """Its id holds the instant of the raise; the subject tells that it is the same alert."""
    changed = tried(journal, pickup_watch_hours=4).changed

    assert [one.was["dedup_key"] for one in changed] == [NEAR]
    moved = {name: (was, would_be) for name, was, would_be in changed[0].fields}
    assert moved["raised_at"] == ("2026-11-05T12:01:00Z", "2026-11-05T13:00:00Z")


def test_another_severity_on_the_way_is_a_change(journal: JournalInMemory) -> None:
    """How bad it was said to be, and when, is what people act on."""
    (changed,) = tried(journal, pickup_orange_hours=3).changed

    assert [name for name, _, _ in changed.fields] == ["severity_path"]
    assert changed.would_be["severity_path"][0]["severity"] == "YELLOW"


def test_thresholds_that_rule_already_change_nothing_from_any_offset(
    journal: JournalInMemory,
) -> None:
    """The trial itself leaves no trace: only what is tried does."""
    diffs = [tried(journal, first, pickup_watch_hours=12) for first in range(journal.end)]

    assert all((diff.added, diff.removed, diff.changed) == ([], [], []) for diff in diffs)
    assert diffs[0].same == 1


def test_tried_thresholds_rule_from_the_first_frame_of_the_range_on(
    journal: JournalInMemory,
) -> None:
    """What was said before --from stays said; from there on everything is judged anew."""
    (changed,) = tried(journal, 6, pickup_watch_hours=0.5).changed

    assert changed.was["dedup_key"] == NEAR
    assert changed.would_be["raised_at"] == changed.was["raised_at"]
    assert changed.would_be["closed_at"] < changed.was["closed_at"]


def with_policy(*documents: dict[str, float]) -> JournalInMemory:
    """Return a journal that sets its policy once before and once amid what happens."""
    port = APort()
    port.hear(given.profile_changed(given.a_profile(sources=[]), at=NOON), at=NOON)
    for number, document in enumerate(documents):
        at = NOON + number * 3 * HOUR
        command = given.a_command(
            "policy-changed", at=at, version="1", document=document, digest=f"digest-{number}"
        )
        port.hear(command, at=at)
        collection(port, BOX, f"50{number}", at + 5 * HOUR, at=at + MINUTE)
        port.wait(at + 2 * HOUR)
        cancelled(port, BOX, f"50{number}", at + 5 * HOUR, at=at + 2 * HOUR + MINUTE)
    port.wait(port.state.now + HOUR)
    assert port.rejections() == []
    return journal_of(port.frames)


def test_tried_thresholds_stay_when_the_journal_changes_its_own() -> None:
    """They stand over every policy of the range, and are the only ones that are replaced."""
    journal = with_policy({"pickup_orange_hours": 6}, {"pickup_orange_hours": 5})
    as_tried = with_policy({"pickup_orange_hours": 1}, {"pickup_orange_hours": 1})

    diff = tried(journal, pickup_orange_hours=1)

    severities = [changed.would_be["severity_path"] for changed in diff.changed]
    assert len(severities) == 2
    assert severities == [
        alert["severity_path"] for alert in last_words(as_tried) if alert["code"] == "T05"
    ]


def last_words(journal: JournalInMemory) -> list[given.Event]:
    last = {record.key: record.value for record in journal.spoken if record.value}
    return [json.loads(value)["data"] for value in last.values()]


def test_other_ports_of_the_partition_keep_their_thresholds() -> None:
    """A trial is of one port: the command of a neighbour in the same partition stays its own."""
    neighbour = a_neighbour()
    port = APort()
    trial = Trial(port.state, given.SYSTEM, {"pickup_watch_hours": 1})
    trial.begin(0, NOON)
    event = given.a_command(
        "policy-changed", at=NOON, version="1", document={"pickup_watch_hours": 9}, digest="d" * 8
    )
    port.system = neighbour
    frame = port.frame([{**event, "partitionkey": neighbour}], NOON)
    trial.apply(0, frame)

    assert trial.state.ports[neighbour].policy.pickup_watch_hours == 9
    assert trial.state.ports[given.SYSTEM].policy.pickup_watch_hours == 1


def a_neighbour() -> str:
    """Return another port system of the same partition."""
    here = partition_of(given.SYSTEM, given.PARTITIONS)
    others = (s for s in PORT_SYSTEMS if partition_of(s, given.PARTITIONS) == here)
    return next(system for system in others if system != given.SYSTEM)


def test_the_difference_for_a_program_holds_whole_alerts(journal: JournalInMemory) -> None:
    """`--json` gives each alert as it was said, and each field that would differ."""
    document = tried(journal, pickup_watch_hours=4).document()

    assert (document["added"], document["removed"], document["same"]) == ([], [], 0)
    assert document["changed"][0]["was"]["text"]["es"]["fact"]
    assert {"field", "was", "would_be"} == set(document["changed"][0]["fields"][0])
