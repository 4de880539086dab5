"""P04 as it truly is: too many boxes of a load list are not ready hours before the loading."""

from simulator.world.boxes import Box
from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest
from simulator.world.telling.voices import Chorus


def load_list(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """P04: judge the load list of a ship; return when to look again."""
    key, plan, listed = f"P04|{call.part}", call.plan, len(call.load_list)
    if not listed or plan is None or not call.is_open or "last_lift" in call.happened:
        ledger.over(key, now)
        return None
    starts_at = plan.berth_at + at_most.LIST_AFTER_BERTH
    watched_from = starts_at - at_most.LIST_WATCH
    if now < watched_from:
        ledger.over(key, now)
        return earliest_after(now, watched_from)
    # Who is ready stays so while he is listed: only the others have to be looked at again.
    missing = call.unready = [box for box in call.unready if not is_ready(box)]
    share, most = len(missing) / listed, at_most.LIST_BOXES
    was_so = ledger.is_so(key)
    is_short = share > at_most.LIST_SHARE or len(missing) > most
    stays = share > at_most.LIST_CLEAR or len(missing) > at_most.HYSTERESIS * most
    if not (is_short or (was_so and stays)):
        ledger.over(key, now)
        return None
    is_red = share > at_most.LIST_RED or call.status == "CUTR"
    is_special = any(box.cargo != "DRY" for box in missing)
    is_orange = is_special or share > at_most.LIST_ORANGE
    ledger.so(
        Truth(
            key=key,
            severity="RED" if is_red else "ORANGE" if is_orange else "YELLOW",
            known_at=latest(plan.told_at, call.load_list_told_at),
            impact_at=starts_at,
            act_by_at=starts_at - at_most.LIST_ACT_BEFORE,
            audience={*of_call(voices, call, "TER CAR"), *(box.forwarder for box in missing)},
            root=_root(missing[0]),
        ),
        now,
    )
    return None


def is_ready(box: Box) -> bool:
    """Tell whether an export may be loaded: inside, weighed, cleared and documented."""
    if "loaded" in box.happened:
        return True
    papers = box.booking is not None and box.booking.papers_done
    return box.place == "YARD" and box.is_weighed and box.is_cleared and papers


def _root(box: Box) -> str:
    return "late-papers" if box.is_cleared else "customs-selection"
