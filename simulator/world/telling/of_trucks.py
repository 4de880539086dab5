"""What terminal and hauliers say of appointments, trucks, gates and yard blocks."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from simulator.world.boxes import SLOT, Appointment, Box
from simulator.world.instants import span, written
from simulator.world.telling.handover import Event
from simulator.world.telling.of_boxes import described
from simulator.world.telling.voices import Chorus, Voice

if TYPE_CHECKING:
    from simulator.world.roads import Passage

REPORT_OF_FACT: Final = "CODECO D.95B"


def gate_voice(voices: Chorus, gate: str) -> Voice:
    """Return the voice of a gate's own system."""
    return voices.of("TER", "gate", gate.partition("/")[0])


def appointment(voices: Chorus, made: Appointment, now: int) -> int:
    """Say an appointment as it stands."""
    if not voices.is_heard:
        return voices.hand.begins
    voice = gate_voice(voices, made.gate)
    return voice.say(now, "gate.appointment-changed", made.id, appointment_data(made))


def appointment_data(made: Appointment) -> Event:
    """Return the data of an appointment."""
    tasks: list[Event] = []
    for box in made.boxes:
        task: Event = {"direction": made.direction, "box": box.number}
        if box.booking:
            task["booking"] = box.booking.id
        tasks.append(task)
    facility = made.gate.partition("/")[0]
    return {
        "status": made.state,
        "facility": facility,
        "slot": span(made.slot_at, made.slot_at + SLOT),
        "direction": made.direction,
        "gate": made.gate,
        "haulier": made.haulier,
        "tasks": tasks,
        "refs": {"facility": facility},
    }


PLACED_BY: Final = {"BORDER": "AUT", "CUSTOMS": "AUT"}
"""Whose system sees trucks at a kind of place; elsewhere it is that of the terminal's gates."""


def sighted(voices: Chorus, made: Appointment, now: int, passage: "Passage") -> int:
    """Say that a truck was seen at a place of a corridor."""
    if not voices.is_heard:
        return voices.hand.begins
    voice, data = sighting(voices, made, passage)
    return voice.say(now, "gate.waypoint-passed", made.truck, data)


def sighting(voices: Chorus, made: Appointment, passage: "Passage") -> tuple[Voice, Event]:
    """Return who says that a truck was seen at a place of a corridor, and the data."""
    point, facility = passage.waypoint, made.gate.partition("/")[0]
    data: Event = {
        "place": point.place,
        "kind": point.kind,
        "direction": "TO_PORT",
        "step": passage.step,
        "mode": "TRUCK",
        "classifier": "ACT",
        "refs": {"facility": facility},
    }
    if passage.waited:
        data["waited_min"] = passage.waited / 60_000
    if made.state != "WALK_IN":
        data["appointment"] = made.id
    voice = gate_voice(voices, made.gate)
    if PLACED_BY.get(point.kind) == "AUT":
        voice, data["refs"] = voices.of("AUT", "gate", named="customs"), {"truck_visit": made.truck}
    return voice, data


def eta(voices: Chorus, made: Appointment, now: int, state: str = "MOVING") -> int:
    """Let the haulier say when its truck will be here."""
    voice, data = expectation(voices, made, state)
    return voice.say(now, "gate.truck-eta-stated", made.id, data)


def expectation(voices: Chorus, made: Appointment, state: str) -> tuple[Voice, Event]:
    """Return who says when a truck will be here, and the data."""
    assert made.comes_at is not None, "the haulier knows"
    data: Event = {"eta_at": written(made.comes_at), "state": state, "basis": "GPS"}
    facility = made.gate.partition("/")[0]
    data |= {"refs": {"facility": facility, "appointment": made.id}}
    return voices.of("TRK", "gate", named=made.haulier), data


def step(voices: Chorus, truck: str, gate: str, now: int, name: str, booked: str = "") -> int:
    """Say one step of a truck at the gate; without an appointment it is a walk-in."""
    if not voices.is_heard:
        return voices.hand.begins
    data: Event = {"step": name, "gate": gate, "refs": {"facility": gate.partition("/")[0]}}
    data |= {"appointment": booked} if booked else {"walk_in": True}
    return gate_voice(voices, gate).say(now, "gate.truck-progressed", truck, data)


def gated(voices: Chorus, box: Box, now: int, made: Appointment, *, is_out: bool = False) -> int:
    """Say that a box came in or went out by the gate."""
    voice = gate_voice(voices, made.gate)
    kind = "gate.container-gated-out" if is_out else "gate.container-gated-in"
    at = voice.say(now, kind, box.number, gate_move(box, made))
    milestone = "gate_out" if is_out else "gate_in"
    return voice.told(milestone, (box.visit, made.gate_operator), (now, at))


def gate_move(box: Box, made: Appointment) -> Event:
    """Return the data of a gate move."""
    facility = made.gate.partition("/")[0]
    data: Event = {
        "box": described(box),
        "facility": facility,
        "gate": made.gate,
        "mode": "TRUCK",
        "truck_visit": made.truck,
        "refs": {"facility": facility},
    }
    if made.state != "WALK_IN":
        data["appointment"] = made.id
    if box.booking:
        data["booking"] = box.booking.id
    elif box.bill:
        data["bl"] = box.bill
    return data


def mistyped(
    voices: Chorus, box: Box, now: int, made: Appointment, after: int
) -> tuple[int, str, int]:
    """Say a gate-in under a number with two digits changed over, withdraw it, and say it right.

    Return when the right one is received; the wrong number (or nothing), and when that is.
    """
    voice = gate_voice(voices, made.gate)
    wrong = _swapped(box.number)
    if not wrong:
        return gated(voices, box, now, made), "", 0
    data = gate_move(box, made)
    data = {**data, "box": {**data["box"], "box": wrong}, "raw": {"system": REPORT_OF_FACT}}
    data.pop("booking", None)
    fact = f"{made.truck}-{wrong}"
    typed_at = voice.say(now, "gate.container-gated-in", wrong, data, factid=fact)
    later = max(now + after, typed_at + 1000)  # a system that hangs sends both, in their order
    why: Event = {"reason": f"typed number; the box is {box.number}"}
    taken = {"factid": fact, "retracted": True, "updatedtime": written(later)}
    voice.say(later, "gate.container-gated-in", wrong, why, happened=now, **taken)
    kind, right = "gate.container-gated-in", gate_move(box, made)
    return voice.say(later, kind, box.number, right, happened=now), wrong, typed_at


def _swapped(number: str) -> str:
    """Return a number with its first two different neighbouring digits changed over, or nothing."""
    for at in range(4, 9):
        if number[at] != number[at + 1]:
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return ""


class Counts(NamedTuple):
    """What a gate counts: trucks that wait, minutes of wait and of stay, the share unbooked."""

    trucks: int
    wait: float
    turn: float | None
    walk_ins: float | None


def queue(voices: Chorus, gate: str, now: int, counts: Counts) -> int:
    """Let the gate's system say what it counts."""
    data: Event = {"as_of": written(now), "direction": "BOTH", "trucks": counts.trucks}
    data["wait_mean_min"] = round(counts.wait, 1)
    if counts.turn is not None:
        data["turn_p90_min"] = round(counts.turn, 1)
    if counts.walk_ins is not None:
        data["walk_in_share_pct"] = round(counts.walk_ins, 1)
    data["refs"] = {"facility": gate.partition("/")[0]}
    return gate_voice(voices, gate).say(now, "gate.queue-reported", gate, data)


def slots(voices: Chorus, gate: str, now: int, offered: Iterable[tuple[int, int, int]]) -> int:
    """Show the slots of a gate: (when it begins, trucks that are offered, trucks booked)."""
    shown = [
        {**span(at, at + SLOT), "direction": "BOTH", "offered": room, "booked": booked}
        for at, room, booked in offered
    ]
    data: Event = {"slots": shown, "refs": {"facility": gate.partition("/")[0]}}
    return gate_voice(voices, gate).say(now, "gate.slots-offered", gate, data)


def lane(voices: Chorus, gate: str, now: int, state: str, reason: str) -> int:
    """Say that a gate's lane opens, closes or slows."""
    data: Event = {"state": state, "direction": "BOTH", "reason": reason}
    data |= {"refs": {"facility": gate.partition("/")[0]}}
    return gate_voice(voices, gate).say(now, "gate.lane-changed", f"{gate}/lane/1", data)


def inventory(voices: Chorus, block: str, now: int, gauge: Event) -> int:
    """Let the terminal say how full a block is; `gauge` holds the figures."""
    facility = block.partition("/")[0]
    data = {"as_of": written(now), **gauge, "refs": {"facility": facility}}
    voice = voices.of("TER", "yard", facility)
    return voice.say(now, "yard.inventory-reported", block, data)
