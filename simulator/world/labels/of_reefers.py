"""P05 as it truly is: a reefer in the yard is without power for longer than its cargo bears."""

from simulator.world.boxes import Box
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import carriers
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after
from simulator.world.telling.voices import Chorus


def without_power(ledger: Ledger, voices: Chorus, box: Box, now: int) -> int | None:
    """P05: judge a reefer; return when to look again."""
    key, since, ship = f"P05|{box.visit}", box.off_since, box.inbound or box.outbound
    if not box.visit or since is None or box.place != "YARD" or ship is None:
        ledger.over(key, now)
        return None
    limit = at_most.COLD_CHILLED if box.is_chilled else at_most.COLD_FROZEN
    orange, red = since + limit * 3 // 2, since + limit * 2
    if now <= since + limit:
        ledger.over(key, now)
        return since + limit + 1
    told = box.told.get("power", box.told.get("gated_in", box.told.get("discharged")))
    ledger.so(
        Truth(
            key=key,
            severity="RED" if now >= red else "ORANGE" if now >= orange else "YELLOW",
            known_at=told,
            impact_at=red,
            act_by_at=since + limit + at_most.COLD_ACT,
            audience={
                ship.terminal.operator,
                box.forwarder,
                *carriers(voices, (ship.carrier,) if _names_its_ship(box) else ()),
            }
            - {""},
            root="reefer-power-loss",
        ),
        now,
    )
    return earliest_after(now, orange, red)


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
