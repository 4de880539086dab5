"""What is kept of gates, empties due back and proposals, as frozen values."""

from msgspec import Struct

from correlation.statements import EMPTY, Slot


class Passage(Struct, frozen=True, array_like=True, kw_only=True):
    """When a truck was at each step of a gate; 0 is not said."""

    queued_at: int = 0
    entered_at: int = 0
    left_at: int = 0
    is_walk_in: bool = False


class Flow(Struct, frozen=True, array_like=True, kw_only=True):
    """One gate in one direction: queue reports by their instant, and the trucks seen lately.

    The value of a report is the mean wait in minutes.
    """

    id: str
    gate: str
    direction: str
    reports: dict[str, Slot] = {}
    trucks: dict[str, Passage] = {}


class Obligation(Struct, frozen=True, array_like=True, kw_only=True):
    """An empty that is due back: until when by the carrier's clock, and by its gate-out."""

    box: str
    due: Slot = EMPTY
    due_out: Slot = EMPTY
    left: Slot = EMPTY


class Move(Struct, frozen=True, array_like=True):
    """An appointment and the slot to which it should move."""

    appointment: str
    from_at: int
    to_at: int
    gate: str


class Taken(Struct, frozen=True, array_like=True):
    """The command that accepted a new slot, and when."""

    command: str
    at: int


class Proposal(Struct, frozen=True, array_like=True, kw_only=True):
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
