"""T02 as it truly is: a truck is booked, under way or here before its ship's window opens."""

from correlation.findings import Severity
from simulator.world.boxes import Appointment
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest, off_time_key


def early_truck(ledger: Ledger, made: Appointment, now: int) -> int | None:
    """T02: judge each box that an appointment brings; return when to look again."""
    call = made.boxes[0].outbound
    if call is None or made.direction != "DELIVER":
        return None
    opens = call.windows.get("EFC")
    keys = [f"T02|{box.number}|{made.id}" for box in made.boxes]
    comes = made.comes_at if made.is_moving and made.comes_at is not None else made.slot_at
    early = opens is not None and comes < opens - at_most.WINDOW_MARGIN
    if opens is None or not early or not made.is_live or not call.is_open or now >= opens:
        for key in keys:
            ledger.over(key, now)
        return None
    left = made.slot_at - now
    severity: Severity = "ORANGE" if left <= at_most.WINDOW_ORANGE else "YELLOW"
    if made.is_moving or made.is_here:
        severity = "RED"
    for key, box in zip(keys, made.boxes, strict=True):
        ledger.so(
            Truth(
                key=key,
                severity=severity,
                known_at=latest(made.told_at, call.windows_told_at),
                impact_at=made.slot_at,
                act_by_at=made.slot_at - at_most.TRAVEL,
                audience={made.haulier, box.forwarder, made.gate_operator},
                root=call.root,
                root_key=ledger.root_of(off_time_key(call)),
            ),
            now,
        )
    return earliest_after(now, made.slot_at - at_most.WINDOW_ORANGE, opens)
