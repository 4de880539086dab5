"""Who is on duty: pilots and tugs of each shift, told ahead, and again when one does not come.

How many there are goes by how many ships move in the port, and by the luck of the shift: common
port practice. A pilot who declines a ship is off duty until somebody takes her.
"""

from math import ceil
from typing import Final

from correlation.instants import HOUR, WEEK
from simulator.world.instants import whole
from simulator.world.port import Port, Steps
from simulator.world.telling import of_rosters as say

SHIFT: Final = 8 * HOUR
AHEAD: Final = 10 * HOUR
"""Before a shift begins its roster is told."""
SERVES: Final = 2 * HOUR
"""That a unit is away with one ship."""
PEAK: Final = 2.0
"""Ships at a busy hour, over the mean."""
UNITS: Final = {"PILOT": 1.0, "TUG": 2.4}
"""Units that a movement takes."""
SPARE: Final = 2


def on_duty(port: Port, kind: str, begins: int) -> int:
    """Return how many units of a kind are to be on duty in the shift that begins then."""
    chance = port.stream("roster", kind, begins // SHIFT)
    at_once = 2 * port.volumes.calls_per_week * SERVES / WEEK
    return SPARE + ceil(PEAK * at_once * UNITS[kind]) + chance.choice((-1, 0, 0, 1))


def pilots_now(port: Port) -> int:
    """Return how many pilots are on duty: those of the shift, without who declined a ship."""
    gone = sum(
        order.declined_at is not None
        for call in port.calls
        for (service, _), order in call.orders.items()
        if service == "PILOTAGE"
    )
    return max(0, on_duty(port, "PILOT", whole(port.now, SHIFT)) - gone)


def shifts_at(at: int) -> tuple[tuple[int, int], ...]:
    """Return the shifts whose rosters are told by an instant, from the present one on."""
    begins = whole(at, SHIFT)
    last = whole(at + AHEAD, SHIFT)
    return tuple((start, start + SHIFT) for start in range(begins, last + 1, SHIFT))


def rostered(port: Port) -> Steps:
    """Tell the roster of each shift some hours before it begins."""
    while True:
        begins = shifts_at(port.now)[-1][1]
        yield port.wait(begins - AHEAD)
        for kind in UNITS:
            shift = (begins, begins + SHIFT)
            say.roster(port.voices, kind, port.now, shift, on_duty(port, kind, begins))


def told_again(port: Port) -> None:
    """Tell anew how many pilots are on duty in this shift: one has gone, or come back."""
    shift = shifts_at(port.now)[0]
    say.roster(port.voices, "PILOT", port.now, shift, pilots_now(port))
