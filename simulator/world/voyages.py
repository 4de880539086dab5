"""Ships on their loops: each call of each week, how late it truly is, and how delays travel on."""

from math import exp
from random import Random
from typing import Final

from correlation.instants import DAY, HOUR, MINUTE, WEEK
from simulator.world.calls import Call
from simulator.world.chance import clipped, gamma, lognormal, stream
from simulator.world.instants import whole
from simulator.world.network import CALL_SPREAD, PASSAGE, Service, cranes_for
from simulator.world.port import Port
from simulator.world.rotations import Leg, Rotation
from simulator.world.terminals import by_metres

ANNOUNCED: Final = 10 * DAY
"""Before she berths: when a call is announced."""
ON_TIME: Final = 0.53
"""Share of calls within a day of the schedule; the others are 5.4 days late on average."""
LATE_DAYS: Final = 5.4
LATE_LEGS: Final = 0.20
EARLY_CALLS: Final = 0.06
BUFFERS: Final = (0.04, 0.10)
"""Shares of a leg's time that a late ship makes up; a service keeps its own for each leg."""
EARLIEST: Final = -1.5 * DAY
LATEST: Final = 12 * DAY


def voyages_from(begins: int, ends: int, week_of: int) -> range:
    """Return the weeks whose voyages may touch a span."""
    return range((begins - week_of - LATEST) // WEEK - 5, (ends - week_of + ANNOUNCED) // WEEK + 2)


def calls_of(service: Service, week: int, ports: dict[str, Port]) -> list[Call]:
    """Return the calls of one week's ship in the ports that are simulated, in her order."""
    some = next(iter(ports.values()))
    seed, scenario = some.run.seed, some.scenario
    chance = Random(f"{seed}/voyage/{service.code}/{week}")  # noqa: S311  a world, not a secret
    schedule_late = _schedule_late(chance)
    rotation, late = _rotation(service, week, seed, schedule_late), 0.0
    calls: list[Call] = []
    for at, (stop, leg) in enumerate(zip(service.stops, rotation.legs, strict=True)):
        root = "eta-drift"
        late = max(0.0, late - leg.buffer)
        if late > HOUR:
            root = "late-departure-upstream"
        drawn, size = chance.random(), chance.gauss(0, 1)
        more, early = gamma(chance, 1.2, 9.0), chance.uniform(3, 10)
        factor = clipped(exp(size * CALL_SPREAD - CALL_SPREAD**2 / 2), 0.4, 2.5)
        if drawn < LATE_LEGS * scenario.rate("late-departure-upstream"):
            late += min(more, 72) * HOUR
            root = "late-departure-upstream"
        deviation = late
        if drawn > 1 - EARLY_CALLS * scenario.rate("early-arrival"):
            deviation, root = late - early * HOUR, "early-arrival"
        port = ports.get(stop.system)
        if port is None or not port.terminals:
            continue
        call = _call(service, week, at, port, leg.arrives_at)
        call.comes_at = whole(leg.arrives_at - PASSAGE + deviation)
        call.moves = max(40, round(service.size * port.volumes.moves_per_call * factor))
        call.cranes = cranes_for(call.moves)
        call.root, call.rotation = root, rotation
        leg.call, leg.leaves_at = call, leg.arrives_at + call.stays
        leg.port = port
        calls.append(call)
    return calls


def _rotation(service: Service, week: int, seed: int, late: float) -> Rotation:
    """Return a week's way through the ports, by the schedule of the season."""
    share, sails, legs = stream(seed, "buffers", service.code), 0, []
    for at, stop in enumerate(service.stops):
        arrives_at = whole(service.berth_at(week, at) + late, 5 * MINUTE)
        buffer = whole(share.uniform(*BUFFERS) * sails, MINUTE)
        legs.append(Leg(stop.system, arrives_at, arrives_at + stop.stays, sails, buffer))
        sails = stop.sails
    ship = service.ship_of(week)
    return Rotation(ship, service.carrier, f"{week % 1000:03d}R", legs)


def _schedule_late(chance: Random) -> float:
    """Return how late a ship is against the schedule of the season, known long before."""
    if chance.random() < ON_TIME:
        return chance.gauss(0, 0.4) * DAY
    return clipped(gamma(chance, 1.6, LATE_DAYS) * DAY, EARLIEST, LATEST)


def _call(service: Service, week: int, at: int, port: Port, announced: int) -> Call:
    ship = service.ship_of(week)
    stop = service.stops[at]
    terminal = by_metres(port.terminals, stop.place, ship.loa_m)
    chance = port.stream("call", service.code, week)
    moves = 1000
    return Call(
        system=port.system,
        terminal=terminal,
        ship=ship,
        carrier=port.carrier_of(service.carrier),
        voyage=f"{week % 1000:03d}{'NESW'[at % 4]}",
        service=service.code,
        announced_at=announced,
        comes_at=announced - PASSAGE,
        moves=moves,
        discharges=0,
        cranes=1,
        agent=port.picked("AGT", chance),
    )


def discharge_share(chance: Random) -> float:
    """Return the share of a call's moves that come off the ship."""
    return clipped(chance.gauss(0.5, 0.08), 0.25, 0.75)


def rate_of(chance: Random) -> float:
    """Return the moves that a crane makes an hour on a ship, sd 4."""
    return clipped(chance.gauss(25.0, 4.0), 12.0, 36.0)


def reaction(chance: Random, horizon: int) -> int:
    """Return how long a planner takes to answer what he sees, ms; one in eight is slow."""
    median = 4.5 if horizon > 24 * HOUR else 1.3
    slow = 5.0 if chance.random() < 0.12 else 1.0
    return whole(clipped(lognormal(chance, median * slow, 0.7), 0.3, 40) * HOUR)
