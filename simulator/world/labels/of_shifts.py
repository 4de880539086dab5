"""T03 as it truly is: a ship's times changed by hours, and trucks stand on the old ones.

What land goes by is the newest word of ship or terminal, and the receiving window. A change of it
beyond the threshold is counted once; trucks whose slot is then outside are left behind until each
was moved, confirmed or cancelled by someone who knew.
"""

from dataclasses import dataclass, field

from simulator.world.boxes import Appointment
from simulator.world.calls import Call
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, foretold_key, off_time_key

Times = tuple[int | None, int | None, int]
"""Window opens, window closes, ship berths."""
ARRIVAL = "ARRIVAL"
WINDOWS = ("EFC", "FCO")


@dataclass(slots=True)
class Shifts:
    """What land was last told of a call, and the change that is counted since."""

    told: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] | None = None
    seq: int = 0
    at: int = 0
    known_at: int | None = None
    waiting: list[Appointment] | None = None
    """Trucks that nobody has answered for since; None while that was not looked at."""
    judged_by: Times | None = None
    outside: list[Appointment] = field(default_factory=list)
    """Of these, those that stood outside the times when these were last judged by."""


def settle(shifts: Shifts, call: Call, now: int) -> bool:
    """Count a change of the times beyond its threshold; return whether anything was counted."""
    times = {ARRIVAL: call.berths_at}
    times |= {code: call.windows[code] for code in WINDOWS if code in call.windows}
    if shifts.before is not None and not _moved(shifts.before, times):
        shifts.told = {**times, **shifts.before}
        shifts.before = None
        return True
    if not _moved(shifts.told, times):
        shifts.told = {**times, **shifts.told}
        return False
    shifts.before, shifts.told = shifts.told, times
    shifts.seq, shifts.at = shifts.seq + 1, now
    shifts.waiting = shifts.judged_by = None
    told = [call.known.heard_at if call.known else None, call.windows_told_at]
    told.append(call.plan.heard_at if call.plan else None)
    received = [at for at in told if at is not None and at >= now]
    shifts.known_at = max(received, default=now)
    return True


def _moved(before: dict[str, int], times: dict[str, int]) -> bool:
    for name in (ARRIVAL, *WINDOWS):
        if name in before and name in times:
            limit = at_most.SHIFT_ARRIVAL if name == ARRIVAL else at_most.SHIFT_WINDOW
            if abs(times[name] - before[name]) >= limit:
                return True
    return False


def is_left_behind(call: Call, shifts: Shifts, made: Appointment) -> bool:
    """Tell whether a truck stands outside the times and nobody answered for it since."""
    return _waits(shifts, made) and not made.is_here and _is_outside(_times(call), made)


def _times(call: Call) -> Times:
    return call.windows.get("EFC"), call.windows.get("FCO"), call.berths_at


def _is_outside(times: Times, made: Appointment) -> bool:
    """Tell whether a truck stands outside the times."""
    opens, closes, berths_at = times
    if made.direction == "DELIVER":
        early = opens is not None and made.slot_at < opens
        return early or (closes is not None and made.slot_at >= closes)
    if any("discharged" in box.happened for box in made.boxes):
        return False
    return made.slot_at < berths_at + at_most.READY_AFTER


def _waits(shifts: Shifts, made: Appointment) -> bool:
    """Tell whether nobody answered for a truck since the times changed."""
    return made.said_at <= shifts.at and made.is_live


def _behind(call: Call, shifts: Shifts, made: list[Appointment], now: int) -> list[Appointment]:
    """Return the trucks that are left behind, looking again only at those that may still be."""
    times = _times(call)
    if now <= shifts.at:  # who books in this instant may not know the new times
        return [each for each in made if is_left_behind(call, shifts, each)]
    if shifts.judged_by != times:
        among = made if shifts.waiting is None else shifts.waiting
        shifts.waiting = among = [each for each in among if _waits(shifts, each)]
    else:
        among = [each for each in shifts.outside if _waits(shifts, each)]
    shifts.judged_by = times
    shifts.outside = [each for each in among if _is_outside(times, each)]
    return [each for each in shifts.outside if not each.is_here]


def _is_frozen(shifts: Shifts) -> bool:
    """Tell whether the terminal decides before hauliers are told: the window opens too soon."""
    opens = [times["EFC"] for times in (shifts.before or {}, shifts.told) if "EFC" in times]
    return bool(opens) and min(opens) - shifts.at <= at_most.SHIFT_FROZEN


def trucks_left(
    ledger: Ledger, call: Call, shifts: Shifts, made: list[Appointment], now: int
) -> int | None:
    """T03: judge the trucks of a call; return when to look again."""
    key = f"T03|{call.part}|{shifts.seq}"
    behind = []
    if shifts.before is not None and call.is_open:
        behind = _behind(call, shifts, made, now)
    if not behind:
        ledger.over(key, now)
        return None
    first = min(each.slot_at for each in behind)
    left = first - now
    is_red = any(each.is_moving for each in behind) or left <= at_most.SHIFT_RED
    is_frozen, on_the_road = _is_frozen(shifts), {each.haulier for each in behind}
    on_the_road |= {box.forwarder for each in behind for box in each.boxes if box.forwarder}
    many = len(behind) >= at_most.SHIFT_MANY
    ledger.so(
        Truth(
            key=key,
            severity="RED"
            if is_red
            else "ORANGE"
            if many or left <= at_most.SHIFT_ORANGE
            else "YELLOW",
            known_at=max(shifts.known_at or now, min(each.told_at or now for each in behind)),
            impact_at=first,
            act_by_at=first - at_most.TRAVEL,
            audience={call.terminal.operator, *(on_the_road if is_red or not is_frozen else ())},
            root=call.root,
            hold=at_most.SHIFT_HOLD,
            root_key=ledger.root_of(off_time_key(call), foretold_key(call)),
        ),
        now,
    )
    return earliest_after(now, first - at_most.SHIFT_ORANGE, first - at_most.SHIFT_RED, first)
