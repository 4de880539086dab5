"""The rotation of a ship (V13): her ports in order, the slack of each leg, and how delay travels.

Sailing hours, buffer and canal slot of a leg are those of the sailing that leads to its port.
"""

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from contracts.identifiers import system_of
from correlation.instants import DAY, HOUR, MINUTE, instant
from correlation.picture.entities import Call
from correlation.picture.fact import Fact
from correlation.picture.matching import vessel_id
from correlation.picture.milestones import berth_arrival
from correlation.picture.onward import Rotation
from correlation.picture.port import Fold, Port
from correlation.statements import Statement

LEG_NEAR: Final = 10 * DAY
"""A call and a leg of one port this far apart are not the same."""


class Leg(Struct, frozen=True, gc=False):
    """One port of a rotation as planned; the sailing values are of the way to it."""

    sequence: int
    port: str
    arrival_at: int
    departure_at: int
    sailing: int | None
    buffer: int | None
    canal_at: int | None


class Range(Struct, frozen=True, gc=False):
    """A length of time in ms as a range: 10th, 50th and 90th percentile."""

    p10: int
    p50: int
    p90: int


class Foresight(Struct, frozen=True, gc=False):
    """How late a ship will be at a port downstream, and after how many legs."""

    leg: Leg
    hops: int
    late: Range
    canal_slot_lost: bool


def rotation_set(port: Port, fact: Fact) -> bool:
    """V13: the ports of a rotation; a newer list version rules when its last part is in."""
    identity = fact.event.subject
    known = port.rotations.get(identity)
    ship = _ship_of(identity, getattr(fact.data, "refs", None)) or (known.ship if known else "")
    if not ship:
        return False
    rotation = known or Rotation(id=identity, ship=ship)
    if fact.is_withdrawn:
        parts = {name: fact.put(port, slot, None) for name, slot in rotation.parts.items()}
    else:
        data = fact.data
        detail = {
            "list_id": data.list_id,
            "parts": data.parts,
            "legs": ";".join(_written(leg) for leg in data.legs),
        }
        slot = fact.put(port, rotation.parts.get(str(data.part), ()), data.list_version, detail)
        parts = {**rotation.parts, str(data.part): slot}
    parts = {name: slot for name, slot in parts.items() if slot}
    if parts == rotation.parts:
        return True
    ends = rotation.ends_at
    if not fact.is_withdrawn:
        ends = max(ends, *(instant(leg.departure_at) for leg in fact.data.legs))
    port.rotations.put(identity, replace(rotation, parts=parts, ends_at=ends))
    port.rotations_of.put(ship, tuple(sorted({*port.rotations_of.get(ship, ()), identity})))
    kept = int(port.policy.rotation_kept_hours * HOUR)
    port.set_timer(f"V|rotation|{identity}", ends + kept)
    _touch_ship(port, ship)
    return True


def _touch_ship(port: Port, ship: str) -> None:
    vessel = port.vessels.get(ship)
    for identity in vessel.calls if vessel else ():
        port.touch("call", identity)


def _ship_of(identity: str, refs: Any) -> str:
    named = identity.split(":")
    return f"imo:{named[1]}" if named[0] == "rot" and len(named) > 1 else vessel_id(refs)


def _written(leg: Any) -> str:
    values = (
        leg.sequence,
        leg.port,
        instant(leg.arrival_at),
        instant(leg.departure_at),
        "" if leg.sailing_h is None else int(leg.sailing_h * HOUR),
        "" if leg.buffer_h is None else int(leg.buffer_h * HOUR),
        "" if leg.canal is None else instant(leg.canal.slot_at),
    )
    return "~".join(str(value) for value in values)


def _read(text: str) -> Leg:
    sequence, port, arrival, departure, *more = text.split("~")
    sailing, buffer, canal = (int(value) if value else None for value in more)
    return Leg(int(sequence), port, int(arrival), int(departure), sailing, buffer, canal)


def legs_of(port: Port, rotation: Rotation) -> list[Leg]:
    """Return the legs of the ruling list in order; none while a part of it is missing."""
    first = port.ruling(rotation.parts.get("1", ()))
    if first is None:
        return []
    said: list[Statement] = [first]
    for number in range(2, int(first.get("parts") or 1) + 1):
        same = [
            other
            for other in rotation.parts.get(str(number), ())
            if (other.source, other.value, other.get("list_id"))
            == (first.source, first.value, first.get("list_id"))
        ]
        if not same:
            return []
        said.append(same[0])
    legs = [_read(text) for one in said for text in str(one.get("legs")).split(";")]
    return sorted(legs, key=lambda leg: (leg.sequence, leg.arrival_at))


def forget_rotation(port: Port, identity: str) -> None:
    """Let go of a rotation whose last leg is long over."""
    rotation = port.rotations.get(identity)
    if rotation is None:
        return
    port.rotations.drop(identity)
    left = tuple(name for name in port.rotations_of.get(rotation.ship, ()) if name != identity)
    if left:
        port.rotations_of.put(rotation.ship, left)
    else:
        port.rotations_of.drop(rotation.ship)
    for key in [key for key in port.notices if key.startswith(f"{identity}|")]:
        port.notices.drop(key)


def leg_here(port: Port, call: Call) -> tuple[Rotation, list[Leg], int] | None:
    """Return the rotation of a call, its legs, and which of them is this call."""
    part = port.terminal_calls.get(call.terminal_calls[0]) if call.terminal_calls else None
    arrival = berth_arrival(port, part) if part else None
    at = arrival.at if arrival else call.opened_for
    found = []
    for identity in port.rotations_of.get(call.vessel, ()):
        rotation = port.rotations[identity]
        legs = legs_of(port, rotation)
        for index, leg in enumerate(legs):
            apart = abs(leg.arrival_at - at)
            if system_of(leg.port) == port.system and apart <= LEG_NEAR:
                found.append((apart, identity, index, rotation, legs))
    if not found:
        return None
    _, _, index, rotation, legs = min(found, key=lambda one: one[:3])
    return rotation, legs, index


def travelled(port: Port, legs: list[Leg], index: int, late: int) -> list[Foresight]:
    """Return how late a ship will be at each port behind `index` that she leaves `late` ms late.

    A leg's buffer takes up a part of it: less than is said, as said, or more (p90, p50, p10).
    """
    policy = port.policy
    shares = (
        policy.buffer_p10_share / policy.buffer_p50_share,
        1.0,
        policy.buffer_p90_share / policy.buffer_p50_share,
    )
    lates = [late, late, late]
    found = []
    lost = False
    for hops, (before, leg) in enumerate(zip(legs[index:], legs[index + 1 :], strict=False), 1):
        if hops > int(policy.notice_hops_max):
            break
        sailing = leg.arrival_at - before.departure_at if leg.sailing is None else leg.sailing
        buffer = leg.buffer
        if buffer is None:
            buffer = int(max(0, sailing) * policy.buffer_p50_share)
        if leg.canal_at is not None and lates[1] > int(policy.canal_slack_hours * HOUR):
            lost = True
        lates = [
            max(0, late - int(buffer * share)) for late, share in zip(lates, shares, strict=True)
        ]
        found.append(Foresight(leg, hops, Range(*lates), lost))
    return found


def minutes(late: Range) -> tuple[int, int, int]:
    """Return a range in whole minutes."""
    return late.p10 // MINUTE, late.p50 // MINUTE, late.p90 // MINUTE


FOLDS: Final[dict[str, Fold]] = {"rada.vessel.rotation-set": rotation_set}
