"""B01 and B03 as they truly are: a ship off her agreed time, two ships meant for one berth.

The arrival that is judged is what ship and agent know (the world's best knowable estimate), not
what will truly come: a rule is not blamed for what nobody knew. `known_at` is when the first
source handed that knowledge over, and the plan it is held against: the first word of several, for
who knows when she boards her pilot knows when she berths. Her metres stand in the berth plan alone.
"""

from simulator.world.calls import LINES_OFF, Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import carriers, of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.thresholds import by_horizon, tolerance
from simulator.world.telling.voices import Chorus
from simulator.world.terminals import metres


def latest(*told: int | None) -> int | None:
    """Return when the last of these was received; None where one never was."""
    return None if any(at is None for at in told) else max(at for at in told if at is not None)


def earliest_after(now: int, *instants: int | None) -> int | None:
    """Return the first of these instants that is still to come."""
    soonest = None
    for at in instants:
        if at is not None and at > now and (soonest is None or at < soonest):
            soonest = at
    return soonest


def arrival_told(call: Call) -> int | None:
    """Return when the word was received by which a ship is expected: the newest, and her plan."""
    plan, known = call.plan, call.known
    if call.stage != "FAR" or known is None or (plan and plan.set_at >= known.since):
        return plan.heard_at if plan else None
    return latest(known.heard_at, plan.heard_at) if plan else known.heard_at


def off_time_key(call: Call) -> str:
    """Return the key of a ship off her agreed time."""
    return f"B01|{call.system}|{call.id}"


def foretold_key(call: Call) -> str | None:
    """Return the key of a delay that comes to a call from the ports before it, if there are any."""
    way = call.rotation
    if way is None:
        return None
    return f"R01|imo:{way.ship.imo}|{way.carrier}:{way.number}|{call.system}"


def off_time(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """B01: judge the known arrival against the agreed one; return when to look again."""
    key, plan, known = off_time_key(call), call.plan, call.known
    if call.stage != "FAR" or plan is None or known is None:
        ledger.over(key, now)
        return None
    allowed, narrows_at = tolerance(plan.pilot_at, now)
    off, horizon = known.at - plan.pilot_at, plan.pilot_at - now
    red_from = plan.pilot_at - at_most.ARRIVAL_RED_HORIZON
    if abs(off) <= at_most.HYSTERESIS * allowed:
        ledger.over(key, now)
    elif abs(off) > allowed or ledger.is_so(key):
        late, early = off > at_most.ARRIVAL_RED_LATE, -off > at_most.ARRIVAL_RED_EARLY
        conflict = any(ledger.is_so(each) for each in conflicts_of(call))
        far = horizon > 24 * 3_600_000
        ledger.so(
            Truth(
                key=key,
                severity="RED"
                if horizon <= at_most.ARRIVAL_RED_HORIZON and (late or early)
                else "ORANGE"
                if abs(off) > 2 * allowed or conflict
                else "YELLOW",
                known_at=latest(known.heard_at, plan.heard_at),
                impact_at=plan.pilot_at,
                act_by_at=plan.pilot_at - at_most.ARRIVAL_ACT_BEFORE,
                audience=of_call(voices, call, "TER CAR AGT NAU PA"),
                root=call.root,
                hold=_hold(call, allowed, far=far),
                root_key=ledger.root_of(foretold_key(call)),
            ),
            now,
        )
    return earliest_after(now, narrows_at, red_from)


def _hold(call: Call, allowed: int, *, far: bool) -> int:
    """Return for how long it has to last: not at all if two estimates in a row say it."""
    assert call.plan is not None, "it is held against a plan"
    assert call.known is not None, "something is known"
    before, agreed = call.known.before, call.plan.pilot_at
    was_off = before is not None and abs(before - agreed) > allowed
    if before is not None and was_off and (before > agreed) == (call.known.at > agreed):
        return 0
    return at_most.ARRIVAL_HOLD_FAR if far else at_most.ARRIVAL_HOLD_NEAR


def conflict_key(call: Call, other: Call) -> str:
    """Return the key of two ships meant for one berth."""
    low, high = sorted((call.part, other.part))
    return f"B03|{call.terminal.code}|{low}|{high}"


def conflicts_of(call: Call) -> list[str]:
    """Return the keys of the conflicts that a ship may be part of."""
    return [conflict_key(call, other) for other in call.terminal.calls if other is not call]


def berth_conflicts(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """B03: judge a ship against every other at her terminal; return when to look again."""
    if call.plan is None or not call.is_told:
        return None
    wakes = [
        _conflict(ledger, voices, (call, other), now)
        for other in call.terminal.calls
        if other is not call and other.plan and other.is_told
    ]
    return earliest_after(now, *wakes)


def _conflict(ledger: Ledger, voices: Chorus, pair: tuple[Call, Call], now: int) -> int | None:
    first, second = sorted(pair, key=lambda call: (call.berths_at, call.part))
    key = conflict_key(first, second)
    assert first.plan is not None, "both are planned"
    assert second.plan is not None, "both are planned"
    low, high = metres(first, first.plan)
    from_m, to_m = metres(second, second.plan)
    begins = second.berths_at
    is_apart = min(high, to_m) <= max(low, from_m) or begins > now + at_most.BERTH_HORIZON
    overlap = min(_free_at(first), _free_at(second)) - begins
    if is_apart or not (first.is_open and second.is_open) or overlap <= -at_most.BERTH_MARGIN:
        ledger.over(key, now)
        return begins - at_most.BERTH_HORIZON
    orange, red = begins - at_most.BERTH_ORANGE, begins - at_most.BERTH_RED
    ordered = second.plan.pilot_order_at
    if overlap > at_most.BERTH_OVERLAP or ledger.is_so(key):
        severity = by_horizon(begins - now, at_most.BERTH_ORANGE, at_most.BERTH_RED)
        if first.stage == "ALONGSIDE" and now >= ordered:
            severity = "RED"
        audience = {
            *of_call(voices, first, "TER PA AGT"),
            second.agent,
            *carriers(voices, (first.carrier, second.carrier)),
        }
        ledger.so(
            Truth(
                key=key,
                severity=severity,
                known_at=_known(first, second),
                impact_at=begins,
                act_by_at=ordered,
                audience=audience,
                root=_root(first, second),
                hold=at_most.BERTH_HOLD,
                root_key=ledger.root_of(*_behind(first, second)),
            ),
            now,
        )
    return earliest_after(now, orange, red, ordered)


def _behind(first: Call, second: Call) -> list[str | None]:
    """Return the ships whose being off their times makes a conflict, the one that most does first.

    The first one late, or the second one early; a conflict of plans has neither behind it.
    """
    assert first.plan is not None, "both are planned"
    assert second.plan is not None, "both are planned"
    parts = (
        (first.berths_at - first.plan.berth_at, off_time_key(first)),
        (second.plan.berth_at - second.berths_at, off_time_key(second)),
    )
    moved = [key for by, key in sorted(parts, reverse=True) if by > 0]
    return [*moved, foretold_key(first), foretold_key(second)]


def _free_at(call: Call) -> int:
    planned = call.plan.leaves_at if call.plan else 0
    leaves = (
        call.said_to_leave_at if "left" in call.happened else max(planned, call.said_to_leave_at)
    )
    return leaves + LINES_OFF


def _known(first: Call, second: Call) -> int | None:
    told = [call.plan.told_at for call in (first, second) if call.plan]
    told += [call.known.heard_at for call in (first, second) if call.known]
    return latest(*told)


def _root(first: Call, second: Call) -> str:
    """Return what is behind a conflict: whichever ship is not merely a little off her time."""
    return next((c.root for c in (first, second) if c.root != "eta-drift"), "eta-drift")
