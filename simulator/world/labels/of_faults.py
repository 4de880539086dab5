"""D03, D04 as they truly are: a clock ahead, a word under way for hours, a wrong number, a twin.

What waited for the end of a silence is no late fact: the silence is told by itself.
"""

from typing import NamedTuple

import simpy

from correlation.instants import MINUTE
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.telling.voices import Chorus, Late, Steps, Voice


class Mistyped(NamedTuple):
    """A number that was typed for a box: when that was received, until when it stands."""

    number: str
    told_at: int
    until: int
    operator: str


class Twin(NamedTuple):
    """A ship whose number a second transponder sends: since when told, until when it is heard."""

    imo: str
    told_at: int
    until: int


def late(ledger: Ledger, voices: Chorus, fact: Late, now: int) -> int | None:
    """D03: judge an actual that is late; return when to look again."""
    key, lapses_at = f"D03|{fact.object}|{fact.milestone}|late", _lapses(fact.told_at)
    if now < fact.told_at:
        return fact.told_at
    if now >= lapses_at:
        ledger.over(key, now)
        return None
    audience = {fact.organisation, fact.operator, *voices.codes["OPS"]}
    so = _truth(key, fact.told_at, audience, "late-word")
    ledger.so(so if fact.is_plain else so._replace(known_at=None), now)
    return lapses_at


def mistyped(ledger: Ledger, voices: Chorus, typed: Mistyped, now: int) -> int | None:
    """D04: judge a container number that was typed wrong; return when to look again."""
    audience = {typed.operator, *voices.codes["OPS"], *voices.codes["AUT"]}
    so = _truth(f"D04|{typed.number}", typed.told_at, audience, "mistyped-number")
    return _seen_twice(ledger, so, typed, now)


def twin(ledger: Ledger, voices: Chorus, other: Twin, now: int) -> int | None:
    """D04: judge a ship that is heard in two places; return when to look again."""
    audience = {*voices.codes["OPS"], *voices.codes["AUT"]}
    so = _truth(f"D04|imo:{other.imo}", other.told_at, audience, "twin-transponder")
    return _seen_twice(ledger, so, other, now)


def _seen_twice(ledger: Ledger, so: Truth, fault: Mistyped | Twin, now: int) -> int | None:
    if now < fault.told_at:
        return fault.told_at
    if now >= fault.until:
        ledger.over(so.key, now)
        return None
    act_by = fault.told_at + at_most.CHECK_BY
    ledger.so(so._replace(severity="ORANGE", act_by_at=act_by), now)
    return fault.until


def wrong_clock(env: simpy.Environment, ledger: Ledger, voice: Voice) -> Steps:
    """Tell of a source whose clock is ahead, once it is heard, for as long as the run lasts."""
    if voice.noise.clock_off <= 0:
        return
    while voice.noted is None or int(env.now) < voice.noted:
        yield env.timeout(MINUTE)
    key = f"D03|{voice.source}|recordedtime|clock"
    audience = {voice.organisation, *voice.operators()}
    ledger.so(_truth(key, voice.noted, audience, "wrong-clock"), int(env.now))


def _lapses(told_at: int) -> int:
    return told_at + at_most.FAULT_LAPSES


def _truth(key: str, told_at: int, audience: set[str], root: str) -> Truth:
    return Truth(
        key=key,
        severity="YELLOW",
        known_at=told_at,
        impact_at=_lapses(told_at),
        act_by_at=told_at + at_most.FAULT_ACT,
        audience=audience,
        root=root,
    )
