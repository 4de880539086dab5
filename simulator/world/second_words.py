"""What a second source says of a ship beside the first: mostly the same, now and then not.

The port authority's traffic service holds the particulars of every ship, and notes when she came
alongside and left. Shares are common port practice.
"""

from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world.calls import Call, Doubt
from simulator.world.instants import written
from simulator.world.port import Port, Steps
from simulator.world.telling import of_ships as say
from simulator.world.telling.handover import Event
from simulator.world.telling.voices import Voice

CONFLICTING: Final = 0.03
"""Share of milestones of which a second source is mistaken."""
MISNAMED: Final = 0.015
NEVER_MENDED: Final = 0.3
NAME: Final = "VESSEL_NAME"


def noted(port: Port, call: Call, point: str, told: int) -> Steps:
    """Let the traffic service note an arrival at the berth or a departure; `told` by the first."""
    chance = port.stream("noted", call.id, point)
    voice, at = port.voices.of("PA", "vessel"), port.now
    yield port.wait(at + chance.randint(0, 3) * MINUTE)
    if NAME in call.doubts:  # with her at the quay her name is read from her bow
        call.doubts[NAME].is_mended = True
    data = say.milestone(call, "BERTH", point, "ACT", at)
    off = chance.randint(20, 90) * MINUTE
    if chance.random() >= CONFLICTING * port.scenario.noise:
        voice.say(port.now, "vessel.milestone-stated", call.id, data, happened=at)
        return
    wrong = {**data, "milestone_at": written(at - off)}
    field = f"BERTH/{point}/ACT"
    statement = ("vessel.milestone-stated", call.id, f"vts-{call.id}-{point}")
    yield from _mistaken(port, call, voice, (statement, wrong, data), (field, told, at - off))


def also_declared(port: Port, call: Call) -> Steps:
    """Let the authority's register hold a ship's particulars, too, and perhaps her name wrong."""
    chance = port.stream("declared", call.service, call.voyage, call.ship.imo)
    yield port.wait(port.now + chance.randint(20, 300) * MINUTE)
    voice, data = port.voices.of("PA", "vessel"), say.particulars(call)
    subject, kind = f"imo:{call.ship.imo}", "vessel.particulars-declared"
    if chance.random() >= MISNAMED * port.scenario.noise:
        voice.say(port.now, kind, subject, data)
        return
    first, second, rest = call.ship.name[0], call.ship.name[1], call.ship.name[2:]
    wrong = {**data, "name": second + first + rest}
    statement = (kind, subject, f"ship-{call.ship.imo}-{call.voyage}")
    yield from _mistaken(port, call, voice, (statement, wrong, data), (NAME, port.now, port.now))


def _mistaken(
    port: Port,
    call: Call,
    voice: Voice,
    words: tuple[tuple[str, str, str], Event, Event],
    doubt: tuple[str, int, int],
) -> Steps:
    """Say what is wrong, and mostly mend it hours later."""
    (kind, subject, fact), wrong, right = words
    field, told, happened = doubt
    if not voice.is_heard:
        return
    chance = port.stream("mistaken", subject, field)
    at = voice.say(port.now, kind, subject, wrong, factid=fact, happened=happened)
    call.doubts[field] = Doubt(voice.organisation, max(at, told))
    port.watch.words(call)
    if chance.random() < NEVER_MENDED:
        return
    yield port.wait(port.now + chance.randint(1, 12) * HOUR)
    later = {"factid": fact, "updatedtime": written(port.now)}
    voice.say(port.now, kind, subject, right, happened=happened, **later)
    if field in call.doubts:
        call.doubts[field].is_mended = True
        port.watch.words(call)
