"""New slots for the trucks that a moved ship left behind, all of them at once.

A proposal is made when a change is counted, and stays as it is until it is answered, lapses after
its day of grace, or no longer fits the window. Each truck is moved by as much as the ship was, to
the nearest slot that is free: hauliers keep their hours of the day, and no gate gets more than it
can pass. What is accepted is said with the picture, and the gate edge publishes it.
"""

from typing import Any, Final

from msgspec.structs import replace

from contracts.problems import InvalidEvent, Problem
from correlation.instants import DAY, HOUR, MINUTE
from correlation.picture.entities import Appointment, TerminalCall
from correlation.picture.fact import Fact
from correlation.picture.hours import gate_week, is_open
from correlation.picture.matching import find_terminal_call
from correlation.picture.offers import Free, free_slots
from correlation.picture.port import Fold, Port
from correlation.picture.proposals import Move, Proposal, Taken
from correlation.picture.queues import booked, gate_id
from correlation.picture.stranding import Bounds, bounds_of
from correlation.picture.terminal_slots import TerminalSlot, proposed_by_terminal
from correlation.picture.vessel import keep_terminal_call
from correlation.responses import named, organisation_of

ITEMS_MAX: Final = 500


def change_decided(port: Port, fact: Fact) -> bool:
    """G13: what a terminal does with the trucks of a ship that moved: honour, move, or both."""
    part = find_terminal_call(port, fact)
    if part is None:
        return False
    if fact.is_withdrawn:
        after = fact.put(port, part.decision, None)
    else:
        data = fact.data
        detail = {
            "change_seq": data.change_seq,
            "grace_until_at": data.grace_until_at,
            "publish_at": data.publish_at,
            "honoured": ",".join(data.honoured) or None,
        }
        after = fact.put(port, part.decision, data.decision, detail)
    if after is not part.decision:
        keep_terminal_call(port, replace(part, decision=after))
    return True


def propose_for_touched(port: Port) -> None:
    """Make proposals for the terminal calls that the current record touched."""
    for kind, identity in list(port.touched):
        if kind == "terminal_call":
            propose(port, identity)


def propose(port: Port, part_id: str) -> None:
    """Make a proposal for the stranded of a terminal call, unless a good one stands."""
    part = port.terminal_calls.get(part_id)
    stranded = port.stranded.get(part_id, ())
    known = port.proposals.get(part_id)
    if part is None or part.shift is None or not stranded:
        return
    bounds = bounds_of(port, part)
    if known and known.seq == part.shift.seq and _stands(port, known, part, bounds):
        return
    items = _items(port, part, bounds)
    revision = known.revision + 1 if known else 1
    if not items and known is None:
        return
    proposal = Proposal(
        part=part_id,
        seq=part.shift.seq,
        revision=revision,
        made_at=port.now,
        expires_at=port.now + int(port.policy.proposal_grace_hours * HOUR),
        items=items,
    )
    port.proposals.put(part_id, proposal)
    port.touch("batch", part_id)
    # Its id holds that of the alert, which is said when its hold is over.
    hold = int(port.policy.shift_hold_minutes * MINUTE)
    port.show(f"proposal:{part_id}", port.now + hold + MINUTE)


def _stands(port: Port, proposal: Proposal, part: TerminalCall, bounds: Bounds) -> bool:
    """Tell whether a proposal still holds: somebody took it, or its time and slots are good."""
    if proposal.accepted:
        return True
    if port.now >= proposal.expires_at:
        return False
    pickups = {name for _, name in part.pickups}
    return all(
        _fits(item, bounds, is_pickup=item.appointment in pickups)
        and not _is_outdone(port, item, bounds, is_pickup=item.appointment in pickups)
        for item in proposal.items
    )


def _is_outdone(port: Port, item: Move, bounds: Bounds, *, is_pickup: bool) -> bool:
    """Tell whether the terminal itself has proposed another slot meanwhile."""
    appointment = port.appointments.get(item.appointment)
    own = proposed_by_terminal(port, appointment, port.now) if appointment else None
    is_other = own is not None and own.from_at != item.from_at
    return is_other and own is not None and _fits_span(port, own, bounds, is_pickup=is_pickup)


def _fits_span(port: Port, own: TerminalSlot, bounds: Bounds, *, is_pickup: bool) -> bool:
    """Tell whether a slot of the terminal can be made, and lies within the ship's new times."""
    from_at, to_at = _span(port, bounds, "COLLECT" if is_pickup else "DELIVER")
    return from_at <= own.from_at < to_at


def _fits(move: Move, bounds: Bounds, *, is_pickup: bool) -> bool:
    if is_pickup:
        return bounds.ready_at is None or move.from_at >= bounds.ready_at
    opens, closes = bounds.opens_at, bounds.closes_at
    return (opens is None or move.from_at >= opens) and (closes is None or move.from_at < closes)


def _items(port: Port, part: TerminalCall, bounds: Bounds) -> tuple[Move, ...]:
    assert part.shift is not None, "asked only of a counted change"
    moved = part.shift.after - part.shift.before
    pickups = {name for _, name in part.pickups}
    free: dict[str, list[Free]] = {}
    taken: dict[tuple[str, int], int] = {}
    found = []
    for _, name, *_ in port.stranded.get(part.id, ())[:ITEMS_MAX]:
        appointment = port.appointments[name]
        own = proposed_by_terminal(port, appointment, port.now)
        gate = gate_id(port, part.facility, appointment.gate or None)
        if own and gate and _fits_span(port, own, bounds, is_pickup=name in pickups):
            found.append(Move(name, own.from_at, own.to_at, gate))
            continue
        way = "COLLECT" if name in pickups else "DELIVER"
        if way not in free:
            free[way] = _slots(port, part.facility, way, *_span(port, bounds, way))
        if slot := _nearest(free[way], taken, appointment.slot_from + moved):
            taken[slot.gate, slot.from_at] = taken.get((slot.gate, slot.from_at), 0) + 1
            found.append(Move(name, slot.from_at, slot.to_at, slot.gate))
    return tuple(found)


def _span(port: Port, bounds: Bounds, way: str) -> tuple[int, int]:
    """Return from when and until when new slots may begin: nobody can come at once."""
    policy = port.policy
    soonest = port.now + int(policy.truck_travel_hours * HOUR)
    longest = int(policy.proposal_days * DAY)
    if way == "COLLECT":
        from_at = max(soonest, bounds.ready_at or 0)
        return from_at, from_at + longest
    from_at = max(soonest, bounds.opens_at or 0)
    margin = int(policy.gate_p80_minutes * MINUTE)
    closes = bounds.closes_at
    return from_at, from_at + longest if closes is None else closes - margin


def _nearest(slots: list[Free], taken: dict[tuple[str, int], int], target: int) -> Free | None:
    fitting = [slot for slot in slots if taken.get((slot.gate, slot.from_at), 0) < slot.trucks]
    return min(fitting, key=lambda slot: (abs(slot.from_at - target), slot), default=None)


def _slots(port: Port, facility: str, way: str, from_at: int, to_at: int) -> list[Free]:
    """Return free slots: as the gates offer them, else by the capacity and hours of the profile."""
    offered = free_slots(port, facility, way, from_at, to_at)
    place = port.community.places.get(facility) if port.community else None
    if offered or place is None:
        return offered
    found = []
    for gate in place.gates:
        name, week = f"{facility}/gate/{gate.id}", gate_week(gate.hours)
        for starts in range(-(-from_at // HOUR) * HOUR, to_at, HOUR):
            if week is not None and not is_open(week, port.system, starts):
                continue
            room = gate.capacity_per_hour - sum(booked(port, name, starts, starts + HOUR).values())
            if room > 0:
                found.append(Free(starts, starts + HOUR, name, room))
    return sorted(found)


def proposal_id(alert_id: str, revision: int) -> str:
    """Return the id of a proposal: that of its alert, and which one it is."""
    return f"{alert_id}.p{revision}"


def answer(port: Port, fact: Fact, *, accepts: bool) -> None:
    """Apply M05 or M06: the named items, or all, are accepted or declined.

    Raises:
        InvalidEvent: no such proposal, it lapsed or was replaced, or it is not theirs to answer.
    """
    alert = named(port, fact)
    part_id = alert.finding.subjects[0][1]
    proposal = port.proposals.get(part_id) if alert.code == "T03" else None
    current = proposal_id(alert.alert_id, proposal.revision) if proposal else "none"
    if proposal is None or fact.data.proposal_id != current or alert.state != "OPEN":
        raise _refused("BAD_FIELD", fact.data.proposal_id, f"the open proposal, {current}")
    if fact.at >= proposal.expires_at:
        raise _refused("BAD_FIELD", fact.data.proposal_id, "a proposal that has not lapsed")
    chosen = [item.appointment for item in proposal.items]
    if fact.data.only is not None:
        chosen = [name for name in chosen if name in fact.data.only]
    mine = _theirs(port, chosen, organisation_of(fact), port.terminal_calls[part_id])
    if not mine:
        raise _refused("NOT_ALLOWED", organisation_of(fact), "the terminal, or a haulier's own")
    if accepts:
        taken = Taken(fact.event.id, fact.at)
        accepted = {name: taken for name in mine if name not in proposal.accepted}
        proposal = replace(proposal, accepted={**proposal.accepted, **accepted})
    else:
        kept = [name for name in mine if name not in proposal.accepted]
        declined = tuple(dict.fromkeys((*proposal.declined, *kept)))
        proposal = replace(proposal, declined=declined)
    port.proposals.put(part_id, proposal)
    if accepts:
        port.alerts.put(alert.alert_id, replace(alert, accepted=fact.event.id))
    port.responded[alert.alert_id] = None
    port.touch("batch", part_id)
    port.show(f"proposal:{part_id}")


def _refused(reason: Any, found: str, allowed: str) -> InvalidEvent:
    return InvalidEvent(Problem(reason, "data.proposal_id", found, allowed))


def _theirs(port: Port, names: list[str], organisation: str, part: TerminalCall) -> list[str]:
    """Return what an organisation may answer: the terminal all, a haulier its own trucks."""
    member = port.community.members.get(organisation) if port.community else None
    if port.community is None or (member and part.facility in member.operates):
        return names
    return [
        name
        for name in names
        if (known := port.appointments.get(name)) and known.haulier == organisation
    ]


def direction_of(appointment: Appointment) -> str:
    """Return DELIVER, COLLECT or BOTH by the tasks of an appointment."""
    ways = {task.direction for task in appointment.tasks}
    return ways.pop() if len(ways) == 1 else "BOTH"


FOLDS: Final[dict[str, Fold]] = {"rada.gate.change-decided": change_decided}
