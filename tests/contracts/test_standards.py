"""What a promise may say, whoever makes it: a profile, or a command."""

from typing import Any

import pytest

from contracts.profile import Standard
from contracts.standards import faults_of


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("measure", "K99"),
        ("scope", "NOWHERE"),
        ("unit", "FORTNIGHT"),
        ("period", "YEAR"),
        ("target", -1.0),
        ("share_pct", 0.0),
        ("near_pct", 101.0),
        ("cases_min", 0),
        ("standard_id", "Truck turn"),
    ],
)
def test_each_part_of_a_promise_that_cannot_be_followed_is_named(field: str, found: object) -> None:
    """The field, what was found, and what is allowed; the rest of it is no fault."""
    said: dict[str, Any] = {
        "standard_id": "truck-turn",
        "measure": "K15",
        "scope": "COCTG",
        "target": 60.0,
        "unit": "MIN",
        "period": "DAY",
        "share_pct": 90.0,
        "near_pct": 20.0,
        "cases_min": 20,
    }
    promise = Standard.model_construct(None, **said | {field: found})

    faults = list(faults_of(promise, ("COCTG",)))

    assert [fault.field for fault in faults] == [field]
    assert str(found) in faults[0].found
