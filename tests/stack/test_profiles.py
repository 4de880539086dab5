"""Profiles before they are told to the journal: thresholds exist; keys go to the ports of a run."""

import shutil
from pathlib import Path

import pytest

from plumbing.communities import Registry
from plumbing.profile_text import BadProfile
from stack.handed_keys import hand_out_keys
from stack.profiles import checked
from stack.services import ROOT

PROFILES = ROOT / "communities"


def test_thresholds_of_every_profile_exist() -> None:
    """What the repository ships can be told to a journal as it stands."""
    assert len(checked(PROFILES)) == 21


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (
            "truck_travel_hour: 2",
            "policy: 'truck_travel_hour' is no threshold; there are",
        ),
        ("truck_travel_hours: -2", "policy: truck_travel_hours: found -2, allowed is a number"),
    ],
)
def test_a_wrong_threshold_is_named_before_anything_is_told(
    tmp_path: Path, policy: str, said: str
) -> None:
    """The coordinator would refuse it, and the writer of the file would not hear of it."""
    text = (PROFILES / "CLSAI.yaml").read_text(encoding="utf-8")
    assert "truck_travel_hours: 2" in text
    wrong = text.replace("truck_travel_hours: 2", policy)
    (tmp_path / "CLSAI.yaml").write_text(wrong, encoding="utf-8")
    line = wrong[: wrong.index(policy)].count("\n") + 1

    with pytest.raises(BadProfile) as caught:
        checked(tmp_path)

    (fault,) = caught.value.faults
    assert f"CLSAI.yaml:{line}: {said}" in fault


def test_keys_are_handed_out_for_the_ports_of_a_run_alone(tmp_path: Path) -> None:
    """Nobody else's port is known to it, and nothing of an earlier run is left."""
    copies = tmp_path / "copies"
    shutil.copytree(PROFILES, copies)

    keys = hand_out_keys(PROFILES, copies, ("PECLL", "COCTG"))

    registry = Registry(copies)
    assert {system for system, _ in keys} == set(registry.communities) == {"COCTG", "PECLL"}
    for (system, organisation), key in keys.items():
        credential = registry.keyring.credential({"x-api-key": key})
        assert credential.organisations == {system: organisation}


def test_keys_for_all_ports_leave_the_profiles_what_they_were(tmp_path: Path) -> None:
    """Without a choice every organisation of every port has a key of its own."""
    keys = hand_out_keys(PROFILES, tmp_path / "copies")

    copies, originals = checked(tmp_path / "copies"), checked(PROFILES)
    members = {(s, m.code) for s, community in originals.items() for m in community.organisations}
    assert set(keys) == members
    assert len(set(keys.values())) == len(members)
    for system, community in originals.items():
        assert copies[system].digest() == community.digest()
        assert not any(member.keys for member in community.organisations)
