"""Who is on duty in a span: pilots, tugs or line boats of one provider."""

from msgspec import Struct

from correlation.statements import EMPTY, Slot


class Roster(Struct, frozen=True, array_like=True, gc=False):
    """The units of one provider in a span, and what was said of how many they are."""

    kind: str
    provider: str
    from_at: int
    to_at: int
    said: Slot = EMPTY
