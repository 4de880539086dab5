"""How full the yards are, and what the terminals say of it."""

from typing import Final

from correlation.instants import HOUR
from simulator.world.port import Port, Steps
from simulator.world.telling import of_trucks as say
from simulator.world.terminals import Terminal

INVENTORY_EACH: Final = 2 * HOUR
TEU_A_BOX: Final = 1.6
DESIGN: Final = 0.68
"""A yard is built to be so full on an ordinary day (65 to 75 %)."""
STEP_TEU: Final = 100


def built(port: Port) -> None:
    """Let each block hold what an ordinary day needs, where the profile's figure is too small.

    What terminals publish of their blocks and what they handle a year do not fit everywhere; the
    world keeps the volumes, and its terminals say the capacity that goes with them.
    """
    for terminal in port.terminals:
        for block in terminal.profile.blocks:
            held = terminal.stock[block.id] / port.density
            needed = -(-held * TEU_A_BOX / DESIGN // STEP_TEU) * STEP_TEU
            terminal.capacity[block.id] = max(block.capacity_teu, int(needed))
            plugged = terminal.plugged[block.id] / port.density
            terminal.plugs[block.id] = max(block.plugs, round(plugged / DESIGN))


def inventories(port: Port) -> Steps:
    """Let each terminal say how full its blocks are."""
    while True:
        for terminal in port.terminals:
            for block in terminal.profile.blocks:
                _say(port, terminal, block.id)
        yield port.wait(port.now + INVENTORY_EACH)


def _say(port: Port, terminal: Terminal, block: str) -> None:
    boxes = round(terminal.stock[block] / port.density)
    gauge = {
        "boxes": boxes,
        "teu": round(boxes * TEU_A_BOX),
        "capacity_teu": terminal.capacity[block],
        "reefer_plugs": terminal.plugs[block],
        "plugs_used": round(terminal.plugged[block] / port.density),
    }
    say.inventory(port.voices, f"{terminal.code}/block/{block}", port.now, gauge)
