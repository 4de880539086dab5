"""What the port authority says of closures, stoppages and blocked roads, and gates that go down."""

from typing import Final, NamedTuple

from correlation.instants import DAY, HOUR, MINUTE
from simulator.world.disruptions import Spell
from simulator.world.instants import span, written
from simulator.world.port import Port, Steps
from simulator.world.telling import of_ships as say
from simulator.world.telling import of_trucks as say_gate
from simulator.world.telling.handover import Event


class Wording(NamedTuple):
    """How a disruption is stated: its kind, its effect, and how long before it is foreseen."""

    kind: str
    effect: str
    foreseen: int
    is_road: bool = False


WORDINGS: Final = {
    "swell-closure": Wording("SWELL", "CLOSED", 30 * HOUR),
    "channel-stop": Wording("VISIBILITY", "CLOSED", 0),
    "labour-stoppage": Wording("STRIKE", "CLOSED", 20 * HOUR),
    "road-block": Wording("ROAD_BLOCK", "CLOSED", 0, is_road=True),
}


def stated(port: Port, kind: str) -> Steps:
    """State every stretch of a kind: as a forecast, when it begins, and when it is lifted."""
    wording, spells = WORDINGS[kind], port.disruptions.spells[kind]
    done = 0
    while True:
        near = spells.near(port.now, port.now + 2 * DAY)
        following = next((spell for spell in near if spell.number > done), None)
        if following is None:
            yield port.wait(port.now + 6 * HOUR)
            continue
        done = following.number
        if wording.foreseen:
            yield port.wait(following.start - wording.foreseen)
            _say(port, wording, following, "EST")
        yield port.wait(following.start + 5 * MINUTE)
        _say(port, wording, following, "ACT")
        yield port.wait(following.end)
        _say(port, wording, following, "ACT", is_lifted=True)


def _say(
    port: Port, wording: Wording, spell: Spell, classifier: str, *, is_lifted: bool = False
) -> None:
    data: Event = {
        "kind": wording.kind,
        "scope": {"road": "access"} if wording.is_road else {"system": port.system},
        "effect": wording.effect,
        "classifier": classifier,
        "span": span(spell.start, spell.end) if is_lifted else {"from_at": written(spell.start)},
    }
    if is_lifted:
        data["lifted_at"] = written(spell.end)
    name = f"{spell.kind}-{spell.number}"
    say.condition(port.voices, port.now, name, data)


def gate_systems(port: Port) -> Steps:
    """Let the lanes of every gate say that they are slow while the gate systems are down."""
    spells, done = port.disruptions.spells["gate-down"], 0
    while True:
        near = spells.near(port.now, port.now + 2 * DAY)
        following = next((spell for spell in near if spell.number > done), None)
        if following is None:
            yield port.wait(port.now + 6 * HOUR)
            continue
        done = following.number
        yield port.wait(following.end + MINUTE)
        for gates in port.gates.values():
            for gate in gates:
                say_gate.lane(port.voices, gate.id, port.now, "OPEN", "SYSTEM")
