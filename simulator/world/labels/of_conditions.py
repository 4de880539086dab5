"""B07, R03 as they truly are: a closure bars a movement, others hang on a dropped call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest
from simulator.world.telling.voices import Chorus


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
    """R03: judge a call that is dropped, until nothing hangs on it any more."""
    if not call.status:
        return
    key = f"R03|{call.id}|{call.status}"
    hanging = [made for made in call.trucks if made.is_live]
    if not call.exports and not hanging:
        ledger.over(key, now)
        return
    arrives = call.berths_at
    audience = set(of_call(voices, call, "TER CAR AGT NAU PA AUT"))
    audience |= {box.forwarder for box in call.exports} | {made.haulier for made in hanging}
    ledger.so(
        Truth(
            key=key,
            severity="RED" if arrives - now <= at_most.DROPPED_RED else "ORANGE",
            known_at=call.status_told_at,
            impact_at=arrives,
            act_by_at=min((made.slot_at for made in hanging), default=arrives),
            audience=audience,
            root="call-changed",
        ),
        now,
    )
