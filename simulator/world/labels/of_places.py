"""P01, T04 as they truly are: a block too full, a gate with more trucks than it can pass.

Both are judged on what the terminal counts: a block every two hours, a gate every quarter of one.
"""

from collections.abc import Callable
from typing import NamedTuple

from correlation.instants import HOUR
from simulator.world.instants import written
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.telling.voices import Chorus
from simulator.world.terminals import Terminal


class Filled(NamedTuple):
    """How full a block is counted (shares of its room and of its plugs), and when that is told."""

    terminal: Terminal
    block: str
    level: float
    plugged: float
    told_at: int
    root: str


class Busy(NamedTuple):
    """What a gate counts: minutes of wait and of stay, the share of unbooked trucks; who comes.

    `ahead`: the trucks booked for the next two hours, as a share (%) of what it can pass.
    """

    gate: str
    operator: str
    wait: float
    turn: float | None
    walk_ins: float | None
    ahead: float
    told_at: int
    hauliers: Callable[[], tuple[str, ...]]
    root: str
    root_key: str | None = None


def too_full(ledger: Ledger, filled: Filled, now: int) -> None:
    """P01: judge a block in this shift; what is so goes on in the next one under its name."""
    terminal, begins = filled.terminal, now - now % at_most.SHIFT
    named = f"P01|{terminal.code}|{filled.block}|"
    key, before = named + written(begins), named + written(begins - at_most.SHIFT)
    was_so = ledger.is_so(key) or ledger.is_so(before)
    ledger.over(before, now)
    full = filled.level > (at_most.BLOCK_CLEAR if was_so else at_most.BLOCK_FULL)
    no_plugs = filled.plugged > (at_most.PLUGS_CLEAR if was_so else at_most.PLUGS_FULL)
    if not full and not no_plugs:
        ledger.over(key, now)
        return
    is_orange = filled.level > at_most.BLOCK_ORANGE or not full
    ledger.so(
        Truth(
            key=key,
            severity="RED"
            if filled.level > at_most.BLOCK_RED
            else "ORANGE"
            if is_orange
            else "YELLOW",
            known_at=filled.told_at,
            impact_at=max(begins + at_most.SHIFT, now + at_most.BLOCK_HARM),
            act_by_at=now + at_most.BLOCK_ACT,
            audience={terminal.operator},
            root=filled.root,
            hold=at_most.BLOCK_HOLD,
        ),
        now,
    )


def congested(ledger: Ledger, voices: Chorus, busy: Busy, now: int) -> None:
    """T04: judge a gate by its queue, how long trucks stay, those unbooked, and those to come."""
    key = gate_key(busy.gate)
    share = at_most.HYSTERESIS if ledger.is_so(key) else 1.0
    wait = at_most.GATE_WAIT_CLEAR if ledger.is_so(key) else at_most.GATE_WAIT
    signs = (
        busy.wait > wait,
        busy.turn is not None and busy.turn > share * at_most.GATE_TURN,
        busy.walk_ins is not None and busy.walk_ins > share * at_most.GATE_WALK_INS,
        busy.ahead > share * at_most.GATE_ARRIVALS,
    )
    if not any(signs):
        ledger.over(key, now, at_most.GATE_CLEAR_HOLD)
        return
    ledger.so(
        Truth(
            key=key,
            severity="RED" if busy.wait > at_most.GATE_WAIT_RED else "ORANGE",
            known_at=busy.told_at,
            impact_at=now + HOUR,
            act_by_at=now + at_most.GATE_ACT,
            audience={busy.operator, *voices.codes["PA"], *busy.hauliers()},
            root=busy.root,
            root_key=busy.root_key,
            hold=at_most.GATE_HOLD,
        ),
        now,
    )


def gate_key(gate: str) -> str:
    """Return the key of a congested gate."""
    return f"T04|{gate.partition('/')[0]}|{gate}|BOTH"
