"""D01 as it truly is: the line of a source is down for longer than it is ever quiet."""

import simpy

from correlation.instants import DAY, HOUR, SECOND
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.telling.voices import Steps, Voice

HARM_AFTER = 3
"""So many floors after the last word, decisions rest on what is no longer so."""


def silences(
    env: simpy.Environment, ledger: Ledger, voice: Voice, family: str, allowed: int
) -> Steps:
    """Watch one family of a source for ever.

    It beats before its floor is half over, so thrice its usual gap is never more than the floor.
    """
    begun, last_start = int(env.now), 0
    while True:
        now = int(env.now)
        near = voice.noise.silences.near(now, now + 2 * DAY)
        spell = next((each for each in near if each.start > last_start and each.end > now), None)
        if spell is None:
            yield env.timeout(6 * HOUR)
            continue
        last_start = spell.start
        yield env.timeout(max(0, spell.start - now))
        last = voice.heard(family) or begun
        silent_at = max(last + allowed, int(env.now)) + SECOND
        if silent_at + SECOND >= spell.end:
            continue
        yield env.timeout(silent_at - int(env.now))
        _silent(ledger, voice, family, (last, allowed), silent_at)
        yield env.timeout(max(0, spell.end + SECOND - int(env.now)))
        ledger.over(key_of(ledger, voice, family), int(env.now))


def key_of(ledger: Ledger, voice: Voice, family: str) -> str:
    """Return the key of a silent source."""
    return f"D01|{voice.source}|{family}|{ledger.system}"


def _silent(ledger: Ledger, voice: Voice, family: str, since: tuple[int, int], now: int) -> None:
    last, limit = since
    ledger.so(
        Truth(
            key=key_of(ledger, voice, family),
            severity="ORANGE" if ledger.any_so() else "YELLOW",
            known_at=now,
            impact_at=max(last + HARM_AFTER * limit, now + limit),
            act_by_at=last + 2 * limit,
            audience={voice.organisation, *voice.operators()},
            root="gate-down" if voice.is_forced_silent(now) else "source-silence",
        ),
        now,
    )
