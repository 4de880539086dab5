"""The formalities without which a ship may not come in or leave: filed, and granted or not."""

from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world.calls import Call
from simulator.world.instants import whole
from simulator.world.port import Port, Steps
from simulator.world.telling import of_ships as say
from simulator.world.telling.handover import Event
from simulator.world.telling.voices import Voice

OUTWARD: Final = ("CUSTOMS_OUTWARD", "DEPARTURE_CLEARANCE")
BY_HEALTH: Final = ("PRATIQUE", "HEALTH_DECLARATION")
LATE: Final = 0.04


def formalities(port: Port, call: Call) -> Steps:
    """File every mandatory formality of a call in time, and have it granted; some are late."""
    chance = port.stream("formalities", call.service, call.voyage)
    late = chance.random() < LATE * port.scenario.rate("clearance-late")
    slow = chance.choice(port.community.mandatory_formalities or ("",))
    due: list[tuple[int, str, str]] = []
    for name in port.community.mandatory_formalities:
        granted = chance.uniform(5, 9) if name in OUTWARD else chance.uniform(52, 70)
        if late and name == slow:
            granted -= chance.uniform(1, 12) + (0 if name in OUTWARD else 40)
        filed = granted + chance.uniform(3, 20)
        due += [(whole(filed * HOUR), name, "SUBMITTED"), (whole(granted * HOUR), name, "GRANTED")]
    due.sort(reverse=True)
    for _, name, _ in due:
        call.formalities[name] = ("OUTB" if name in OUTWARD else "INBD", "REQUIRED")
    port.watch.papers(call)
    for before, name, status in due:
        while call.is_open and _at(call, name) - before > port.now:
            yield port.wait(min(_at(call, name) - before, port.now + 6 * HOUR))
        if not call.is_open:
            return
        _say(port, call, name, status)
        yield port.wait(port.now + MINUTE)


def _at(call: Call, name: str) -> int:
    return call.leaves_at if name in OUTWARD else call.berths_at


def _say(port: Port, call: Call, name: str, status: str) -> None:
    direction = "OUTB" if name in OUTWARD else "INBD"
    call.formalities[name] = (direction, status)
    voice, subject, data = statement(port, call, name, (direction, status))
    voice.say(port.now, "clearance.formality-changed", subject, data)
    port.watch.papers(call)


def statement(
    port: Port, call: Call, name: str, stands: tuple[str, str]
) -> tuple[Voice, str, Event]:
    """Return who says how a formality stands (direction, status), its id and the data."""
    direction, status = stands
    if status in ("SUBMITTED", "REQUIRED"):
        voice = say.agent(port.voices, call, "clearance")
    elif name == "BERTH_AUTHORIZATION":
        voice = port.voices.of("PA", "clearance")
    elif name in BY_HEALTH:
        voice = port.voices.of("AUT", "clearance", named="health")
    else:
        voice = port.voices.of("AUT", "clearance", named="customs")
    data: Event = {"formality": name, "direction": direction, "status": status}
    data["refs"] = {"call": call.id}
    return voice, f"{call.id}/{direction}/{name}", data
