"""One change on a port's stream, and the bytes that every subscriber of a language shares."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from plumbing.versions import Kind

LANGUAGES: Final = ("es", "en", "pt")


class Position(NamedTuple):
    """A place on a port's stream: the epoch of its projection, and how many changes since."""

    epoch: str
    sequence: int

    def __str__(self) -> str:
        """Return the form that readers keep: `<epoch>.<sequence>`."""
        return f"{self.epoch}.{self.sequence}"

    @classmethod
    def read(cls, text: str) -> "Position | None":
        """Return the position that a reader hands back, or None when it is not one of ours."""
        epoch, dot, sequence = text.strip().rpartition(".")
        if not dot or not epoch or not sequence.isascii() or not sequence.isdigit():
            return None
        return cls(epoch, int(sequence[:18]))


@dataclass(frozen=True, slots=True)
class Item:
    """A change: a new version of an alert, call, source, standard or port, or that it is gone."""

    position: Position
    kind: Kind
    id: str
    body: bytes
    """JSON of the whole object on one line; empty when it is gone."""
    _encoded: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def encoded(self, language: str = "") -> bytes:
        """Return the event as it goes over the wire, encoded once for all who read it so."""
        language = language if self.kind == "alert" else ""
        known = self._encoded.get(language)
        if known is None:
            known = self._encoded[language] = self._encode(language)
        return known

    def _encode(self, language: str) -> bytes:
        if not self.body:
            gone = msgspec.json.encode({"id": self.id})
            return event(f"{self.kind}-gone", gone, self.position)
        if not language:
            return event(self.kind, self.body, self.position)
        thinned = in_language(msgspec.json.decode(self.body), language)
        return event(self.kind, msgspec.json.encode(thinned), self.position)


def event(name: str, body: bytes, position: Position | None = None) -> bytes:
    """Return one server-sent event. Only events with a position can be resumed from."""
    head = f"id: {position}\n" if position else ""
    return f"{head}event: {name}\n".encode() + b"data: " + body + b"\n\n"


def in_language(alert: dict[str, Any], language: str) -> dict[str, Any]:
    """Return an alert whose text is kept in one language only."""
    text = alert.get("text") or {}
    return {**alert, "text": {language: text[language]} if language in text else {}}
