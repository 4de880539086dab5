"""The places to which empties return, as a carrier lists them."""

from msgspec import Struct

from correlation.statements import Statement


class ReturnPlace(Struct, frozen=True, array_like=True, gc=False):
    """A place, the size and type group that it is for, from when until when, and if it takes it."""

    facility: str
    iso_group: str
    from_at: int
    to_at: int | None
    accepts: bool


class ReturnList(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Every place of one carrier, by the statement that lists them."""

    said: Statement
    places: tuple[ReturnPlace, ...]
