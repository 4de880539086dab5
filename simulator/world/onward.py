"""Boxes that change ships: from their discharge to the ship that takes them on."""

from typing import Final

from correlation.instants import DAY
from simulator.world.boxes import DG_SHARE, EMPTY_SHARE, REEFER_SHARE, Box, iso_type, sizes
from simulator.world.calls import Call
from simulator.world.port import Port
from simulator.world.terminals import Terminal

SOONEST: Final = 36 * 3_600_000
LATEST: Final = 11 * DAY
OLD_STOCK: Final = 6 * DAY
"""Before a world begins, boxes have come for this long for the ships of its first days."""


def made(port: Port, inbound: Call | None) -> Box:
    """Return a new box that is to change ships."""
    chance = port.stream("onward", port.next_truck())
    drawn = chance.random()
    cargo = "REEFER" if drawn < REEFER_SHARE else "DG" if drawn > 1 - DG_SHARE else "DRY"
    is_empty = cargo == "DRY" and chance.random() < EMPTY_SHARE
    return Box(
        number=next(port.numbers),
        kind="TRANSSHIP",
        iso=iso_type(sizes().pick(chance), cargo),
        cargo=cargo,
        is_empty=is_empty,
        kg=chance.randint(4_000, 28_000),
        inbound=inbound,
        place="SHIP",
    )


def old_stock(port: Port, call: Call, begins: int) -> None:
    """Put boxes in the yard that earlier ships, before the world began, brought for this one."""
    left = OLD_STOCK - (call.berths_at - begins)
    number = round(call.onward_wanted * min(1.0, max(0.0, left / OLD_STOCK)))
    for _ in range(number):
        box = made(port, None)
        port.put_in_yard(box, call.terminal)
        port.count("old")
        box.happened["discharged"] = begins
        box.outbound = call
        call.onward.append(box)


def bind(port: Port, box: Box, terminal: Terminal) -> None:
    """Choose the ship that takes a box on: one with room, days ahead."""
    now = port.now
    among = [
        call
        for call in terminal.calls
        if call.stage == "FAR"
        and call is not box.inbound
        and SOONEST <= call.berths_at - now <= LATEST
        and call.onward_wanted > len(call.onward)
    ]
    if not among:
        terminal.unbound.append(box)
        return
    chance = port.stream("bind", box.number, now)
    weights = [call.onward_wanted - len(call.onward) for call in among]
    box.outbound = chance.choices(among, weights)[0]
    box.outbound.onward.append(box)


def ready(call: Call) -> list[Box]:
    """Return the boxes that a ship takes on, filled up with those that no other waits for."""
    boxes = [box for box in call.onward if box.place == "YARD"]
    room = call.onward_wanted - len(boxes)
    if room > 0:
        unbound = call.terminal.unbound
        boxes += unbound[:room]
        del unbound[:room]
    call.onward = []
    return boxes


def left_over(call: Call) -> None:
    """Let what a ship left behind, or never came for, wait for another."""
    call.terminal.unbound += [box for box in call.onward if box.place == "YARD"]
    call.onward = []
