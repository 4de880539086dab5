"""R01 as it truly is: who is late in one port will be late in the next ones.

What is known of a ship's lateness at a port is the newest word there. The ports that she comes to
later are judged by what she makes up on the way, and by what is agreed with them.
"""

from typing import NamedTuple

from correlation.findings import Severity
from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import carriers, of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_berths import keys_of
from simulator.world.labels.of_ships import (
    conflicts_of,
    earliest_after,
    foretold_key,
    latest,
    off_time_key,
)
from simulator.world.rotations import Leg, Rotation
from simulator.world.telling.voices import Chorus


class Word(NamedTuple):
    """By how much a ship is behind her schedule, as a port knows it since an instant.

    `told_at` is when that was received there; None where it was not.
    """

    late: int
    since: int
    told_at: int | None
    leg: Leg


def foreseen(way: Rotation, call: Call) -> Word | None:
    """Return how late a ship will be at a call by what the ports before it know, if any does.

    The nearest of them rules, unless one farther off has newer news of a longer delay. In a port
    where she lies or has been there is no better news than what is known there. What arrives as
    less than the least delay that anybody tells is none.
    """
    known: Word | None = None
    for leg in way.legs:
        if known:
            known = known._replace(late=max(0, known.late - leg.buffer))
        if leg.call is call:
            return known if known and known.late >= at_most.FORETOLD_OFF_NEAR else None
        own = _known_at(leg, way)
        if own is None:
            continue
        is_here = leg.call is None or leg.call.stage != "FAR"
        if known is None or is_here or own.since >= known.since or own.late > known.late:
            known = own
    return None


def _known_at(leg: Leg, way: Rotation) -> Word | None:
    """Return what is known in a port itself of how late a ship leaves it."""
    listed = way.told.get(leg.system)
    if leg.late is not None:
        told_at = latest(leg.left_told_at, listed)
        return Word(max(0, leg.late), leg.leaves_at + leg.late, told_at, leg)
    call = leg.call
    if call is None or not call.is_told or call.stage == "DROPPED":
        return None
    since = max(call.known.since if call.known else 0, call.plan.set_at if call.plan else 0)
    leaves_at = max(call.said_to_leave_at, call.plan.leaves_at if call.plan else 0)
    told_at = _first_told(call)
    if call.stage == "ALONGSIDE":
        told_at = latest(told_at, call.progress_told_at or call.alongside_told_at)
    return Word(max(0, leaves_at - leg.leaves_at), since, latest(told_at, listed), leg)


def _first_told(call: Call) -> int | None:
    """Return when the first of the words was received that say how she is expected now."""
    plan, known = call.plan, call.known
    if known and call.stage == "FAR" and (plan is None or known.since > plan.set_at):
        return known.heard_at
    return plan.heard_at if plan else None


def delay_travels(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """R01: judge what is foreseen of a call against what is agreed; return when to look again."""
    way = call.rotation
    if way is None:
        return None
    key, word = foretold_key(call), foreseen(way, call)
    assert key is not None, "she is on her way"
    if word is None or call.stage != "FAR":
        ledger.over(key, now)
        return None
    promised = way.leg_of(call).arrives_at
    agreed = call.plan.berth_at if call.plan else promised
    off, near_at = promised + word.late - agreed, agreed - at_most.FORETOLD_NEAR
    limit = at_most.FORETOLD_OFF_NEAR if now >= near_at else at_most.FORETOLD_OFF_FAR
    quiet_at = call.known.since + at_most.FORETOLD_QUIET if call.is_told and call.known else 0
    if off <= at_most.HYSTERESIS * limit:
        ledger.over(key, now)
    elif (off > limit and now >= quiet_at) or ledger.is_so(key):
        opens = call.windows.get("EFC", agreed)
        ledger.so(
            Truth(
                key=key,
                severity=_severity(ledger, call, off),
                known_at=latest(word.told_at, call.plan.heard_at) if call.plan else word.told_at,
                impact_at=agreed,
                act_by_at=opens - at_most.FORETOLD_ACT_BEFORE,
                audience=_audience(voices, call, way),
                root="late-departure-upstream",
                root_key=_behind(word.leg),
            ),
            now,
        )
    return earliest_after(now, near_at, quiet_at)


def _severity(ledger: Ledger, call: Call, off: int) -> Severity:
    if off >= at_most.FORETOLD_RED:
        return "RED"
    conflict = any(ledger.is_so(each) for each in conflicts_of(call))
    return "ORANGE" if conflict or off >= at_most.FORETOLD_ORANGE else "YELLOW"


def _behind(leg: Leg) -> str | None:
    """Return what makes her late in a port before, of what is so there."""
    call, port = leg.call, leg.port
    if call is None or port is None or not call.is_told:
        return None
    overstays, stands, is_slow = keys_of(call)
    return port.ledger.root_of(is_slow, stands, overstays, off_time_key(call))


def _audience(voices: Chorus, call: Call, way: Rotation) -> set[str]:
    """Return who is told: of a ship that is not announced yet, only who may know of her."""
    found = {*carriers(voices, (way.carrier,)), *voices.codes["PA"]}
    return found | set(of_call(voices, call, "TER AGT")) if call.is_told else found
