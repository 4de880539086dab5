"""What is kept of a proposal to move the appointments that a ship left behind."""

from msgspec import Struct


class Move(Struct, frozen=True, array_like=True, gc=False):
    """An appointment and the slot to which it should move."""

    appointment: str
    from_at: int
    to_at: int
    gate: str


class Taken(Struct, frozen=True, array_like=True, gc=False):
    """The command that accepted a new slot, and when."""

    command: str
    at: int


class Proposal(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """New slots for the stranded of a terminal call, and what was answered.

    `revision` counts the proposals made for it; `accepted` maps an appointment to the command
    that took its new slot.
    """

    part: str
    seq: int
    revision: int
    made_at: int
    expires_at: int
    items: tuple[Move, ...]
    accepted: dict[str, Taken] = {}
    declined: tuple[str, ...] = ()
