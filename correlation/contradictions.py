"""Where two sources say different things of one ship, call or box, and by how much."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any, Final

from msgspec import Struct

from correlation.instants import HOUR, MINUTE
from correlation.picture.entities import Call, TerminalCall, Visit
from correlation.picture.milestones import plan_of
from correlation.picture.port import Port
from correlation.statements import Slot, Statement

PLANNED: Final = "BERTH/ARRI/PLN"
NO_MORE: Final = ("CANCELLED", "ROLLED")
"""What ends a booking: nobody's box is under it any more."""


class Contradiction(Struct, frozen=True, gc=False):
    """Two statements on one field that differ by more than is tolerated, or nearly so.

    `kind` names its sentences; `off` is the difference in ms or kg; `speaks_of` the instant that
    is in dispute, if it is one. `is_near`: only the tighter band is left.
    """

    field: str
    kind: str
    first: Statement
    second: Statement
    off: int = 0
    speaks_of: int | None = None
    is_near: bool = False

    @property
    def known_at(self) -> int:
        """When the newer of the two was known."""
        return max(self.first.known_at, self.second.known_at)


def newest_of_each(slot: Iterable[Statement]) -> list[Statement]:
    """Return what each source says now.

    A copy of another's word is no word of its own. What stands in a timetable is nobody's word on
    this voyage, for a ship may well be off it; whoever goes back to it holds no word any more.
    """
    found: dict[str, Statement] = {}
    for said in slot:
        held = found.get(said.source)
        if said.value is None or said.get("is_fyi"):
            continue
        if held is None or (said.known_at, said.version) > (held.known_at, held.version):
            found[said.source] = said
    return [found[name] for name in sorted(found) if found[name].get("basis") != "PROFORMA"]


def of_milestones(port: Port, milestones: dict[str, Slot], now: int) -> list[Contradiction]:
    """Compare estimates and actuals of each milestone."""
    found = []
    for key, slot in milestones.items():
        if slot and slot[0].source == slot[-1].source:
            continue  # kept in order of sources: one source only
        name, _, classifier = key.rpartition("/")
        if classifier == "EST" and not milestones.get(f"{name}/ACT"):
            found += _apart(port, key, newest_of_each(slot), now)
        elif classifier == "ACT":
            found += _apart(port, key, newest_of_each(slot), None)
    return found


def narrowings(port: Port, milestones: dict[str, Slot]) -> list[int]:
    """Return when less is tolerated of estimates that differ, but by no more than is borne now."""
    policy, found = port.policy, []
    near = int(policy.contradiction_near_off_hours * HOUR * policy.hysteresis)
    for key, slot in milestones.items():
        if len(slot) < 2 or not key.endswith("/EST") or slot[0].source == slot[-1].source:
            continue
        instants = [int(said.value or 0) for said in newest_of_each(slot)]
        if len(instants) > 1 and max(instants) - min(instants) > near:
            found.append(min(instants) - int(policy.contradiction_far_hours * HOUR))
    return found


def _apart(port: Port, field: str, said: list[Statement], now: int | None) -> list[Contradiction]:
    """Find instants too far apart; `now` is None for actuals."""
    if len(said) < 2:
        return []
    first = min(said, key=lambda s: (int(s.value or 0), s.source))
    second = max(said, key=lambda s: (int(s.value or 0), s.source))
    off = int(second.value or 0) - int(first.value or 0)
    speaks_of = min(int(first.value or 0), int(second.value or 0))
    limit = limit_of(port, speaks_of, now)
    if off <= limit * port.policy.hysteresis:
        return []
    kind = {"ARRI": "arrival", "DEPA": "departure"}.get(field.split("/")[1], "milestone")
    near = off <= limit
    return [Contradiction(field, kind, first, second, off, speaks_of, near)]


def limit_of(port: Port, speaks_of: int, now: int | None) -> int:
    """Return by how much (ms) two sources may differ: actuals, or estimates at this horizon."""
    policy = port.policy
    if now is None:
        return int(policy.contradiction_actual_minutes * MINUTE)
    far = speaks_of - now > int(policy.contradiction_far_hours * HOUR)
    hours = policy.contradiction_far_off_hours if far else policy.contradiction_near_off_hours
    return int(hours * HOUR)


def of_plans(port: Port, part: TerminalCall) -> list[Contradiction]:
    """Compare berth plans of several sources, and the plan with the agreed time of arrival."""
    found = []
    for first, second in combinations(newest_of_each(part.plan), 2):
        if first.get("berth") != second.get("berth"):
            found.append(Contradiction("BERTH", "berth", first, second))
            break
    agreed = port.ruling(part.milestones.get(PLANNED, ()))
    plan = plan_of(port, part)
    if agreed and agreed.value is not None and plan and plan.source != agreed.source:
        off = abs(int(plan.value or 0) - int(agreed.value))
        limit = int(port.policy.contradiction_near_off_hours * HOUR)
        if off > limit * port.policy.hysteresis:
            near = off <= limit
            speaks_of = int(agreed.value)
            found.append(Contradiction(PLANNED, "arrival", agreed, plan, off, speaks_of, near))
    return found


def of_ship(port: Port, call: Call) -> list[Contradiction]:
    """Compare what sources call the ship of a call."""
    vessel = port.vessels.get(call.vessel)
    named = newest_of_each(vessel.name) if vessel else []
    for first, second in combinations(named, 2):
        if str(first.value).casefold() != str(second.value).casefold():
            return [Contradiction("VESSEL_NAME", "name", first, second)]
    return []


def of_box(port: Port, visit: Visit) -> list[Contradiction]:
    """Compare what gate, quay and papers say of a box: type, booking, goods, weight."""
    said_here = visit.gate_in + visit.gate_out + visit.discharged + visit.loaded
    if not said_here and not visit.weights:
        return []
    seen = newest_of_each(said_here) if len(said_here) > 1 else list(said_here)
    found = []
    if len(seen) > 1:
        for name, kind in (("iso", "iso_type"), ("dg", "dangerous")):
            found += _differ(name.upper(), kind, [(s, s.get(name)) for s in seen])
    for said in seen:
        named = said.get("booking")
        if named in (None, visit.booking) or _was_taken_off(port, visit, str(named), said):
            continue
        booking = port.bookings.get(visit.booking)
        if status := port.ruling(booking.status) if booking else None:
            found.append(Contradiction("BOOKING", "booking", said, status))
            break
    return found + _weights(port, visit, seen)


def _was_taken_off(port: Port, visit: Visit, name: str, said: Statement) -> bool:
    """Tell whether the carrier has taken a box off a booking since it was seen under it."""
    booking = port.bookings.get(name)
    status = port.ruling(booking.status) if booking else None
    if booking is None or status is None or status.known_at <= said.known_at:
        return False
    if any(word.value in NO_MORE for word in booking.status if word.known_at > said.known_at):
        return True  # for good: an amendment that was written down later does not undo it
    return bool(booking.boxes) and visit.box not in booking.boxes


def _differ(field: str, kind: str, said: list[tuple[Statement, Any]]) -> list[Contradiction]:
    given = [(statement, value) for statement, value in said if value is not None]
    for (first, one), (second, other) in combinations(given, 2):
        if one != other:
            return [Contradiction(field, kind, first, second)]
    return []


def _weights(port: Port, visit: Visit, seen: list[Statement]) -> list[Contradiction]:
    """Compare weights: verified, at the gate, declared, in the stow plan."""
    if not seen and not visit.weights:
        return []
    weights = [(int(s.get("kg") or 0), s) for s in seen if s.get("kg")]
    for slot in (visit.weighed, *visit.weights.values()):
        said = port.ruling(slot)
        if said and said.value:
            weights.append((int(said.value), said))
    if len(weights) < 2:
        return []
    low = min(weights, key=lambda w: (w[0], w[1].source, w[1].event_id))
    high = max(weights, key=lambda w: (w[0], w[1].source, w[1].event_id))
    policy, off = port.policy, high[0] - low[0]
    share = high[0] * policy.contradiction_weight_percent / 100
    limit = max(share, policy.contradiction_weight_kg)
    if off <= limit * policy.hysteresis:
        return []
    return [Contradiction("WEIGHT", "weight", low[1], high[1], off, None, off <= limit)]
