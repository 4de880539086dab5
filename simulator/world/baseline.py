"""What every source says when the run begins: what is so by then, as it does when first connected.

Ships come first, with all of what is known of each at one instant; then papers, boxes, trucks.
"""

from contracts.blocks import LIST_ENTRIES_MAX
from correlation.instants import MINUTE
from simulator.world.boxes import Appointment, Box
from simulator.world.calls import Call
from simulator.world.dangerous import said_by
from simulator.world.formalities import statement
from simulator.world.instants import written
from simulator.world.network import PASSAGE
from simulator.world.port import Port
from simulator.world.rosters import UNITS, on_duty, shifts_at
from simulator.world.telling import of_boxes as say_box
from simulator.world.telling import of_rosters as say_roster
from simulator.world.telling import of_ships as say
from simulator.world.telling import of_trucks as say_truck
from simulator.world.telling.handover import Event
from simulator.world.telling.parts import parts_of
from simulator.world.telling.voices import Voice

SHIPS, PAPERS, BOXES = (1000, 2 * MINUTE, 5 * MINUTE)
"""After the beginning: when ships, exports and imports are told, each with all that is known."""
EACH = 20


def tell(port: Port) -> None:
    """Say what is so in a port at the beginning of the run."""
    begins = port.hand.begins
    for call in port.calls:
        if call.is_open:
            _ship(port, call, begins + SHIPS)
    _rosters(port, begins + SHIPS)
    live = _live(port)
    bookings = [booking for call in port.calls for booking in call.bookings if booking.boxes]
    for number, booking in enumerate(bookings):
        at = begins + PAPERS + number * EACH
        # The booking comes last: only with it is anything expected of its boxes.
        for box in booking.boxes:
            _permit(port, box, at)
            _export(port, box, at)
            _appointment(port, box, live, at)
        _booking(port, booking.boxes, at)
    for call in port.calls:
        _to_discharge(port, call, begins + BOXES)
        _connected(port, call, begins + BOXES)
        _to_load(port, call, begins + BOXES)
    # Imports are held by the port while they are to come, or here.
    for number, box in enumerate(port.imports):
        at = begins + BOXES + number * EACH
        if box.inbound:
            _import(port, box, box.inbound, at)
            _appointment(port, box, live, at)
            _clock(port, box, box.inbound, at)
    # Last, for it names boxes that nothing else names: a stay goes by the day of its first word.
    told = begins + BOXES + len(port.imports) * EACH
    _stock(port, told)
    parts_max = 1 + len(port.boxes) // LIST_ENTRIES_MAX
    port.hand.news_from = max(port.hand.news_from, told + parts_max)


def _rosters(port: Port, at: int) -> None:
    """Say who is on duty in the shifts whose rosters stand."""
    pilots = say_roster.pilots(port.voices)
    for shift in shifts_at(at):
        for kind in UNITS:
            units = on_duty(port, kind, shift[0])
            data = say_roster.on_duty(port.voices, kind, shift, units)
            pilots.baseline(at, say_roster.KIND, port.system, data, at - MINUTE)


def _live(port: Port) -> dict[str, Appointment]:
    held = {made.id: made for call in port.calls for made in call.trucks}
    held |= {box.appointment.id: box.appointment for box in port.imports if box.appointment}
    return {name: made for name, made in held.items() if made.is_live}


def _ship(port: Port, call: Call, at: int) -> None:
    call.name_it(call.berths_at)
    carrier, terminal = say.carrier(port.voices, call), say.terminal(port.voices, call)
    kind = "vessel.milestone-stated"
    begun = min(call.announced_at - 10 * 24 * 60 * MINUTE, at - MINUTE)
    carrier.baseline(at, "vessel.call-announced", call.id, say.announcement(call), begun)
    subject = f"imo:{call.ship.imo}"
    carrier.baseline(at, "vessel.particulars-declared", subject, say.particulars(call), begun)
    _rotation(port, call, at, begun)
    if call.plan:
        for data in say.agreements(call):
            terminal.baseline(at, kind, call.id, data, call.plan.set_at)
        plan = say.berth_plan(call)
        terminal.baseline(at, "vessel.berth-plan-set", call.part, plan, call.plan.set_at)
        call.plan.told_at = at
        kind_of_moves, moves = "vessel.moves-forecasted", say.moves(call, call.plan.set_at)
        carrier.baseline(at, kind_of_moves, call.part, moves, call.plan.set_at)
    _expected(port, call, at, begun)
    if call.known:
        call.known.told_at = call.asked_told_at = at
    if call.known and call.requested_at:
        data = say.milestone(call, "PILOT_BOARDING_PLACE", "ARRI", "REQ", call.known.at)
        terminal.baseline(at, kind, call.id, data, call.requested_at)
        call.requested_told_at = at
    if call.windows:
        for data in say.window_sets(call):
            terminal.baseline(at, "vessel.window-set", call.part, data, at - MINUTE)
        call.windows_told_at = at
    _happened(port, call, at)
    for order in call.orders:
        if order[1] == ("OUTB" if call.stage == "ALONGSIDE" else "INBD"):
            data, named = say.service(call, order), f"{call.part}/{order[0]}/{order[1]}"
            pilots = port.voices.of("NAU", "vessel")
            pilots.baseline(at, "vessel.service-changed", named, data, at - MINUTE)
            call.orders[order].told_at = at
    for name, (direction, status) in call.formalities.items():
        voice, subject, formality = statement(port, call, name, (direction, status))
        voice.baseline(at, "clearance.formality-changed", subject, formality, at - MINUTE)


def _rotation(port: Port, call: Call, at: int, begun: int) -> None:
    """List the ports of her voyage."""
    carrier, kind = say.carrier(port.voices, call), "vessel.rotation-set"
    if way := call.rotation:
        data = say.rotation_data(call, way)
        way.told[port.system] = carrier.baseline(at, kind, way.id, data, begun)


def _expected(port: Port, call: Call, at: int, begun: int) -> None:
    """Say when agent and AIS receiver expect her."""
    kind, subject = "vessel.milestone-stated", f"imo:{call.ship.imo}"
    agent = say.agent(port.voices, call)
    if call.known and call.known.since > begun + MINUTE:
        for service, later in (("PILOT_BOARDING_PLACE", 0), ("BERTH", PASSAGE)):
            data = say.milestone(call, service, "ARRI", "EST", call.known.at + later)
            call.is_said = bool(call.plan or call.asked_at)
            data["basis"] = "SAID" if call.is_said else "PROFORMA"
            agent.baseline(at, kind, call.id, data, call.known.since)
    if call.reckoned and call.stage == "FAR":
        data, receiver = say.reckoning(call, call.reckoned.at), port.voices.of("OPS", "vessel")
        receiver.baseline(at, kind, subject, data, call.reckoned.since)
        call.reckoned.told_at = at


def _happened(port: Port, call: Call, at: int) -> None:
    pilots, terminal = port.voices.of("NAU", "vessel"), say.terminal(port.voices, call)
    for name, voice, service in (
        ("came", pilots, "PILOT_BOARDING_PLACE"),
        ("alongside", terminal, "BERTH"),
    ):
        if name in call.happened:
            then = call.happened[name]
            data = say.milestone(call, service, "ARRI", "ACT", then)
            voice.baseline(at, "vessel.milestone-stated", call.id, data, then)
    if "first_lift" in call.happened:
        data = say.progress(call, at)
        call.said_end_at = call.ends_at
        terminal.baseline(at, "vessel.cargo-progressed", call.part, data, at)


def _booking(port: Port, boxes: list[Box], at: int) -> None:
    booking = boxes[0].booking
    if booking is None:
        return
    carrier = say.carrier(port.voices, booking.call, "clearance")
    who = say_box.nomination(booking.id, booking.forwarder)
    subject = f"nom:{booking.forwarder}:{booking.id}:FWD"
    carrier.baseline(at, "clearance.nomination-changed", subject, who, booking.booked_at)
    paper: Event = {"document": "SI", "status": "APPR" if booking.papers_done else "PENA"}
    paper |= {"due_code": "DCO", "refs": {"booking": booking.id}}
    carrier.baseline(at, "clearance.document-changed", booking.id, paper, booking.booked_at)
    data, kind = say_box.booking_data(booking, "CONFIRMED"), "clearance.booking-changed"
    carrier.baseline(at, kind, booking.id, data, booking.booked_at)
    for box in boxes:
        box.told["booked"] = at
        box.name_it(carrier.reads(booking.booked_at))


def _export(port: Port, box: Box, at: int) -> None:
    booking = box.booking
    if booking is None:
        return
    if "gated_in" in box.happened and box.place == "YARD":
        then = box.happened["gated_in"]
        data: Event = {"box": say_box.described(box), "facility": booking.call.terminal.code}
        data |= {"mode": "TRUCK", "booking": booking.id}
        data |= {"refs": {"facility": booking.call.terminal.code}}
        gate = port.voices.of("TER", "gate", booking.call.terminal.code)
        gate.baseline(at, "gate.container-gated-in", box.number, data, then)
        box.name_it(gate.reads(then))
        box.told["gated_in"] = at
        _power(port, box, booking.call, at)
    if box.channel == "PHYS" and not box.is_cleared:
        customs, said = say_box.customs_data(box, "SELECTED"), say_box.customs(port.voices)
        said.baseline(at, "clearance.customs-changed", box.number, customs, booking.booked_at)
    if box.is_weighed:
        carrier = say.carrier(port.voices, booking.call, "clearance")
        data = {"kind": "VGM", "gross_kg": box.kg, "method": 1}
        data |= {"refs": {"booking": booking.id, "box": box.number}}
        carrier.baseline(at, "clearance.weight-stated", box.number, data, booking.booked_at)


def _permit(port: Port, box: Box, at: int) -> None:
    """Say what is allowed of dangerous goods."""
    if box.permit is None or not box.permit.is_known:
        return
    status = "ACCEPTED" if box.permit.accepted else "DECLARED"
    data = say_box.dangerous(box, status, box.permit.dwell)
    kind = "clearance.dangerous-goods-changed"
    voice = said_by(port, box, status)
    box.permit.told_at = voice.baseline(at, kind, box.number, data, at)
    box.name_it(voice.reads(at))


def _to_discharge(port: Port, call: Call, at: int) -> None:
    """Say what is to come off a ship, and what is allowed of her dangerous goods.

    What is left of a list on which work has begun nobody lists anew.
    """
    if not call.arrivals or not call.is_open:
        return
    dangerous = [box for box in call.arrivals if box.cargo == "DG" and box.place == "SHIP"]
    for box in dangerous:
        _permit(port, box, at)
    if "first_lift" in call.happened:
        return
    voice = say.carrier(port.voices, call, "yard")
    for box in call.arrivals:
        box.told["listed"] = at
    for box in dangerous:
        box.name_it(voice.reads(at - MINUTE))
    for data in say_box.work_list(call, "DISCHARGE", call.arrivals):
        voice.baseline(at, "yard.work-list-set", call.part, data, at - MINUTE)


def _to_load(port: Port, call: Call, at: int) -> None:
    """Say what a ship is to load still."""
    call.list_to_load([box for box in call.load_list if "loaded" not in box.happened])
    if call.load_list and call.is_open:
        voice = say.carrier(port.voices, call, "yard")
        for data in say_box.work_list(call, "LOAD", call.load_list, call.load_list_version):
            voice.baseline(at, "yard.work-list-set", call.part, data, at - MINUTE)
        call.load_list_told_at = at


def _connected(port: Port, call: Call, at: int) -> None:
    """Say which boxes of a ship are to leave with which others."""
    for connection in call.connections:
        if not connection.inbound.is_open or not connection.outbound.is_open:
            connection.told_at = None  # the ship has left, and nobody was told of her
        elif connection.inbound is call:
            voice, data = say.carrier(port.voices, call), say.connections(connection)
            name = say.connection_name(connection)
            connection.told_at = voice.baseline(at, "vessel.connections-set", name, data, at)


def _import(port: Port, box: Box, call: Call, at: int) -> None:
    carrier = say.carrier(port.voices, call, "clearance")
    data = say_box.consignment(call, [box])
    if not call.is_open:
        data.pop("terminal_call")  # the ship has left, and nobody was told of her
    if box.place != "SHIP":
        _permit(port, box, at)
    carrier.baseline(at, "clearance.consignment-stated", box.bill, data, at - MINUTE)
    box.name_it(carrier.reads(at - MINUTE))
    who = say_box.nomination(box.bill, box.forwarder)
    subject = f"nom:{box.forwarder}:{box.bill}:FWD"
    carrier.baseline(at, "clearance.nomination-changed", subject, who, at - MINUTE)
    customs = say_box.customs(port.voices)
    if "discharged" in box.happened:
        then = box.happened["discharged"]
        voice = say.terminal(port.voices, call, "yard")
        discharge = say_box.discharge(box)
        voice.baseline(at, "yard.container-discharged", box.number, discharge, then)
        box.told["discharged"] = at
        _power(port, box, call, at)
    status = "DECLARED" if "UNRELEASED" in box.blockers else "RELEASED"
    said: Event = {"status": status, "direction": "IMPORT"}
    said |= {"refs": {"box": box.number, "bl": box.bill}}
    customs.baseline(at, "clearance.customs-changed", box.number, said, at - MINUTE)
    for kind, since in box.blockers.items():
        if kind == "REVOKED":
            data = {"kind": "CUSTOMS", "visit": box.number, "refs": {"bl": box.bill}}
            subject = f"rel:{customs.organisation}:{box.number}-CUSTOMS"
            customs.baseline(at, "clearance.release-revoked", subject, data, since)
        elif kind != "UNRELEASED":
            voice = carrier if kind == "CARRIER_FREIGHT" else customs
            data = {"kind": kind, "authority": voice.organisation, "visit": box.number}
            data = {**data, "refs": {"bl": box.bill}}
            subject = f"hold:{voice.organisation}:{box.number}-{kind}"
            voice.baseline(at, "clearance.hold-placed", subject, data, since)
    box.told["blocked"] = at


def _power(port: Port, box: Box, call: Call, at: int) -> None:
    """Say that a reefer has power, or since when it has none."""
    if box.cargo == "REEFER" and box.place == "YARD":
        voice, is_on = say.terminal(port.voices, call, "yard"), box.off_since is None
        data, since = say_box.plug(box, is_on=is_on), box.off_since or at
        voice.baseline(at, "yard.reefer-plug-changed", box.number, data, since)
        box.told["power"] = at


def _clock(port: Port, box: Box, call: Call, at: int) -> None:
    """Say the free days of an import, once its truck is known."""
    if "discharged" in box.happened:
        then, voice = box.happened["discharged"], say.terminal(port.voices, call, "yard")
        voice.baseline(at, "yard.free-time-set", box.number, say_box.free_time(box, then), then)
        box.told["clock"] = at


def _appointment(port: Port, box: Box, live: dict[str, Appointment], at: int) -> None:
    """Say the appointment of a box, once where it is for two."""
    made = live.pop(box.appointment.id, None) if box.appointment else None
    if made:
        voice = say_truck.gate_voice(port.voices, made.gate)
        data = say_truck.appointment_data(made)
        kind = "gate.appointment-changed"
        made.told_at = voice.baseline(at, kind, made.id, data, made.booked_at)
        _on_its_way(port, made, at)


def _on_its_way(port: Port, made: Appointment, at: int) -> None:
    """Say where a truck was last seen, or else when its haulier expects it."""
    if made.passed:
        voice, data = say_truck.sighting(port.voices, made, made.passed)
        told = voice.baseline(at, "gate.waypoint-passed", made.truck, data, made.passed.at)
    elif made.is_moving and made.comes_at is not None:
        voice, data = say_truck.expectation(port.voices, made, "MOVING")
        told = voice.baseline(at, "gate.truck-eta-stated", made.id, data, at)
    else:
        return
    if made.is_moving:
        made.comes_told_at = told


def _entry(box: Box, voice: Voice, at: int) -> Event:
    """Return a box as a list of what stands in a terminal has it, a reefer with its plug.

    Since when it stands is what the terminal's clock read then. Dangerous goods are not in it: the
    papers of what came before the world began are not told.
    """
    since = box.happened.get("discharged", box.happened.get("gated_in", at))
    entry = say_box.described(box) | {"block": box.block, "since_at": written(voice.reads(since))}
    entry.pop("dg", None)
    if box.cargo == "REEFER" and not box.is_empty:
        entry["plugged"] = box.off_since is None
    return entry


def _stock(port: Port, at: int) -> None:
    """List everything that stands in each terminal."""
    for terminal in port.terminals:
        standing = [box for box in port.boxes if box.block.startswith(terminal.code + "/")]
        voice = port.voices.of("TER", "yard", terminal.code)
        for box in standing:
            box.name_it(voice.reads(at))
            box.told["stocked"] = at
        entries = [_entry(box, voice, at) for box in standing]
        parts = parts_of(entries) or [[]]
        for number, part in enumerate(parts):
            data: Event = {
                "list_id": f"baseline-{terminal.code}",
                "list_version": 1,
                "part": number + 1,
                "parts": len(parts),
                "entries": part,
                "refs": {"facility": terminal.code},
            }
            voice.baseline(at + number, "yard.stock-listed", terminal.code, data, at)
