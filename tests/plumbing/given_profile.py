"""A profile with one slip in it, and what is said of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from plumbing.communities import read
from plumbing.profile_text import BadProfile
from tests.services.edges import PROFILES


@dataclass(frozen=True)
class Slip:
    """The file with the slip, the line where it was made, and the faults that were found."""

    file: Path
    line: int
    faults: tuple[str, ...]


def a_slip(folder: Path, found: str, instead: str) -> Slip:
    """Put something else in the place of the first words like these in Cartagena's profile."""
    text = (PROFILES / "COCTG.yaml").read_text()
    file = folder / "COCTG.yaml"
    file.write_text(text.replace(found, instead, 1))
    with pytest.raises(BadProfile) as caught:
        read(file)
    return Slip(file, text[: text.index(found)].count("\n") + 1, caught.value.faults)
