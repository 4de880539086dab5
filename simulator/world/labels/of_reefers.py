"""P05 as it truly is: a reefer in the yard is without power, or too warm, or no longer read.

How warm it is can be known only of those that are read: from an hour after a reading shows it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.world.boxes import Box
from simulator.world.cooling import LIMITS
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import carriers
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after
from simulator.world.telling.voices import Chorus


class Fault(NamedTuple):
    """What is wrong with a reefer: since when, for how long it may be, and from when it is known.

    `until`: when it ends as things are going now, if that is foreseen.
    """

    since: int
    limit: int
    known_at: int | None
    until: int | None = None
    root: str = "reefer-power-loss"


def without_power(ledger: Ledger, voices: Chorus, box: Box, now: int) -> int | None:
    """P05: judge a reefer; return when to look again."""
    key, ship = f"P05|{box.visit}", box.inbound or box.outbound
    faults = list(_faults(box, now))
    if not box.visit or box.place != "YARD" or ship is None:
        ledger.over(key, now)
        return None
    wakes = [at for fault in faults for at in _steps(fault)]
    over = [fault for fault in faults if now > fault.since + fault.limit]
    if not over:
        ledger.over(key, now, at_most.COLD_CLEAR_HOLD)
        return earliest_after(now, *wakes)
    worst = max(over, key=lambda fault: (now - fault.since) / fault.limit)
    share = (now - worst.since) / worst.limit
    known = [fault.known_at for fault in over if fault.known_at is not None]
    ledger.so(
        Truth(
            key=key,
            severity="RED"
            if share >= 2
            else "ORANGE"
            if share >= at_most.COLD_ORANGE
            else "YELLOW",
            known_at=min(known, default=None),
            impact_at=worst.since + 2 * worst.limit,
            act_by_at=worst.since + worst.limit + at_most.COLD_ACT,
            audience={
                ship.terminal.operator,
                box.forwarder,
                *carriers(voices, (ship.carrier,) if _names_its_ship(box) else ()),
            }
            - {""},
            root=worst.root,
        ),
        now,
    )
    return earliest_after(now, *wakes)


def _faults(box: Box, now: int) -> Iterator[Fault]:
    air, told = box.air, box.told
    if box.off_since is not None:
        limit = at_most.COLD_CHILLED if box.is_chilled else at_most.COLD_FROZEN
        known = told.get("power", told.get("gated_in", told.get("discharged")))
        yield Fault(box.off_since, limit, known)
    if air is None:
        return
    since, until = air.over(LIMITS[box.is_chilled])
    if since is not None and (until is None or now < until):
        known = told["warm"] + at_most.COLD_WARM if "warm" in told else None
        yield Fault(since, at_most.COLD_WARM, known, until)
    if air.is_mute and air.read_at is not None and box.off_since is None:
        limit = at_most.COLD_UNREAD
        yield Fault(air.read_at, limit, air.read_at + limit, root="source-silence")


def _steps(fault: Fault) -> tuple[int | None, ...]:
    """Return when a fault turns into an incident, or it becomes worse, or is over."""
    since, limit = fault.since, fault.limit
    orange = since + int(at_most.COLD_ORANGE * limit)
    return since + limit + 1, orange, since + 2 * limit, fault.until


def _names_its_ship(box: Box) -> bool:
    """Tell whether anybody said which ship a box came with, or leaves with.

    A list of what stands in a terminal names no carrier. What changes ships and was there before
    the run began is known from that list alone, unless its carrier lists it.
    """
    if box.kind != "TRANSSHIP" or "stocked" not in box.told:
        return True
    ship = box.outbound
    if ship is None:
        return False
    if ship.load_list_told_at is not None and box in ship.load_list:
        return True
    return any(each.told_at is not None and box in each.boxes for each in ship.connections)
