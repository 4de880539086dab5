"""Reefers in the yard: plugged in soon after they come, some late; and power that fails.

How warm the air becomes in those that are read is in `cooling`.
"""

from typing import Final

from correlation.instants import DAY, HOUR, MINUTE
from simulator.world import cooling
from simulator.world.boxes import Box
from simulator.world.instants import whole
from simulator.world.port import Port, Steps
from simulator.world.telling import of_boxes as say
from simulator.world.terminals import Terminal

PLUGGED_LATE: Final = 0.015
FAILS: Final = 0.004
"""Share of reefers whose own power fails once, for one to five hours."""


def kept_cold(port: Port, box: Box, terminal: Terminal) -> Steps:
    """Plug a reefer in after it came to the yard, and let its power fail now and then."""
    chance = port.stream("reefer", box.number)
    box.off_since = port.now
    cooling.installed(port, box)
    late = chance.random() < PLUGGED_LATE * port.scenario.rate("reefer-power-loss")
    port.watch.reefer(box)
    yield port.wait(
        port.now + (chance.randint(90, 240) if late else chance.randint(4, 35)) * MINUTE
    )
    if box.place != "YARD":
        return
    power(port, box, terminal, is_on=True)
    yield from cooling.checked(port, box, terminal)
    if chance.random() >= FAILS * port.scenario.rate("reefer-power-loss"):
        return
    yield port.wait(port.now + whole(chance.uniform(1, 40) * HOUR))
    if box.place == "YARD" and box.off_since is None:
        power(port, box, terminal, is_on=False)
        yield port.wait(port.now + whole(chance.uniform(1, 5) * HOUR))
        if box.place == "YARD":
            power(port, box, terminal, is_on=True)


def power(port: Port, box: Box, terminal: Terminal, *, is_on: bool) -> None:
    """Give a reefer power, or take it; the terminal's system says so."""
    box.off_since = None if is_on else port.now
    if box.visit:
        voice, data = port.voices.of("TER", "yard", terminal.code), say.plug(box, is_on=is_on)
        told = voice.say(port.now, "yard.reefer-plug-changed", box.number, data)
        box.told["power"] = told
    cooling.powered(port, box, terminal, is_on=is_on)
    port.watch.reefer(box)


def taken_out(port: Port, box: Box, terminal: Terminal) -> None:
    """Unplug a reefer that leaves its block."""
    if box.cargo == "REEFER" and not box.is_empty:
        box.air = None  # nobody reads it any more
        power(port, box, terminal, is_on=False)


def cuts(port: Port) -> Steps:
    """Let the power of a whole block fail, and come back hours later."""
    spells, last = port.disruptions.spells["reefer-power-loss"], 0
    while True:
        near = spells.near(port.now, port.now + 2 * DAY)
        following = next((spell for spell in near if spell.start > last), None)
        if following is None:
            yield port.wait(port.now + 6 * HOUR)
            continue
        last = following.start
        yield port.wait(following.start)
        blocks = [(t, b.id) for t in port.terminals for b in t.profile.blocks if b.plugs]
        terminal, block = blocks[following.number % len(blocks)]
        name = f"{terminal.code}/block/{block}"
        struck = [each for each in port.boxes if each.block == name and _is_cold(each)]
        for box in struck:
            power(port, box, terminal, is_on=False)
        yield port.wait(following.end)
        for box in struck:
            if box.place == "YARD":
                power(port, box, terminal, is_on=True)


def _is_cold(box: Box) -> bool:
    return box.cargo == "REEFER" and not box.is_empty and box.off_since is None
