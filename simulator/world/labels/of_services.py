"""B05 as it truly is: pilot or tugs do not fit the hour at which a ship moves, or are too few."""

from simulator.world.calls import Call, Order
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import arrival_told, earliest_after, latest, off_time_key
from simulator.world.network import PASSAGE
from simulator.world.telling.voices import Chorus


def mismatches(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """B05: judge every service of a ship's next movement; return when to look again."""
    return earliest_after(now, *(_service(ledger, voices, call, name, now) for name in call.orders))


def _service(
    ledger: Ledger, voices: Chorus, call: Call, name: tuple[str, str], now: int
) -> int | None:
    service, direction = name
    key, order = f"B05|{call.id}|{direction}|{service}", call.orders[name]
    if not is_ahead(call, name):
        ledger.over(key, now)
        return None
    moves_at, until = movement(call, name)
    steps = (at_most.SERVICE_WATCH, at_most.SERVICE_NEAR, at_most.SERVICE_MISSING[direction])
    wake = earliest_after(now, *(until - step for step in (*steps, at_most.SERVICE_RED)))
    if not _is_wrong(ledger, key, order, (moves_at, until), now, steps):
        ledger.over(key, now)
        return wake
    ledger.so(
        Truth(
            key=key,
            severity="RED" if until - now <= at_most.SERVICE_RED else "ORANGE",
            known_at=latest(order.told_at, arrival_told(call), call.progress_told_at or 0),
            impact_at=until,
            act_by_at=until - at_most.SERVICE_RED,
            audience=of_call(voices, call, "NAU AGT TER"),
            root="pilot-shortage" if not order.is_given else call.root,
            hold=at_most.SERVICE_HOLD,
            root_key=ledger.root_of(off_time_key(call), f"P03|{call.part}")
            if order.is_given
            else None,
        ),
        now,
    )
    return wake


def is_ahead(call: Call, name: tuple[str, str]) -> bool:
    """Tell whether the movement that a service is for has not begun."""
    service, direction = name
    if direction == "OUTB":
        return call.stage == "ALONGSIDE"
    before = "moving" if service == "PILOTAGE" else "alongside"
    return call.is_open and before not in call.happened


def movement(call: Call, name: tuple[str, str]) -> tuple[int, int]:
    """Return from when until when a service may begin; the movement that it is for ends it.

    Of a ship that came after the agreed hour it is the hour at which she came, until she is
    planned anew.
    """
    service, direction = name
    if direction == "OUTB":
        return call.leaves_at, call.leaves_at
    at = max(call.moves_in_at, call.happened.get("came", 0))
    return at, at if service == "PILOTAGE" else at + PASSAGE


def _is_wrong(
    ledger: Ledger,
    key: str,
    order: Order,
    movement: tuple[int, int],
    now: int,
    steps: tuple[int, int, int],
) -> bool:
    watch, near, missing = steps
    left = movement[1] - now
    if left > watch:
        return False
    if not order.is_given:
        return left <= missing
    if order.units < order.required:
        return True
    off = max(movement[0] - order.starts_at, order.starts_at - movement[1], 0)
    if ledger.is_so(key):
        return off > at_most.SERVICE_CLEAR
    return off > (at_most.SERVICE_OFF_NEAR if left <= near else at_most.SERVICE_OFF_FAR)
