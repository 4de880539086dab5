"""Who ought to be told: organisations by what they do in a case."""

from collections.abc import Iterable, Iterator

from simulator.world.calls import Call
from simulator.world.telling.voices import Chorus


def of_call(voices: Chorus, call: Call, roles: str) -> Iterator[str]:
    """Yield those of some roles who have to do with a call: `TER CAR AGT NAU PA AUT`."""
    for role in roles.split():
        if role == "TER":
            yield call.terminal.operator
        elif role == "CAR":
            yield from carriers(voices, (call.carrier,))
        elif role == "AGT":
            yield call.agent
        else:
            yield from voices.codes[role]


def carriers(voices: Chorus, codes: Iterable[str]) -> Iterator[str]:
    """Yield the organisations that are these carriers."""
    for code in codes:
        for organisation in voices.codes["CAR"]:
            if code.lower() in organisation.split("-"):
                yield organisation
