"""Dangerous goods: declared, accepted by the port's authority, and kept apart; or not in time.

Leave to stand is given with the acceptance. How long it is, and how fast an authority answers, is
common port practice.
"""

from random import Random
from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world.boxes import Box, Permit
from simulator.world.instants import whole
from simulator.world.port import Port, Steps
from simulator.world.telling import of_boxes as say
from simulator.world.telling.of_ships import carrier
from simulator.world.telling.voices import Voice
from simulator.world.terminals import Terminal

WITHOUT_PERMIT: Final = 0.01
MAY_STAND: Final = {"EXPORT": 240 * HOUR, "IMPORT": 120 * HOUR, "TRANSSHIP": 360 * HOUR}
"""With an acceptance; without one the local limit of three days holds."""
TOO_NEAR: Final = 0.004
"""Share of boxes that are set down beside goods that they must be kept apart from."""


def permits(port: Port, boxes: list[Box]) -> Steps:
    """Let the goods of one booking or bill be declared, and be accepted well before they come."""
    box, ship = boxes[0], boxes[0].inbound
    chance = port.stream("permit", box.number)
    for each in boxes:
        each.permit = Permit(MAY_STAND[each.kind])
        if ship:
            ship.unpermitted.append(each)
    without = chance.random() < WITHOUT_PERMIT * port.scenario.rate("dg-without-permit")
    yield port.wait(port.now + chance.randint(20, 180) * MINUTE)
    if without and chance.random() < 0.5:
        yield from _near(port, box, chance)  # nobody thinks of it before it is nearly here
    _say(port, boxes, "DECLARED")
    yield port.wait(port.now + chance.randint(2, 10) * HOUR)
    if without:
        _say(port, boxes, "REJECTED")
        yield from _near(port, box, chance)
        yield port.wait(port.now + chance.randint(1, 8) * HOUR)
        _say(port, boxes, "DECLARED")
        yield port.wait(port.now + chance.randint(40, 300) * MINUTE)
    _say(port, boxes, "ACCEPTED")
    if ship:
        ship.unpermitted = [each for each in ship.unpermitted if each not in boxes]


def _near(port: Port, box: Box, chance: Random) -> Steps:
    """Wait until the goods are some hours from coming."""
    lead = chance.randint(1, 20) * HOUR
    while box.place in ("OUTSIDE", "SHIP") and (left := comes_at(box) - lead - port.now) > 0:
        yield port.wait(port.now + min(left, 6 * HOUR))


def comes_at(box: Box) -> int:
    """Return when the goods are expected: by their truck, by the cut-off, or off their ship."""
    if box.inbound:
        return box.inbound.works_at
    if box.appointment:
        return box.appointment.slot_at
    return box.outbound.windows.get("DGC", box.outbound.berths_at) if box.outbound else 0


def _say(port: Port, boxes: list[Box], status: str) -> None:
    for box in boxes:
        assert box.permit is not None, "they are dangerous goods"
        box.permit.accepted, box.permit.is_known = status == "ACCEPTED", True
        voice = said_by(port, box, status)
        data = say.dangerous(box, status, box.permit.dwell)
        kind = "clearance.dangerous-goods-changed"
        box.permit.told_at = voice.say(port.now, kind, box.number, data)
        port.watch.dangerous(box)


def said_by(port: Port, box: Box, status: str) -> Voice:
    """Return who says how the goods stand: whoever sends them, else the port's authority."""
    if status != "DECLARED":
        return port.voices.of("PA", "clearance")
    if box.kind == "TRANSSHIP" and box.inbound:
        return carrier(port.voices, box.inbound, "clearance")
    return port.voices.of("FWD", "clearance", named=box.forwarder)


def set_down(port: Port, box: Box, terminal: Terminal) -> None:
    """Let dangerous goods stand in a block; now and then beside what they must not."""
    if box.permit is None:
        return
    chance = port.stream("set down", box.number)
    if chance.random() >= TOO_NEAR * port.scenario.rate("dg-without-permit"):
        return
    others = (each for each in port.boxes if each.block == box.block and each is not box)
    other = next((each for each in others if each.cargo == "DG" and each.visit), None)
    if other:
        box.beside = other.visit
        port.start(_set_apart(port, box, terminal, whole(chance.uniform(1, 6) * HOUR)))


def _set_apart(port: Port, box: Box, terminal: Terminal, after: int) -> Steps:
    yield port.wait(port.now + after)
    if box.place == "YARD":
        box.beside = ""
        say.placed(port.voices.of("TER", "yard", terminal.code), box, port.now, "MOVE")
        port.watch.dangerous(box)
