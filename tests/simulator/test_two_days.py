"""The scenario through the core: exactly its incidents, and everything else calm."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from contracts.decode import decode
from contracts.profile import Community
from plumbing.communities import load
from simulator.moments import END, START, Moment
from simulator.two_days import EXPECTED, SYSTEMS, two_days
from tests.simulator.in_the_core import Folded


@pytest.fixture(scope="module")
def communities() -> Mapping[str, Community]:
    """Return the profiles that the demo plays, of those that the repository ships."""
    shipped = load(Path("communities"))
    return {system: shipped[system] for system in SYSTEMS}


@pytest.fixture(scope="module")
def moments(communities: Mapping[str, Community]) -> list[Moment]:
    """Return the scenario of the default seed."""
    return two_days(communities)


@pytest.fixture(scope="module")
def folded(moments: list[Moment], communities: Mapping[str, Community]) -> Folded:
    """Return what the core says of it."""
    return Folded(moments, communities)


def test_same_seed_is_the_same_scenario(
    moments: list[Moment], communities: Mapping[str, Community]
) -> None:
    """Nothing but the seed decides what is said and when."""
    again, other = two_days(communities), two_days(communities, seed=8)

    assert again == moments
    assert other != moments


def test_moments_come_in_order_within_two_days(moments: list[Moment]) -> None:
    """A player can post them as they stand."""
    instants = [moment.at for moment in moments]

    assert all(before <= after for before, after in pairwise(instants))
    assert instants[0] >= START
    assert instants[-1] <= END


def test_every_event_is_valid_and_may_be_published(
    moments: list[Moment], communities: Mapping[str, Community]
) -> None:
    """The edges find nothing to refuse: fields, check digits, and who may say what."""
    for moment in moments:
        event = decode(msgspec.json.encode(moment.event))
        refs = getattr(event.data, "refs", None)
        problem = communities[event.partitionkey].may_publish(
            publisher=moment.organisation,
            organisation=event.organisation,
            family=moment.family,
            facility=refs.facility if refs else None,
        )
        assert problem is None, (moment, problem)


def test_a_few_messages_are_sent_twice(moments: list[Moment]) -> None:
    """Repeats are part of the world: same source, same id, later."""
    sent = Counter((moment.source, str(moment.event["id"])) for moment in moments)

    assert max(sent.values()) == 2
    assert 50 < sum(count == 2 for count in sent.values()) < 200


def test_the_core_rejects_nothing(folded: Folded) -> None:
    """Every event that an edge took is applied."""
    assert [record["found"] for record in folded.rejected] == []


def test_exactly_the_incidents_of_the_story_are_raised(folded: Folded) -> None:
    """Seven alerts in two days, each once, each standing at the end as the story says."""
    expected = sorted((incident.system, incident.code, incident.state) for incident in EXPECTED)

    assert sorted(folded.incidents()) == expected


def test_late_ship_is_the_root_of_what_follows(folded: Folded) -> None:
    """While she is off her agreed time, the berth conflict and the trucks stand behind her."""
    (ship,) = folded.lives("COCTG", "B01")
    (quay,) = folded.lives("COCTG", "B03")
    (trucks,) = folded.lives("COCTG", "T03")

    assert max(version["children"] for version in ship) == 2
    assert {ship[0]["alert_id"]} == {
        version["root_cause"] for version in trucks if version["change"] == "RAISED"
    }
    assert ship[0]["alert_id"] in {version["root_cause"] for version in quay}


def test_stranded_trucks_are_counted_down_as_they_are_moved(folded: Folded) -> None:
    """Twenty-five trucks, orange, red six hours before the first slot, cleared by re-slotting."""
    (trucks,) = folded.lives("COCTG", "T03")

    assert trucks[0]["params"]["count"] == 25
    assert [v["change"] for v in trucks if v["change"] not in ("UPDATED", "REGROUPED")] == [
        "RAISED",
        "RAISED_SEVERITY",
        "LOWERED_SEVERITY",
        "CLEARED",
    ]


def test_held_box_says_what_to_do_in_spanish(folded: Folded) -> None:
    """The hold names the box and whose move it is, in each language."""
    (held,) = folded.lives("COCTG", "T05")

    assert "está bloqueado" in held[0]["text"]["es"]["fact"]
    assert set(held[0]["text"]) == {"es", "en", "pt"}
    assert held[-1]["state"] == "CLEARED"


def test_gate_is_silent_only_while_its_line_is_down(folded: Folded) -> None:
    """Raised soon after 13:00 local, cleared when it speaks again at 17:00."""
    (silent,) = folded.lives("PECLL", "D01")

    assert [version["change"] for version in silent] == ["RAISED", "CLEARED"]
    assert silent[0]["raised_at"] < "2026-11-10T18:20:00Z"
    assert silent[1]["closed_at"] == "2026-11-10T22:00:00Z"


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_port_has_its_share_of_trucks(moments: list[Moment], system: str) -> None:
    """Between 60 and 150 appointments a port."""
    appointments = {
        moment.event["subject"]
        for moment in moments
        if moment.event["type"] == "rada.gate.appointment-changed"
        and moment.event["partitionkey"] == system
    }

    assert 60 <= len(appointments) <= 150
