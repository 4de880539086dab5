"""B07, R03 as they truly are: a closure bars a movement, others hang on a dropped call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.world.boxes import Box
from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest
from simulator.world.telling.voices import Chorus

GONE = ("OMIT", "BLNK")
"""Statuses of a call that is not made."""
CUT = "CUTR"
"""Status of a call whose ship sails before all that is booked is loaded."""


@dataclass(slots=True, eq=False)
class Barrier:
    """A closure or stoppage as the authority knows it: it ends as expected, or is lifted."""

    id: str
    kind: str
    start: int
    ends: int
    told_at: int
    is_lifted: bool = False


def barred(
    ledger: Ledger, voices: Chorus, barriers: Iterable[Barrier], call: Call, now: int
) -> int | None:
    """B07: judge a ship's movements against everything that bars one; return when to look again."""
    wakes: list[int | None] = []
    for barrier in barriers:
        key = f"B07|{call.system}|{barrier.id}|{call.id}"
        movements = [] if barrier.is_lifted else list(_movements(call, barrier))
        hit = [start for start, end in movements if start < barrier.ends and barrier.start < end]
        if not hit or not call.is_open:
            ledger.over(key, now)
            continue
        left, harm = barrier.start - now, max(barrier.start, min(hit))
        wakes += [barrier.start - at_most.BARRED_ORANGE, barrier.start]
        ledger.so(
            Truth(
                key=key,
                severity="RED"
                if left <= 0
                else "ORANGE"
                if left <= at_most.BARRED_ORANGE
                else "YELLOW",
                known_at=latest(barrier.told_at, call.plan.told_at if call.plan else None),
                impact_at=max(harm, barrier.start + at_most.BARRED_OPS),
                act_by_at=barrier.start - at_most.BARRED_ACT_BEFORE,
                audience=of_call(voices, call, "PA NAU TER AGT"),
                root=barrier.kind,
                root_key=barrier.id,
            ),
            now,
        )
    return earliest_after(now, *wakes)


def _movements(call: Call, barrier: Barrier) -> Iterator[tuple[int, int]]:
    """Yield when a ship is planned to move, or to be worked where cranes stand."""
    plan = call.plan
    if plan is None:
        return
    if barrier.kind == "labour-stoppage":
        worked = (plan.berth_at + at_most.BARRED_OPS, plan.leaves_at - at_most.BARRED_OPS)
        overlap = min(worked[1], barrier.ends) - max(worked[0], barrier.start)
        if overlap >= at_most.BARRED_OPS and "last_lift" not in call.happened:
            yield worked
        return
    if "moving" not in call.happened:
        yield (
            plan.pilot_at - at_most.BARRED_BEFORE_PILOT,
            plan.berth_at + at_most.BARRED_AFTER_BERTH,
        )
    yield (
        plan.leaves_at - at_most.BARRED_AROUND_DEPARTURE,
        plan.leaves_at + at_most.BARRED_AROUND_DEPARTURE,
    )


def dropped(ledger: Ledger, voices: Chorus, call: Call, now: int) -> None:
    """R03: judge a call that is dropped or changed, until nothing hangs on it any more.

    What hangs on a call that is dropped must leave it; of one that only comes in another order, it
    is enough that somebody spoke of it since.
    """
    if not call.status:
        return
    if call.status == CUT:
        cut(ledger, voices, call, now)
        return
    key, is_gone = f"R03|{call.id}|{call.status}", call.status in GONE
    live = [made for made in call.trucks if made.is_live]
    hanging = [made for made in live if is_gone or made.said_at <= call.status_at]
    bound = [each for each in call.bookings if each.boxes and not each.is_cancelled]
    unsaid = any(is_gone or each.said_at <= call.status_at for each in bound)
    if not hanging and not unsaid:
        ledger.over(key, now)
        return
    arrives = call.berths_at
    audience = set(of_call(voices, call, "TER CAR AGT NAU PA AUT"))
    audience |= {each.forwarder for each in bound} | {made.haulier for made in live}
    ledger.so(
        Truth(
            key=key,
            severity="RED" if is_gone and arrives - now <= at_most.DROPPED_RED else "ORANGE",
            known_at=call.status_told_at,
            impact_at=arrives,
            act_by_at=min((made.slot_at for made in hanging), default=arrives),
            audience=audience,
            root="call-changed",
        ),
        now,
    )


def cut(ledger: Ledger, voices: Chorus, call: Call, now: int) -> None:
    """R03: judge a ship that cuts and runs, until what she leaves behind is booked elsewhere.

    Her imports, pilots and tugs go on as planned. Until the carrier lists what she still loads, it
    may be any booked box that stays.
    """
    key = f"R03|{call.id}|{CUT}"
    trucks = [made for made in call.trucks if made.is_live and made.direction == "DELIVER"]
    bound = [
        each
        for each in call.bookings
        if not each.is_cancelled and any(_stays(call, box) for box in each.boxes)
    ]
    if not trucks and not bound:
        ledger.over(key, now)
        return
    audience = set(of_call(voices, call, "TER CAR AGT NAU PA AUT"))
    audience |= {each.forwarder for each in bound} | {made.haulier for made in trucks}
    ledger.so(
        Truth(
            key=key,
            severity="RED",
            known_at=call.status_told_at,
            impact_at=call.leaves_at,
            act_by_at=min((made.slot_at for made in trucks), default=call.leaves_at),
            audience=audience,
            root="call-changed",
        ),
        now,
    )


def _stays(call: Call, box: Box) -> bool:
    """Tell whether a booked box stays ashore, or may do so for all that is known."""
    if "loaded" in box.happened:
        return False
    return not call.is_cut_listed or box not in call.load_list
