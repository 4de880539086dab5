"""Containers, their bookings and bills, and the trucks' appointments, as they truly are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final, Literal

import simpy

from contracts.identifiers import PORT_SYSTEMS, box_check_digit
from correlation.instants import day_of
from simulator.world.chance import Choice

if TYPE_CHECKING:
    from simulator.world.calls import Call
    from simulator.world.cooling import Air
    from simulator.world.roads import Passage

Place = Literal["OUTSIDE", "TRUCK", "YARD", "SHIP", "GONE"]
Kind = Literal["EXPORT", "IMPORT", "TRANSSHIP"]
MOVES: Final = {
    ("OUTSIDE", "TRUCK"),
    ("TRUCK", "YARD"),
    ("YARD", "SHIP"),
    ("SHIP", "YARD"),
    ("YARD", "TRUCK"),
    ("TRUCK", "GONE"),
    ("TRUCK", "OUTSIDE"),
    ("SHIP", "GONE"),
    ("OUTSIDE", "GONE"),
}
"""From where to where a box may go; anything else would be in two places."""
SIZES: Final = (("22G1", 40.0), ("45G1", 57.0), ("L5G1", 2.9))
"""20 ft, 40 ft high, 45 ft: shares of ConFlowGen's defaults (Hamburg)."""
_SIZES: Final = Choice([weight for _, weight in SIZES])
REEFER_SHARE: Final = 0.07
DG_SHARE: Final = 0.08
EMPTY_SHARE: Final = 0.12
"""Of boxes that change ships (ConFlowGen); boxes at the gate are laden."""


class InTwoPlaces(Exception):
    """A box of the hidden world would be in two places: a mistake of the simulation itself."""


@dataclass(slots=True, eq=False)
class Booking:
    """Boxes that are to leave with a ship."""

    id: str
    call: "Call"
    cargo: str
    forwarder: str
    boxes: "list[Box]" = field(default_factory=list)
    booked_at: int = 0
    said_at: int = 0
    """When the carrier last said it."""
    papers_at: int | None = None
    """When the shipping instructions are in order; None while nobody knows."""
    papers_done: bool = False
    papers_told_at: int | None = None
    is_cancelled: bool = False


@dataclass(slots=True, eq=False)
class Permit:
    """What is allowed of the dangerous goods in a box: whether it may come, and stand for how long.

    `told_at` is when the newest word of it was received, `accepted` whether it says yes.
    """

    dwell: int
    accepted: bool = False
    is_known: bool = False
    """Whether it was declared at all."""
    told_at: int | None = None


@dataclass(slots=True, eq=False)
class Box:
    """One stay of a container in the port."""

    number: str
    kind: Kind
    iso: str
    cargo: str
    is_empty: bool
    kg: int
    place: Place = "OUTSIDE"
    block: str = ""
    inbound: "Call | None" = None
    outbound: "Call | None" = None
    booking: Booking | None = None
    bill: str = ""
    forwarder: str = ""
    appointment: "Appointment | None" = None
    is_weighed: bool = False
    is_cleared: bool = False
    """Whether customs let an export go."""
    happened: dict[str, int] = field(default_factory=dict)
    blockers: dict[str, int] = field(default_factory=dict)
    """Import: what keeps it from being collected, and since when; root in `root`."""
    told: dict[str, int] = field(default_factory=dict)
    """When the first word of what happened reached us."""
    channel: str = "AUTO"
    is_revoked: bool = False
    root: str = "ordinary"
    roots: dict[str, str] = field(default_factory=dict)
    """Export: by cut-off, what is behind its being late."""
    freed: "simpy.Event | None" = None
    """Happens when an import becomes available."""
    free_days: int = 0
    """Import: how long it may stand free of storage, by its contract."""
    free_until: int | None = None
    visit: str = ""
    """The id of this stay: by the day of the first word of it."""
    permit: Permit | None = None
    """Dangerous goods: what is allowed of them."""
    air: "Air | None" = None
    """Reefer that is read: how warm it is."""
    off_since: int | None = None
    """Reefer in the yard: since when it is without power."""
    has_missed: bool = False
    """Export: whether it was ever about to miss a cut-off."""
    beside: str = ""
    """Dangerous goods: the stay of other goods that it stands too near to."""

    def name_it(self, at: int) -> None:
        """Give the stay its id, by the day of an instant, unless it has one."""
        self.visit = self.visit or f"{self.number}/{day_of(at)}"

    def go(self, place: Place) -> None:
        """Move the box.

        Raises:
            InTwoPlaces: it is not where it would come from.
        """
        if (self.place, place) not in MOVES:
            raise InTwoPlaces(f"{self.number} is {self.place} and cannot be {place}")
        self.place = place

    def root_of(self, code: str) -> str:
        """Return what is behind a cut-off that is not made."""
        return self.roots.get(code, self.root)

    @property
    def is_chilled(self) -> bool:
        """Whether a reefer holds fruit and not frozen cargo: every second one does."""
        return self.cargo == "REEFER" and int(self.number[9]) % 2 == 0

    @property
    def is_available(self) -> bool:
        """Whether an import can be collected: discharged, released, and not stopped."""
        return self.place == "YARD" and not self.blockers


@dataclass(slots=True, eq=False)
class Appointment:
    """A truck's slot. `comes_at` is when the haulier knows the truck to be at the gate."""

    id: str
    truck: str
    direction: Literal["DELIVER", "COLLECT"]
    boxes: list[Box]
    haulier: str
    gate: str
    gate_operator: str
    slot_at: int
    booked_at: int
    state: str = "BOOKED"
    said_at: int = 0
    """When it was last said: booked, moved or confirmed."""
    told_at: int | None = None
    comes_at: int | None = None
    comes_told_at: int | None = None
    is_moving: bool = False
    is_seen: bool = False
    """Whether it was seen on a corridor, and went on."""
    passed: "Passage | None" = None
    """Where it was last seen on its corridor."""
    has_been_early: bool = False
    """Whether it was ever to come before its ship's window."""
    is_here: bool = False
    came_at: int | None = None
    """When it came to the gate, and when that was received."""
    came_told_at: int | None = None
    is_inside: bool = False

    @property
    def is_live(self) -> bool:
        """Whether the truck is still to come or under way."""
        return self.state in ("BOOKED", "CHANGED", "CONFIRMED")

    @property
    def due_at(self) -> int:
        """When the truck is to be at the gate: as its haulier knows, else at its slot's end."""
        return self.comes_at if self.comes_at is not None else self.slot_at + SLOT


SLOT: Final = 60 * 60_000


def numbers_of(system: str) -> Iterator[str]:
    """Yield the container numbers of one port: RDxU, an invented prefix with a letter a port."""
    letter = ascii_uppercase[sorted(PORT_SYSTEMS).index(system)]
    serial = 0
    while True:
        serial = serial % 999_999 + 1
        ten = f"RD{letter}U{serial:06d}"
        yield ten + box_check_digit(ten)


def iso_type(pick: int, cargo: str) -> str:
    """Return the type of a box of a cargo; `pick` is one of SIZES."""
    return "45R1" if cargo == "REEFER" else SIZES[pick][0]


def sizes() -> Choice:
    """Return the choice of sizes."""
    return _SIZES
