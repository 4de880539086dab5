"""B02 as it truly is: in a negotiation of an arrival, somebody owes an answer for too long.

Owed are: a request after an estimate that was made to be answered, a plan after a request, a plan
at all three days ahead, and another pilot for one who declined. Once a plan stands, a new estimate
asks for nothing by itself.
"""

from typing import NamedTuple

from correlation.instants import HOUR
from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_services import is_ahead, movement
from simulator.world.labels.of_ships import earliest_after
from simulator.world.telling.voices import Chorus


class Owed(NamedTuple):
    """A word that is owed: which, since when, when we heard of it, by whom."""

    stage: str
    since: int | None
    told_at: int | None
    by: str


def answers(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """B02: judge every word that may be owed; return when to look again."""
    if call.known is None:
        return None
    arrives = call.plan.pilot_at if call.plan else call.known.at
    agreed_by = None if call.plan else arrives - at_most.AGREED_AHEAD
    wakes: list[int | None] = [arrives - 24 * HOUR, agreed_by]
    for owed in (
        Owed("REQ", call.asked_at, call.asked_told_at, "TER"),
        Owed("PLN", call.requested_at, call.requested_told_at, "CAR AGT"),
        Owed("AGREED", agreed_by, call.known.heard_at, "CAR AGT"),
    ):
        key = f"B02|{call.system}|{call.part}|PILOT_BOARDING_PLACE|{owed.stage}"
        limit = at_most.ANSWER_FAR if arrives - now > 24 * HOUR else at_most.ANSWER_NEAR
        if owed.stage == "AGREED":
            limit = 0
        since = owed.since
        if call.stage != "FAR" or since is None or now < since + limit:
            ledger.over(key, now)
            wakes.append(since + limit if since is not None else None)
            continue
        late_at = since + 2 * at_most.ANSWER_FAR
        is_red = arrives - now <= at_most.ANSWER_RED and call.plan is None
        is_orange = now >= late_at or arrives - now <= at_most.ANSWER_ORANGE
        wakes += [late_at, arrives - at_most.ANSWER_ORANGE, arrives - at_most.ANSWER_RED]
        ledger.so(
            Truth(
                key=key,
                severity="RED" if is_red else "ORANGE" if is_orange else "YELLOW",
                known_at=owed.told_at,
                impact_at=arrives,
                # Its first useful moment is the limit itself; from twice that on it is too late.
                act_by_at=since + 2 * max(limit, at_most.ANSWER_NEAR),
                audience=of_call(voices, call, f"{owed.by} PA" if is_red else owed.by),
                root="slow-answer",
            ),
            now,
        )
    return earliest_after(now, *wakes)


def replacements(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """B02: judge every service that was declined or cancelled; return when to look again."""
    wakes: list[int | None] = []
    for name, order in call.orders.items():
        service, direction = name
        stage = "REPLACE" if direction == "INBD" else f"REPLACE_{direction}"
        key = f"B02|{call.system}|{call.part}|{service}|{stage}"
        if order.declined_at is None or not is_ahead(call, name):
            ledger.over(key, now)
            continue
        late_at = order.declined_at + at_most.REPLACED
        _, until = movement(call, name)
        orange_at = min(late_at + at_most.REPLACED, until - at_most.ANSWER_ORANGE)
        wakes += [late_at, orange_at]
        if now < late_at:
            continue
        ledger.so(
            Truth(
                key=key,
                severity="ORANGE" if now >= orange_at else "YELLOW",
                known_at=order.told_at,
                impact_at=until,
                # As for the other answers: from twice the limit on it is too late.
                act_by_at=late_at + at_most.REPLACED,
                audience=of_call(voices, call, "NAU"),
                root="pilot-shortage",
            ),
            now,
        )
    return earliest_after(now, *wakes)
