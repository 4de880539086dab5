"""Where a range begins and ends, as an operator writes it."""

import pytest

from correlation.instants import HOUR
from replay.bounds import BadBound, Bound, end_bound, first_bound

ZONE = "America/Bogota"  # five hours behind UTC
MIDNIGHT = 1_793_854_800_000  # 2026-11-05T00:00 in Bogota, 05:00Z


def test_a_day_is_a_day_of_the_port_from_midnight_to_midnight() -> None:
    """People of a port mean their own calendar; the named last day still counts."""
    assert first_bound("2026-11-05", ZONE) == Bound(at=MIDNIGHT)
    assert end_bound("2026-11-05", ZONE) == Bound(at=MIDNIGHT + 24 * HOUR)


def test_an_instant_is_itself_in_any_zone_that_it_names() -> None:
    """Z, or an offset from UTC; the range ends before a named last instant."""
    assert first_bound("2026-11-05T05:00:00Z", ZONE) == Bound(at=MIDNIGHT)
    assert end_bound("2026-11-05T00:00:00-05:00", ZONE) == Bound(at=MIDNIGHT)


def test_an_offset_is_a_frame_and_the_last_one_still_counts() -> None:
    """What a difference names can be pasted as --from and as --to."""
    assert first_bound("1200", ZONE) == Bound(offset=1200)
    assert end_bound("1200", ZONE) == Bound(offset=1201)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yesterday", "found 'yesterday', allowed is an instant such as 2026-11-10T15:00:00Z"),
        ("2026-13-01", "found '2026-13-01'"),
        ("2026-11-05T05:00:00", "without a zone; write a Z behind it"),
        ("-3", "found '-3'"),
        ("", "found ''"),
    ],
)
def test_what_is_neither_is_told_with_what_is_allowed(text: str, told: str) -> None:
    """A wrong bound never becomes another range in silence."""
    with pytest.raises(BadBound) as refused:
        first_bound(text, ZONE)

    assert told in str(refused.value)
