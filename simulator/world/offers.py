"""The slots that a gate's system offers to hauliers, and how many of them are booked."""

from collections import Counter
from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world.boxes import SLOT
from simulator.world.gates import Gate
from simulator.world.instants import whole
from simulator.world.port import Steps
from simulator.world.slots import is_open
from simulator.world.telling import of_trucks as say

EACH: Final = 4 * HOUR
AHEAD: Final = 48 * HOUR
"""Slots are shown for two days (common practice)."""


def offered(gate: Gate) -> Steps:
    """Let a gate's system show its slots some times a day, as many as its share of trucks needs."""
    port = gate.port
    yield port.wait(port.now + 20 * MINUTE)
    room = max(1, round(gate.profile.capacity_per_hour * port.density))
    while True:
        taken = _booked(gate)
        first = whole(port.now, HOUR) + HOUR
        slots = [
            (at, room, min(room, taken[at]))
            for at in range(first, first + AHEAD, SLOT)
            if is_open(gate.profile, at, gate.terminal.timezone)
        ]
        if slots:
            say.slots(port.voices, gate.id, port.now, slots)
        yield port.wait(port.now + EACH)


def _booked(gate: Gate) -> Counter[int]:
    """Count the trucks that are booked at a gate, by slot; two boxes may share one."""
    port, named = gate.port, gate.id
    booked = [made for call in port.calls for made in call.trucks if made.gate == named]
    fetched = [made for made in port.fetching if made.gate == named]
    slots = {made.id: made.slot_at for made in (*booked, *fetched) if made.is_live}
    return Counter(slots.values())
