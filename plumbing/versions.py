"""What every reader of alerts and pictures must do: the highest version of each id counts.

The wire may repeat a record, and a process that was thought dead may say an old one again; no
copy differs from its original. So a reader needs only the highest version of each id. An alert id
is never used again, so its tombstone ends it for good. A picture (call, source, standard, port)
may come back under its id, so there a tombstone only takes away what is shown.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from contracts.topics import ALERTS, PICTURE

Kind = Literal["alert", "call", "source", "standard", "port"]
KINDS: Final[tuple[Kind, ...]] = ("alert", "call", "source", "standard", "port")
FINAL_KINDS: Final = frozenset[Kind]({"alert"})


class UnreadableWord(ValueError):
    """A record that is neither an alert, nor a picture, nor a tombstone of one."""


class Word(NamedTuple):
    """One record of the alerts or the picture topic: what is now said about one id."""

    kind: Kind
    id: str
    version: int
    """0 in a tombstone."""
    system: str | None
    """The port system; None in a tombstone, which carries nothing but its key."""
    body: bytes | None
    """The `data` of the event, JSON on one line; None in a tombstone."""

    @property
    def name(self) -> str:
        """Return the key under which versions are compared."""
        return f"{self.kind}:{self.id}"


class _Envelope(msgspec.Struct):
    data: msgspec.Raw
    partitionkey: str | None = None


class _Head(msgspec.Struct):
    system: str | None = None
    version: int | None = None


_envelopes: Final = msgspec.json.Decoder(_Envelope)
_heads: Final = msgspec.json.Decoder(_Head)


def read_word(
    topic: str,
    key: bytes | None,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> Word:
    """Return what one Kafka record says; `topic` is its name without namespace.

    Raises:
        UnreadableWord: the key names no id, or the value is not an event with a version.
    """
    kind, name = _identity(topic, (key or b"").decode(errors="replace"))
    if value is None:
        return Word(kind, name, 0, None, None)
    try:
        envelope = _envelopes.decode(value)
        body = bytes(envelope.data)
        head = _heads.decode(body)
        said = next((text for header, text in headers if header == "version" and text), None)
        version = int(said) if said is not None else head.version
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadableWord(f"{kind} {name}: {error}") from error
    system = head.system or envelope.partitionkey
    if version is None or version < 1 or system is None:
        raise UnreadableWord(f"{kind} {name}: no version or no port system in it")
    if b"\n" in body:
        body = msgspec.json.format(body, indent=-1)
    return Word(kind, name, version, system, body)


def _identity(topic: str, key: str) -> tuple[Kind, str]:
    if topic == ALERTS.name and key:
        return "alert", key
    kind, _, name = key.partition(":")
    for known in KINDS[1:]:
        if topic == PICTURE.name and kind == known and name:
            return known, name
    allowed = "an alert id, or call:, source:, standard:, port: and an id"
    raise UnreadableWord(f"key {key!r} on {topic}: allowed is {allowed}")


class HighestVersions:
    """Memory of what was read, for a reader that keeps its own (the projector's is in Redis)."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}
        self._gone: set[str] = set()

    def is_news(self, word: Word) -> bool:
        """Tell whether a word changes what is known, and remember it if it does."""
        if word.name in self._gone:
            return False
        if word.body is None:
            if word.kind in FINAL_KINDS:
                self._gone.add(word.name)
            return self._versions.pop(word.name, None) is not None
        if word.version <= self._versions.get(word.name, 0):
            return False
        self._versions[word.name] = word.version
        return True
