"""A terminal as it truly is: who lies at which metres of its quay, who is planned there, its yard.

The planner gives each ship the first metres and hours that no other plan holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import simpy

from contracts.places import FacilityProfile
from correlation.instants import HOUR
from simulator.world.boxes import Box
from simulator.world.calls import LINES_OFF, Call, Plan
from simulator.world.instants import whole

GAP_METRES: Final = 15
"""Between two ships at the quay."""
MARGIN_METRES: Final = 5
RATE: Final = 25.0
"""Moves a crane makes an hour, gross (published by Panama's terminals)."""
SHIFT_STEP: Final = HOUR
SHIFT_MAX: Final = 96


@dataclass(eq=False)
class Terminal:
    """One terminal: its profile, the calls that are to come or here, and who is told apart."""

    profile: FacilityProfile
    env: simpy.Environment
    operator: str
    timezone: str
    calls: list[Call] = field(default_factory=list)
    stock: dict[str, int] = field(default_factory=dict)
    """Boxes in each block."""
    plugged: dict[str, int] = field(default_factory=dict)
    unbound: list[Box] = field(default_factory=list)
    """Boxes for another ship that has not been found yet, the oldest first."""
    freed: simpy.Event = field(init=False)

    def __post_init__(self) -> None:
        """Begin with an empty quay."""
        self.freed = self.env.event()
        self.stock = {block.id: 0 for block in self.profile.blocks}
        self.plugged = {block.id: 0 for block in self.profile.blocks}

    @property
    def code(self) -> str:
        """Its id: LOCODE, code list, code."""
        return self.profile.code

    @property
    def quay(self) -> float:
        """The metres of its quay."""
        return max((berth.to_m for berth in self.profile.berths), default=0.0)

    def stay_for(self, moves: int, cranes: int) -> int:
        """Return how long so many moves with so many cranes are planned at the berth."""
        return whole((moves / (cranes * RATE) + 2.5) * 1.05 * HOUR, 5 * 60_000)

    def place(self, call: Call, earliest: int, now: int) -> Plan:
        """Return the first plan from an instant on that no other ship's plan is in the way of."""
        others = [other for other in self.calls if other is not call and other.is_open]
        for step in range(SHIFT_MAX):
            berth_at = earliest + step * SHIFT_STEP
            for berth, bow in self._bows(call):
                plan = Plan(berth, bow, berth_at, berth_at + call.stays, now)
                if not any(conflict(call, plan, other) > 0 for other in others):
                    return plan
        berth, bow = self._bows(call)[0]
        return Plan(berth, bow, earliest, earliest + call.stays, now)

    def _bows(self, call: Call) -> list[tuple[str, float]]:
        """Return the berths at which a ship of this length fits, each with the metre of its bow."""
        length = call.ship.loa_m
        fits = [
            (berth.id, berth.from_m + MARGIN_METRES)
            for berth in self.profile.berths
            if berth.from_m + MARGIN_METRES + length <= self.quay
        ]
        first = self.profile.berths[0]
        return fits or [(first.id, first.from_m)]

    def is_free_for(self, call: Call) -> bool:
        """Tell whether nobody lies at the metres that a ship is planned at."""
        assert call.plan is not None, "a ship that berths has a plan"
        low, high = metres(call, call.plan)
        for other in self.calls:
            is_there = "moving" in other.happened and other.stage != "SAILED"
            if is_there and other is not call and other.plan:
                from_m, to_m = metres(other, other.plan)
                if min(high, to_m) > max(low, from_m):
                    return False
        return True

    def freed_now(self) -> None:
        """Tell everyone who waits that the quay has changed."""
        before, self.freed = self.freed, self.env.event()
        before.succeed()


def metres(call: Call, plan: Plan) -> tuple[float, float]:
    """Return the metres of quay that a ship takes, with the gap to the next one."""
    return plan.bow_m, plan.bow_m + call.ship.loa_m + GAP_METRES


def conflict(call: Call, plan: Plan, other: Call) -> int:
    """Return for how long (ms) a plan is in the way of another ship's expected stay."""
    if other.plan is None:
        return 0
    low, high = metres(call, plan)
    from_m, to_m = metres(other, other.plan)
    if min(high, to_m) <= max(low, from_m):
        return 0
    begins = other.berths_at
    ends = max(other.leaves_at, other.plan.leaves_at) + LINES_OFF
    return min(plan.leaves_at + LINES_OFF, ends) - max(plan.berth_at, begins)


def by_metres(terminals: Iterable[Terminal], part: float, length: float) -> Terminal:
    """Return the terminal at a share of the port's quay metres, among those long enough."""
    every = list(terminals)
    long_enough = [each for each in every if each.quay >= length + 2 * MARGIN_METRES]
    among = long_enough or [max(every, key=lambda each: each.quay)]
    left = part * sum(each.quay for each in among)
    for each in among:
        left -= each.quay
        if left <= 0:
            return each
    return among[-1]
