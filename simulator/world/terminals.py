"""A terminal as it truly is: who lies at which metres of its quay, who is planned there, its yard.

The planner gives each ship the first metres and hours that no other plan holds.
"""

from collections.abc import Iterable, Iterator
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
SLACK: Final = 2 * HOUR
"""That a planner leaves between two ships beyond what lines and crews need."""
POSTPONED_MAX: Final = 14 * HOUR
"""By how much a berth is put off while the ship is still far out."""
PROMISED: Final = 5 * HOUR
"""A berth is kept free for a ship that is so near, whoever else waits."""
STARTS: Final = 30 * 60_000
"""Plans begin on the half hour."""


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
    capacity: dict[str, int] = field(default_factory=dict)
    plugs: dict[str, int] = field(default_factory=dict)
    """What each block is built for, once the run begins: TEU, and plugs for reefers."""
    freed: simpy.Event = field(init=False)
    quay: float = field(init=False)
    """The metres of its quay."""
    code: str = field(init=False)
    """Its id: LOCODE, code list, code; and the last of these."""
    short: str = field(init=False)

    def __post_init__(self) -> None:
        """Begin with an empty quay."""
        self.code, self.short = self.profile.code, self.profile.code.rpartition(":")[2]
        self.quay = max((berth.to_m for berth in self.profile.berths), default=0.0)
        self.freed = self.env.event()
        self.stock = {block.id: 0 for block in self.profile.blocks}
        self.plugged = {block.id: 0 for block in self.profile.blocks}

    def stay_for(self, moves: int, cranes: int) -> int:
        """Return how long so many moves with so many cranes are planned at the berth."""
        return whole((moves / (cranes * RATE) + 2.5) * 1.05 * HOUR, 5 * 60_000)

    def place(self, call: Call, earliest: int, now: int) -> Plan:
        """Return the first plan from an instant on that no other ship's plan is in the way of."""
        others = sorted(
            (*hours(other), *metres(other, other.plan))
            for other in self.calls
            if other is not call and other.is_open and other.plan and _comes_first(other, call, now)
        )
        stays = call.stays
        best: tuple[int, int, float] | None = None
        for bow in self._bows(call, {high for _, _, _, high in others}):
            stern = bow + call.ship.loa_m + GAP_METRES
            taken = [
                (begins, ends) for begins, ends, low, high in others if low < stern and bow < high
            ]
            at = _first_gap(taken, earliest, stays + LINES_OFF + SLACK)
            in_the_way = 0
            if call.stage == "FAR" and at - earliest > POSTPONED_MAX:
                # Nobody agrees so far ahead to wait so long: the quay is planned twice for now.
                at, until = earliest, earliest + stays + LINES_OFF
                in_the_way = sum(
                    max(0, min(until, ends) - max(at, begins)) for begins, ends in taken
                )
            if best is None or (in_the_way, at) < best[:2]:
                best = (in_the_way, at, bow)
        assert best is not None, "every terminal has a berth"
        _, at, bow = best
        return Plan(self.berth_at(bow), bow, at, at + stays, now)

    def _bows(self, call: Call, sterns: set[float]) -> list[float]:
        """Return where a ship can put her bow: at a berth, or behind another ship."""
        wished = {berth.from_m + MARGIN_METRES for berth in self.profile.berths} | sterns
        fits = sorted(bow for bow in wished if bow + call.ship.loa_m <= self.quay)
        return fits or [self.profile.berths[0].from_m]

    def berth_at(self, bow: float) -> str:
        """Return the berth at which a metre of the quay lies."""
        among = [berth for berth in self.profile.berths if berth.from_m <= bow]
        return (among or list(self.profile.berths))[-1].id

    def beside(self, call: Call, plan: Plan) -> Iterator[Call]:
        """Yield the other ships that are to lie, or lie, at the metres of a plan."""
        low, high = metres(call, plan)
        for other in self.calls:
            its = other.plan
            if its is None or its.bow_m >= high or other is call or not other.is_open:
                continue
            if its.bow_m + other.ship.loa_m + GAP_METRES > low:
                yield other

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


def planned_pace(call: Call) -> float:
    """Return the moves an hour of the plan; if made while she is worked, of its cranes."""
    plan = call.plan
    if plan and plan.leaves_at - plan.berth_at == call.stays:
        return call.moves / (call.stays / HOUR - 2)
    return RATE * call.cranes


def hours(call: Call) -> tuple[int, int]:
    """Return from when until when a ship is expected to take her metres."""
    planned = call.plan.leaves_at if call.plan else 0
    return call.berths_at, max(call.leaves_at, planned) + LINES_OFF


def _comes_first(other: Call, call: Call, now: int) -> bool:
    """Tell whether a plan has to respect another's: who is here goes before who is far out."""
    if call.stage == "FAR" or other.stage != "FAR":
        return True
    return other.plan is not None and other.plan.berth_at - now < PROMISED


def _first_gap(taken: list[tuple[int, int]], earliest: int, needed: int) -> int:
    """Return the first start from an instant on with so much time before the next ship."""
    at = earliest
    for begins, ends in taken:
        if ends + SLACK > at and begins < at + needed:
            at = -(-(ends + SLACK) // STARTS) * STARTS
    return at


def conflict(call: Call, plan: Plan, other: Call) -> int:
    """Return for how long (ms) a plan is in the way of another ship's expected stay."""
    if other.plan is None:
        return 0
    low, high = metres(call, plan)
    from_m, to_m = metres(other, other.plan)
    if min(high, to_m) <= max(low, from_m):
        return 0
    begins, ends = hours(other)
    return min(plan.leaves_at + LINES_OFF, ends) - max(plan.berth_at, begins)


def by_metres(terminals: Iterable[Terminal], part: float, length: float) -> Terminal:
    """Return the terminal at a share of the port's quay, counted in ships of this length."""
    every = list(terminals)
    room = [max(0, int(each.quay // (length + GAP_METRES))) for each in every]
    if not any(room):
        return max(every, key=lambda each: each.quay)
    left = part * sum(room)
    for each, ships in zip(every, room, strict=True):
        left -= ships
        if ships and left <= 0:
            return each
    return every[-1]
