"""R02 as it truly is: boxes of one ship will not be ready when the next one begins to load.

A box counts as off its ship when the work on her is done, for that is what terminals tell; the
next ship takes boxes on from an hour after she berths.
"""

from correlation.instants import HOUR
from simulator.world.calls import Call, Connection
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.audience import carriers
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import arrival_told, foretold_key, latest, off_time_key
from simulator.world.telling.voices import Chorus


def at_risk(ledger: Ledger, voices: Chorus, connection: Connection, now: int) -> int | None:
    """R02: judge the boxes between two ships; return when to look again."""
    inbound, outbound = connection.inbound, connection.outbound
    key = f"R02|{inbound.system}|{inbound.id}|{outbound.id}"
    done, closes = inbound.worked_until, _loads_at(outbound)
    dropped = "DROPPED" in (inbound.stage, outbound.stage)
    if done is None or dropped or now > closes or outbound.stage == "SAILED":
        ledger.over(key, now)
        return None
    special = [box for box in connection.boxes if box.cargo != "DRY"]
    plain = len(special) < len(connection.boxes)
    slack = closes - done - at_most.TRANSFER
    short = special if slack >= 0 or not plain else connection.boxes
    slack -= at_most.TRANSFER_SPECIAL if special else 0
    if slack >= at_most.CONNECTION_SLACK:
        ledger.over(key, now, at_most.CONNECTION_CLEAR_HOLD)
    elif slack < 0 or ledger.is_so(key):
        is_red = len(short) >= at_most.CONNECTION_MANY or any(box in special for box in short)
        told = [connection.told_at, arrival_told(inbound), arrival_told(outbound)]
        told.append(inbound.progress_told_at or 0)
        ledger.so(
            Truth(
                key=key,
                severity="RED" if is_red else "ORANGE",
                known_at=latest(*told),
                impact_at=closes,
                act_by_at=inbound.works_at,
                audience={
                    inbound.terminal.operator,
                    outbound.agent,
                    *carriers(voices, (inbound.carrier, outbound.carrier)),
                },
                root=inbound.held_by or inbound.root,
                root_key=ledger.root_of(
                    f"P03|{inbound.part}", off_time_key(inbound), foretold_key(inbound)
                ),
            ),
            now,
        )
    return closes + 1


def _loads_at(call: Call) -> int:
    if call.plan is None:
        return call.berths_at
    return max(call.plan.berth_at, call.berths_at) + HOUR
