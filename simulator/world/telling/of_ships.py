"""What carrier, agent, terminal, pilots and the AIS receiver say of a call."""

from random import Random
from typing import Any, Final

from correlation.instants import DAY
from simulator.world.calls import Call, Connection
from simulator.world.instants import written
from simulator.world.network import PASSAGE
from simulator.world.rotations import Rotation
from simulator.world.telling.handover import Event
from simulator.world.telling.parts import parts_of
from simulator.world.telling.voices import Chorus, Voice

OF_THE_CALL: Final = ("PILOT_BOARDING_PLACE", "ANCHORAGE")
"""Services that are of a call as a whole, not of its part at a terminal."""


def ship_of(call: Call) -> Event:
    """Return what names a ship."""
    return {"imo": call.ship.imo, "mmsi": call.ship.mmsi, "name": call.ship.name}


def refs_of(call: Call) -> Event:
    """Return what names a call in the statements about it."""
    voyage = {"carrier": call.carrier, "carrier_list": "SMDG", "export_no": call.voyage}
    return {
        "facility": call.terminal.code,
        "call": call.id,
        "vessel": ship_of(call),
        "voyage": voyage,
    }


def terminal(voices: Chorus, call: Call, family: str = "vessel") -> Voice:
    """Return the voice of the terminal of a call."""
    return voices.of("TER", family, call.terminal.code)


def carrier(voices: Chorus, call: Call, family: str = "vessel") -> Voice:
    """Return the voice of the carrier of a call."""
    return voices.of("CAR", family, named=call.carrier.lower())


def agent(voices: Chorus, call: Call, family: str = "vessel") -> Voice:
    """Return the voice of the ship's agent."""
    return voices.of("AGT", family, named=call.agent)


def announced(voices: Chorus, call: Call, now: int) -> int:
    """Say that a ship is to call, and what she is."""
    voice = carrier(voices, call)
    at = voice.say(now, "vessel.call-announced", call.id, announcement(call))
    voice.say(now, "vessel.particulars-declared", f"imo:{call.ship.imo}", particulars(call))
    return at


def announcement(call: Call) -> Event:
    """Return the data of an announcement under the times that are known."""
    part = {
        "facility": call.terminal.code,
        "sequence": 1,
        "carrier": call.carrier,
        "service_code": call.service,
        "voyage": refs_of(call)["voyage"],
    }
    berths_at = call.berths_at
    return {
        "vessel": {**ship_of(call), "call_sign": call.ship.call_sign},
        "arrival_at": written(berths_at),
        "departure_at": written(berths_at + call.stays),
        "terminal_calls": [part],
        "agent": call.agent,
    }


def particulars(call: Call) -> Event:
    """Return the data of a ship's particulars."""
    ship = call.ship
    numbers = {"name": ship.name, "call_sign": ship.call_sign, "mmsi": ship.mmsi}
    return {**numbers, "loa_m": ship.loa_m, "refs": {"vessel": ship_of(call)}}


def milestone(call: Call, service: str, point: str, classifier: str, at: int) -> Event:
    """Return the data of a milestone of a call."""
    return {
        "service": service,
        "point": point,
        "classifier": classifier,
        "milestone_at": written(at),
        "phase": "OUTB" if point == "DEPA" or call.stage == "SAILED" else "INBD",
        "refs": refs_of(call),
    }


def estimated(
    voice: Voice, call: Call, now: int, pilot_at: int, basis: str = "SAID"
) -> tuple[int, int]:
    """Say an estimate of the arrival, at the pilot boarding place and at the berth.

    Return when the first and when the last of it is received.

    `basis` is PROFORMA where it stands in a timetable and nobody is asked for an answer.
    """
    kind, more = "vessel.milestone-stated", {"basis": basis}
    data = milestone(call, "PILOT_BOARDING_PLACE", "ARRI", "EST", pilot_at) | more
    first = voice.say(now, kind, call.id, data)
    data = milestone(call, "BERTH", "ARRI", "EST", pilot_at + PASSAGE) | more
    second = voice.say(now, kind, call.id, data)
    return min(first, second), max(first, second)


def seen_coming(voices: Chorus, call: Call, now: int, pilot_at: int) -> int:
    """Let the AIS receiver say when it reckons a ship here; it knows the ship and no call."""
    voice, data = voices.of("OPS", "vessel"), reckoning(call, pilot_at)
    return voice.say(now, "vessel.milestone-stated", f"imo:{call.ship.imo}", data)


def reckoning(call: Call, pilot_at: int) -> Event:
    """Return the data of when the AIS receiver reckons a ship here."""
    data = milestone(call, "PILOT_BOARDING_PLACE", "ARRI", "EST", pilot_at)
    return data | {"basis": "AIS_ROUTE", "refs": {"vessel": ship_of(call)}}


def requested(voices: Chorus, call: Call, now: int, berth_at: int) -> int:
    """Let the terminal ask for another time."""
    data = milestone(call, "PILOT_BOARDING_PLACE", "ARRI", "REQ", berth_at - PASSAGE)
    return terminal(voices, call).say(now, "vessel.milestone-stated", call.id, data)


def agreed(voices: Chorus, call: Call, now: int) -> tuple[int, int]:
    """Say the agreed times and the berth plan; return when the first word and the plan are heard.

    The plan alone tells hours and metres: whoever has it knows all that was agreed.
    """
    voice = terminal(voices, call)
    told = [voice.say(now, "vessel.milestone-stated", call.id, data) for data in agreements(call)]
    laid = voice.say(now, "vessel.berth-plan-set", call.part, berth_plan(call))
    return min(*told, laid), laid


def agreements(call: Call) -> list[Event]:
    """Return the data of the agreed times of a call."""
    plan = call.plan
    assert plan is not None, "what is agreed is planned"
    return [
        milestone(call, "PILOT_BOARDING_PLACE", "ARRI", "PLN", plan.pilot_at),
        milestone(call, "BERTH", "ARRI", "PLN", plan.berth_at),
        milestone(call, "BERTH", "DEPA", "PLN", plan.leaves_at),
    ]


def berth_plan(call: Call) -> Event:
    """Return the data of the berth plan of a call."""
    plan = call.plan
    assert plan is not None, "what is agreed is planned"
    return {
        "classifier": "PLN",
        "berth": f"{call.terminal.code}/berth/{plan.berth}",
        "arrival_at": written(plan.berth_at),
        "departure_at": written(plan.leaves_at),
        "bow_m": plan.bow_m,
        "stern_m": plan.bow_m + call.ship.loa_m,
        "cranes": call.cranes,
        "ops_start_at": written(plan.berth_at + 3_600_000),
        "ops_end_at": written(plan.leaves_at - 3_600_000),
        "pbp_order_at": written(plan.pilot_order_at),
        "refs": refs_of(call),
    }


def windows(voices: Chorus, call: Call, now: int) -> int:
    """Say the receiving window and the cut-offs."""
    voice = terminal(voices, call)
    for data in window_sets(call):
        last = voice.say(now, "vessel.window-set", call.part, data)
    return last


CARGO_OF = {"RCO": "REEFER", "DGC": "DG"}


def window_sets(call: Call) -> list[Event]:
    """Return the data of the windows: those for all cargo, then those of one."""
    refs = {"refs": {**refs_of(call), "terminal_call": call.part}}
    every = [
        {"code": code, "at": written(at)}
        for code, at in call.windows.items()
        if code not in CARGO_OF
    ]
    sets: list[Event] = [{"windows": every, **refs}]
    for code, cargo in CARGO_OF.items():
        if code in call.windows:
            one = [{"code": code, "at": written(call.windows[code])}]
            sets.append({"windows": one, "cargo": cargo, **refs})
    return sets


def happened(voice: Voice, call: Call, now: int, what: tuple[str, str], at: int) -> int:
    """Say that a milestone was passed; `what` is service and point."""
    data = milestone(call, *what, "ACT", at)
    told = voice.say(now, "vessel.milestone-stated", call.id, data, happened=at)
    subject = call.id if what[0] in OF_THE_CALL else call.part
    outward = ".OUTB" if what[0] == "PILOTAGE" and data["phase"] == "OUTB" else ""
    name = f"{what[0]}{outward}/{what[1]}/ACT"
    return voice.told(name, (subject, call.terminal.operator), (at, told))


def progressed(voices: Chorus, call: Call, now: int) -> int:
    """Say how far the cargo is."""
    call.said_end_at = call.ends_at
    voice = terminal(voices, call)
    return voice.say(now, "vessel.cargo-progressed", call.part, progress(call, now))


def progress(call: Call, now: int) -> Event:
    """Return the data of the cargo's progress."""
    data: dict[str, Any] = {
        "as_of": written(now if call.counted_at is None else call.counted_at),
        "discharged": min(call.done, call.discharges),
        "loaded": max(0, call.done - call.discharges),
        "restowed": 0,
        "remaining": call.moves - call.done,
        "cranes_active": call.cranes_now,
        "refs": {**refs_of(call), "terminal_call": call.part},
    }
    if "first_lift" in call.happened:
        data["first_lift_at"] = written(call.happened["first_lift"])
    if "last_lift" in call.happened:
        data["last_lift_at"] = written(call.happened["last_lift"])
    if call.ends_at:
        data["expected_end_at"] = written(call.ends_at)
    return data


def forecast(voices: Chorus, call: Call, now: int) -> int:
    """Let the carrier say how many boxes a ship takes off and on here."""
    voice = carrier(voices, call)
    return voice.say(now, "vessel.moves-forecasted", call.part, moves(call, now))


def moves(call: Call, now: int) -> Event:
    """Return the data of the moves that a call is to take."""
    counts = {"discharge": {"total": call.discharges}}
    counts["load"] = {"total": call.moves - call.discharges}
    refs = {**refs_of(call), "terminal_call": call.part}
    return {"forecasts": [{"carrier": call.carrier, **counts}], "as_of": written(now), "refs": refs}


UNITS = {"PILOTAGE": "PILOT", "TOWAGE": "TUG"}


def service(call: Call, name: tuple[str, str]) -> Event:
    """Return the data of a nautical service as it is ordered."""
    order, kind = call.orders[name], UNITS[name[0]]
    units = [
        {
            "unit": f"{kind}-{call.ship.imo[-4:]}-{number + 1}",
            "kind": kind,
            "from_at": written(order.starts_at),
            "to_at": written(order.starts_at + PASSAGE),
        }
        for number in range(order.units)
    ]
    return {
        "status": "CONFIRMED" if order.is_given else "DECLINED",
        "units_required": order.required,
        "units": units if order.is_given else [],
        "refs": {"terminal_call": call.part, "facility": call.terminal.code},
    }


def connected(voices: Chorus, connection: Connection, now: int) -> int:
    """Let the carrier say which boxes of a ship are to leave with another one."""
    voice = carrier(voices, connection.inbound)
    name, data = connection_name(connection), connections(connection)
    return voice.say(now, "vessel.connections-set", name, data)


def connection_name(connection: Connection) -> str:
    """Return the id of a connection."""
    return f"cnx:{connection.inbound.part}:{connection.outbound.part}"


def connections(connection: Connection) -> Event:
    """Return the data of a connection: its boxes in groups that need as long to change ships."""
    groups: dict[str, list[str]] = {"DRY": [], "REEFER": [], "DG": []}
    for box in connection.boxes:
        groups[box.cargo].append(box.number)
    inbound, outbound = connection.inbound, connection.outbound
    return {
        "list_id": connection_name(connection),
        "list_version": 1,
        "inbound": inbound.part,
        "outbound": outbound.part,
        "same_terminal": inbound.terminal is outbound.terminal,
        "groups": [
            {
                "boxes": boxes,
                "reefer": cargo == "REEFER",
                "dg": cargo == "DG",
                "carrier": inbound.carrier,
            }
            for cargo, named in groups.items()
            for boxes in parts_of(named)
        ],
    }


GARBLED: Final = 0.15
"""Share of ships whose crew did not type the code of the port (free text of AIS)."""


def bound_for(voices: Chorus, call: Call, now: int, chance: Random, to: str = "") -> int:
    """Let the AIS receiver say where a ship sends that she is bound: here, if nothing else.

    A ship that was bound here and is bound elsewhere now is told with both.
    """
    port, data = to or call.terminal.code[:5], dict[str, Any]()
    data["eta_at"] = written(call.known.at) if call.known and not to else written(now + DAY)
    if to or chance.random() >= GARBLED:
        data |= {"destination_raw": f"{port[:2]} {port[2:]}", "destination": port}
        data["resolved_by"] = "BLANKED"
    else:
        data |= {"destination_raw": f"{call.system[2:]} PILOT ST", "resolved_by": "NONE"}
    if to:
        data["previous"] = call.system
    return _by_ais(voices, call, now, "voyage-declared", data)


def position(voices: Chorus, call: Call, now: int, place: tuple[float, float]) -> int:
    """Let the AIS receiver say where it hears a ship's number."""
    return _by_ais(voices, call, now, "position-reported", {"lat": place[0], "lon": place[1]})


def _by_ais(voices: Chorus, call: Call, now: int, kind: str, data: Event) -> int:
    data["refs"] = {"vessel": ship_of(call)}
    voice, named = voices.of("OPS", "vessel"), f"imo:{call.ship.imo}"
    return voice.say(now, f"vessel.{kind}", named, data)


SAME_NAME: Final = {
    "COCTG": ("CARTAGENA", "ESCAR"),
    "MXZLO": ("MANZANILLO", "PAMIT"),
    "PAONX": ("MANZANILLO", "MXZLO"),
}
"""What a crew may type for a port, and the other port that has this name (UN/LOCODE)."""


def retyped(voices: Chorus, call: Call, now: int) -> int:
    """Let the AIS receiver take the name of the port that a crew typed for another one's."""
    name, other = SAME_NAME[call.system]
    code = call.terminal.code[:5] if call.system != "PAONX" else "PAMIT"
    data: Event = {"destination_raw": name, "destination": other, "resolved_by": "NAME"}
    data |= {"candidates": sorted((code, other)), "previous": call.terminal.code[:5]}
    return _by_ais(voices, call, now, "voyage-declared", data)


def rotation(voices: Chorus, call: Call, way: Rotation, now: int) -> None:
    """Let the carrier list the ports of a ship's voyage, in the copy that each port gets."""
    fact = f"{way.id}.{way.version}"
    voice, data = carrier(voices, call), rotation_data(call, way)
    if voice.is_heard:
        told = voice.say(now, "vessel.rotation-set", way.id, data, factid=fact)
        way.told[call.system] = told


def rotation_data(call: Call, way: Rotation) -> Event:
    """Return the data of a rotation: berth times by schedule, and the way to each port."""
    legs = [
        {
            "sequence": number,
            "port": leg.system,
            "arrival_at": written(leg.arrives_at),
            "departure_at": written(leg.leaves_at),
            "sailing_h": round(leg.sails / 3_600_000, 2),
            "buffer_h": round(leg.buffer / 3_600_000, 2),
        }
        for number, leg in enumerate(way.legs, 1)
        if not leg.is_skipped
    ]
    return {
        "list_id": way.id,
        "list_version": way.version,
        "legs": legs,
        "refs": {"vessel": ship_of(call)},
    }


def status_changed(voices: Chorus, call: Call, now: int) -> int:
    """Let the carrier say that a call is dropped, cut short or changed."""
    data = {"status": call.status, "refs": refs_of(call)}
    return carrier(voices, call).say(now, "vessel.call-status-changed", call.id, data)
