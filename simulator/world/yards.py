"""How full the yards are, and what the terminals say of it."""

from math import sqrt
from typing import Final

from correlation.instants import HOUR
from simulator.world.labels.of_places import Filled, too_full
from simulator.world.port import Port, Steps
from simulator.world.telling import of_trucks as say
from simulator.world.terminals import Terminal

INVENTORY_EACH: Final = 2 * HOUR
TEU_A_BOX: Final = 1.6
DESIGN: Final = 0.68
"""A yard is built to be so full on an ordinary day (65 to 75 %)."""
STEP_TEU: Final = 100
CHANCE: Final = 2.5
"""So many deviations of the number of boxes that happen to be told find room."""
CROWDED_SHARE: Final = 0.5
CROWDED: Final = (0.80, 0.98)
"""In a wave half of the blocks come to be so full: a fifth more than they are designed to be."""
FILLS, EMPTIES = 18 * HOUR, 12 * HOUR


def built(port: Port) -> None:
    """Let each block hold what an ordinary day needs, where the profile's figure is too small.

    What terminals publish of their blocks and what they handle a year do not fit everywhere; the
    world keeps the volumes, and its terminals say the capacity that goes with them.
    """
    for terminal in port.terminals:
        for block in terminal.profile.blocks:
            held = _many(terminal.stock[block.id], port.density)
            needed = -(-held * TEU_A_BOX / DESIGN // STEP_TEU) * STEP_TEU
            terminal.capacity[block.id] = max(block.capacity_teu, int(needed))
            plugged = _many(terminal.plugged[block.id], port.density)
            terminal.plugs[block.id] = max(block.plugs, round(plugged / DESIGN))


def _many(boxes: int, density: float) -> float:
    """Return how many boxes a few may stand for: the fewer are told, the more chance is in them."""
    return (boxes + CHANCE * sqrt(boxes * (1 - density))) / density


def _crowded(port: Port, terminal: Terminal, block: str, level: float) -> float:
    """Return how full a block is in a wave that saturates the yard, day by day."""
    spell = port.disruptions.at("yard-wave", port.now)
    if spell is None:
        return level
    chance = port.stream("yard wave", spell.number, terminal.code, block)
    if chance.random() >= CROWDED_SHARE:
        return level
    ramp = min(1.0, (port.now - spell.start) / FILLS, (spell.end - port.now) / EMPTIES)
    crowded: float = chance.uniform(*CROWDED)
    return float(level + max(0.0, crowded - level) * ramp)


def inventories(port: Port) -> Steps:
    """Let each terminal say how full its blocks are."""
    while True:
        for terminal in port.terminals:
            for block in terminal.profile.blocks:
                _say(port, terminal, block.id)
        yield port.wait(port.now + INVENTORY_EACH)


def _say(port: Port, terminal: Terminal, block: str) -> None:
    stands = terminal.stock[block] / port.density * TEU_A_BOX
    capacity = terminal.capacity[block]
    level = _crowded(port, terminal, block, stands / capacity)
    teu = round(level * capacity)
    gauge = {
        "boxes": round(teu / TEU_A_BOX),
        "teu": teu,
        "capacity_teu": capacity,
        "reefer_plugs": terminal.plugs[block],
        "plugs_used": round(terminal.plugged[block] / port.density),
    }
    told = say.inventory(port.voices, f"{terminal.code}/block/{block}", port.now, gauge)
    plugged = gauge["plugs_used"] / max(1, gauge["reefer_plugs"])
    root = "yard-wave" if level > stands / capacity else "volume"
    too_full(port.ledger, Filled(terminal, block, level, plugged, told, root), port.now)
