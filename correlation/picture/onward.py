"""What is kept of a ship's way through the ports: her rotation, delays and the notices of them."""

from msgspec import Struct

from correlation.statements import EMPTY, Slot


class Rotation(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A ship's ports in order, as carriers say them; `parts` maps a part of the list to its word.

    The legs stand in the statement as one text each, for a statement holds plain values only.
    """

    id: str
    ship: str
    parts: dict[str, Slot] = {}
    ends_at: int = 0


class Connection(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Boxes that go from one ship to another here: terminal calls, and the parts of the list."""

    id: str
    inbound: str
    outbound: str
    parts: dict[str, Slot] = {}


class Delay(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """What ports upstream foresee of a ship's voyage (N01), and what changed there (N02)."""

    id: str
    ship: str
    carrier: str
    number: str
    notices: Slot = EMPTY
    changes: Slot = EMPTY


class Notice(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """What this port last told another one of a ship: how late she is, or how her call changed.

    `minutes` are the 10th, 50th and 90th percentile; `began_at` names the fact, for a fact that
    was withdrawn is never said again. `status` is that of her call here, empty in a delay.
    """

    began_at: int
    version: int
    minutes: tuple[int, int, int]
    root: str | None
    is_live: bool
    status: str = ""
