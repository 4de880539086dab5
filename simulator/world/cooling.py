"""The air in a reefer, and who reads it.

Without power, or with a broken unit, the air warms; then it is cooled down again. Each is read once
by hand when it is plugged in. Some stand on rows whose plugs carry readings, more than one an hour;
what the air in the others does later, nobody sees.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import simpy

from correlation.instants import HOUR, MINUTE
from simulator.world.instants import whole
from simulator.world.telling import of_boxes as say

if TYPE_CHECKING:
    from simulator.world.boxes import Box
    from simulator.world.port import Port
    from simulator.world.terminals import Terminal

READ: Final = 0.03
"""Share of reefers that are read by a monitor: a plug that carries readings is what few terminals
have on every row."""
READ_EACH: Final = 30 * MINUTE
FIRST_READ: Final = (4, 12)
"""Minutes after it got power in which a reefer is first read, by hand or by its monitor."""
WARM_ARRIVAL: Final = 1.0
"""Degrees by which one that just came may be too warm when it is read by hand."""
BREAKS: Final = 0.01
"""Share of reefers whose unit breaks once while they stand, until it is mended hours later."""
MUTE: Final = 0.005
"""Share of those read of which the monitor fails once, for hours."""
WARMS: Final = {True: 1.6, False: 2.4}
"""Degrees an hour by which chilled and frozen cargo warms (common practice: frozen air is farther
from the air outside)."""
COOLS: Final = 3.0
WARMEST: Final = 25.0
LIMITS: Final = {True: 2.0, False: 5.0}
"""By how many degrees chilled and frozen cargo may be off its set point (alert catalogue, P05)."""
Steps = Generator[simpy.Event, Any, Any]


@dataclass(slots=True)
class Air:
    """By how many degrees the air is too warm, since an instant, and how fast that changes."""

    at: int
    off: float = 0.0
    rate: float = 0.0
    warm_from: int | None = None
    """Since when it is over its limit, if it was so before `at`."""
    is_broken: bool = False
    is_mute: bool = False
    """Whether its monitor fails."""
    plugged_at: int | None = None
    read_at: int | None = None

    def off_at(self, now: int) -> float:
        """Return by how many degrees it is too warm at an instant."""
        return min(WARMEST, max(0.0, self.off + self.rate * (now - self.at) / HOUR))

    def over(self, limit: float) -> tuple[int | None, int | None]:
        """Return from when until when it is over a limit, as things are going now."""
        if self.rate > 0:
            crosses = self.at + whole(max(0.0, limit - self.off) / self.rate * HOUR)
            return (self.warm_from if self.warm_from is not None else crosses), None
        if self.off <= limit or self.rate == 0:
            return self.warm_from, None
        return self.warm_from, self.at + whole((self.off - limit) / -self.rate * HOUR)

    def turn(self, now: int, rate: float, limit: float) -> None:
        """Let it warm or cool from an instant on."""
        since, _ = self.over(limit)
        off = self.off_at(now)
        self.warm_from = since if off > limit else None
        self.at, self.off, self.rate = now, off, rate


def installed(port: "Port", box: "Box") -> None:
    """Let a reefer stand where it is read, or not; its unit or its monitor may fail once."""
    chance = port.stream("air", box.number)
    if chance.random() >= READ:
        return
    box.air = Air(port.now)
    if chance.random() < BREAKS * port.scenario.rate("reefer-power-loss"):
        port.start(_breaks(port, box))
    if chance.random() < MUTE * port.scenario.noise:
        port.start(_falls_mute(port, box))


def powered(port: "Port", box: "Box", terminal: "Terminal", *, is_on: bool) -> None:
    """Let the air of a reefer that is read follow its power, and the readings with it."""
    if box.air is None:
        return
    box.air.plugged_at = port.now if is_on else None
    _turn(box, box.air, port.now)
    if is_on:
        port.start(_read(port, box, box.air, terminal))


def checked(port: "Port", box: "Box", terminal: "Terminal") -> Steps:
    """Let whoever plugged a reefer in read it once, where no monitor does."""
    if box.air is not None or not port.hand.is_open:
        return
    chance = port.stream("check", box.number)
    yield port.wait(port.now + chance.randint(*FIRST_READ) * MINUTE)
    if box.place == "YARD" and box.visit and box.off_since is None:
        say.measured(port.voices, box, port.now, (terminal.code, chance.uniform(0, WARM_ARRIVAL)))


def _turn(box: "Box", air: Air, now: int) -> None:
    """Let it warm or cool by what is so now."""
    is_cooled = air.plugged_at is not None and not air.is_broken
    rate = -COOLS if is_cooled else WARMS[box.is_chilled]
    air.turn(now, rate, LIMITS[box.is_chilled])


def _breaks(port: "Port", box: "Box") -> Steps:
    chance, air = port.stream("unit", box.number), box.air
    assert air is not None, "only of those read it is told"
    yield port.wait(port.now + whole(chance.uniform(1, 40) * HOUR))
    air.is_broken = True
    _turn(box, air, port.now)
    port.watch.reefer(box)
    yield port.wait(port.now + whole(chance.uniform(2, 8) * HOUR))
    air.is_broken = False
    _turn(box, air, port.now)
    port.watch.reefer(box)


def _falls_mute(port: "Port", box: "Box") -> Steps:
    chance, air = port.stream("monitor", box.number), box.air
    assert air is not None, "only those that are read fall mute"
    yield port.wait(port.now + whole(chance.uniform(2, 40) * HOUR))
    air.is_mute = True
    port.watch.reefer(box)
    yield port.wait(port.now + whole(chance.uniform(3, 9) * HOUR))
    air.is_mute = False


def _read(port: "Port", box: "Box", air: Air, terminal: "Terminal") -> Steps:
    """Read a reefer as long as it stands plugged in."""
    chance = port.stream("readings", box.number)
    since = air.plugged_at
    if not port.hand.is_open:
        yield port.wait(port.hand.begins + chance.randrange(READ_EACH // MINUTE) * MINUTE)
    yield port.wait(port.now + chance.randint(*FIRST_READ) * MINUTE)
    while box.air is air and air.plugged_at == since and box.place == "YARD":
        if box.visit and not air.is_mute:
            _say(port, box, air, terminal)
        yield port.wait(port.now + READ_EACH)


def _say(port: "Port", box: "Box", air: Air, terminal: "Terminal") -> None:
    was_mute = air.read_at is not None and port.now - air.read_at > READ_EACH
    off = air.off_at(port.now)
    told = say.measured(port.voices, box, port.now, (terminal.code, off))
    air.read_at, box.told["read"] = port.now, told
    if off <= LIMITS[box.is_chilled]:
        box.told.pop("warm", None)
    elif "warm" not in box.told:
        box.told["warm"] = told
    if was_mute or off > 0:
        port.watch.reefer(box)
