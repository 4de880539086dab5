"""Gates and their lanes: the queue is what comes of trucks, lanes and transaction times."""

from collections import Counter, deque
from collections.abc import Iterator
from functools import partial
from math import ceil
from random import Random
from typing import Any, Final

import simpy

from contracts.places import Gate as GateProfile
from correlation.instants import HOUR, MINUTE
from simulator.world.boxes import SLOT, Appointment
from simulator.world.chance import lognormal
from simulator.world.conditions import holding_trucks
from simulator.world.instants import whole
from simulator.world.labels.of_places import Busy, congested
from simulator.world.port import Port, Steps
from simulator.world.slots import is_open
from simulator.world.telling import of_trucks as say
from simulator.world.terminals import Terminal

AUTOMATED_FROM: Final = 100
"""Gates of this capacity an hour read plates and boxes by machine."""
AUTOMATED_MEDIAN: Final = 2.5
MANUAL_MEDIAN: Final = 5.0
SIGMA: Final = 0.5
TROUBLE: Final = 0.06
TROUBLE_MINUTES: Final = 15.0
DOWN_FACTOR: Final = 4.0
"""How much longer a transaction takes by hand and on paper, while the system is down."""
INSIDE_MEDIAN: Final = 35.0
SIGMA_IN: Final = 0.55
FULL_FACTOR: Final = 1.4
"""How much longer it takes to be served in a yard that is too full."""
REPORT_EACH: Final = 15 * MINUTE
AHEAD_EACH: Final = 30 * MINUTE
"""Those to come are counted by half hours, as slots are taken."""
WINDOW: Final = 30 * MINUTE
LATELY: Final = 4 * HOUR
STANDS: Final = 2 * HOUR
"""For how long a truck stands before a closed gate."""
ENOUGH: Final = 10
"""Trucks from which a share, or a ninth of ten, can be told."""


STRIKES: Final = ("gate-down", "road-block", "yard-wave")


class Gate:
    """One gate of a terminal."""

    def __init__(self, port: Port, terminal: Terminal, profile: GateProfile) -> None:
        """Give it as many lanes as its capacity needs, fewer where only a share of trucks comes."""
        self.port, self.terminal, self.profile = port, terminal, profile
        self.id = f"{terminal.code}/gate/{profile.id}"
        self.median = (
            AUTOMATED_MEDIAN if profile.capacity_per_hour >= AUTOMATED_FROM else MANUAL_MEDIAN
        )
        minutes = self.median * 1.13 + TROUBLE * TROUBLE_MINUTES
        lanes = max(1, ceil(profile.capacity_per_hour * minutes / 60 * port.density))
        self.lanes = simpy.Resource(port.env, capacity=lanes)
        self.waits: deque[tuple[int, int]] = deque()
        self.passed: deque[tuple[int, bool]] = deque()
        """When trucks came, and whether unbooked, in the last hours."""
        self.turns: deque[tuple[int, int]] = deque()
        """When trucks left, and after how long inside, in the last hours."""
        self.last = port.stream("gate", self.id)

    @property
    def queue(self) -> int:
        """How many trucks wait."""
        return len(self.lanes.queue)

    def is_down(self) -> bool:
        """Whether the gate's system is down."""
        return self.port.disruptions.at("gate-down", self.port.now) is not None

    def mean_wait(self) -> float:
        """Return the mean wait (minutes) of those who came to a lane in the last half hour."""
        since = self.port.now - WINDOW
        while self.waits and self.waits[0][0] < since:
            self.waits.popleft()
        if not self.waits:
            return 0.0
        return sum(wait for _, wait in self.waits) / len(self.waits) / MINUTE

    def walk_in_share(self) -> float | None:
        """Return the share (%) of unbooked trucks of late, where enough came to tell."""
        _forget(self.passed, self.port.now)
        if len(self.passed) < ENOUGH:
            return None
        return 100 * sum(unbooked for _, unbooked in self.passed) / len(self.passed)

    def turn_p90(self) -> float | None:
        """Return after how many minutes nine of ten trucks left of late, if enough did."""
        _forget(self.turns, self.port.now)
        if len(self.turns) < ENOUGH:
            return None
        turns = sorted(turn for _, turn in self.turns)
        return turns[(len(turns) * 9 - 1) // 10] / MINUTE

    def left(self, entered_at: int) -> None:
        """Note that a truck has left."""
        self.turns.append((self.port.now, self.port.now - entered_at))

    def opens_at(self, at: int) -> int | None:
        """Return when a truck that comes at an instant finds it open; None if it will not wait."""
        times = (at, *range(whole(at, HOUR) + HOUR, at + STANDS + 1, HOUR))
        return next((t for t in times if is_open(self.profile, t, self.terminal.timezone)), None)

    def comes(self, made: Appointment) -> int:
        """Let a truck come to the queue; return when that is received."""
        port, booked = self.port, made.id if made.state != "WALK_IN" else ""
        self.passed.append((port.now, not booked))
        return say.step(port.voices, made.truck, self.id, port.now, "QUEUE_IN", booked)

    def passes(self, chance: Random, made: Appointment) -> Steps:
        """Queue, be served in a lane, and go through; the truck is then inside."""
        port, came = self.port, self.port.now
        booked = made.id if made.state != "WALK_IN" else ""
        with self.lanes.request() as lane:
            yield lane
            self.waits.append((port.now, port.now - came))
            say.step(port.voices, made.truck, self.id, port.now, "LANE_IN", booked)
            minutes = lognormal(chance, self.median, SIGMA)
            if chance.random() < TROUBLE:
                minutes += TROUBLE_MINUTES
                say.step(port.voices, made.truck, self.id, port.now, "TROUBLE", booked)
            if self.is_down():
                minutes *= DOWN_FACTOR
            yield port.wait(port.now + whole(minutes * MINUTE))


def _forget(seen: deque[tuple[int, Any]], now: int) -> None:
    while seen and seen[0][0] <= now - LATELY:
        seen.popleft()


def inside_minutes(port: Port, chance: Random) -> float:
    """Return how long a truck is inside: longer where the yard is too full to work in."""
    is_full = port.disruptions.at("yard-wave", port.now) is not None
    return min(240.0, lognormal(chance, INSIDE_MEDIAN * (FULL_FACTOR if is_full else 1), SIGMA_IN))


def reports(gate: Gate) -> Steps:
    """Let the gate's system report its queue."""
    port, before, who = gate.port, None, (gate.id, gate.terminal.operator)
    while True:
        yield port.wait(port.now + REPORT_EACH)
        wait, turn, walk_ins, told = 0.0, None, None, port.now
        if is_open(gate.profile, port.now, gate.terminal.timezone):
            wait, turn, walk_ins = gate.mean_wait(), gate.turn_p90(), gate.walk_in_share()
            counts = say.Counts(round(gate.queue / port.density), wait, turn, walk_ins)
            told = say.queue(port.voices, gate.id, port.now, counts)
            wait, before = (wait if before is None else (wait + before) / 2), wait
        else:
            before = None  # and what it counted before it closed is over
        ahead, hauliers = _ahead(gate), partial(_hauliers, gate)
        roots = (_root(port), holding_trucks(port))
        busy = Busy(*who, wait, turn, walk_ins, ahead, told, hauliers, *roots)
        congested(port.ledger, port.voices, busy, port.now)


def _ahead(gate: Gate) -> float:
    """Return the share (%) of what a gate can pass in two hours that is booked for them.

    They count from the last half hour; a truck that was seen on its way when it will be here.
    """
    port = gate.port
    at, trucks = port.trucks_ahead
    if at != port.now:
        trucks = _counted(port)
        port.trucks_ahead = (port.now, trucks)
    return 100 * trucks[gate.id] / (2 * gate.profile.capacity_per_hour)


def _counted(port: Port) -> Counter[str]:
    """Return the trucks that are to come to each gate within two hours."""
    since = whole(port.now, AHEAD_EACH)
    until, found = since + 2 * HOUR, Counter[str]()
    for made in _made(port):
        comes_at = made.comes_at if made.is_seen and made.comes_at else made.slot_at
        if since <= comes_at < until and made.is_live and not made.is_here:
            found[made.gate] += 1
    return found


def _made(port: Port) -> Iterator[Appointment]:
    """Yield every appointment of a port that may still be to come."""
    for call in port.calls:
        yield from call.trucks
    yield from port.fetching


def _hauliers(gate: Gate) -> tuple[str, ...]:
    """Return whose trucks are booked at a gate in the next two hours."""
    port, named = gate.port, gate.id
    begun, soon = port.now - SLOT, port.now + 2 * HOUR
    near = [made for made in _made(port) if begun < made.slot_at < soon]
    return tuple(
        dict.fromkeys(made.haulier for made in near if made.gate == named and made.is_live)
    )


def _root(port: Port) -> str:
    """Return the disruption behind what goes on at a gate."""
    struck = [kind for kind in STRIKES if port.disruptions.at(kind, port.now)]
    return struck[0] if struck else "walk-ins"


def for_slot(port: Port, terminal: Terminal, slot_at: int, chance: Random) -> Gate:
    """Return a gate of a terminal that is open in a slot, else its largest."""
    gates = port.gates[terminal.code]
    among = [gate for gate in gates if is_open(gate.profile, slot_at, terminal.timezone)]
    if not among:
        return max(gates, key=lambda gate: gate.profile.capacity_per_hour)
    weights = [gate.profile.capacity_per_hour for gate in among]
    return chance.choices(among, weights)[0]


def opens(port: Port, terminal: Terminal, slot_at: int) -> int:
    """Return the first slot at or after one in which a gate of a terminal is open."""
    gates = port.gates[terminal.code]
    for later in range(72):
        at = slot_at + later * 60 * MINUTE
        if any(is_open(gate.profile, at, terminal.timezone) for gate in gates):
            return at
    return slot_at
