"""Profiles from files: those of the project load, and a wrong one says where."""

from pathlib import Path

import pytest
import yaml

from plumbing.communities import Registry, load, read
from plumbing.profile_text import BadProfile
from tests.plumbing.given_profile import a_slip
from tests.services.edges import PROFILES, profiles_with_keys


def test_the_profiles_of_the_project_load() -> None:
    """Cartagena and Callao, without a key in them."""
    communities = load(PROFILES)

    assert {"COCTG", "PECLL"} <= communities.keys()
    for community in communities.values():
        assert not any(member.keys for member in community.organisations)


def test_every_source_of_a_profile_may_publish_what_it_says() -> None:
    """A source is registered only for families that its organisation may publish."""
    for community in load(PROFILES).values():
        for source in community.sources:
            granted = community.members[source.organisation].families
            assert set(source.families) <= set(granted), source.source


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("roles: [NAU]", "roles: [PILOT]", "roles"),
        ("capacity_teu: 900", "capacity_teu: many", "capacity_teu"),
        ("from_m: 600, to_m: 1000", "from_m: 100, to_m: 1000", "berths"),
        ("organisation: trk-017", "organisation: trk-999", "trk-999"),
    ],
)
def test_a_wrong_profile_names_file_line_and_field(
    tmp_path: Path, found: str, instead: str, said: str
) -> None:
    """The line is where to look, the sentence what was found and is allowed."""
    slip = a_slip(tmp_path, found, instead)

    fault = slip.faults[0]
    line = int(fault.split(":")[1])
    assert fault.startswith(f"{slip.file}:")
    assert said in fault
    assert "allowed is" in fault
    assert abs(line - slip.line) <= 8


def test_a_key_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    """The last one would win in silence, and somebody's change would be without effect."""
    text = (PROFILES / "COCTG.yaml").read_text()
    file = tmp_path / "COCTG.yaml"
    file.write_text(f"{text}\nsystem: COCTG\n")
    first = text[: text.index("\nsystem: COCTG")].count("\n") + 2

    with pytest.raises(
        BadProfile, match=rf"found twice: the key 'system' .* line {first}, allowed"
    ):
        read(file)


def test_a_profile_too_large_for_a_message_is_refused(tmp_path: Path) -> None:
    """It would be read here and then be refused by the journal."""
    document = yaml.safe_load((PROFILES / "COCTG.yaml").read_text())
    member = document["organisations"][0]
    document["organisations"] += [
        {**member, "code": f"hau-{n}", "keys": [], "operates": []} for n in range(3_000)
    ]
    file = tmp_path / "COCTG.yaml"
    file.write_text(yaml.safe_dump(document))

    with pytest.raises(BadProfile, match="bytes as JSON, allowed are at most 262,144"):
        read(file)


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\x00", "- 1", "", "!!python/name:os.system"])
def test_what_is_no_profile_is_a_bad_profile(tmp_path: Path, text: str) -> None:
    """Broken YAML, other shapes and tags that would run code are all refused with a line."""
    (tmp_path / "COCTG.yaml").write_text(text)

    with pytest.raises(BadProfile, match=r"COCTG\.yaml:\d+: "):
        load(tmp_path)


def test_a_profile_stands_in_the_file_of_its_system(tmp_path: Path) -> None:
    """PECLL.yaml that speaks of COCTG is a slip of the hand."""
    (tmp_path / "PECLL.yaml").write_text((PROFILES / "COCTG.yaml").read_text())

    with pytest.raises(BadProfile, match=r"PECLL\.yaml:5: system: found COCTG"):
        load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """An edge without profiles could let nobody publish, so it says so at once."""
    with pytest.raises(BadProfile, match="no profile"):
        Registry(tmp_path)


def test_a_profile_that_became_wrong_leaves_the_last_good_one(tmp_path: Path) -> None:
    """A slip while editing shuts nobody out."""
    key = profiles_with_keys(tmp_path, ("COCTG", "ter-ctg-1"))["ter-ctg-1"]
    registry = Registry(tmp_path)
    (tmp_path / "COCTG.yaml").write_text("system: [")

    with pytest.raises(BadProfile):
        registry.refresh()

    assert registry.keyring.credential({"x-api-key": key})
