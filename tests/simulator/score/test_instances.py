"""Versions drawn together into instances, and alerts of calls that proved to be one."""

from typing import Any

import msgspec

from correlation.instants import written
from simulator.score.instances import Instance, Spoken
from tests.simulator.score.given_score import minute

CALL, OTHER = "COCTG/9999993/20261107", "COCTG/9999993/20261106"


def a_version(at: float, change: str, key: str = "B01|COCTG|" + CALL, **changes: Any) -> bytes:
    """Return one version of an alert as the core says it, with what an instance is made of."""
    state = change if change in ("CLEARED", "EXPIRED", "RETRACTED", "SUPERSEDED") else "OPEN"
    record = {
        "alert_id": f"id-{key}",
        "code": key[:3],
        "dedup_key": key,
        "system": "COCTG",
        "state": state,
        "change": change,
        "severity": "YELLOW",
        "updated_at": written(minute(at)),
        "audience": [{"organisation": "ter-ctg-1", "role": "TER", "why": "OPERATES"}],
        "text": {"es": {"fact": "tarde"}, "en": {"fact": "late"}},
        **changes,
    }
    return msgspec.json.encode({"data": record})


def instances(*versions: bytes) -> list[Instance]:
    spoken = Spoken()
    for version in versions:
        spoken.take(version)
    return spoken.instances()


def test_openings_run_from_raise_or_reopening_to_close() -> None:
    """An update opens and closes nothing; what is open at the end has no end."""
    (found,) = instances(
        a_version(0, "RAISED"),
        a_version(5, "RAISED_SEVERITY", severity="RED"),
        a_version(10, "CLEARED", severity="RED"),
        a_version(20, "REOPENED"),
    )

    assert [(o.start, o.end) for o in found.openings] == [
        (minute(0), minute(10)),
        (minute(20), None),
    ]
    assert found.severities == [
        (minute(0), "YELLOW"),
        (minute(5), "RED"),
        (minute(20), "YELLOW"),
    ]


def test_a_desk_is_called_at_each_opening_and_when_it_joins() -> None:
    """An update calls nobody who was called; a close calls nobody."""
    joined = [
        {"organisation": "ter-ctg-1", "role": "TER", "why": "OPERATES"},
        {"organisation": "trk-017", "role": "TRK", "why": "NOMINATED"},
    ]
    (found,) = instances(
        a_version(0, "RAISED"),
        a_version(5, "UPDATED", audience=joined),
        a_version(10, "CLEARED", audience=joined),
        a_version(20, "REOPENED"),
    )

    assert found.rings == [
        (minute(0), ("COCTG", "ter-ctg-1", "TER")),
        (minute(5), ("COCTG", "trk-017", "TRK")),
        (minute(20), ("COCTG", "ter-ctg-1", "TER")),
    ]
    assert found.told == {"ter-ctg-1", "trk-017"}


def test_a_retraction_after_the_close_is_when_it_was_said() -> None:
    """The opening ends at the close; the retraction has its own instant."""
    (found,) = instances(
        a_version(0, "RAISED"), a_version(10, "CLEARED"), a_version(40, "RETRACTED")
    )

    assert (found.openings[0].end, found.retracted_at) == (minute(10), minute(40))


def test_an_alert_of_a_merged_call_is_one_with_its_heir() -> None:
    """The core closed it in favour of the same alert of the call that stays: one instance."""
    old, new = f"B01|COCTG|{OTHER}", f"B01|COCTG|{CALL}"

    (found,) = instances(
        a_version(0, "RAISED", old),
        a_version(30, "RAISED", new),
        a_version(30, "SUPERSEDED", old, superseded_by=f"id-{new}"),
        a_version(90, "CLEARED", new),
    )

    assert (found.key, found.former) == (new, (old,))
    assert [(o.start, o.end) for o in found.openings] == [(minute(0), minute(90))]


def test_the_next_change_of_one_call_is_an_alert_of_its_own() -> None:
    """T03 gives way to the next change of the same ship; that is no other name of it."""
    first, second = f"T03|{CALL}/SPRC/1|1", f"T03|{CALL}/SPRC/1|2"

    found = instances(
        a_version(0, "RAISED", first),
        a_version(30, "RAISED", second),
        a_version(30, "SUPERSEDED", first, superseded_by=f"id-{second}"),
    )

    assert [(one.key, one.former) for one in found] == [(first, ()), (second, ())]
