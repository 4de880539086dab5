"""The liner services of the network: weekly loops of invented ships through several of its ports.

Every port is called as often a week as its volumes say. The whole network is laid out whatever
ports a run is for, so a port has the same ships in every run of a seed.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import exp
from random import Random
from typing import Final, NamedTuple

from correlation.instants import HOUR, WEEK
from simulator.numbers import Ship, ship
from simulator.world.chance import clipped, lognormal, stream
from simulator.world.instants import FIRST_DAY, whole
from simulator.world.volumes import volumes

COASTS: Final = (
    ("MXZLO", "MXLZC", "PABLB", "COBUN", "ECGYE", "PEPAI", "PECLL", "CLVAP", "CLSAI"),
    ("MXATM", "MXVER", "CRLIO", "PAONX", "COCTG", "COBAQ", "JMKIN", "TTPOS", "TTPTS"),
    ("BRITJ", "UYMVD", "ARBUE"),
)
"""The ports of each coast in the order in which a ship passes them."""
KNOTS: Final = 16.0
PASSAGE: Final = 2 * HOUR
"""From the pilot boarding place to the berth, and as long out."""
SIZE_SPREAD: Final = 0.45
"""Of a service's moves a call; with CALL_SPREAD the sigma of 0.55 that moves a call have."""
CALL_SPREAD: Final = 0.32
SHIPS_MAX: Final = 999
ADJECTIVES: Final = (
    *("ALTA", "AZUL", "BELLA", "CLARA", "DORADA", "FINA"),
    *("GRAN", "LINDA", "NUEVA", "REAL", "SOLA", "VERDE"),
)
NOUNS: Final = [
    "AURORA",
    "BRISA",
    "CORDILLERA",
    "ESTRELLA",
    "GARZA",
    "ISLA",
    "LAGUNA",
    "MAREA",
    "NIEBLA",
    "ORILLA",
    "PERLA",
    "SELVA",
]


class Stop(NamedTuple):
    """One port of a service: ms after the service's week begins, sailing time to the next stop."""

    system: str
    berth_after: int
    stays: int
    sails: int
    place: float
    """Which terminal of the port, as a share of its quay metres."""


class Service(NamedTuple):
    """A weekly loop. `size` is its moves a call over the mean of each port."""

    code: str
    carrier: str
    size: float
    begins: int
    stops: tuple[Stop, ...]
    ships: tuple[Ship, ...]

    def ship_of(self, week: int) -> Ship:
        """Return the ship that sails in a week."""
        return self.ships[week % len(self.ships)]

    def berth_at(self, week: int, stop: int) -> int:
        """Return when the schedule has her at the berth of a stop."""
        return FIRST_DAY + week * WEEK + self.begins + self.stops[stop].berth_after


@cache
def distances() -> Mapping[tuple[str, str], float]:
    """Return the nautical miles between any two port systems, in either order."""
    text = files("simulator.world").joinpath("sea_distances.csv").read_text(encoding="utf-8")
    found: dict[tuple[str, str], float] = {}
    for row in csv.DictReader(text.splitlines()):
        found[row["from"], row["to"]] = found[row["to"], row["from"]] = float(row["nautical_miles"])
    return found


@cache
def services(seed: int) -> tuple[Service, ...]:
    """Return every service of the network, the same for the same seed."""
    chance = stream(seed, "services")
    wanted = {system: each.calls_per_week for system, each in sorted(volumes().items())}
    numbers = iter(range(1, SHIPS_MAX + 1))
    made: list[Service] = []
    while max(wanted.values()) > 0:
        ports = _loop(chance, wanted)
        for system in ports:
            wanted[system] -= 1
        made.append(_service(chance, len(made) + 1, ports, numbers))
    return tuple(made)


def _loop(chance: Random, wanted: Mapping[str, int]) -> list[str]:
    """Choose the next loop's ports: the one most wanted, and others of its coast."""
    first = max(wanted, key=lambda system: (wanted[system], system))
    coast = next(coast for coast in COASTS if first in coast)
    # A coast is joined to a hub of another where one is left over: boxes change ships there.
    hubs = [hub for hub in ("PAONX", "COCTG", "PABLB") if hub not in coast]
    ports = [first]
    for _ in range(chance.randint(3, 5)):
        near = [p for p in (*coast, *hubs) if p not in ports and wanted[p] > 0]
        weights = [wanted[p] * (1.0 if p in coast else 0.25) for p in near]
        if not near:
            break
        ports.append(chance.choices(near, weights)[0])
    order = [system for each in COASTS for system in each]
    ports.sort(key=order.index, reverse=chance.random() < 0.5)
    return ports


def _service(chance: Random, number: int, ports: list[str], numbers: Iterator[int]) -> Service:
    size = clipped(lognormal(chance, exp(-(SIZE_SPREAD**2) / 2), SIZE_SPREAD), 0.3, 2.6)
    moves = size * sum(volumes()[system].moves_per_call for system in ports) / len(ports)
    stops: list[Stop] = []
    after = 0
    for at, system in enumerate(ports):
        stays = stay_of(size * volumes()[system].moves_per_call)
        sails = 0
        if at + 1 < len(ports):
            miles = distances()[system, ports[at + 1]]
            sails = whole(miles / KNOTS * HOUR * chance.uniform(1.04, 1.10), HOUR) + 2 * PASSAGE
        stops.append(Stop(system, after, stays, sails, chance.random()))
        after += stays + sails
    count = chance.randint(5, 7) if moves < 700 else chance.randint(6, 8)
    fleet = tuple(_ship(chance, next(numbers), moves) for _ in range(count))
    carrier = "RDA" if chance.random() < 0.6 else "ALB"
    begins = whole(chance.random() * WEEK, HOUR)
    return Service(f"S{number:03d}", carrier, size, begins, tuple(stops), fleet)


def stay_of(moves: float) -> int:
    """Return the hours at the berth that a schedule gives so many moves, in ms."""
    return whole((moves / (cranes_for(moves) * 25) + 2.5) * 1.08 * HOUR, HOUR)


def cranes_for(moves: float) -> int:
    """Return how many cranes work so many moves."""
    return round(clipped(round(moves / 450), 1, 5))


def _ship(chance: Random, number: int, moves: float) -> Ship:
    length = clipped(120 + moves / 8 + chance.gauss(0, 12), 110, 350)
    name = f"{ADJECTIVES[number % 12]} {NOUNS[number // 12 % 12]} {number}"
    return ship(number, name, float(round(length)))
