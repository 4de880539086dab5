"""Whoever edits a profile by hand is told the line, the field, what was found and is allowed."""

from pathlib import Path

import pytest

from plumbing.communities import profile_files, read
from plumbing.profile_text import BadProfile, ProfileText
from tests.services.edges import PROFILES

ORIGINAL = (PROFILES / "COCTG.yaml").read_text(encoding="utf-8")


def line_of(text: str) -> int:
    assert ORIGINAL.count(text), f"{text} is not in the profile"
    return ORIGINAL[: ORIGINAL.index(text)].count("\n") + 1


def faults_with(folder: Path, found: str, instead: str) -> tuple[str, ...]:
    """Return what is said of a profile with one thing changed, without the name of the file."""
    file = folder / "COCTG.yaml"
    file.write_text(ORIGINAL.replace(found, instead, 1), encoding="utf-8")
    with pytest.raises(BadProfile) as caught:
        read(file)
    assert all(fault.startswith(f"{file}:") for fault in caught.value.faults)
    return tuple(fault.removeprefix(f"{file}:") for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("timezone: Am", "time_zone: Am", "time_zone: found an unknown field, allowed is one of"),
        (
            "{ id: DG, capacity_teu: 120",
            "{ id: DG, capacity: 120",
            "blocks[6].capacity: found an unknown field, allowed is one of id, name, capacity_teu,",
        ),
        (
            '{ id: "1", name: Muelle 1',
            "{ id: 1, name: Muelle 1",
            "facilities[0].berths[0].id: found 1, allowed is text; a number or yes and no are text",
        ),
        (
            "from_m: 600, to_m: 1000",
            "from_m: 600, to_m: 500",
            "facilities[0].berths[3].to_m: found 500, allowed is more than from_m 600",
        ),
        (
            'tue: ["06:00-22:00"]',
            'tue: ["6-22"]',
            "facilities[0].gates[1].hours.tue[0]: found 6-22, allowed is text like the pattern",
        ),
        (
            "operates: [COCTG:SMDG:TCC]",
            "operates: [COCTG:SMDG:TCX]",
            "organisations.1.operates: found a list of 1, allowed is one of COCTG:SMDG:CTGTM",
        ),
        (
            "kind: WEIGHBRIDGE",
            "kind: TOLL",
            "corridors[0].waypoints[1].kind: found TOLL, allowed is one of ANTE_PORT, DRY_PORT,",
        ),
        (
            '{ "COCTG:SMDG:SPRC": 35',
            '{ "COCTG:SMDG:SPR": 35',
            "corridors.0.waypoints.2.minutes_to: found a JSON object, allowed is one of COCTG:SM",
        ),
        ("weight: 50", "weight: 101", "weight: found 101, allowed is 100 or less"),
        ("CTG: COCTG", "CTG: ESCAR", "port_aliases.CTG: found ESCAR, allowed is one of COCTG"),
        (
            "  - PRATIQUE",
            "  - PRATICA",
            "mandatory_formalities[3]: found PRATICA, allowed is one of GENERAL_DECLARATION",
        ),
        ("languages: [es, en, pt]", "languages: [es, fr]", "found fr, allowed is one of es, en"),
    ],
)
def test_a_fault_of_one_field_names_its_own_line(
    tmp_path: Path, found: str, instead: str, said: str
) -> None:
    """Not the line of what holds it, however deep it stands."""
    (fault,) = [each for each in faults_with(tmp_path, found, instead) if said in each]

    assert fault.startswith(f"{line_of(found)}: ")


@pytest.mark.parametrize(
    ("found", "instead", "nearest"),
    [
        ("quay_metres: 1000", "quay_metres: 900", "    berths:\n"),
        ("from_m: 600, to_m", "from_m: 100, to_m", "    berths:\n"),
        ("  - code: pa-ctg", "  - code: agt-ctg-1", "organisations:\n"),
        ("capacity_teu: 900, ", "", "      - { id: 3C,"),
        ("timezone: America/Bogota\n", "", "# The port community"),
    ],
)
def test_a_fault_of_several_fields_names_the_nearest_one(
    tmp_path: Path, found: str, instead: str, nearest: str
) -> None:
    """What is missing is shown at the object that lacks it."""
    fault = faults_with(tmp_path, found, instead)[0]

    assert fault.startswith(f"{line_of(nearest)}: ")
    assert "allowed is" in fault


def test_every_fault_of_a_profile_is_told_at_once(tmp_path: Path) -> None:
    """Nobody mends a file one error a run."""
    file = tmp_path / "COCTG.yaml"
    file.write_text(ORIGINAL.replace("depth_m: 16.5", "depth_m: deep"), encoding="utf-8")

    with pytest.raises(BadProfile) as caught:
        read(file)

    lines = [n for n, line in enumerate(ORIGINAL.splitlines(), 1) if "depth_m: 16.5" in line]
    assert [int(fault.split(":")[1]) for fault in caught.value.faults] == lines
    assert len(lines) == 4


def test_a_byte_that_is_not_utf8_is_shown_in_its_line(tmp_path: Path) -> None:
    """Saved as Latin-1 by an old editor: the first accent is where to look."""
    (tmp_path / "COCTG.yaml").write_bytes(ORIGINAL.encode("latin-1"))
    first_accent = next(n for n, line in enumerate(ORIGINAL.splitlines(), 1) if not line.isascii())

    with pytest.raises(
        BadProfile, match=rf"COCTG\.yaml:{first_accent}: .* allowed is YAML in UTF-8"
    ):
        ProfileText(tmp_path / "COCTG.yaml")


def test_a_value_written_once_and_named_again_is_shown_where_it_is_written(tmp_path: Path) -> None:
    """The hours of many gates are one YAML anchor; the line to mend is that of the anchor."""
    text = (PROFILES / "MXZLO.yaml").read_text(encoding="utf-8")
    wrong = text.replace('fri: ["06:00-22:00"]', 'fri: ["late"]')
    (tmp_path / "MXZLO.yaml").write_text(wrong, encoding="utf-8")
    line = wrong[: wrong.index('fri: ["late"]')].count("\n") + 1

    with pytest.raises(BadProfile) as caught:
        read(tmp_path / "MXZLO.yaml")

    assert len(caught.value.faults) == 2
    assert all(f"MXZLO.yaml:{line}: " in fault for fault in caught.value.faults)


def test_a_system_without_a_profile_is_named_with_those_that_have_one() -> None:
    """A run that plays a port must find it."""
    assert [file.stem for file in profile_files(PROFILES, ("PECLL", "COCTG"))] == ["COCTG", "PECLL"]

    with pytest.raises(BadProfile, match="found no profile of COXXX, allowed are ARBUE, BRITJ"):
        profile_files(PROFILES, ("COCTG", "COXXX"))
