"""A ship's way through her ports: the times of its schedule, and how lateness travels on it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.numbers import Ship
from simulator.world.instants import whole
from simulator.world.network import PASSAGE

if TYPE_CHECKING:
    from simulator.world.calls import Call
    from simulator.world.port import Port


@dataclass(slots=True, eq=False)
class Leg:
    """One port of a rotation: its berth times by schedule, the way to it, and what became of it.

    `buffer`: what a late ship makes up on the way to it, ms. `call`: her call there while it is
    simulated and not over, in `port`. `late`: by how much she left behind her schedule, once she
    has left; `left_told_at`: when that was received.
    """

    system: str
    arrives_at: int
    leaves_at: int
    sails: int = 0
    buffer: int = 0
    call: "Call | None" = None
    late: int | None = None
    left_told_at: int | None = None
    port: "Port | None" = None
    is_skipped: bool = False
    """Whether she passes it by."""


@dataclass(slots=True, eq=False)
class Rotation:
    """The ports of one voyage in order."""

    ship: Ship
    carrier: str
    number: str
    legs: list[Leg]
    version: int = 1
    told: dict[str, int] = field(default_factory=dict)
    """When its list was last received in each port."""

    @property
    def id(self) -> str:
        """The id under which carriers list it."""
        return f"rot:{self.ship.imo}:{self.carrier}:{self.number}"

    def after(self, call: "Call") -> list[Leg]:
        """Return the legs behind a call."""
        at = next((at for at, leg in enumerate(self.legs) if leg.call is call), None)
        return [] if at is None else self.legs[at + 1 :]

    def swapped(self, call: "Call") -> int:
        """Call first at the port behind a call; return by how much later she comes to it, ms.

        The port behind must not be simulated; what follows both keeps its times.
        """
        at = self.legs.index(self.leg_of(call))
        first, second = self.legs[at], self.legs[at + 1]
        stays, between = second.leaves_at - second.arrives_at, second.sails
        before = first.arrives_at
        second.arrives_at, second.leaves_at = before, before + stays
        later = stays + between
        first.arrives_at, first.leaves_at = before + later, first.leaves_at + later
        self.legs[at : at + 2] = [second, first]
        return later

    def leg_of(self, call: "Call") -> Leg:
        """Return the leg that is a call."""
        return next(leg for leg in self.legs if leg.call is call)

    def left(self, call: "Call", at: int, told_at: int | None) -> None:
        """Let her leave a port: the later ones are late by what she is, less what she makes up.

        `told_at` is when her departure was received; None where it was not.
        """
        here = self.leg_of(call)
        here.late, here.left_told_at = at - here.leaves_at, told_at
        late = max(0, here.late)
        for leg in self.after(call):
            late = max(0, late - leg.buffer)
            other = leg.call
            if late == 0 or (other is not None and other.stage != "FAR"):
                return
            if other is not None and other.announced_at - PASSAGE + late > other.comes_at:
                other.comes_at = whole(other.announced_at - PASSAGE + late)
                other.root = "late-departure-upstream"
