"""A reader of a port's stream who comes back after every break, and notes what it missed."""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

from prove.story import SYSTEM

SILENT_SECONDS: Final = 8.0
"""The gateway beats more often; a stream without a word for longer is broken."""
AGAIN_SECONDS: Final = 0.2

Place = tuple[str, int]
"""Epoch and sequence of a change on the stream."""


class StreamReader:
    """Reads until closed, resuming with Last-Event-ID, and loads again where it is told to.

    A gap is a change that does not follow the one before it, an alert whose versions skip one,
    or a `reset` that nothing explains.
    """

    def __init__(self, gateway: str) -> None:
        """Begin at once."""
        self.gaps: list[str] = []
        self.resets = 0
        self.breaks = 0
        self.resets_allowed = 0
        """How many times the server may say `reset`: raised by whoever wiped its store."""
        self.last: Place | None = None
        self._versions: dict[str, int] = {}
        self._url = f"{gateway}/v1/ports/{SYSTEM}/stream"
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._read, name="stream", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading; the next heartbeat ends it."""
        self._ending.set()
        self._thread.join(2 * SILENT_SECONDS)

    def compare(self, stands: str, last_versions: Mapping[str, int]) -> None:
        """Note a gap if the reader is not where the server is, or holds an alert's old version."""
        here = None if self.last is None else f"{self.last[0]}.{self.last[1]}"
        if here != stands:
            self.gaps.append(f"stands at {here}, the server at {stands}")
        for alert, version in self._versions.items():
            if version != last_versions.get(alert):
                said = last_versions.get(alert)
                self.gaps.append(f"alert {alert}: saw version {version} last, said was {said}")

    def _read(self) -> None:
        with httpx.Client(timeout=SILENT_SECONDS) as client:
            while not self._ending.is_set():
                resume = {"Last-Event-ID": f"{self.last[0]}.{self.last[1]}"} if self.last else {}
                try:
                    with client.stream("GET", self._url, headers=resume) as answer:
                        if answer.status_code == httpx.codes.OK:
                            self._lines(answer)
                            self.breaks += 1
                except httpx.TransportError:
                    self.breaks += 1
                time.sleep(AGAIN_SECONDS)

    def _lines(self, answer: httpx.Response) -> None:
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            if self._ending.is_set():
                return
            name, _, value = line.partition(": ")
            if line == "":
                self._take(event)
                event = {}
            elif name in ("id", "event", "data"):
                event[name] = value

    def _take(self, event: Mapping[str, str]) -> None:
        if "id" not in event:
            return
        kind, place = event["event"], _place(event["id"])
        if kind == "hello":
            self._greeted(place, json.loads(event["data"]))
        elif kind == "reset":
            self.resets += 1
            if self.resets > self.resets_allowed:
                self.gaps.append(f"a reset to {event['id']} that nothing explains")
            self.last = place
            self._versions.clear()
        else:
            if self.last is None or place != (self.last[0], self.last[1] + 1):
                self.gaps.append(f"{event['id']} came behind {self.last}")
            self.last = place
            self._follow(kind, json.loads(event["data"]))

    def _greeted(self, place: Place, hello: Mapping[str, Any]) -> None:
        if self.last is None:
            self.last = place
        elif hello["resumed"] and place != self.last:
            self.gaps.append(f"resumed at {place}, asked for {self.last}")

    def _follow(self, kind: str, document: Mapping[str, Any]) -> None:
        if kind == "alert-gone":
            self._versions.pop(document["id"], None)
        elif kind == "alert":
            alert, version = document["alert_id"], document["version"]
            known = self._versions.get(alert)
            if known is not None and version != known + 1:
                self.gaps.append(f"alert {alert}: version {version} came behind {known}")
            self._versions[alert] = version


def _place(text: str) -> Place:
    epoch, _, sequence = text.rpartition(".")
    return epoch, int(sequence)
