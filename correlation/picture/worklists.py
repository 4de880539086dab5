"""Load, discharge and stock lists as they are kept: what each version names, and the boxes."""

from msgspec import Struct

from correlation.statements import Statement


class ListedBox(Struct, frozen=True, array_like=True, gc=False):
    """A box of a work list. `special` is R for a reefer, D for dangerous goods.

    `listed_at` is 0 where it was not said; `block` is where a box off the ship is to stand.
    """

    box: str
    special: str = ""
    listed_at: int = 0
    block: str = ""


class ListPiece(Struct, frozen=True, array_like=True, gc=False):
    """One message of a list, by the statement that it is, and its boxes."""

    said: Statement
    boxes: tuple[ListedBox, ...]


class ListVersion(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One version of a list; it counts when all of its `parts` are in."""

    list_id: str
    number: int
    parts: int
    pieces: dict[int, ListPiece]


class WorkList(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """What one carrier means to load, discharge or restow at a terminal call.

    `boxes` are those of the version that counts; `missing` are (box, what it lacks, special) of
    a load list in the order of the numbers; `latest` are the last listed, latest first.
    """

    id: str
    part: str
    kind: str
    versions: tuple[ListVersion, ...] = ()
    said: Statement | None = None
    boxes: tuple[ListedBox, ...] = ()
    missing: tuple[tuple[str, str, str], ...] = ()
    latest: tuple[ListedBox, ...] = ()


class Listed(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """The load lists that name a box."""

    lists: tuple[str, ...] = ()


class StockPiece(Struct, frozen=True, array_like=True, gc=False):
    """One message of a stock list, by the statement that it is, and the numbers of its boxes."""

    said: Statement
    boxes: tuple[str, ...]


class Stock(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """The newest stock list of a terminal; it counts when all of its `parts` are in."""

    list_id: str
    number: int
    parts: int
    pieces: dict[int, StockPiece]

    @property
    def as_of(self) -> int:
        """When the oldest of its messages was drawn up."""
        return min((piece.said.occurred_at for piece in self.pieces.values()), default=0)
