"""Identifiers: forms, check digits and the table of port systems."""

import re
from string import ascii_uppercase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from stdnum import imo as stdnum_imo
from stdnum import iso6346 as stdnum_iso6346

from contracts import identifiers
from contracts.explain import problems_of

OWNERS = st.text(ascii_uppercase, min_size=3, max_size=3)
BOXES = st.builds(
    lambda owner, category, digits: f"{owner}{category}{digits:07d}",
    OWNERS,
    st.sampled_from("UJZ"),
    st.integers(0, 9_999_999),
)


def test_there_are_21_port_systems_of_29_locodes() -> None:
    """The programme's ports are 21 systems, each under the first LOCODE of its rows."""
    systems = identifiers.PORT_SYSTEMS

    assert len(systems) == 21
    assert sum(len(system.locodes) for system in systems.values()) == 29
    assert all(system.locodes[0] == key for key, system in systems.items())


@pytest.mark.parametrize(
    ("locode", "key"),
    [
        ("COCTG", "COCTG"),
        ("PACTB", "PAONX"),
        ("PAMIT", "PAONX"),
        ("PAROD", "PABLB"),
        ("CRMOB", "CRLIO"),
        ("BRIBB", "BRITJ"),
        ("ARDKS", "ARBUE"),
        ("ECPSJ", None),
        ("CLCGN", None),
    ],
)
def test_a_locode_belongs_to_its_port_system_or_to_none(locode: str, key: str | None) -> None:
    """Members and aliases find their key; a homonym or a neighbour does not."""
    assert identifiers.system_of(locode) == key


@given(BOXES)
def test_container_check_digits_agree_with_python_stdnum(box: str) -> None:
    """Whatever the number, our arithmetic and python-stdnum say the same."""
    assert identifiers.is_box(box) == stdnum_iso6346.is_valid(box)


@given(st.integers(0, 9_999_999))
def test_imo_check_digits_agree_with_python_stdnum(number: int) -> None:
    """Whatever the number, our arithmetic and python-stdnum say the same."""
    assert identifiers.is_imo(f"{number:07d}") == stdnum_imo.is_valid(f"{number:07d}")


@given(st.text(max_size=12))
def test_no_text_makes_a_check_raise(text: str) -> None:
    """A check of a form answers yes or no, whatever it is given."""
    forms = (identifiers.is_box, identifiers.is_imo, identifiers.is_locode, identifiers.is_facility)

    assert all(form(text) in (True, False) for form in forms)


def test_remainder_ten_counts_as_check_digit_zero() -> None:
    """ISO 6346: a remainder of 10 is written 0."""
    numbers = (f"RDAU{serial:06d}" for serial in range(200_000, 200_200))
    ten = next(first for first in numbers if _remainder(first) == 10)

    assert identifiers.is_box(ten + "0")


def _remainder(first_ten: str) -> int:
    letters = (value for value in range(10, 39) if value % 11)
    values = dict(zip(ascii_uppercase, letters, strict=True)) | {str(n): n for n in range(10)}
    return sum(values[sign] << place for place, sign in enumerate(first_ten)) % 11


def test_a_swapped_pair_of_digits_finds_the_box_that_was_meant() -> None:
    """A transposition of neighbours leads back to the valid number."""
    meant = "RDAU7654323"
    typed = "RDAU7645323"

    assert not identifiers.is_box(typed)
    assert meant in identifiers.nearest_boxes(typed)


def test_a_place_knows_its_facility() -> None:
    """A berth, gate or block id begins with the facility that it lies in."""
    assert identifiers.facility_of("COCTG:SMDG:SPRC/gate/1/lane/2") == "COCTG:SMDG:SPRC"
    assert identifiers.facility_of("apt:SPRC:55031") is None
    assert identifiers.facility_code("COCTG:SMDG:SPRC") == "SPRC"


@pytest.mark.parametrize(
    ("kind", "bad", "allowed"),
    [
        (identifiers.BoxNumber, "RDAU2000017", "ISO 6346"),
        (identifiers.BoxNumber, "rdau2000016", "ISO 6346"),
        (identifiers.WrittenBoxNumber, "RDAU200001", "ISO 6346"),
        (identifiers.ImoNumber, "9999994", "IMO number of 7 digits"),
        (identifiers.Locode, "CO CTG", "UN/LOCODE"),
        (identifiers.Facility, "SPRC", "COCTG:SMDG:SPRC"),
        (identifiers.SystemKey, "PACTB", "PAONX"),
    ],
)
def test_a_wrong_identifier_is_told_what_is_allowed(kind: Any, bad: str, allowed: str) -> None:
    """The problem repeats what was found and shows a right one."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(bad)

    (problem,) = problems_of(refused.value)
    assert problem.found == bad
    assert re.search(allowed, problem.allowed)


@pytest.mark.parametrize(
    ("kind", "good"),
    [
        (identifiers.BoxNumber, "RDAU2000016"),
        (identifiers.WrittenBoxNumber, "RDAU2000017"),
        (identifiers.ImoNumber, "9074729"),
        (identifiers.Locode, "ECPSJ"),
        (identifiers.Facility, "MXLZC:SMDG:APMT"),
        (identifiers.SystemKey, "PAONX"),
    ],
)
def test_a_right_identifier_is_kept_as_it_is(kind: Any, good: str) -> None:
    """Nothing is rewritten."""
    assert TypeAdapter(kind).validate_python(good) == good
