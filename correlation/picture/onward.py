"""What is kept of a ship's way through the ports: her rotation, delays and the notices of them."""

from msgspec import Struct

from correlation.statements import EMPTY, Slot


class Rotation(Struct, frozen=True, array_like=True, kw_only=True):
    """A ship's ports in order, as carriers say them; `parts` maps a part of the list to its word.

    The legs stand in the statement as one text each, for a statement holds plain values only.
    """

    id: str
    ship: str
    parts: dict[str, Slot] = {}
    ends_at: int = 0


class Connection(Struct, frozen=True, array_like=True, kw_only=True):
    """Boxes that go from one ship to another here: terminal calls, and the parts of the list."""

    id: str
    inbound: str
    outbound: str
    parts: dict[str, Slot] = {}


class Delay(Struct, frozen=True, array_like=True, kw_only=True):
    """What ports upstream foresee of a ship's voyage: the notices of each (N01)."""

    id: str
    ship: str
    carrier: str
    number: str
    notices: Slot = EMPTY


class Notice(Struct, frozen=True, array_like=True, kw_only=True):
    """What this port last told another one of a ship's delay.

    `minutes` are the 10th, 50th and 90th percentile; `began_at` names the fact, for a fact that
    was withdrawn is never said again.
    """

    began_at: int
    version: int
    minutes: tuple[int, int, int]
    root: str | None
    is_live: bool
