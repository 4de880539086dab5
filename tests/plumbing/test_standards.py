"""The promises in the profiles of the project, and what is wrong with one that cannot be kept."""

from pathlib import Path

import pytest

from plumbing.communities import load
from tests.plumbing.given_profile import a_slip
from tests.services.edges import PROFILES

EVERYWHERE = ("truck-turn", "berth-wait", "window-stability", "release-before-discharge")


def test_every_community_promises_what_the_programme_asks_for() -> None:
    """Trucks, berths, windows and releases, and nothing that is promised to every single case."""
    for system, community in load(PROFILES).items():
        promised = {standard.standard_id: standard for standard in community.standards}
        assert set(EVERYWHERE) <= set(promised), system
        for standard in promised.values():
            assert standard.share_pct is not None, system
            assert standard.share_pct < 100, system
            assert standard.cases_min is not None, system


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("measure: K15", "measure: K99", "standards[0].measure: found K99, allowed is one of K04"),
        ("scope: PORT", "scope: MARS", "standards[0].scope: found MARS, allowed is one of PORT"),
        ("unit: min", "unit: weeks", "standards[0].unit: found weeks, allowed is one of MIN"),
        ("period: DAY", "period: YEAR", "standards[0].period: found YEAR, allowed is one of DAY"),
        ("share_pct: 85", "share_pct: 185", "standards[0].share_pct: found 185.0, allowed is more"),
        ("near_pct: 20", "near_pct: 101", "standards[0].near_pct: found 101.0, allowed is 0 to"),
        ("cases_min: 20", "cases_min: 0", "standards[0].cases_min: found 0, allowed is 1 or more"),
        ("standard_id: truck-turn", "standard_id: Turn", "standards[0].standard_id: found Turn"),
        ("standard_id: berth-wait", "standard_id: truck-turn", "standards[1].standard_id: found"),
    ],
)
def test_a_promise_that_cannot_be_followed_names_file_line_and_field(
    tmp_path: Path, found: str, instead: str, said: str
) -> None:
    """Such a promise would be on no board, and nobody would know why."""
    slip = a_slip(tmp_path, found, instead)

    (fault,) = slip.faults
    assert fault.startswith(f"{slip.file}:{slip.line}: {said}")
