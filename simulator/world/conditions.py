"""What the port authority says of closures, stoppages and blocked roads, and gates that go down."""

from typing import Final, NamedTuple

from correlation.instants import DAY, HOUR, MINUTE
from simulator.world.disruptions import Spell
from simulator.world.instants import span, written
from simulator.world.labels.of_conditions import Barrier
from simulator.world.port import Port, Steps
from simulator.world.telling import of_trucks as say_gate
from simulator.world.telling.handover import Event
from simulator.world.telling.voices import Voice


class Wording(NamedTuple):
    """How a disruption is stated: its kind, its effect, and how long before it is foreseen."""

    kind: str
    effect: str
    foreseen: int
    is_road: bool = False


TRUCKS_COME: Final = 6 * HOUR
"""For so long after a road is open again the trucks that stood before it queue at the gates."""
WORDINGS: Final = {
    "swell-closure": Wording("SWELL", "CLOSED", 30 * HOUR),
    "channel-stop": Wording("VISIBILITY", "CLOSED", 0),
    "labour-stoppage": Wording("STRIKE", "CLOSED", 20 * HOUR),
    "road-block": Wording("ROAD_BLOCK", "CLOSED", 0, is_road=True),
}


def stated(port: Port, kind: str) -> Steps:
    """State every stretch of a kind: as a forecast, when it begins, and when it is lifted."""
    wording, spells = WORDINGS[kind], port.disruptions.spells[kind]
    last = 0
    while True:
        following = _next(spells.near(port.now, port.now + 2 * DAY), last)
        if following is None:
            yield port.wait(port.now + 6 * HOUR)
            continue
        last = following.start
        yield port.wait(following.start - wording.foreseen + 5 * MINUTE)
        barrier = _barrier(port, wording, following)
        if wording.foreseen:
            barrier.told_at = _say(port, wording, following, barrier.ends)
            _look(port, barrier, is_road=wording.is_road)
            yield port.wait(following.start + 5 * MINUTE)
        told = _say(port, wording, following, barrier.ends)
        barrier.told_at = barrier.told_at or told
        _look(port, barrier, is_road=wording.is_road)
        yield port.wait(following.end)
        _say(port, wording, following, following.end, is_lifted=True)
        barrier.is_lifted = True
        _look(port, barrier, is_road=wording.is_road)


def _next(near: list[Spell], last: int) -> Spell | None:
    return next((spell for spell in near if spell.start > last), None)


def _barrier(port: Port, wording: Wording, spell: Spell) -> Barrier:
    """Return a condition as the authority knows it: its end is expected hours off, never before."""
    off = port.stream("forecast", spell.kind, spell.number).randint(0, 5) * HOUR
    ends = -(-(spell.end + (off if wording.foreseen else HOUR)) // HOUR) * HOUR
    return Barrier(condition_id(port, spell), spell.kind, spell.start, ends, 0)


def condition_id(port: Port, spell: Spell) -> str:
    """Return the id under which the authority states a stretch."""
    return f"cnd:{port.system}:{_authority(port).organisation}:{spell.kind}-{spell.number}"


def holding_trucks(port: Port) -> str | None:
    """Return the condition that holds trucks up, or did within the hours in which they all come."""
    spells = port.disruptions.spells
    near = [
        spell
        for kind in ("road-block", "labour-stoppage")
        for spell in spells[kind].near(port.now - TRUCKS_COME, port.now + 1)
    ]
    return condition_id(port, max(near, key=lambda spell: spell.start)) if near else None


def _authority(port: Port) -> Voice:
    return port.voices.of("PA", "clearance")


def _look(port: Port, barrier: Barrier, *, is_road: bool) -> None:
    """Look at every ship that a condition may bar; a blocked road bars none."""
    if is_road:
        return
    barriers = port.watch.barriers
    if barrier not in barriers:
        barriers.append(barrier)
    for call in list(port.calls):
        port.watch.ship(call)
    if barrier.is_lifted:
        barriers.remove(barrier)


def _say(port: Port, wording: Wording, spell: Spell, ends: int, *, is_lifted: bool = False) -> int:
    data: Event = {
        "kind": wording.kind,
        "scope": {"road": "access"} if wording.is_road else {"system": port.system},
        "effect": wording.effect,
        "classifier": "ACT" if port.now >= spell.start else "EST",
        "span": span(spell.start, ends),
    }
    if is_lifted:
        data["lifted_at"] = written(spell.end)
    voice = _authority(port)
    data["authority"] = voice.organisation
    return voice.say(port.now, "clearance.condition-stated", condition_id(port, spell), data)


def gate_systems(port: Port) -> Steps:
    """Let the lanes of every gate say that they are slow while the gate systems are down."""
    spells, last = port.disruptions.spells["gate-down"], 0
    while True:
        following = _next(spells.near(port.now, port.now + 2 * DAY), last)
        if following is None:
            yield port.wait(port.now + 6 * HOUR)
            continue
        last = following.start
        yield port.wait(following.end + MINUTE)
        for gates in port.gates.values():
            for gate in gates:
                say_gate.lane(port.voices, gate.id, port.now, "OPEN", "SYSTEM")
