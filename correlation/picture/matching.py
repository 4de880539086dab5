"""Which call, visit or booking a fact is about: the first step with exactly one candidate wins."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import DAY, HOUR, day_of, instant
from correlation.picture.aspects import ALL, CUSTOMS, GATE, HELD, LINKS, OWN, QUAY
from correlation.picture.clashes import mistyped
from correlation.picture.entities import Booking, Box, Call, Task, TerminalCall, Vessel, Visit
from correlation.picture.fact import Fact
from correlation.picture.milestones import berth_arrival, berth_departure, expected_of
from correlation.picture.port import Port

VOYAGE_SPAN: Final = 21 * DAY
"""Farther than this from her arrival a voyage's number is that of another voyage."""
UNIQUE: Final = ("pcid:", "visit:")
"""Names that only one call can have: two calls that share one are one call."""
SHIP_NAMES: Final = ("imo:", "mmsi:")
OF_TRUCKS: Final = LINKS | GATE | QUAY | CUSTOMS | HELD
"""What of a box can matter to the trucks that are for it."""
SUFFIXES: Final = ("", "b", "c", "d", "e", "f", "g", "h")


def vessel_id(refs: Any) -> str:
    """Return our id of the ship that refs name: by IMO number, else by MMSI, else nothing."""
    ship = getattr(refs, "vessel", None)
    if ship is None:
        return ""
    if ship.imo:
        return f"imo:{ship.imo}"
    return f"mmsi:{ship.mmsi}" if ship.mmsi else ""


def aliases_of(subject: str, refs: Any) -> list[str]:
    """Return the names under which a call or terminal call may be known, strongest first."""
    found = [subject] if subject else []
    for prefix, name in (
        ("", "terminal_call"),
        ("", "call"),
        ("pcid:", "port_call_id"),
        ("tcid:", "terminal_call_id"),
        ("pcs:", "port_call_service_id"),
        ("visit:", "visit_ref"),
        ("ccr:", "carrier_call_ref"),
    ):
        if value := getattr(refs, name, None):
            found += [f"{prefix}{value}"] + ([value] if prefix else [])
    return found


def voyage_aliases(ship: str, voyage: Any) -> list[str]:
    """Return the names that a ship's voyage gives to a call; a voyage goes with its carrier."""
    if not ship or voyage is None or not voyage.carrier:
        return []
    names = ("import_no", "export_no", "universal_import", "universal_export")
    numbers = {number for name in names if (number := getattr(voyage, name, None))}
    return [f"voy:{ship}:{voyage.carrier}:{number}" for number in sorted(numbers)]


def find_call(port: Port, fact: Fact, subject: str, near: int | None) -> Call | None:
    """Return the call a fact is about, or None. `near` is the instant that it speaks of."""
    refs = getattr(fact.data, "refs", None)
    for alias in aliases_of(subject, refs):
        if call := call_named(port, alias):
            return call
    ship = vessel_id(refs) or vessel_id(fact.data)
    voyage = getattr(refs, "voyage", None)
    candidates = {
        known.id: known
        for alias in voyage_aliases(ship, voyage)
        if (known := call_named(port, alias)) and _may_be(port, known, near)
    }
    if len(candidates) == 1:
        return next(iter(candidates.values()))
    if near is not None and ship:
        return _nearest(port, ship, near, is_actual=getattr(fact.data, "classifier", "") == "ACT")
    return None


def call_named(port: Port, alias: str) -> Call | None:
    """Return the call that has this id or other name, also through its terminal call."""
    identity = port.aliases.get(alias, alias)
    if call := port.calls.get(identity):
        return call
    if terminal_call := port.terminal_calls.get(identity):
        return port.calls.get(terminal_call.call)
    return None


def _may_be(port: Port, call: Call, near: int | None) -> bool:
    """Tell whether a call that has the number of a voyage lies near enough to be that voyage."""
    return near is None or abs(stay_of_call(port, call)[0] - near) <= VOYAGE_SPAN


def _nearest(port: Port, ship: str, near: int, *, is_actual: bool) -> Call | None:
    """Return the call of a ship in or around whose stay an instant lies, the nearest of several."""
    from_policy = port.policy.match_actual_hours if is_actual else port.policy.match_other_hours
    width = int(from_policy * HOUR)
    known = port.vessels.get(ship)
    fitting = []
    for identity in known.calls if known else ():
        if call := port.calls.get(identity):
            arrives, leaves = stay_of_call(port, call)
            off = max(arrives - near, near - leaves, 0)
            if off <= width:
                fitting.append((off, abs(arrives - near), call.id, call))
    return min(fitting, key=lambda fit: fit[:3])[3] if fitting else None


def stay_of_call(port: Port, call: Call) -> tuple[int, int]:
    """Return from when to when a ship is here by the best word so far; as opened, without one."""
    parts = [port.terminal_calls[name] for name in call.terminal_calls]
    boarding = [
        expected_of(port, call, part, "PILOT_BOARDING_PLACE", "ARRI") for part in parts or (None,)
    ]
    arrivals = [berth_arrival(port, part) for part in parts]
    departures = [berth_departure(port, part) for part in parts]
    comes = min((one.at for one in (*boarding, *arrivals) if one), default=call.opened_for)
    return comes, max((one.at for one in departures if one), default=comes)


def open_call(port: Port, fact: Fact, ship: str, arrival: int) -> Call:
    """Open a call of a ship, with an id that holds the UTC day of the arrival first named."""
    known = port.vessels.get(ship) or Vessel(id=ship)
    number = ship.partition(":")[2]
    base = f"{port.system}/{number}/{day_of(arrival)}"
    identity = next(base + suffix for suffix in SUFFIXES if base + suffix not in port.calls)
    refs = getattr(fact.data, "refs", None)
    call = Call(
        id=identity,
        port=getattr(refs, "port", None) or port.system,
        vessel=ship,
        opened_at=fact.at,
        opened_for=arrival,
    )
    port.calls.put(identity, call)
    calls = tuple(sorted((*known.calls, identity)))
    port.vessels.put(ship, replace(known, calls=calls))
    port.arrived(identity)
    port.arrived(ship)
    port.touch("call", identity)
    port.show(identity)
    return call


def learn_names(port: Port, call: Call, fact: Fact) -> Call:
    """Let a call be found by every name that this fact gives it."""
    refs = getattr(fact.data, "refs", None)
    names = [name for name in aliases_of("", refs) if ":" in name and not name.startswith("tcid:")]
    names += voyage_aliases(call.vessel, getattr(refs, "voyage", None))
    fresh = [name for name in names if name not in port.aliases]
    port.alike += [
        (call.id, other)
        for name in names
        if name.startswith(UNIQUE) and (other := port.aliases.get(name, call.id)) != call.id
    ]
    for name in fresh:
        port.know(name, call.id)
    if fresh:
        call = replace(call, aliases=(*call.aliases, *fresh))
        port.calls.put(call.id, call)
    return call


def also_named(port: Port, call_id: str, name: str, part_id: str = "") -> None:
    """Let a call, or its part at a terminal, be found by one more name until it is forgotten."""
    identity = part_id or call_id
    if name.startswith(SHIP_NAMES):
        return  # a ship's own name fits every call of hers
    if name and name != identity and port.aliases.get(name) != identity:
        call = port.calls[call_id]
        port.calls.put(call_id, replace(call, aliases=(*call.aliases, name)))
    port.know(name, identity)


def terminal_call_of(
    port: Port, call: Call, facility: str, *, sequence: int = 1, alias: str = ""
) -> TerminalCall:
    """Return the part of a call at a facility, opened if it is the first word of it."""
    identity = f"{call.id}/{facility.rpartition(':')[2]}/{sequence}"
    if known := port.terminal_calls.get(identity):
        return known
    terminal_call = TerminalCall(id=identity, call=call.id, facility=facility, sequence=sequence)
    port.terminal_calls.put(identity, terminal_call)
    port.calls.put(call.id, replace(call, terminal_calls=(*call.terminal_calls, identity)))
    port.arrived(identity)
    also_named(port, call.id, alias, identity)
    here = port.at_terminal.get(facility, ())
    port.at_terminal.put(facility, (*here, identity))
    port.touch("terminal_call", identity)
    return terminal_call


def find_terminal_call(port: Port, fact: Fact, named: str = "") -> TerminalCall | None:
    """Return the terminal call that a fact names, directly or as a call with one terminal."""
    if known := port.terminal_calls.get(named):
        return known
    refs = getattr(fact.data, "refs", None)
    for alias in [named, *aliases_of(fact.event.subject, refs)]:
        identity = port.aliases.get(alias, alias)
        if terminal_call := port.terminal_calls.get(identity):
            return terminal_call
    near = getattr(fact.data, "arrival_at", None)
    call = find_call(port, fact, named or fact.event.subject, instant(near) if near else None)
    if call is None:
        return None
    facility = getattr(refs, "facility", None)
    if facility:
        return terminal_call_of(port, call, facility.partition("/")[0])
    if len(call.terminal_calls) == 1:
        return port.terminal_calls[call.terminal_calls[0]]
    return None


def box_of(port: Port, number: str) -> Box:
    """Return what is kept of a container number."""
    return port.boxes.get(number) or Box()


def open_visit_of(port: Port, number: str) -> Visit | None:
    """Return the open visit of a container, or None."""
    box = port.boxes.get(number)
    return _open_visit(port, box) if box else None


def _open_visit(port: Port, box: Box) -> Visit | None:
    for identity in reversed(box.visits):
        visit = port.visits.get(identity)
        if visit and visit.closed_at is None:
            return visit
    return None


def visit_for(port: Port, fact: Fact, name: str, *, may_open: bool) -> Visit | None:
    """Return the visit that a fact is about, by visit id or container number."""
    number, is_visit, _ = name.partition("/")
    if is_visit and (visit := port.visits.get(name)):
        return visit
    if box := port.boxes.get(number):
        if visit := _open_visit(port, box):
            return visit
        for identity in box.visits:  # a late or corrected fact of a stay that has ended
            ended = port.visits[identity]
            closed_at = ended.closed_at
            if closed_at is not None and ended.opened_at <= fact.occurred_at <= closed_at:
                return ended
            if _said_of(ended, fact):
                return ended  # a repeat, or another version of what was said then
    if (may_open or port.mistyped) and mistyped(port, fact, number):
        return None  # it waits until somebody says which box was meant
    return open_visit_here(port, fact, number) if may_open else None


def _said_of(visit: Visit, fact: Fact) -> bool:
    """Tell whether a fact was said of this stay already."""
    seen = (*visit.gate_out, *visit.loaded, *visit.gate_in, *visit.discharged)
    source, identity = fact.event.source, fact.event.fact_id
    return any(said.source == source and said.fact_id == identity for said in seen)


def open_visit_here(port: Port, fact: Fact, number: str, since: int | None = None) -> Visit:
    """Open a visit of a container; appointments that name the box belong to it from now on.

    It began when the fact happened, unless the fact says `since` when the box has been here; its
    id is of the day of the fact.
    """
    box = box_of(port, number)
    opened_at = fact.occurred_at if since is None else since
    identity = f"{number}/{day_of(fact.occurred_at)}"
    identity = next(
        identity + suffix for suffix in SUFFIXES if identity + suffix not in port.visits
    )
    visit = Visit(id=identity, box=number, opened_at=opened_at, appointments=box.appointments)
    port.visits.put(identity, visit)
    port.boxes.put(number, replace(box, visits=(*box.visits, identity)))
    port.arrived(number)
    port.arrived(identity)
    touch_visit(port, visit)
    return visit


def touch_visit(port: Port, visit: Visit, aspects: int = ALL) -> None:
    """Note that these aspects of a visit changed, and so may the appointments that are for it."""
    port.touch("visit", visit.id, aspects)
    if visit.id in port.reefers:
        port.touch("reefer", visit.id, aspects)
    if visit.id in port.dangerous:
        port.touch("dangerous", visit.id, aspects)
    if aspects & OF_TRUCKS:
        for appointment in visit.appointments:
            port.touch("appointment", appointment, aspects & ~OWN)


def booking_named(port: Port, name: str) -> Booking:
    """Return a booking, an empty one if it was only named so far."""
    known = port.bookings.get(name)
    if known is None:
        known = Booking(id=name, carrier=name.split(":")[1] if name.count(":") > 1 else "")
        port.bookings.put(name, known)
        port.arrived(name)
    return known


def booking_of(port: Port, task: Task) -> Booking | None:
    """Return the booking that a task brings a box of: as named, or that of the box."""
    visit = None if task.booking or not task.box else open_visit_of(port, task.box)
    return port.bookings.get(task.booking or (visit.booking if visit else ""))
