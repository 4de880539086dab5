"""Nautical services of a call: what is required, ordered, confirmed, and which units serve when."""

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from correlation.instants import instant
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.fact import Fact
from correlation.picture.matching import find_terminal_call
from correlation.picture.port import Fold, Port
from correlation.picture.vessel import keep_terminal_call
from correlation.statements import Statement, of_source

KIND_OF: Final = {"PILOTAGE": "PILOT", "TOWAGE": "TUG", "MOORING": "LINE_BOAT"}
"""Which units serve in a service (events.md, V04)."""
PILOT_OUT: Final = "PILOTAGE/OUTB"
"""The pilot on the way out; a port that tells of his orders tells of all of them."""
GIVEN: Final = frozenset({"ORDERED", "CONFIRMED"})
TAKEN_BACK: Final = frozenset({"CANCELLED", "DECLINED"})


class Unit(Struct, frozen=True, gc=False):
    """A pilot, tug or boat that is to serve a ship, from when to when."""

    name: str
    kind: str
    from_at: int | None
    to_at: int | None


def service_changed(port: Port, fact: Fact) -> bool:
    """V04: a service of a ship is required, ordered, confirmed, declined, cancelled, replaced."""
    refs = getattr(fact.data, "refs", None)
    name = getattr(refs, "service", None) or fact.event.subject
    base, key = _named(port, name, getattr(refs, "port_call_service_id", None))
    part = find_terminal_call(port, fact, base)
    if part is None or (not key and not fact.is_withdrawn):
        return False
    if fact.is_withdrawn:
        after = {held: fact.put(port, slot, None) for held, slot in part.services.items()}
    else:
        slot = fact.put(port, part.services.get(key, ()), fact.data.status, _detail(fact.data))
        after = {**part.services, key: slot}
        if key == PILOT_OUT and key not in port.reported:
            port.reported.put(key, value=True)
            for identity in port.terminal_calls:  # once in the life of a port
                port.touch("terminal_call", identity)
    after = {held: slot for held, slot in after.items() if slot}
    if after != part.services:
        keep_terminal_call(port, replace(part, services=after))
    return True


def _named(port: Port, name: str, number: str | None) -> tuple[str, str]:
    """Return the terminal call and `TOWAGE/INBD` that a service's id or other name means."""
    base, _, key = name.rpartition("/")
    base, _, service = base.rpartition("/")
    if base and service.isupper():
        return base, f"{service}/{key}"
    return name, port.aliases.get(f"svc:{number or name}", "")


def _detail(data: Any) -> dict[str, Any]:
    units = [
        f"{unit.unit}~{unit.kind}~{_at(unit.from_at)}~{_at(unit.to_at)}"
        for unit in data.units or ()
    ]
    return {
        "units_required": data.units_required,
        "units": ",".join(units) or None,
        "provider": data.provider,
        "replaced_by": data.replaced_by,
        "reply_due_at": data.reply_due_at,
    }


def _at(moment: Any) -> str:
    return "" if moment is None else str(instant(moment))


def units_of(said: Statement | None) -> tuple[Unit, ...]:
    """Return the units that a statement of a service names."""
    text = str(said.get("units") or "") if said else ""
    found = []
    for entry in text.split(",") if text else ():
        name, kind, from_at, to_at = entry.split("~")
        found.append(
            Unit(name, kind, int(from_at) if from_at else None, int(to_at) if to_at else None)
        )
    return tuple(found)


def required_units(part: TerminalCall, key: str) -> int:
    """Return how many units anyone says that a service takes; 0 where no one does."""
    slot = part.services.get(key, ())
    newest = [of_source(slot, source)[0] for source in sorted({said.source for said in slot})]
    return max((int(said.get("units_required") or 0) for said in newest), default=0)


def follow_units(port: Port, part_id: str) -> None:
    """Keep what each unit is booked for, so that nobody is promised to two ships at once."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return
    wanted = tuple(
        (unit.name, unit.from_at, unit.to_at, key)
        for key in sorted(part.services)
        if (said := port.ruling(part.services[key])) and said.value in GIVEN
        for unit in units_of(said)
        if unit.from_at is not None and unit.to_at is not None
    )
    if wanted == part.units:
        return
    release_units(port, part)
    for name, from_at, to_at, key in wanted:
        booked = (*port.booked.get(name, ()), (from_at, to_at, part_id, key))
        port.booked.put(name, tuple(sorted(booked)))
        _touch_all(port, name)
    port.terminal_calls.put(part_id, replace(part, units=wanted))


def release_units(port: Port, part: TerminalCall) -> None:
    """Let the units go that a part of a call had booked."""
    for name in sorted({unit[0] for unit in part.units}):
        left = tuple(entry for entry in port.booked.get(name, ()) if entry[2] != part.id)
        if left:
            port.booked.put(name, left)
        else:
            port.booked.drop(name)
        _touch_all(port, name)


def _touch_all(port: Port, unit: str) -> None:
    for _, _, name, _ in port.booked.get(unit, ()):
        if part := port.terminal_calls.get(name):
            port.touch("call", part.call)


def double_booked(port: Port, part: TerminalCall, key: str, least: int) -> tuple[str, str] | None:
    """Return a unit of this service that serves another ship meanwhile, and that call's id.

    They must overlap for more than `least` ms.
    """
    for name, from_at, to_at, mine in part.units:
        if mine != key:
            continue
        for other_from, other_to, other, theirs in port.booked.get(name, ()):
            same = (other, theirs) == (part.id, key)
            if not same and min(to_at, other_to) - max(from_at, other_from) > least:
                return name, port.terminal_calls[other].call
    return None


def services_of(port: Port, call: Call) -> list[tuple[TerminalCall, str, Statement]]:
    """Return every service said of a call: its terminal, `TOWAGE/INBD`, and the ruling word."""
    return [
        (part, key, said)
        for part in (port.terminal_calls[name] for name in call.terminal_calls)
        for key in sorted(part.services)
        if (said := port.ruling(part.services[key]))
    ]


FOLDS: Final[dict[str, Fold]] = {"rada.vessel.service-changed": service_changed}
