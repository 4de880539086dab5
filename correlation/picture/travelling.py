"""Who is on the way: the journeys as kept, the gates that expect them, and when they are let go.

A journey is kept for `journey_kept_hours` after its last sighting; then the way is learned from it,
once, from facts as they stand by then. A sighting older than that is left aside: it was learned
already. Whatever a sighting names may be known later; it is looked up when it is asked for.
"""

from typing import Final

from msgspec.structs import replace

from correlation.instants import HOUR
from correlation.picture import queues
from correlation.picture.corridors import (
    TURNED,
    aboard_of,
    expected_of,
    last_seen,
    learn_from,
    said_at,
)
from correlation.picture.entities import Appointment
from correlation.picture.journeys import Journey
from correlation.picture.matching import open_visit_of, touch_visit
from correlation.picture.port import Port
from correlation.statements import Slot, place

AT_GATE: Final = ("QUEUE_IN", "LANE_IN", TURNED)
"""Steps of a truck after which it is no longer on its way."""
GATED_IN: Final = "GATED_IN"


def filled(slots: dict[str, Slot]) -> dict[str, Slot]:
    """Return the slots that hold anything, in one order."""
    return {name: slots[name] for name in sorted(slots) if slots[name]}


def _known_arrivals(port: Port, journey: Journey, names: tuple[str, ...]) -> dict[str, Slot]:
    """Return the arrivals with what the gate said of these before they were seen on the way."""
    slots = dict(journey.arrivals)
    for name in names:
        if appointment := port.appointments.get(name):
            seen = [(step, appointment.steps.get(step, ())) for step in AT_GATE]
        else:
            visit = open_visit_of(port, name)
            seen = [(GATED_IN, visit.gate_in)] if visit else []
        for step, slot in seen:
            for said in slot:
                slots[step] = place(slots.get(step, ()), said)
    return filled(slots)


def keep(port: Port, before: Journey, journey: Journey) -> None:
    """Put a changed journey back; who is aboard, and the gate that expects it, follow."""
    last = last_seen(port, journey)
    held = [said for slot in journey.passages.values() for said in slot]
    listed = [str(said.get("names") or "").split(",") for said in held]
    names = tuple(dict.fromkeys(name for part in listed for name in part if name))
    journey = replace(journey, names=names)
    for name in before.names:
        if name not in names:
            _index(port, name, journey.id, wanted=False)
    fresh = tuple(name for name in names if name not in before.names)
    for name in fresh:
        _index(port, name, journey.id, wanted=True)
    if last is None:
        _drop(port, before)
    else:
        journey = replace(journey, arrivals=_known_arrivals(port, journey, fresh))
        journey = replace(journey, facility=_facility_of(port, journey))
        port.journeys.put(journey.id, _expected(port, before, journey))
        port.set_timer(f"V|journey|{journey.id}", said_at(last) + kept(port))
    port.touch("journey", journey.id)
    for name in dict.fromkeys((*before.names, *names)):
        _follow(port, name)


def _index(port: Port, name: str, identity: str, *, wanted: bool) -> None:
    others = tuple(one for one in port.journeys_of.get(name, ()) if one != identity)
    after = tuple(sorted((*others, identity))) if wanted else others
    if after:
        port.journeys_of.put(name, after)
    else:
        port.journeys_of.drop(name)


def _facility_of(port: Port, journey: Journey) -> str:
    """Return where a journey is bound for: the gate that saw it, else as named on the way."""
    for slots in (journey.arrivals, journey.passages):
        for slot in slots.values():
            said = port.ruling(slot)
            if said and (named := said.get("facility")):
                return str(named)
    coming = _appointments(port, journey)
    return coming[0].facility if coming else ""


def _appointments(port: Port, journey: Journey) -> list[Appointment]:
    """Return the live appointments of a journey: as named, else of the boxes aboard."""
    found = [port.appointments.get(name) for name in journey.names]
    for name in journey.names:
        box = port.boxes.get(name)
        found += [port.appointments.get(one) for one in box.appointments] if box else []
    return [appointment for appointment in found if appointment and appointment.is_live]


def _expected(port: Port, before: Journey, journey: Journey) -> Journey:
    """Let the half hour know a truck in which it is expected at a gate, and no other."""
    bucket, counts = "", False
    coming = _appointments(port, journey)
    expected = expected_of(port, journey, journey.facility)
    if journey.mode == "TRUCK" and expected and not expected.is_there:
        named = coming[0].gate if coming else None
        gate = queues.gate_id(port, journey.facility, named or None)
        bucket = queues.bucket_of(gate, expected.at) if gate else ""
        counts = bool(bucket) and not coming
    if (bucket, counts) != (before.bucket, before.counts):
        _uncount(port, before)
        if bucket:
            here = port.on_road.get(bucket, ())
            port.on_road.put(bucket, tuple(sorted((*here, journey.id))))
        if counts:
            queues.count(port, f"{bucket}|", 1)
    return replace(journey, bucket=bucket, counts=counts)


def _uncount(port: Port, journey: Journey) -> None:
    if journey.counts:
        queues.count(port, f"{journey.bucket}|", -1)
    if not journey.bucket:
        return
    left = tuple(one for one in port.on_road.get(journey.bucket, ()) if one != journey.id)
    if left:
        port.on_road.put(journey.bucket, left)
    else:
        port.on_road.drop(journey.bucket)


def _follow(port: Port, name: str) -> None:
    """Let a box or an appointment be judged anew whose truck was seen, and its gate count it."""
    if appointment := port.appointments.get(name):
        port.appointments.put(name, queues.expected(port, appointment))
        port.touch("appointment", name)
        for task in appointment.tasks:
            if task.box and (visit := open_visit_of(port, task.box)):
                port.touch("visit", visit.id)
        return
    box = port.boxes.get(name)
    for other in box.appointments if box else ():
        if appointment := port.appointments.get(other):
            port.appointments.put(other, queues.expected(port, appointment))
            port.touch("appointment", other)
    if visit := open_visit_of(port, name):
        touch_visit(port, visit)


def follow(port: Port, appointment: Appointment) -> None:
    """Let journeys know an appointment that is for them, so that a truck is counted once."""
    for name in (appointment.id, *aboard_of(appointment)):
        for identity in port.journeys_of.get(name, ()):
            before = port.journeys[identity]
            after = replace(before, facility=_facility_of(port, before))
            port.journeys.put(identity, _expected(port, before, after))


def forget_journey(port: Port, identity: str) -> None:
    """Learn from a journey that is over, and let it go."""
    journey = port.journeys.get(identity)
    if journey is None:
        return
    learn_from(port, journey)
    let_go(port, identity)


def let_go(port: Port, identity: str) -> None:
    """Let a journey go, and whoever counted on it know."""
    journey = port.journeys[identity]
    for name in journey.names:
        _index(port, name, identity, wanted=False)
    _drop(port, journey)
    for name in journey.names:
        _follow(port, name)


def _drop(port: Port, journey: Journey) -> None:
    _uncount(port, journey)
    port.journeys.drop(journey.id)
    port.set_timer(f"V|journey|{journey.id}", None)


def kept(port: Port) -> int:
    """Return for how long (ms) a journey is kept after it was last seen."""
    return int(port.policy.journey_kept_hours * HOUR)
