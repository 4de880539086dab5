"""How ship events change the picture: calls, milestones, berth plans, windows."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import instant
from correlation.picture import clashes
from correlation.picture.aspects import ALL
from correlation.picture.entities import Call, TerminalCall, Vessel
from correlation.picture.fact import Fact
from correlation.picture.matching import (
    also_named,
    find_call,
    find_terminal_call,
    learn_names,
    open_call,
    terminal_call_of,
    vessel_id,
)
from correlation.picture.negotiation import stamp
from correlation.picture.port import Fold, Port
from correlation.picture.settling import note_opening
from correlation.picture.sources import is_backlog

CALL_WIDE: Final = {"PILOT_BOARDING_PLACE", "PORT_LIMIT", "ANCHORAGE", "SEA_PASSAGE"}
"""Services that concern the call and not one of its terminals (DCSA Port Call 2.0 services)."""
TWICE: Final = {"PILOTAGE", "TOWAGE", "MOORING"}
"""Services that a ship has on her way in and out: `TOWAGE` and `TOWAGE.OUTB`."""

_PLANNED: Final = (
    "departure_at",
    "bow_m",
    "stern_m",
    "cranes",
    "ops_start_at",
    "ops_end_at",
    "pbp_order_at",
    "firm",
    "berth",
    "alongside",
    "classifier",
)


def call_announced(port: Port, fact: Fact) -> bool:
    """V01: a call is announced; opens it."""
    data = fact.data
    arrival = None if fact.is_withdrawn else data.arrival_at
    near = instant(arrival) if arrival else fact.occurred_at
    call = find_call(port, fact, fact.event.subject, near)
    if call is None:
        ship = "" if fact.is_withdrawn else vessel_id(data) or vessel_id(data.refs)
        if not ship:
            return False
        call = open_call(port, fact, ship, near)
        also_named(port, call.id, fact.event.subject)
        call = port.calls[call.id]
    call = learn_names(port, call, fact)
    value = instant(arrival) if arrival else None
    if fact.is_withdrawn:
        return _keep_announced(port, fact, call, None, {})
    for part in data.terminal_calls or ():
        _announce_part(port, port.calls[call.id], part)
    learn_vessel(port, call.vessel, fact, data.vessel)
    detail = {"departure_at": data.departure_at, "agent": data.agent}
    return _keep_announced(port, fact, port.calls[call.id], value, detail)


def _keep_announced(
    port: Port, fact: Fact, call: Call, value: int | None, detail: dict[str, Any]
) -> bool:
    after = fact.put(port, call.announced, value, detail)
    if after is not call.announced:
        keep_call(port, replace(call, announced=after))
    return True


def _announce_part(port: Port, call: Call, part: Any) -> None:
    terminal_call = terminal_call_of(
        port,
        call,
        part.facility,
        sequence=part.sequence or 1,
        alias=f"ccr:{part.carrier_call_ref}" if part.carrier_call_ref else "",
    )
    voyage = part.voyage
    number = (voyage.export_no or voyage.import_no or "") if voyage else ""
    carrier = part.carrier or (voyage.carrier if voyage else "") or terminal_call.carrier
    after = replace(terminal_call, carrier=carrier, voyage=number or terminal_call.voyage)
    if after != terminal_call:
        keep_terminal_call(port, after)


def keep_call(port: Port, call: Call) -> None:
    """Put a changed call back; it and its terminal calls may now be judged differently."""
    port.calls.put(call.id, call)
    port.touch("call", call.id)
    port.show(call.id)
    for identity in call.terminal_calls:
        port.touch("terminal_call", identity)
        port.unsettled.put(identity, value=True)


def keep_terminal_call(port: Port, terminal_call: TerminalCall) -> None:
    """Put a changed terminal call back, to be judged, settled and shown again."""
    port.terminal_calls.put(terminal_call.id, terminal_call)
    port.touch("terminal_call", terminal_call.id)
    port.touch("call", terminal_call.call)
    port.unsettled.put(terminal_call.id, value=True)
    port.show(terminal_call.call)


def call_status_changed(port: Port, fact: Fact) -> bool:
    """V02: a call, or its part at one terminal, is omitted, blanked, cut or lives again."""
    named = port.aliases.get(fact.event.subject, fact.event.subject)
    status = None if fact.is_withdrawn else fact.data.status
    if terminal_call := port.terminal_calls.get(named):
        after = fact.put(port, terminal_call.status, status)
        if after is not terminal_call.status:
            keep_terminal_call(port, replace(terminal_call, status=after))
            touch_bookings(port, terminal_call.id)
        return True
    call = find_call(port, fact, fact.event.subject, fact.occurred_at)
    if call is None:
        return False
    after = fact.put(port, call.status, status)
    if after is not call.status:
        keep_call(port, replace(call, status=after))
        for identity in call.terminal_calls:
            touch_bookings(port, identity)
    return True


def milestone_stated(port: Port, fact: Fact) -> bool:
    """V03: an estimate, request, plan or actual of one service's start or end."""
    data = fact.data
    at = None if fact.is_withdrawn else instant(data.milestone_at)
    near = at if at is not None else fact.occurred_at
    call = _that_heard(port, fact) or find_call(port, fact, fact.event.subject, near)
    refs = data.refs
    if call is None:
        ship = vessel_id(refs)
        if fact.is_withdrawn or not ship or not _may_open(data):
            return False
        call = open_call(port, fact, ship, near)
        also_named(port, call.id, fact.event.subject)
        call = port.calls[call.id]
    call = learn_names(port, call, fact)
    facility = refs.facility.partition("/")[0] if refs and refs.facility else ""
    if facility and refs.voyage and not fact.is_withdrawn:
        _learn_voyage(port, terminal_call_of(port, call, facility), refs.voyage)
        call = port.calls[call.id]
    if not fact.is_withdrawn and refs and refs.vessel:
        learn_vessel(port, call.vessel, fact, refs.vessel)
    key = f"{_service(data)}/{data.point}/{data.classifier}"
    if refs and refs.port_call_service_id and not fact.is_withdrawn:
        name = f"svc:{refs.port_call_service_id}"
        also_named(port, call.id, name, f"{data.service}/{data.phase or 'INBD'}")
        call = port.calls[call.id]
    detail = {} if fact.is_withdrawn else _milestone_detail(data)
    if at is not None and data.classifier == "ACT":
        detail["backlog"] = is_backlog(port, fact, at) or None
    if facility and data.service not in CALL_WIDE:
        return _keep_at_terminal(
            port, fact, terminal_call_of(port, call, facility), key, at, detail
        )
    if _held_at_terminal(port, fact, call, key):
        return True
    before = call.milestones.get(key, ())
    after = fact.put(port, before, at, detail)
    if after is not before:
        _note_deleted(port, fact, "call", call.id, data.classifier)
        keep_call(port, replace(call, milestones={**call.milestones, key: after}))
        stamp(port, port.calls[call.id], key, fact)
    return True


def _service(data: Any) -> str:
    """Return a service as it is kept: those that happen on the way in and out, apart."""
    is_twice = data.service in TWICE and data.phase in ("OUTB", "SHIF")
    return f"{data.service}.{data.phase}" if is_twice else str(data.service)


def _may_open(data: Any) -> bool:
    if data.refs.port_call_id:
        return True
    services = ("BERTH", "PILOT_BOARDING_PLACE")
    return data.service in services and data.classifier in ("EST", "REQ", "PLN")


def _milestone_detail(data: Any) -> dict[str, Any]:
    detail = {"early_at": data.early_at, "late_at": data.late_at, "basis": data.basis}
    return {**detail, "is_fyi": data.is_fyi or None}


def _learn_voyage(port: Port, terminal_call: TerminalCall, voyage: Any) -> None:
    number = voyage.export_no or voyage.import_no or ""
    if voyage.carrier and not terminal_call.carrier:
        keep_terminal_call(port, replace(terminal_call, carrier=voyage.carrier, voyage=number))


def _keep_at_terminal(
    port: Port,
    fact: Fact,
    terminal_call: TerminalCall,
    key: str,
    at: int | None,
    detail: dict[str, Any],
) -> bool:
    before = terminal_call.milestones.get(key, ())
    after = fact.put(port, before, at, detail)
    if after is not before:
        _note_deleted(port, fact, "terminal_call", terminal_call.id, key[-3:])
        milestones = {**terminal_call.milestones, key: after}
        keep_terminal_call(port, replace(terminal_call, milestones=milestones))
        stamp(port, port.terminal_calls[terminal_call.id], key, fact)
    return True


def _that_heard(port: Port, fact: Fact) -> Call | None:
    """Return the call of a ship that holds a withdrawn fact: when it was stated says nothing."""
    vessel = port.vessels.get(vessel_id(fact.data.refs)) if fact.is_withdrawn else None
    source, fact_id = fact.event.source, fact.fact_id
    for identity in vessel.calls if vessel else ():
        call = port.calls[identity]
        at_terminals = [port.terminal_calls[name].milestones for name in call.terminal_calls]
        slots = [slot for held in (call.milestones, *at_terminals) for slot in held.values()]
        if any(held.source == source and held.fact_id == fact_id for s in slots for held in s):
            return call
    return None


def _held_at_terminal(port: Port, fact: Fact, call: Call, key: str) -> bool:
    """Look where a withdrawn fact is held, for a withdrawal may name no facility."""
    if not fact.is_withdrawn:
        return False
    for identity in call.terminal_calls:
        terminal_call = port.terminal_calls[identity]
        for name, slot in terminal_call.milestones.items():
            is_of_it = name.partition(".")[0].partition("/")[0] == key.partition("/")[0]
            if is_of_it and any(held.fact_id == fact.fact_id for held in slot):
                return _keep_at_terminal(port, fact, terminal_call, name, None, {})
    return False


def _note_deleted(port: Port, fact: Fact, kind: str, identity: str, classifier: str) -> None:
    """Note a plan that is taken back: it is acted on after a grace."""
    if fact.is_withdrawn and classifier == "PLN":
        port.deleted[kind, identity] = None


def berth_plan_set(port: Port, fact: Fact) -> bool:
    """V09: the terminal's berth plan: place on the quay, arrival and departure."""
    terminal_call = find_terminal_call(port, fact)
    data = fact.data
    if terminal_call is None:
        ship = "" if fact.is_withdrawn else vessel_id(data.refs)
        facility = "" if fact.is_withdrawn else data.berth.partition("/")[0]
        if not ship or not facility:
            return False
        near = instant(data.arrival_at)
        call = find_call(port, fact, "", near) or open_call(port, fact, ship, near)
        terminal_call = terminal_call_of(port, call, facility)
        also_named(port, call.id, fact.event.subject, terminal_call.id)
    if fact.is_withdrawn:
        after = fact.put(port, terminal_call.plan, None)
        port.deleted["terminal_call", terminal_call.id] = None
    else:
        detail = {name: getattr(data, name) for name in _PLANNED}
        after = fact.put(port, terminal_call.plan, instant(data.arrival_at), detail)
        learn_names(port, port.calls[terminal_call.call], fact)
    if after is not terminal_call.plan:
        keep_terminal_call(port, replace(terminal_call, plan=after))
    return True


def window_set(port: Port, fact: Fact) -> bool:
    """V10: receiving window and cut-offs; a code left out is unchanged, a null lifts it."""
    terminal_call = find_terminal_call(port, fact)
    if terminal_call is None:
        return False
    windows = dict(terminal_call.windows)
    if fact.is_withdrawn:
        changed = {key: fact.put(port, slot, None) for key, slot in windows.items()}
    else:
        data = fact.data
        scope = "|".join((data.cargo or "", data.carrier or "", data.booking or ""))
        said = {f"{window.code}|{scope}": window.at for window in data.windows}
        changed = {
            key: fact.put(port, windows.get(key, ()), instant(at) if at else None)
            for key, at in said.items()
        }
        changed |= _left_out(port, fact, windows, changed)
    after = {**windows, **{key: slot for key, slot in changed.items() if slot}}
    for key, slot in changed.items():
        if not slot:
            after.pop(key, None)
    if after != windows:
        keep_terminal_call(port, replace(terminal_call, windows=after))
        touch_bookings(port, terminal_call.id)
        note_opening(port, terminal_call.id, windows, after)
    return True


def _left_out(
    port: Port, fact: Fact, windows: dict[str, Any], said: dict[str, Any]
) -> dict[str, Any]:
    """Of a corrected fact, what its earlier version said and this one no longer does."""
    event = fact.event
    found = {}
    for key, slot in windows.items():
        for held in slot:
            mine = held.source == event.source and held.fact_id == fact.fact_id
            if mine and key not in said and held.version < fact.version:
                found[key] = tuple(other for other in slot if other is not held)
                port.judged[event.source, fact.fact_id] = event.id
    return found


def touch_bookings(port: Port, part_id: str) -> None:
    """Note that everything booked on a terminal call may now be judged differently."""
    for booking in port.terminal_calls[part_id].bookings:
        touch_booking(port, booking)


def touch_booking(port: Port, identity: str, aspects: int = ALL) -> None:
    """Note that everything booked under a booking may now be judged differently."""
    port.touch("booking", identity)
    if booking := port.bookings.get(identity):
        for visit in booking.visits:
            port.touch("visit", visit, aspects)
            if visit in port.dangerous:
                port.touch("dangerous", visit, aspects)


def particulars_declared(port: Port, fact: Fact) -> bool:
    """V08: name, length and other particulars of a ship."""
    if not fact.is_withdrawn:
        ship = vessel_id(fact.data.refs) or fact.event.subject
        learn_vessel(port, ship, fact, fact.data)
    return True


def learn_vessel(port: Port, ship: str, fact: Fact, said: Any) -> None:
    """Keep what is said of a ship, and let every call of her be judged again if it is new."""
    vessel = port.vessels.get(ship) or Vessel(id=ship)
    after = vessel
    for name in ("name", "loa_m", "draught_max_m", "mmsi", "call_sign"):
        value = getattr(said, name, None)
        before = getattr(vessel, name)
        if value is None or ((ruling := port.ruling(before)) and ruling.value == value):
            continue
        after = replace(after, **{name: fact.put(port, before, value)})
    if after != vessel:
        port.vessels.put(ship, after)
        for identity in after.calls:
            if call := port.calls.get(identity):
                keep_call(port, call)


def position_reported(port: Port, fact: Fact) -> bool:
    """V05: where a ship is."""
    if fact.is_withdrawn:
        return True
    ship = vessel_id(fact.data.refs) or fact.event.subject
    vessel = port.vessels.get(ship)
    if vessel is None:
        return True  # a ship that has no call here is nobody's business yet
    detail = {"lat": fact.data.lat, "lon": fact.data.lon, "speed_kn": fact.data.speed_kn}
    after = fact.put(port, vessel.position, fact.occurred_at, detail)
    if after is not vessel.position:
        port.vessels.put(ship, replace(vessel, position=after))
        if clashes.twins(port, after) or f"vessel|{ship}" in port.watch:
            port.touch("vessel", ship)
    return True


FOLDS: Final[dict[str, Fold]] = {
    "rada.vessel.call-announced": call_announced,
    "rada.vessel.call-status-changed": call_status_changed,
    "rada.vessel.milestone-stated": milestone_stated,
    "rada.vessel.berth-plan-set": berth_plan_set,
    "rada.vessel.window-set": window_set,
    "rada.vessel.particulars-declared": particulars_declared,
    "rada.vessel.position-reported": position_reported,
    **clashes.FOLDS,
}
