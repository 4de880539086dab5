"""D02 as it truly is: two systems hold different things to be so of one ship.

Of her arrival these are her agent, once he has given his word, and the AIS receiver: each holds
a value of its own in the hidden world. A timetable holds no word on a voyage. Of what is past a
second source that is mistaken is a doubt, until it is mended.
"""

from correlation.findings import Severity
from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import (
    conflicts_of,
    earliest_after,
    latest,
    off_time_key,
)
from simulator.world.telling.voices import Chorus

ARRIVAL = "PILOT_BOARDING_PLACE/ARRI/EST"


def apart(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """D02: judge the arrival as agent and receiver hold it; return when to look again."""
    key, known, reckoned = f"D02|{call.id}|{ARRIVAL}", call.known, call.reckoned
    if known is None or reckoned is None or not call.is_said or call.stage != "FAR":
        ledger.over(key, now)
        return None
    first = min(known.at, reckoned.at)
    narrows_at = first - at_most.APART_HORIZON
    limit = at_most.APART_FAR if now < narrows_at else at_most.APART_NEAR
    off = abs(known.at - reckoned.at)
    if off <= at_most.HYSTERESIS * limit:
        ledger.over(key, now)
    elif off > limit or ledger.is_so(key):
        told = latest(known.told_at, reckoned.told_at)
        soon = (told or now) + 2 * at_most.APART_HOLD
        ledger.so(
            Truth(
                key=key,
                severity=_severity(ledger, call, first - now),
                known_at=told,
                impact_at=max(first, soon),
                act_by_at=max(first - at_most.APART_RED, soon),
                audience={
                    *of_call(voices, call, "TER AGT"),
                    *voices.codes["OPS"],
                },
                root="sources-apart",
                hold=at_most.APART_HOLD,
            ),
            now,
        )
    return earliest_after(now, narrows_at, first - at_most.APART_RED)


def _severity(ledger: Ledger, call: Call, left: int) -> Severity:
    if left <= at_most.APART_RED:
        return "RED"
    is_used = ledger.root_of(off_time_key(call), *conflicts_of(call)) is not None
    return "ORANGE" if is_used else "YELLOW"


def doubted(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """D02: judge what a second source is mistaken in; return when to look again."""
    wakes = []
    for field in list(call.doubts):
        doubt = call.doubts[field]
        key = f"D02|{call.id if field == 'VESSEL_NAME' else call.part}|{field}"
        lapses_at = doubt.told_at + at_most.DOUBT_LAPSES
        if doubt.is_mended or now >= lapses_at:
            ledger.over(key, now)
            del call.doubts[field]
            continue
        wakes += [doubt.told_at, lapses_at]
        if now < doubt.told_at:
            continue
        ledger.so(
            Truth(
                key=key,
                severity="YELLOW",
                known_at=doubt.told_at,
                impact_at=doubt.told_at + at_most.DOUBT_HARM,
                act_by_at=doubt.told_at + at_most.DOUBT_ACT,
                audience={
                    doubt.organisation,
                    *of_call(voices, call, "TER"),
                    *voices.codes["OPS"],
                },
                root="conflicting-source",
                hold=at_most.APART_HOLD,
            ),
            now,
        )
    return earliest_after(now, *wakes)
