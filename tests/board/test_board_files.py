"""The board's files without a browser: its words, its sizes, the contrast of its tokens."""

import re
from pathlib import Path
from typing import Final

import pytest

from services.alert_gateway.board_files import BOARD, words
from services.alert_gateway.items import LANGUAGES

ASSETS: Final = BOARD / "assets"
SLOT: Final = re.compile(r"\{(\w+)\}")


def scripts() -> str:
    """Return all scripts as one text."""
    return "\n".join(path.read_text() for path in sorted(ASSETS.glob("*.js")))


def spoken() -> set[str]:
    """Return every sentence that the scripts say, plurals by their first form."""
    single = re.findall(r'\bt\(\s*"([^"]+)"', scripts())
    plural = re.findall(r'\bn\(\s*"([^"]+)"', scripts())
    return {*single, *plural}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_in_every_language_with_its_slots(language: str) -> None:
    """No sentence is missing, none is left over, and each names the same slots."""
    said = words(language)["words"]

    assert set(said) == spoken()
    for sentence, forms in said.items():
        for form in forms if isinstance(forms, list) else [forms]:
            assert set(SLOT.findall(form)) == set(SLOT.findall(sentence)), sentence


@pytest.mark.parametrize("language", ["es", "pt"])
def test_no_english_is_left_in_the_other_languages(language: str) -> None:
    """A sentence that is the same in two languages is one of the few that may be."""
    said = words(language)["words"]

    assert {sentence for sentence, form in said.items() if form == sentence} <= set()


def test_the_board_stays_small_and_needs_nothing_from_elsewhere() -> None:
    """Scripts, styles and words keep their budget, and name no other host."""
    sizes = {
        kind: sum(path.stat().st_size for path in ASSETS.glob(f"*.{kind}"))
        for kind in ("js", "css")
    }
    everything = scripts() + "".join(path.read_text() for path in ASSETS.glob("*.css"))

    assert sizes["js"] <= 150_000
    assert sizes["css"] <= 30_000
    for language in LANGUAGES:
        assert (Path(BOARD).parent / "words" / f"{language}.po").stat().st_size <= 25_000
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)\S+", everything) == []
    assert "innerHTML" not in everything


def themes() -> dict[str, dict[str, str]]:
    """Return the colours of both themes by token."""
    text = (ASSETS / "tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    forced = dark.split(':root[data-theme="dark"]')
    read = [dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})", part)) for part in (light, *forced)]
    assert read[1] == read[2], "the dark tokens stand twice and must be the same"
    return {"light": read[0], "dark": read[1]}


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        lines = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * lines[0] + 0.7152 * lines[1] + 0.0722 * lines[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(theme: str) -> None:
    """Ink and alert texts reach 7:1 on every surface, the other texts 4.5:1."""
    colours = themes()[theme]
    surfaces = [colours[name] for name in ("bg", "panel", "raised")]

    for name, floor in {"ink": 7, "ink-2": 7, "ink-3": 5, "link": 4.5}.items():
        assert min(contrast(colours[name], surface) for surface in surfaces) >= floor, name
    for name in ("red", "orange", "yellow", "stale"):
        tint = colours[f"{name}-tint"]
        assert min(contrast(colours[name], under) for under in [*surfaces, tint]) >= 7, name
        assert contrast(colours["ink"], tint) >= 7
        assert contrast(colours["ink-2"], tint) >= 6.9
