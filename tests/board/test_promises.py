"""The strip of promises on the board, in a real Chromium, on a real gateway and Valkey."""

from typing import Any

from playwright.async_api import expect

from tests.board.test_board import board, pytestmark, store
from tests.services.given_gateway import Store, a_standard, a_word

__all__ = ["pytestmark", "store"]


async def test_a_broken_promise_stands_first_and_is_named_in_words(store: Store) -> None:
    """What was promised and what became of it, without colour, and as it changes."""
    week: dict[str, Any] = {"period": "WEEK", "label": "2026-W45", "state": "KEPT", "kept_pct": 97}
    store.say(
        a_word("standard", a_standard("release", name=NAME, **week)),
        a_word("standard", a_standard()),
        a_word("standard", a_standard(label="2026-11-02", is_over=True)),
    )
    async with board(store) as (page, seen):
        lines = page.locator("rada-promises li")
        await expect(lines).to_have_count(2)
        await expect(page.locator("rada-promises h2")).to_have_text(
            "Compromisos: 1 de 2 incumplidos"
        )
        await expect(lines.nth(0)).to_contain_text("Estadía de camiones hoy incumplido 85 %")
        await expect(lines.nth(0)).to_contain_text("prometido 90 % en 60 min; 6 de 40 fuera")
        await expect(lines.nth(1)).to_contain_text("Levante de aduana esta semana cumplido 97 %")

        store.say(a_word("standard", a_standard(version=2, state="NEAR", kept_pct=91, broken=4)))
        await expect(lines.nth(0)).to_contain_text("casi incumplido 91 %")
        await expect(page.locator("rada-promises h2")).to_have_text("Compromisos")

    assert seen.complaints == []


NAME = {"es": "Levante de aduana", "en": "Release by customs", "pt": "Liberação aduaneira"}
