"""What pilots and tugs say of who is on duty."""

from typing import Final

from simulator.world.instants import span
from simulator.world.telling.handover import Event
from simulator.world.telling.voices import Chorus, Voice

KIND: Final = "vessel.roster-set"


def pilots(voices: Chorus) -> Voice:
    """Return the voice of those who run pilots and tugs."""
    return voices.of("NAU", "vessel")


def on_duty(voices: Chorus, kind: str, shift: tuple[int, int], units: int) -> Event:
    """Return the data of a shift: how many units of a kind are on duty, from when to when."""
    return {
        "kind": kind,
        "span": span(*shift),
        "units_available": units,
        "provider": pilots(voices).organisation,
    }


def roster(voices: Chorus, kind: str, now: int, shift: tuple[int, int], units: int) -> int:
    """Say who is on duty in a shift."""
    data = on_duty(voices, kind, shift, units)
    return pilots(voices).say(now, KIND, voices.system, data)
