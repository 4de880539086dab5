"""The alerts of the demo as any reader gets them: from the gateway's streams, as they come."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.text import Text

Alert = dict[str, Any]

TOLD: Final = frozenset(
    ["RAISED", "RAISED_SEVERITY", "REOPENED", "CLEARED", "EXPIRED", "RETRACTED", "SUPERSEDED"]
)
"""Changes that are worth a line; the others are on the board."""
STYLES: Final = {"RED": "bold red", "ORANGE": "dark_orange", "YELLOW": "yellow"}
_AGAIN_SECONDS: Final = 0.5
BEHIND_MAX: Final = timedelta(minutes=45)
"""A player further ahead only fills the journal; a port says its clock every five minutes."""
NEAR_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.02


class Listener:
    """Hears the streams of some ports and keeps each alert at its highest version."""

    def __init__(
        self,
        gateway: str,
        zones: Mapping[str, str],
        language: str,
        console: Console,
        only: Set[str] | None = None,
    ) -> None:
        """Listen at a gateway to the ports of `zones` (port system to time zone).

        Alerts are printed of the ports of `only`, else of all.
        """
        self._only = only
        self.alerts: dict[str, Alert] = {}
        self._gateway, self._zones, self._language = gateway, zones, language
        self._console = console
        self._now: dict[str, datetime] = {}
        self._first: datetime | None = None
        self._heard_at = self._moved_at = time.monotonic()
        self._begun = {system: asyncio.Event() for system in zones}

    async def listen(self, client: httpx.AsyncClient, system: str) -> None:
        """Follow a port's stream for ever; resumed where it broke off."""
        url, position = f"{self._gateway}/v1/ports/{system}/stream", ""
        while True:
            headers = {"Last-Event-ID": position} if position else {}
            try:
                async with client.stream(
                    "GET", url, params={"lang": self._language}, headers=headers, timeout=None
                ) as answer:
                    answer.raise_for_status()
                    async for identity, name, body in _events(answer.aiter_lines()):
                        position = identity or position
                        self._hear(system, name, body)
            except (httpx.TransportError, httpx.HTTPStatusError):
                await asyncio.sleep(_AGAIN_SECONDS)

    async def begun(self) -> None:
        """Return once every stream said hello."""
        await asyncio.gather(*(event.wait() for event in self._begun.values()))

    async def near(self, instant: datetime) -> None:
        """Wait until no port's own clock is further behind an instant than `BEHIND_MAX`.

        Give up once nothing at all was heard for half a minute: it will be seen at the end.
        """
        if self._first is None:
            self._first = instant
        least = instant - BEHIND_MAX
        while least > self._first and not self._reached(least):
            if time.monotonic() > max(self._heard_at, self._moved_at) + NEAR_SECONDS:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _reached(self, instant: datetime) -> bool:
        return len(self._now) == len(self._zones) and min(self._now.values()) >= instant

    async def caught_up(self, end: datetime, *, quiet: float, within: float) -> bool:
        """Wait until every port's own clock reached `end` and nothing more comes.

        Give up once nothing at all was heard for so long (`within`, s): then nothing will come.
        """
        while time.monotonic() < max(self._heard_at, self._moved_at) + within:
            still = time.monotonic() - self._heard_at >= quiet
            if still and self._reached(end):
                return True
            await asyncio.sleep(quiet / 5)
        return False

    def _hear(self, system: str, name: str, body: str) -> None:
        document = json.loads(body)
        if name == "hello":
            self._begun[system].set()
        elif name == "port":
            self._moved_at = time.monotonic()
            self._now[system] = datetime.fromisoformat(document["now"])
        elif name == "alert":
            self._heard_at = time.monotonic()
            known = self.alerts.get(document["alert_id"])
            if known is None or known["version"] < document["version"]:
                self.alerts[document["alert_id"]] = document
                is_printed = self._only is None or system in self._only
                if is_printed and document["change"] in TOLD:
                    words = line(document, self._zones[system], self._language)
                    self._console.print(words, soft_wrap=True)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str, str]]:
    # Server-sent events (WHATWG HTML): fields until an empty line; a colon begins a comment.
    found: dict[str, str] = {}
    async for text in lines:
        if text:
            name, _, value = text.partition(":")
            found[name] = value.removeprefix(" ")
        elif found:
            if "data" in found:
                yield found.get("id", ""), found.get("event", "message"), found["data"]
            found = {}


def line(alert: Alert, zone: str, language: str) -> Text:
    """Return one alert as a line: port's time, port, code, what changed, fact and duty."""
    at = datetime.fromisoformat(alert["updated_at"]).astimezone(ZoneInfo(zone))
    text = alert["text"].get(language) or next(iter(alert["text"].values()))
    is_open = alert["state"] == "OPEN"
    style = STYLES[alert["severity"]] if is_open else "dim"
    words = Text(f"{at:%d-%m %H:%M} {alert['system']} ")
    words.append(f"{alert['code']} {alert['severity'] if is_open else alert['state']}", style=style)
    words.append(f"  {text['fact']}", style="" if is_open else "dim")
    if is_open:
        words.append(f" {text['duty']}", style="bold")
    return words


def ordered(alerts: Sequence[Alert]) -> list[Alert]:
    """Return alerts by port, rule and raise."""
    return sorted(alerts, key=lambda a: (a["system"], a["code"], a["raised_at"]))
