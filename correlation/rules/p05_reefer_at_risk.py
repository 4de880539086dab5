"""P05: a reefer stands without power, is off its set point, or is no longer read."""

from itertools import pairwise
from typing import Literal

from msgspec import Struct

from correlation.evidence import evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.grouping import is_silent
from correlation.instants import HOUR, MINUTE
from correlation.picture.aspects import GATE, LINKS, OWN, QUAY
from correlation.picture.cargo_kinds import is_cut
from correlation.picture.entities import (
    BillOfLading,
    Booking,
    Reefer,
    TerminalCall,
    Visit,
)
from correlation.picture.hearing import heard_systems, unheard_until
from correlation.picture.milestones import berth_departure
from correlation.picture.nominations import nominated_in
from correlation.picture.port import Port
from correlation.picture.samples import run_from
from correlation.picture.sources import source_key
from correlation.picture.wrong_clocks import seen_at
from correlation.rules.rule import Rule, next_of
from correlation.rules.t01_export_misses_cutoff import nominated_for
from correlation.rules.t06_free_time_ending import carriers_on
from correlation.statements import Statement

GAPS: float = 2.5
"""A reefer that is read seldom is missed after so many of its usual gaps."""

LATEST: int = 20
"""Of a terminal's words of power the latest (%) do not say how late the next one may be."""


class Fault(Struct, frozen=True, gc=False):
    """What is wrong with a reefer: since when, how long it may be, and who said so.

    `told_at` is before when it is not told: what would show that it is well may be under way.
    """

    kind: Literal["unplugged", "off_temperature", "unread"]
    since: int
    limit: int
    said: tuple[Statement | None, ...]
    told_at: int = 0

    @property
    def due(self) -> int:
        """The last instant at which it is not yet told."""
        return max(self.since + self.limit, self.told_at)

    def share(self, now: int) -> float:
        """How much of the limit is used."""
        return (now - self.since) / self.limit


def find(port: Port, visit_id: str, now: int) -> Verdict:
    """Look at the power, the air and the readings of a full reefer on the terminal."""
    visit, reefer = port.visits.get(visit_id), port.reefers.get(visit_id)
    if visit is None or reefer is None or visit.is_empty:
        return NOTHING
    if visit.closed_at is not None:
        return Verdict((_over(port, visit),))
    set_point = _set_point(port, reefer)
    chilled = set_point is not None and set_point > -port.policy.reefer_chilled_below_zero_c
    faults = [
        fault
        for fault in (
            _unplugged(port, visit, reefer, now, chilled=chilled),
            _off_temperature(port, reefer, set_point, chilled=chilled),
            _unread(port, reefer),
        )
        if fault
    ]
    wake = next_of(now, *(at for fault in faults for at in _steps(port, fault)))
    over = [fault for fault in faults if now > fault.due]
    worst = max(over, key=lambda fault: (fault.share(now), fault.kind), default=None)
    if worst is not None:
        severity = _severity(port, worst, now, chilled=chilled)
        return Verdict((_finding(port, visit, worst, severity, "TRUE"),), wake)
    nearly = next((fault for fault in faults if fault.kind != "unread"), None)
    if nearly is None:
        nearly = _still_warm(port, reefer, set_point, chilled=chilled)
    # Without power, or near the limit, it is not well again: what is open stays open.
    found = (_finding(port, visit, nearly, "YELLOW", "BAND"),) if nearly else ()
    return Verdict(found, wake)


def _set_point(port: Port, reefer: Reefer) -> float | None:
    said = port.ruling(reefer.set_point)
    return float(said.value) if said and said.value is not None else None


def _unplugged(
    port: Port, visit: Visit, reefer: Reefer, now: int, *, chilled: bool
) -> Fault | None:
    """Find a reefer that was unplugged, or never plugged in where plugs are told."""
    policy = port.policy
    minutes = policy.reefer_off_chilled_minutes if chilled else policy.reefer_off_frozen_minutes
    limit = int(minutes * MINUTE)
    placed = port.ruling(visit.placed)
    if placed is not None and placed.get("kind") == "OUT":
        return None  # it was unplugged to leave, and the word of its leaving may be late
    if not reefer.power:
        return _never_plugged(port, visit, reefer, limit, now)
    since, word = run_from(reefer.power, 0.0), port.ruling(reefer.plugged)
    if not since:
        return None
    # A word that comes late is one of several: the truck that it left on, or its power again.
    heard_at = word.received_at if word else since
    goes_aboard = _goes_aboard(port, visit, since) and not (word and is_cut(port, word))
    minutes = policy.reefer_aboard_minutes if goes_aboard else policy.reefer_heard_minutes
    told_at = heard_at + int(minutes * MINUTE)
    return Fault("unplugged", since, limit, (word,), told_at)


def _never_plugged(port: Port, visit: Visit, reefer: Reefer, limit: int, now: int) -> Fault | None:
    """Find a reefer of which nobody said that it was plugged in, where plugs are told."""
    if visit.facility not in port.plug_feeds or not reefer.set_point:
        return None
    came = port.ruling(visit.gate_in) or port.ruling(visit.discharged)
    came_at = seen_at(came)
    # Of a box that was told of long after it came, its plug was not told in time either.
    if came is None or came_at is None or came.get("backlog"):
        return None
    read = port.ruling(reefer.measured)
    if read and int(read.value or 0) >= came_at:
        return None  # what is read has power, though nobody said when it got it
    # The word of its plug may be as late as most others were, or as the word of its coming. Some
    # word is always hours under way: who waited for that one would tell nobody in time.
    lags = sorted(port.plug_feeds[visit.facility])
    systems = heard_systems(port, visit.facility, "yard")
    # What its clock is behind is no lateness of its words, also of those before that was known.
    behind = max((port.sources[source_key(*name)].off for name in systems), default=0)
    others = lags[-1 - len(lags) * LATEST // 100] - max(0, behind)
    late = max(0, others, came.received_at - came_at)
    if systems:  # and later than the latest so far, but not until the harm is there
        late += int(port.policy.reefer_heard_minutes * MINUTE)
    limit_at = came_at + limit
    told_at = max(limit_at, came.received_at) + min(late, limit)
    if now > told_at:
        told_at = max(told_at, _heard_again(port, systems, limit_at, now))
    return Fault("unplugged", came_at, limit, (came,), told_at)


def _heard_again(port: Port, systems: tuple[tuple[str, str], ...], limit_at: int, now: int) -> int:
    """Return until when a terminal is waited for that was not heard since the limit; 0 if it was.

    Of its silence D01 tells; every reefer that came in it has no word of its plug.
    """
    return next_of(now, *(unheard_until(port, name, limit_at, now) for name in systems)) or 0


def _goes_aboard(port: Port, visit: Visit, since: int) -> bool:
    """Tell whether a ship that is to take a box on lay alongside when it was unplugged: for her."""
    known = port.listed.get(visit.box)
    names = (visit.outbound, *(port.lists[name].part for name in (known.lists if known else ())))
    parts = [part for name in names if name and (part := port.terminal_calls.get(name))]
    return any(
        part.id in port.alongside.get(part.facility, ()) or _left_after(port, part, since)
        for part in parts
    )


def _left_after(port: Port, part: TerminalCall, since: int) -> bool:
    left = berth_departure(port, part)
    return left is not None and left.classifier == "ACT" and left.at >= since


def _deviation(port: Port, *, chilled: bool) -> float:
    policy = port.policy
    return policy.reefer_deviation_chilled_c if chilled else policy.reefer_deviation_frozen_c


def _off_temperature(
    port: Port, reefer: Reefer, set_point: float | None, *, chilled: bool
) -> Fault | None:
    """Find air that is off its set point in every reading since; one reading proves nothing."""
    if set_point is None:
        return None
    since = run_from(reefer.air, _deviation(port, chilled=chilled), set_point)
    if since is None or since == reefer.air[-1].at:
        return None
    limit = int(port.policy.reefer_deviation_minutes * MINUTE)
    said = (port.ruling(reefer.measured), port.ruling(reefer.set_point))
    return Fault("off_temperature", since, limit, said)


def _still_warm(
    port: Port, reefer: Reefer, set_point: float | None, *, chilled: bool
) -> Fault | None:
    """Find air that is not yet well within its limit."""
    if set_point is None:
        return None
    near = port.policy.hysteresis * _deviation(port, chilled=chilled)
    since = run_from(reefer.air, near, set_point)
    limit = int(port.policy.reefer_deviation_minutes * MINUTE)
    said = (port.ruling(reefer.measured),)
    return Fault("off_temperature", since, limit, said) if since is not None else None


def _unread(port: Port, reefer: Reefer) -> Fault | None:
    """Find a plugged reefer that is read no more, unless its whole source is known to be silent.

    Without power nothing reads it; and a source that was silent first tells what it read meanwhile.
    One reading is that of its arrival, as most terminals take it by hand: nobody is known to go on.
    """
    last = port.ruling(reefer.measured)
    power = port.ruling(reefer.plugged)
    if last is None or last.value is None or (power is not None and power.value == "OFF"):
        return None
    if is_silent(port, last.source):
        return None
    gaps = [later.at - earlier.at for earlier, later in pairwise(reefer.air)]
    if not gaps:
        return None
    limit = max(int(port.policy.reefer_unread_minutes * MINUTE), int(GAPS * max(gaps)))
    since = int(last.value)
    if power is not None and power.value == "ON":
        since = max(since, power.happened_at)
    source = port.sources.get(source_key(last.source, "yard"))
    told_at = source.catches_up_until if source else 0
    return Fault("unread", since, limit, (last,), told_at)


def _steps(port: Port, fault: Fault) -> tuple[int, ...]:
    policy = port.policy
    orange, red = policy.reefer_orange_factor, policy.reefer_red_factor
    return (
        fault.due + 1,
        fault.since + fault.limit + 1,
        fault.since + int(orange * fault.limit),
        fault.since + int(red * fault.limit),
        fault.since + int(policy.reefer_red_chilled_hours * HOUR),
    )


def _severity(port: Port, fault: Fault, now: int, *, chilled: bool) -> Severity:
    policy, share = port.policy, fault.share(now)
    long = now - fault.since >= int(policy.reefer_red_chilled_hours * HOUR)
    if share >= policy.reefer_red_factor or (chilled and long):
        return "RED"
    return "ORANGE" if share >= policy.reefer_orange_factor else "YELLOW"


def _key(visit: Visit) -> str:
    return f"P05|{visit.id}"


def _over(port: Port, visit: Visit) -> Finding:
    left = [port.ruling(slot) for slot in (visit.gate_out, visit.loaded)]
    return Finding(
        code="P05",
        key=_key(visit),
        status="OVER",
        subjects=(("reefer", visit.id),),
        evidence=evidence_of(left),
    )


def _finding(port: Port, visit: Visit, fault: Fault, severity: Severity, status: Status) -> Finding:
    policy = port.policy
    due = fault.since + fault.limit
    booking = port.bookings.get(visit.booking) if visit.booking else None
    bill = port.bills.get(visit.bl) if visit.bl else None
    plug = Action("PLUG_IN", (("box", visit.box), ("limit_at", due)))
    look = Action("SEND_TECHNICIAN", (("box", visit.box),))
    return Finding(
        code="P05",
        key=_key(visit),
        status=status,
        subjects=(("reefer", visit.id),),
        severity=severity,
        clear_hold=int(policy.reefer_clear_hold_minutes * MINUTE),
        port=visit.facility.partition(":")[0] or port.system,
        impact_at=fault.since + int(policy.reefer_red_factor * fault.limit),
        act_by_at=due + int(policy.reefer_act_minutes * MINUTE),
        delta=("fault_limit", round(fault.limit / MINUTE, 1), "min"),
        thresholds=(
            ("off_chilled_min", policy.reefer_off_chilled_minutes),
            ("off_frozen_min", policy.reefer_off_frozen_minutes),
            ("deviation_min", policy.reefer_deviation_minutes),
        ),
        objects=(("visit", visit.id, visit.box),),
        evidence=evidence_of(fault.said),
        audience=parties(
            port,
            ("TER", "TRK", "FWD", "CAR"),
            facility=visit.facility,
            carriers=_carriers(port, visit, booking, bill),
            nominated=(
                nominated_for(port, booking, visit) if booking else nominated_in(port, bill)
            ),
        ),
        actions=(plug, look) if fault.kind == "unplugged" else (look,),
        template=f"p05.{fault.kind}",
        params=(("box", visit.box), ("since_at", fault.since)),
    )


def _carriers(
    port: Port, visit: Visit, booking: Booking | None, bill: BillOfLading | None
) -> tuple[str, ...]:
    """Return whose box it is: as its papers say, else of the ship that brought it to change."""
    if booking:
        return (booking.carrier,)
    brought = port.terminal_calls.get(visit.inbound) if bill is None else None
    return (brought.carrier,) if brought else carriers_on(bill)


RULE = Rule("P05", "reefer", find, reads=OWN | LINKS | GATE | QUAY)
