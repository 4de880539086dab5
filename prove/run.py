"""One run under fire: load and faults on a real stack, then the judgement."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any, Final

import httpx

from prove.faults import Faults
from prove.load import Load, Poison, furthest
from prove.oracle import Folded, Verdict, fold, judge
from prove.plan import Fault, plan
from prove.story import SYSTEM, SYSTEMS
from prove.streams import StreamReader
from prove.witness import Witness, journals, spoken
from simulator.journal_end import JournalEnd, JournalStands
from stack.commands import publish_profiles
from stack.handed_keys import hand_out_keys
from stack.running import Running, Stores, services_on

READERS: Final = 3
SNAPSHOT_SECONDS: Final = 3.0
"""So short that restarts stand on many different snapshots."""
SAID_SECONDS: Final = 30.0
"""In which the coordinator says what the journal holds, once nothing more comes in."""

Told = Callable[[int, int, str], None]
"""Called with how many faults are done, how many there are, and what is done now."""


@dataclass(frozen=True)
class Outcome:
    """What was done, and what was found to be wrong."""

    seed: int
    kills: int
    by_part: dict[str, int]
    events: int
    accepted: int
    poison: int
    repeats: int
    verdict: Verdict
    sse_gaps: tuple[str, ...]
    sse_breaks: int
    restarts: tuple[float, ...]
    seconds: float

    @property
    def is_good(self) -> bool:
        """Tell that nothing at all was wrong."""
        found = self.verdict
        return not (found.lost or found.doubled or found.phantom or found.conflicting) and not (
            self.sse_gaps
        )

    def document(self) -> dict[str, Any]:
        """Return it as `--json` writes it."""
        return {
            "seed": self.seed,
            "kills": self.kills,
            "by_part": self.by_part,
            "events": self.events,
            "accepted": self.accepted,
            "poison": self.poison,
            "repeats": self.repeats,
            "lost": self.verdict.lost,
            "doubled": self.verdict.doubled,
            "phantom": self.verdict.phantom,
            "conflicting": self.verdict.conflicting,
            "sse_gaps": len(self.sse_gaps),
            "sse_breaks": self.sse_breaks,
            "restart_p95_s": percentile(self.restarts, 0.95),
            "restarts_timed": len(self.restarts),
            "seconds": round(self.seconds, 1),
            "examples": [*self.verdict.examples, *(f"sse: {gap}" for gap in self.sse_gaps[:1])],
        }


def prove(
    stores: Stores, namespace: str, copies: Path, kills: int, seed: int, told: Told
) -> Outcome:
    """Run all services in a namespace under load and fire; return what came of it.

    `copies` is the folder for profiles with keys of this run. Kafka and Valkey are struck too, so
    they must be nobody else's.

    Raises:
        NotAccepted, NotBack, StartFailed: a part did not come back, so that nothing is proved.
    """
    began = time.monotonic()
    keys = hand_out_keys(stores.settings.communities, copies, SYSTEMS)
    settings = stores.settings.model_copy(
        update={"communities": copies, "snapshot_seconds": SNAPSHOT_SECONDS}
    )
    own = replace(stores, settings=settings)
    with services_on(own, namespace=namespace, prepare=publish_profiles) as rada:
        readers = [StreamReader(rada.urls["alert_gateway"]) for _ in range(READERS)]
        witness = Witness(rada.settings)
        try:
            load, poison = Load(rada, keys, seed), Poison(rada, seed)
            faults = Faults(rada, witness, readers)
            _fire(faults, plan(kills, seed), load, told)
            poison.finish()
            load.finish()
            folded, verdict = _judge(rada, load, poison)
            _compare(rada, readers, folded)
        finally:
            witness.close()
            for reader in readers:
                reader.close()
    return Outcome(
        seed=seed,
        kills=faults.kills,
        by_part=dict(sorted(faults.done.items())),
        events=load.events,
        accepted=len(load.accepted),
        poison=len(poison.acknowledged),
        repeats=folded.repeats,
        verdict=verdict,
        sse_gaps=tuple(gap for reader in readers for gap in reader.gaps),
        sse_breaks=sum(reader.breaks for reader in readers),
        restarts=tuple(faults.restarts),
        seconds=time.monotonic() - began,
    )


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that this share of all stays within (nearest rank), None of none."""
    ordered = sorted(values)
    return round(ordered[max(ceil(share * len(ordered)) - 1, 0)], 3) if ordered else None


def _fire(faults: Faults, planned: Sequence[Fault], load: Load, told: Told) -> None:
    faults.calm()
    for number, fault in enumerate(planned):
        told(number, len(planned), f"{fault.kind} {fault.part}")
        faults.strike(fault)
        load.check()
    told(len(planned), len(planned), "judging")
    faults.calm()


def _judge(rada: Running, load: Load, poison: Poison) -> tuple[Folded, Verdict]:
    asyncio.run(_journaled(rada, load, poison))
    # From here on the journal stands still, so what is to be said is known.
    rada.supervisor.stop_these(rada.label("sequencer"))
    folded = fold(journals(rada.settings))
    until = time.monotonic() + SAID_SECONDS
    said = spoken(rada.settings)
    while time.monotonic() < until:
        before, said = len(said), spoken(rada.settings)
        if len(said) == before and folded.alerts <= {name for name, _ in said}:
            break
        time.sleep(1)
    return folded, judge(folded, said, load.accepted, poison.acknowledged)


async def _journaled(rada: Running, load: Load, poison: Poison) -> None:
    with JournalEnd(rada.settings) as journal:
        try:
            await journal.holds(furthest(load.reached, poison.reached))
        except JournalStands:
            return  # the judgement names what is missing


def _compare(rada: Running, readers: Sequence[StreamReader], folded: Folded) -> None:
    last: dict[str, int] = {}
    for name in folded.alerts:
        last[name.key] = max(name.version, last.get(name.key, 0))
    until = time.monotonic() + SAID_SECONDS
    stands = ""
    while time.monotonic() < until:
        before, stands = stands, _position(rada.urls["alert_gateway"])
        here = {f"{reader.last[0]}.{reader.last[1]}" for reader in readers if reader.last}
        if stands == before and here == {stands}:
            break
        time.sleep(0.5)
    for reader in readers:
        reader.compare(stands, last)


def _position(gateway: str) -> str:
    try:
        answer = httpx.get(f"{gateway}/v1/ports/{SYSTEM}", timeout=5)
    except httpx.TransportError:
        return ""
    return str(answer.json().get("position", ""))
