"""T06 as it truly is: the free days of an import end, and no truck that can take it is booked."""

from simulator.world.boxes import Box
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import carriers
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_land import pickup_key
from simulator.world.labels.of_ships import earliest_after
from simulator.world.labels.thresholds import by_horizon
from simulator.world.telling.voices import Chorus


def free_time(ledger: Ledger, voices: Chorus, box: Box, now: int) -> int | None:
    """T06: judge an import against the end of its free days; return when to look again."""
    call, last, made = box.inbound, box.free_until, box.appointment
    assert call is not None, "imports come with a ship"
    assert last is not None, "its days run"
    key, watched_from = f"T06|{box.visit}|STORAGE", last - at_most.FREE_WATCH
    is_booked = made is not None and made.is_live and made.slot_at < last and box.is_available
    if box.place not in ("YARD", "TRUCK") or now < watched_from or is_booked:
        ledger.over(key, now)
        return earliest_after(now, watched_from) if box.place == "YARD" else None
    if made is not None and (made.is_here or made.state == "SERVED"):
        return None  # it is on its way out
    orange = last - at_most.FREE_ORANGE
    ledger.so(
        Truth(
            key=key,
            severity=by_horizon(last - now, at_most.FREE_ORANGE, 0),
            known_at=box.told.get("clock"),
            impact_at=last,
            act_by_at=last - at_most.TRAVEL,
            audience={
                box.forwarder,
                call.terminal.operator,
                *carriers(voices, (call.carrier,)),
            },
            root=box.root,
            root_key=ledger.root_of(pickup_key(box, made)) if made else None,
        ),
        now,
    )
    return earliest_after(now, orange, last)
