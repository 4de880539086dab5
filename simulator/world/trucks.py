"""Trucks: the slot is booked, the road, the gate, the yard; late, early, or not at all."""

from random import Random
from typing import Final, Literal

from correlation.instants import HOUR, MINUTE
from simulator.world import gates, roads
from simulator.world.boxes import SLOT, Appointment, Box
from simulator.world.calls import Call
from simulator.world.chance import lognormal
from simulator.world.dangerous import set_down
from simulator.world.gates import Gate, inside_minutes
from simulator.world.instants import whole
from simulator.world.labels.of_faults import Mistyped
from simulator.world.port import Port, Steps
from simulator.world.reefers import kept_cold, taken_out
from simulator.world.slots import near
from simulator.world.telling import of_boxes as say_box
from simulator.world.telling import of_trucks as say
from simulator.world.terminals import Terminal

Outcome = Literal["DONE", "MISSED", "TURNED_AWAY", "CANCELLED"]
EARLY: Final = 0.12
LATE: Final = 0.10
TELEMATICS: Final = 0.6
"""Share of trucks whose haulier says where they are."""
DECIDES: Final = 3 * HOUR
"""Before the slot: when whoever fetches a box looks whether it can be had."""
REBOOKS: Final = 0.65
LATE_TOLERANCE: Final = 3 * HOUR
MISTYPED: Final = 0.004
GONE_AFTER: Final = 2 * HOUR
MANUAL_SHARE: Final = 0.5


def book(
    port: Port,
    terminal: Terminal,
    boxes: list[Box],
    direction: Literal["DELIVER", "COLLECT"],
    slot_at: int,
) -> Appointment:
    """Book a truck for boxes; the terminal's system says it."""
    made = _made(port, terminal, boxes, direction, slot_at)
    made.told_at = say.appointment(port.voices, made, port.now)
    for box in boxes:
        box.appointment = made
    call = boxes[0].outbound if direction == "DELIVER" else boxes[0].inbound
    if call:
        call.trucks.append(made)
    if direction == "COLLECT":
        port.fetching[made] = None
    port.watch.appointment(made)
    return made


def unbooked(port: Port, terminal: Terminal, boxes: list[Box], at: int) -> Appointment:
    """Return the trip of a truck that comes without a slot; nobody is told of it."""
    made = _made(port, terminal, boxes, "DELIVER", at)
    made.state = "WALK_IN"
    return made


def _made(
    port: Port,
    terminal: Terminal,
    boxes: list[Box],
    direction: Literal["DELIVER", "COLLECT"],
    slot_at: int,
) -> Appointment:
    number = port.next_truck()
    chance = port.stream("truck", number)
    slot_at = gates.opens(port, terminal, slot_at)
    gate = gates.for_slot(port, terminal, slot_at, chance)
    code = terminal.code.rpartition(":")[2]
    return Appointment(
        id=f"apt:{code}:{number}",
        truck=f"trk:{code}:{number}",
        direction=direction,
        boxes=boxes,
        haulier=port.picked("TRK", chance),
        gate=gate.id,
        gate_operator=terminal.operator,
        slot_at=slot_at,
        booked_at=port.now,
        said_at=port.now,
    )


def change(port: Port, made: Appointment, state: str, slot_at: int | None = None) -> None:
    """Let an appointment be moved, confirmed, served, missed or cancelled."""
    made.state, made.said_at = state, port.now
    if slot_at is not None:
        made.slot_at, made.comes_at, made.is_moving = slot_at, None, False
        made.passed = None
        made.is_seen = False
    made.told_at = say.appointment(port.voices, made, port.now)
    port.watch.truck(made)


def trip(port: Port, made: Appointment, terminal: Terminal) -> Steps:
    """Make the trip of an appointment, whatever slot it has in the end; return its outcome."""
    chance = port.stream("trip", made.id)
    gate = next(each for each in port.gates[terminal.code] if each.id == made.gate)
    ship = made.boxes[0].outbound
    while True:
        slot_at = made.slot_at
        punctual = _arrival(port, made, chance)
        travel = roads.travel(chance)
        if made.direction == "COLLECT" and made.state != "WALK_IN":
            yield port.wait(slot_at - DECIDES)
            if _moves_by_itself(port, made, chance):
                continue
        yield port.wait((punctual or slot_at) - travel)
        if made.state == "CANCELLED":
            return "CANCELLED"
        if made.slot_at == slot_at:
            break
    if punctual is None:
        yield port.wait(slot_at + SLOT + GONE_AFTER)
        if made.is_live:
            return _missed(port, made)
        return "CANCELLED"
    yield from _road(port, made, punctual, chance)
    if made.state == "CANCELLED" or not _still_brings(made, ship):
        return "CANCELLED"
    outcome: Outcome = yield from _at_the_gate(port, gate, made, chance)
    return outcome


def _still_brings(made: Appointment, ship: Call | None) -> bool:
    """Tell whether the boxes of a truck are still for the ship that it was sent for."""
    if made.direction == "COLLECT":
        return True
    return all(box.outbound is ship and box.place == "OUTSIDE" for box in made.boxes)


def _arrival(port: Port, made: Appointment, chance: Random) -> int | None:
    """Draw when a truck comes: 70 % in the hour of its slot; None if it does not."""
    drawn, part = chance.random(), chance.random()
    if made.state == "WALK_IN":
        return made.slot_at + whole(part * SLOT)
    if drawn < port.scenario.no_shows:
        return None
    if drawn > 1 - EARLY:
        return made.slot_at - whole(part * 2 * HOUR)
    if drawn > 1 - EARLY - LATE:
        return made.slot_at + SLOT + whole(part * LATE_TOLERANCE)
    return made.slot_at + whole(part * SLOT)


def _moves_by_itself(port: Port, made: Appointment, chance: Random) -> bool:
    """Let whoever fetches a box that cannot be had take a later slot, mostly."""
    box = made.boxes[0]
    if not made.is_live or box.is_available or chance.random() >= REBOOKS:
        return False
    later = near(port.now + chance.randint(10, 40) * HOUR, port.community.timezone, chance)
    change(port, made, "CHANGED", later)
    return True


def _road(port: Port, made: Appointment, arrives: int, chance: Random) -> Steps:
    """Drive to the port; what blocks the road holds a truck up, and its haulier may say so.

    Where its way is a corridor, others see it pass.
    """
    says = chance.random() < TELEMATICS and made.state != "WALK_IN"
    if says:
        _expect(port, made, arrives)
    spell = port.disruptions.at("road-block", port.now)
    if spell is None:
        spell = port.disruptions.at("road-block", max(port.now, arrives - 30 * MINUTE))
        if spell:
            yield port.wait(spell.start)
    if spell:
        arrives = spell.end + chance.randint(30, 240) * MINUTE
        for box in made.boxes:
            box.roots["FCO"] = "road-block"
        if says:
            yield port.wait(port.now + chance.randint(20, 90) * MINUTE)
            _expect(port, made, arrives, "STOPPED")
    yield from roads.driven(port, made, arrives, chance)
    yield port.wait(arrives)
    made.is_moving = made.is_seen = False


def _expect(port: Port, made: Appointment, arrives: int, state: str = "MOVING") -> None:
    made.comes_at, made.is_moving = arrives, state == "MOVING"
    made.comes_told_at = say.eta(port.voices, made, port.now, state)
    port.watch.truck(made)


def _missed(port: Port, made: Appointment) -> Outcome:
    change(port, made, "MISSED")
    for box in made.boxes:
        box.told["no_appointment"] = made.told_at or port.now
        box.roots.setdefault("FCO", "no-show")
    port.over(made)
    return "MISSED"


def _at_the_gate(port: Port, gate: Gate, made: Appointment, chance: Random) -> Steps:
    made.is_here, made.came_at = True, port.now
    made.came_told_at = gate.comes(made)
    port.watch.appointment(made)
    port.count("trucks")
    for box in made.boxes:
        if made.direction == "DELIVER":
            box.go("TRUCK")
    opens_at = gate.opens_at(port.now)
    if opens_at is None:
        return _turned_away(port, gate, made)
    yield port.wait(opens_at)
    yield from gate.passes(chance, made)
    if not _may_pass(made, port.now):
        return _turned_away(port, gate, made)
    booked = made.id if made.state != "WALK_IN" else ""
    say.step(port.voices, made.truck, gate.id, port.now, "LANE_OUT", booked)
    made.is_inside = True
    port.watch.delivery(made)
    if made.direction == "DELIVER":
        for box in made.boxes:
            _gated_in(port, made, box, chance)
    entered_at = port.now
    yield port.wait(port.now + whole(inside_minutes(port, chance) * MINUTE))
    say.step(port.voices, made.truck, gate.id, port.now, "SERVED", booked)
    yield from _served(port, gate, made, chance)
    port.over(made)
    gate.left(entered_at)
    say.step(port.voices, made.truck, gate.id, port.now, "LEFT", booked)
    return "DONE"


def _may_pass(made: Appointment, now: int) -> bool:
    box = made.boxes[0]
    if made.direction == "COLLECT":
        return box.is_available
    call = box.outbound
    if call is None or not call.is_open or made.state == "CANCELLED":
        return False
    if box.permit and not box.permit.accepted:
        return False
    if made.state == "CONFIRMED":
        return True
    opens, closes = call.windows.get("EFC", 0), call.windows.get("FCO", now + 1)
    return opens - 30 * MINUTE <= now < closes


def _turned_away(port: Port, gate: Gate, made: Appointment) -> Outcome:
    booked = made.id if made.state != "WALK_IN" else ""
    say.step(port.voices, made.truck, gate.id, port.now, "TURNED_AWAY", booked)
    port.count("turned away")
    for box in made.boxes:
        if made.direction == "DELIVER":
            box.go("OUTSIDE")
    made.is_here = False
    if made.is_live:
        change(port, made, "MISSED")
    port.over(made)
    return "TURNED_AWAY"


def _gated_in(port: Port, made: Appointment, box: Box, chance: Random) -> None:
    now = port.now
    gate_terminal = next(t for t in port.terminals if made.gate.startswith(t.code + "/"))
    port.put_in_yard(box, gate_terminal)
    port.count("gated in")
    box.happened["gated_in"] = now
    set_down(port, box, gate_terminal)
    if box.cargo == "REEFER":
        port.start(kept_cold(port, box, gate_terminal))
    share = MISTYPED * MANUAL_SHARE * port.scenario.noise
    if chance.random() < share:
        after = chance.randint(4, 40) * MINUTE
        told, wrong, typed_at = say.mistyped(port.voices, box, now, made, after)
        box.told["gated_in"] = told
        if wrong and port.hand.is_open:
            until = max(typed_at + MINUTE, now + after)
            port.watch.mistyped(Mistyped(wrong, typed_at, until, made.gate_operator))
    else:
        box.told["gated_in"] = say.gated(port.voices, box, now, made)
    port.watch.export(box)
    port.watch.dangerous(box)


def _served(port: Port, gate: Gate, made: Appointment, chance: Random) -> Steps:
    voice = port.voices.of("TER", "yard", gate.terminal.code)
    if made.direction == "DELIVER":
        for box in made.boxes:
            box.told["placed"] = say_box.placed(voice, box, port.now, "IN")
        if made.state != "WALK_IN":
            change(port, made, "SERVED")
        return
    for box in made.boxes:
        say_box.placed(voice, box, port.now, "OUT")
        taken_out(port, box, gate.terminal)
        port.take_from_yard(box, gate.terminal)
        box.go("TRUCK")
    change(port, made, "SERVED")
    yield port.wait(port.now + whole(lognormal(chance, 4, 0.5) * MINUTE))
    for box in made.boxes:
        box.go("GONE")
        box.happened["gated_out"] = port.now
        port.watch.dangerous(box)
        port.watch.free_time(box)
        port.count("gated out")
        say.gated(port.voices, box, port.now, made, is_out=True)


def reslot(port: Port, call: Call) -> Steps:
    """Let the terminal give the trucks of a ship that moved other slots, in a batch."""
    chance = port.stream("reslot", call.id, port.now)
    yield port.wait(port.now + whole(lognormal(chance, 110, 0.6) * MINUTE))
    for made in port.watch.left_behind(call):
        if not made.is_live or made.is_here or made.is_moving:
            continue
        drawn = chance.random()
        if drawn < 0.85:
            change(port, made, "CHANGED", _new_slot(port, call, made, chance))
        elif drawn < 0.93:
            change(port, made, "CONFIRMED")
        yield port.wait(port.now + chance.randint(2, 15) * 1000)


def replanned(port: Port, call: Call, chance: Random) -> Steps:
    """Let the terminal answer for every truck of a ship whose call was changed."""
    for made in list(call.trucks):
        if made.is_live and not made.is_here and not made.is_moving:
            slot_at = _new_slot(port, call, made, chance)
            is_kept = slot_at <= made.slot_at < call.windows.get("FCO", slot_at)
            if is_kept:
                change(port, made, "CONFIRMED")
            else:
                change(port, made, "CHANGED", slot_at)
            yield port.wait(port.now + chance.randint(2, 15) * 1000)


def _new_slot(port: Port, call: Call, made: Appointment, chance: Random) -> int:
    zone = port.community.timezone
    if made.direction == "COLLECT":
        soonest = max(port.now, call.berths_at) + 5 * HOUR
        return gates.opens(port, call.terminal, near(soonest, zone, chance))
    opens, closes = call.windows["EFC"], call.windows["FCO"] - 3 * HOUR
    wish = max(opens, port.now + 4 * HOUR, made.slot_at if made.slot_at < closes else 0)
    slot_at = near(wish, zone, chance)
    return gates.opens(port, call.terminal, min(slot_at, max(whole(closes, HOUR), wish)))
