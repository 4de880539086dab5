"""B04, P02, P03 as they truly are: a ship stays too long, cranes stand, cargo is not done.

The end of the cargo that is judged is what the terminal reckons from cranes and rate at hand, and
until it first has counted, what the pace of the plan makes of it.
"""

from collections.abc import Iterable, Iterator

from correlation.instants import HOUR
from simulator.world.calls import Call, Plan
from simulator.world.instants import whole
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_conditions import Barrier
from simulator.world.labels.of_ships import conflicts_of, earliest_after, latest
from simulator.world.telling.voices import Chorus
from simulator.world.terminals import metres, planned_pace


def follower_of(call: Call) -> Call | None:
    """Return the next ship that is to lie on a ship's metres, or None."""
    if call.plan is None:
        return None
    low, high = metres(call, call.plan)
    following = [
        other
        for other in call.terminal.calls
        if other is not call
        and other.stage in ("FAR", "WAITING")
        and other.plan
        and min(high, metres(other, other.plan)[1]) > max(low, metres(other, other.plan)[0])
    ]
    return min(following, key=lambda other: (other.berths_at, other.part), default=None)


def at_berth(
    ledger: Ledger, voices: Chorus, barriers: Iterable[Barrier], call: Call, now: int
) -> int | None:
    """Judge a ship alongside; return when to look again."""
    if call.stage != "ALONGSIDE" or call.plan is None:
        for key in keys_of(call):
            ledger.over(key, now)
        return None
    follower = follower_of(call)
    held = [barrier for barrier in barriers if barrier.start <= now]
    closed = next((each.id for each in held if each.kind != "labour-stoppage"), None)
    stopped = next((each.id for each in held if each.kind == "labour-stoppage"), None)
    if stopped:
        call.stopped_by[stopped] = now
    # What stands behind it comes first: cranes, then cargo, then the ship that stays.
    wakes = (
        _standing(ledger, voices, call, (follower, stopped), now),
        _not_done(ledger, voices, call, follower, now),
        _overstay(ledger, voices, call, (follower, closed), now),
    )
    return earliest_after(now, *wakes)


def keys_of(call: Call) -> Iterator[str]:
    """Yield the keys of a ship alongside."""
    yield f"B04|{call.terminal.code}|{call.id}"
    yield f"P02|{call.part}"
    yield f"P03|{call.part}"


def _overstay(
    ledger: Ledger, voices: Chorus, call: Call, near_by: tuple[Call | None, str | None], now: int
) -> int | None:
    """B04; `near_by`: who waits for her place, and what closes the port to ships."""
    follower, closed = near_by
    key, plan = f"B04|{call.terminal.code}|{call.id}", call.plan
    assert plan is not None, "she lies at a planned berth"
    due = plan.leaves_at + at_most.OVERSTAY
    near = follower.berths_at - now if follower else at_most.FOLLOWER_ORANGE + 1
    late = call.said_to_leave_at - plan.leaves_at
    is_late = late > at_most.OVERSTAY_EXPECTED
    told = plan.told_at
    if now < due:
        told = latest(plan.told_at, call.progress_told_at)
    stays_on = ledger.is_so(key) and (
        late > at_most.HYSTERESIS * at_most.OVERSTAY_EXPECTED
        or any(ledger.is_so(each) for each in conflicts_of(call))
    )
    if now < due and not stays_on and not (is_late and near <= at_most.FOLLOWER_NEAR):
        ledger.over(key, now)
        nears_at = follower.berths_at - at_most.FOLLOWER_NEAR if follower else None
        return earliest_after(now, due, nears_at)
    ordered = follower.plan.pilot_order_at if follower and follower.plan else None
    is_near = near <= at_most.FOLLOWER_RED or (ordered is not None and now >= ordered)
    harm = follower.berths_at if follower else plan.leaves_at + at_most.FOLLOWER_NEAR
    harm = max(harm, due + at_most.OVERSTAY)
    act_by = max(harm - at_most.FOLLOWER_ACT_BEFORE, due)
    if follower and follower.plan:
        act_by = follower.plan.pilot_at - at_most.FOLLOWER_ACT_BEFORE
    ledger.so(
        Truth(
            key=key,
            severity="RED"
            if is_near
            else "ORANGE"
            if near <= at_most.FOLLOWER_ORANGE
            else "YELLOW",
            known_at=told,
            impact_at=harm,
            act_by_at=act_by,
            audience={
                *of_call(voices, call, "TER PA NAU"),
                *([follower.agent] if follower else ()),
            },
            root=call.held_by or "ordinary",
            root_key=ledger.root_of(f"P03|{call.part}", f"P02|{call.part}") or closed,
        ),
        now,
    )
    return earliest_after(now, ordered, harm - at_most.FOLLOWER_RED)


def _standing(
    ledger: Ledger, voices: Chorus, call: Call, near_by: tuple[Call | None, str | None], now: int
) -> int | None:
    """P02; `near_by`: who waits for her place, and what keeps everybody from working."""
    follower, stopped = near_by
    key = f"P02|{call.part}"
    assert call.plan is not None, "she lies at a planned berth"
    since, allowed = call.happened["alongside"], at_most.FIRST_LIFT
    planned = _planned_start(call.plan)
    if since <= planned:  # one that came later was not expected to be worked by then
        allowed = min(allowed, planned + at_most.PLANNED_LIFT - since)
    if "first_lift" in call.happened:
        since, allowed = call.lifted_at or now, at_most.NO_LIFT
    if "last_lift" in call.happened or now < since + allowed:
        ledger.over(key, now)
        return since + allowed
    stood = now - since
    near = follower is not None and follower.berths_at - now <= at_most.FOLLOWER_ORANGE
    ledger.so(
        Truth(
            key=key,
            severity="RED"
            if stood >= at_most.NO_LIFT_RED or near
            else "ORANGE"
            if stood >= at_most.NO_LIFT_ORANGE
            else "YELLOW",
            known_at=call.alongside_told_at,
            impact_at=max(call.plan.leaves_at, since + at_most.NO_LIFT_RED),
            act_by_at=since + allowed + at_most.DEPARTURE_MARGIN,
            audience=of_call(voices, call, "TER CAR PA"),
            root=call.held_by or "ordinary",
            root_key=stopped,
        ),
        now,
    )
    return earliest_after(now, since + at_most.NO_LIFT_ORANGE, since + at_most.NO_LIFT_RED)


def _not_done(
    ledger: Ledger, voices: Chorus, call: Call, follower: Call | None, now: int
) -> int | None:
    """P03; `follower`: who waits for her place."""
    key, plan = f"P03|{call.part}", call.plan
    assert plan is not None, "she lies at a planned berth"
    late = _done_at(call, now) + at_most.AFTER_CARGO - plan.leaves_at
    if late <= 0:
        ledger.over(key, now)
    elif late > at_most.DEPARTURE_MARGIN or ledger.was_so(key, at_most.DEPARTURE_CLEAR_HOLD, now):
        free_at = plan.leaves_at + late
        conflict = follower is not None and follower.berths_at < free_at
        ledger.so(
            Truth(
                key=key,
                severity="RED"
                if late > at_most.DEPARTURE_RED
                else "ORANGE"
                if late >= at_most.DEPARTURE_ORANGE or conflict
                else "YELLOW",
                known_at=latest(plan.told_at, call.progress_told_at or _heard_alongside_at(call)),
                impact_at=plan.leaves_at,
                act_by_at=plan.leaves_at - at_most.DEPARTURE_ACT_BEFORE,
                audience=of_call(voices, call, "TER CAR NAU"),
                root=call.held_by or "ordinary",
                hold=at_most.DEPARTURE_HOLD,
                root_key=ledger.root_of(f"P02|{call.part}"),
                more_roots=_in_the_way(call, plan, late),
            ),
            now,
        )
    if "first_lift" in call.happened:
        return None
    # Each minute in which nothing is lifted, she will be done a minute later.
    steps = (at_most.DEPARTURE_MARGIN, at_most.DEPARTURE_ORANGE, at_most.DEPARTURE_RED)
    begins = max(now, _planned_start(plan))
    return earliest_after(now, *(begins + step - late + 1 for step in steps))


def _in_the_way(call: Call, plan: Plan, late: int) -> tuple[str, ...]:
    """Return the conditions for which a ship will not be done by the departure that is agreed.

    Closed water explains her if it let her come to the berth later than planned by half of what
    she is late; a stoppage does that stopped her work. What was over when another departure was
    agreed was reckoned with then.
    """
    renewed_at = plan.renewed_at
    came_late = call.happened["alongside"] - plan.berth_at
    kept = call.kept_off if renewed_at is None and 2 * came_late >= late else []
    stopped = (name for name, until in call.stopped_by.items() if until >= (renewed_at or 0))
    return tuple(dict.fromkeys((*kept, *stopped)))


def _done_at(call: Call, now: int) -> int:
    """Return when the cargo will be done: as reckoned from what was counted, else by the plan.

    The alert catalogue (P03) takes the pace of the plan until a pace of her own can be told, from
    when she is alongside: what has not begun yet begins no sooner than now, or than planned.
    """
    if call.done_at is not None:
        return call.done_at
    assert call.plan is not None, "she lies at a planned berth"
    begins = call.happened.get("first_lift", max(now, _planned_start(call.plan)))
    return begins + whole(call.moves / planned_pace(call) * HOUR)


def _heard_alongside_at(call: Call) -> int | None:
    """Return when it was first heard that she is alongside: at her berth, or fast."""
    told = [at for at in (call.berthed_told_at, call.alongside_told_at) if at is not None]
    return min(told, default=None)


def _planned_start(plan: Plan) -> int:
    return plan.berth_at + at_most.LIST_AFTER_BERTH
