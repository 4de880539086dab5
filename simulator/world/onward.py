"""Boxes that change ships: from their discharge to the ship that takes them on."""

from typing import Final

from correlation.instants import DAY
from simulator.world.boxes import DG_SHARE, EMPTY_SHARE, REEFER_SHARE, Box, iso_type, sizes
from simulator.world.calls import Call, Connection
from simulator.world.port import Port
from simulator.world.telling import of_ships as say
from simulator.world.terminals import Terminal

SOONEST: Final = 36 * 3_600_000
FORESEEN: Final = 20 * 3_600_000
"""Between the leaving of a ship and the coming of one that a carrier foresees for her boxes."""
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


def foreseen(port: Port, call: Call) -> None:
    """Let the carrier foresee which ships take on what one brings, and list it."""
    for box in call.arrivals:
        if box.kind == "TRANSSHIP" and (other := _foreseen(port, call, box)):
            box.outbound = other
            other.onward.append(box)
            _connection(call, other).boxes.append(box)
    for connection in call.connections:
        if connection.inbound is call:
            connection.told_at = say.connected(port.voices, connection, port.now)


def _foreseen(port: Port, call: Call, box: Box) -> Call | None:
    """Choose a ship with room that comes days after this one has left, by plan."""
    among = [
        other
        for other in call.terminal.calls
        if other.stage == "FAR"
        and other is not call
        and other.is_told
        and FORESEEN <= other.berths_at - call.leaves_at <= LATEST
        and other.onward_wanted > len(other.onward)
    ]
    if not among:
        return None
    weights = [other.onward_wanted - len(other.onward) for other in among]
    return port.stream("foresee", box.number).choices(among, weights)[0]


def _connection(inbound: Call, outbound: Call) -> Connection:
    for known in inbound.connections:
        if known.outbound is outbound:
            return known
    made_now = Connection(inbound, outbound)
    inbound.connections.append(made_now)
    outbound.connections.append(made_now)
    return made_now


def is_bound(box: Box) -> bool:
    """Tell whether a ship that still comes expects a box."""
    return box.outbound is not None and box in box.outbound.onward


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


def leave(call: Call, share: float) -> None:
    """Let a ship that cuts and runs leave a share of these boxes for others to take on."""
    keeps = len(call.onward) - round(share * len(call.onward))
    left, call.onward = call.onward[keeps:], call.onward[:keeps]
    call.onward_wanted = keeps
    call.terminal.unbound += [box for box in left if box.place == "YARD"]


def left_over(call: Call) -> None:
    """Let what a ship left behind, or never came for, wait for another."""
    call.terminal.unbound += [box for box in call.onward if box.place == "YARD"]
    call.onward = []
