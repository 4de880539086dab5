"""T02 as it truly is: a truck is booked, under way or here before its ship's window opens."""

from correlation.findings import Severity
from simulator.world.boxes import Appointment, Box
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest, off_time_key


def early_truck(
    ledger: Ledger,
    made: Appointment,
    now: int,
    left_key: str | None = None,
    *,
    is_left: bool = False,
) -> int | None:
    """T02: judge each box that an appointment brings; return when to look again.

    `left_key` is of the T03 of its ship, which stands behind it while it is so. A truck that was
    left behind is one of those of T03 until it goes: its terminal decides before it is told.
    """
    call = made.boxes[0].outbound
    if call is None or made.direction != "DELIVER":
        return None
    opens = call.windows.get("EFC")
    told = _early_told(made, opens - at_most.WINDOW_MARGIN) if opens is not None else []
    gone = made.is_inside or not made.is_live or not call.is_open
    gone |= is_left and not (made.is_moving or made.is_here)
    if opens is None or not told or gone or now >= opens:
        if made.has_been_early:
            for box in made.boxes:
                ledger.over(_key(box, made), now)
        return None
    made.has_been_early = True
    left = made.slot_at - now
    severity: Severity = "ORANGE" if left <= at_most.WINDOW_ORANGE else "YELLOW"
    if made.is_moving or made.is_here:
        severity = "RED"
    for box in made.boxes:
        ledger.so(
            Truth(
                key=_key(box, made),
                severity=severity,
                known_at=latest(min(told), call.windows_told_at),
                impact_at=made.slot_at,
                act_by_at=made.slot_at - at_most.TRAVEL,
                audience={made.haulier, box.forwarder, made.gate_operator},
                root=call.root,
                root_key=ledger.root_of(left_key, off_time_key(call)),
            ),
            now,
        )
    return earliest_after(now, made.slot_at - at_most.WINDOW_ORANGE, opens)


def _key(box: Box, made: Appointment) -> str:
    return f"T02|{box.number}|{made.id}"


def _early_told(made: Appointment, latest_early: int) -> list[int]:
    """Return when each word was received by which a truck is early: its slot, the road, the gate.

    A word that was never received tells nobody.
    """
    words = [(made.slot_at, made.told_at)]
    if made.is_moving:
        words.append((made.comes_at or made.slot_at, made.comes_told_at))
    if made.is_here:
        words.append((made.came_at or made.slot_at, made.came_told_at))
    return [told for at, told in words if at < latest_early and told is not None]
