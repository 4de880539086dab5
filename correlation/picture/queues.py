"""What goes on at the gates: queues as reported or as trucks pass, lanes, and trucks expected.

A flow is one gate in one direction, `COCTG:SMDG:SPRC/gate/1|BOTH`. Reports go to the direction
that they name; what is known of single trucks and appointments concerns the gate as a whole. It
keeps the reports and the trucks of the last two hours and a count of appointments per half hour,
so that a judgement costs the same however many trucks a port has.
"""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import HOUR, MINUTE, instant
from correlation.picture import promises
from correlation.picture.corridors import of_appointment
from correlation.picture.entities import Appointment, Flow, Gate, Passage
from correlation.picture.fact import Fact
from correlation.picture.port import Fold, Port

BUCKET: Final = 30 * MINUTE
KEPT: Final = 2 * HOUR
TRUCKS_MAX: Final = 400
"""More than any gate passes in two hours; the oldest go first, some at a time."""
SPARE: Final = 200
JUDGED_EACH: Final = MINUTE
"""A gate is judged so long after a truck passed it, with all others of that minute."""
BOTH: Final = "BOTH"
DIRECTIONS: Final = (BOTH, "DELIVER", "COLLECT")
REPORTED: Final = (
    "trucks",
    "turn_p90_min",
    "beyond_parking",
    "walk_in_share_pct",
    "arrivals_next_2h",
)
GONE: Final = ("LANE_IN", "SERVED", "LEFT", "TURNED_AWAY")
"""Steps after which a truck is expected no more."""


def gate_id(port: Port, facility: str, gate: str | None) -> str:
    """Return the id of a gate as named, or else the only gate of the facility, or nothing."""
    if gate and "/gate/" in gate:
        return gate.partition("/lane/")[0]
    if gate:
        return f"{facility}/gate/{gate}"
    place = port.community.places.get(facility) if port.community else None
    known = place.gates if place else ()
    return f"{facility}/gate/{known[0].id}" if len(known) == 1 else ""


def _flow(port: Port, gate: str, direction: str) -> Flow:
    identity = f"{gate}|{direction}"
    return port.flows.get(identity) or Flow(id=identity, gate=gate, direction=direction)


def queue_reported(port: Port, fact: Fact) -> bool:
    """G09: how long the queue at a gate is; reports of the last two hours are kept."""
    gate = fact.event.subject
    if fact.is_withdrawn:
        flows = [port.flows.get(f"{gate}|{direction}") for direction in DIRECTIONS]
        for flow in flows:
            if flow:
                reports = {at: fact.put(port, slot, None) for at, slot in flow.reports.items()}
                _keep_reports(port, flow, {at: slot for at, slot in reports.items() if slot})
        return True
    data = fact.data
    flow = _flow(port, gate, data.direction)
    at = str(instant(data.as_of))
    detail = {name: getattr(data, name) for name in REPORTED}
    detail["as_of"] = data.as_of
    slot = fact.put(port, flow.reports.get(at, ()), data.wait_mean_min, detail)
    _keep_reports(port, flow, {**flow.reports, at: slot})
    return True


def _keep_reports(port: Port, flow: Flow, reports: dict[str, Any]) -> None:
    oldest = max((int(at) for at in reports), default=0) - KEPT
    kept = {at: reports[at] for at in sorted(reports, key=int) if int(at) > oldest}
    if kept != flow.reports:
        port.flows.put(flow.id, replace(flow, reports=kept))
        port.touch("flow", flow.id)


def lane_changed(port: Port, fact: Fact) -> bool:
    """G10: a lane opens, closes or slows."""
    lane = fact.event.subject
    gate = port.gates.get(name := lane.partition("/lane/")[0]) or Gate(id=name)
    if fact.is_withdrawn:
        after = fact.put(port, gate.lanes.get(lane, ()), None)
    else:
        names = ("direction", "reason", "until_at", "rate_per_h")
        detail = {name: getattr(fact.data, name) for name in names}
        after = fact.put(port, gate.lanes.get(lane, ()), fact.data.state, detail)
    if after is not gate.lanes.get(lane):
        lanes = {**gate.lanes, lane: after}
        if not after:
            del lanes[lane]
        port.gates.put(gate.id, replace(gate, lanes=dict(sorted(lanes.items()))))
        for direction in DIRECTIONS:
            port.touch("flow", f"{gate.id}|{direction}")
    return True


def truck_passed(port: Port, fact: Fact, appointment: Appointment | None) -> None:
    """Note a step of a truck (G06) with the trucks of its gate."""
    step = getattr(fact.data, "step", None)
    named = getattr(fact.data, "gate", None)
    refs = getattr(fact.data, "refs", None)
    facility = appointment.facility if appointment else getattr(refs, "facility", None) or ""
    gate = gate_id(port, facility, named or (appointment.gate if appointment else None))
    field = {"QUEUE_IN": "queued_at", "LANE_IN": "entered_at", "LEFT": "left_at"}.get(step or "")
    if not gate or not field:
        return
    flow = _flow(port, gate, BOTH)
    name = appointment.id if appointment else fact.event.subject
    truck = flow.trucks.get(name) or Passage()
    walks_in = truck.is_walk_in or bool(getattr(fact.data, "walk_in", None))
    at = getattr(truck, field)
    # The first time that was said of a step; a truck queues once.
    earliest = min(at, fact.occurred_at) if at else fact.occurred_at
    after = replace(truck, is_walk_in=walks_in, **{field: earliest})
    if after != truck:
        _keep_trucks(port, flow, {**flow.trucks, name: after})
        if appointment is None:
            promises.mark_walk_in(port, flow.id, name)


def _keep_trucks(port: Port, flow: Flow, trucks: dict[str, Passage]) -> None:
    if len(trucks) > TRUCKS_MAX + SPARE:
        last = sorted((seen_at(truck), name) for name, truck in trucks.items())
        oldest = last[-1][0] - KEPT
        kept = {name: trucks[name] for at, name in last[-TRUCKS_MAX:] if at > oldest}
        for name in trucks:
            if name not in kept:
                promises.settle(port, "truck", f"{flow.id}|{name}")
        trucks = kept
    port.flows.put(flow.id, replace(flow, trucks=trucks))
    _judge_soon(port, flow.id)


def seen_at(truck: Passage) -> int:
    """Return when a truck was last seen at a gate."""
    return max(truck.queued_at, truck.entered_at, truck.left_at)


def _judge_soon(port: Port, flow_id: str) -> None:
    """Let a gate be judged once for all trucks of a minute: each alone changes little."""
    if flow_id not in port.busy:
        port.busy.put(flow_id, port.now + JUDGED_EACH)


def settle_flows(port: Port, now: int) -> None:
    """Let the gates be judged that trucks passed a minute ago."""
    for identity in sorted(name for name, due in port.busy.items() if due <= now):
        port.busy.drop(identity)
        port.touch("flow", identity)


def expected(port: Port, appointment: Appointment) -> Appointment:
    """Count an appointment for the half hour in which its truck is to come, and nowhere else.

    That is when it was seen on its way and is expected, else its slot.
    """
    comes = appointment.is_live and not any(step in appointment.steps for step in GONE)
    gate = gate_id(port, appointment.facility, appointment.gate or None) if comes else ""
    seen = of_appointment(port, appointment) if gate else None
    bucket = bucket_of(gate, seen.at if seen else appointment.slot_from)
    counted = f"{bucket}|{appointment.haulier}" if gate else ""
    if counted == appointment.counted:
        return appointment
    count(port, appointment.counted, -1)
    count(port, counted, 1)
    return replace(appointment, counted=counted)


def bucket_of(gate: str, at: int) -> str:
    """Return the name of the half hour of a gate in which an instant lies."""
    return f"{gate}|{at // BUCKET}"


def count(port: Port, counted: str, step: int) -> None:
    """Count one truck more or less in a half hour of a gate, under its haulier."""
    if not counted:
        return
    bucket, _, haulier = counted.rpartition("|")
    here = dict(port.expected.get(bucket, {}))
    here[haulier] = here.get(haulier, 0) + step
    if not here[haulier]:
        del here[haulier]
    if here:
        port.expected.put(bucket, dict(sorted(here.items())))
    else:
        port.expected.drop(bucket)
    gate = bucket.rpartition("|")[0]
    flow = _flow(port, gate, BOTH)
    if flow.id not in port.flows:
        port.flows.put(flow.id, flow)
        port.touch("flow", flow.id)
    _judge_soon(port, flow.id)


def booked(port: Port, gate: str, from_at: int, to_at: int) -> dict[str, int]:
    """Return how many trucks of each haulier a gate expects between two instants.

    Those without appointment that were seen on their way are of no haulier.
    """
    found: dict[str, int] = {}
    for name in halves(gate, from_at, to_at):
        for haulier, trucks in port.expected.get(name, {}).items():
            found[haulier] = found.get(haulier, 0) + trucks
    return found


def halves(gate: str, from_at: int, to_at: int) -> list[str]:
    """Return the names of the half hours of a gate between two instants."""
    return [f"{gate}|{number}" for number in range(from_at // BUCKET, to_at // BUCKET)]


FOLDS: Final[dict[str, Fold]] = {
    "rada.gate.queue-reported": queue_reported,
    "rada.gate.lane-changed": lane_changed,
}
