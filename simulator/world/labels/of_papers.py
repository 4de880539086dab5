"""B06 as it truly is: a formality without which a ship may not come in or leave is not granted."""

from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import of_call
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest
from simulator.world.telling.voices import Chorus

DONE = ("GRANTED", "WAIVED")


def papers(ledger: Ledger, voices: Chorus, call: Call, now: int) -> int | None:
    """B06: judge every mandatory formality of a call; return when to look again."""
    wakes = []
    for name, (direction, status) in call.formalities.items():
        key = f"B06|{call.id}|{direction}|{name}"
        inward = direction == "INBD"
        due = _comes(call) if inward else _leaves(call)
        steps = at_most.INWARD_STEPS if inward else at_most.OUTWARD_STEPS
        is_past = "came" in call.happened if inward else "left" in call.happened
        wakes += [due - step for step in steps]
        if status in DONE or is_past or not call.is_open:
            ledger.over(key, now)
            continue
        if status != "REJECTED" and now < due - steps[0]:
            ledger.over(key, now)
            continue
        left = due - now
        following = next((step for step in steps if step < left), 0)
        ledger.so(
            Truth(
                key=key,
                severity="RED"
                if left <= at_most.PAPERS_RED
                else "ORANGE"
                if left <= at_most.PAPERS_ORANGE
                else "YELLOW",
                known_at=latest(call.known.heard_at if call.known and inward else now),
                impact_at=due,
                act_by_at=due - following,
                audience=of_call(voices, call, "AGT AUT PA"),
                root="clearance-late",
            ),
            now,
        )
    return earliest_after(now, *wakes)


def _comes(call: Call) -> int:
    assert call.known is not None, "something is known of every ship"
    return call.plan.pilot_at if call.plan else call.known.at


def _leaves(call: Call) -> int:
    return call.plan.leaves_at if call.plan else call.leaves_at
