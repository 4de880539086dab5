"""Which change of a ship's times the land side must act on: counted once, on a tick.

A terminal call settles when time passes, not when a fact arrives, so the count does not depend
on the order of facts inside a second.
"""

from typing import Final

from msgspec.structs import replace

from correlation.instants import HOUR
from correlation.picture import promises
from correlation.picture.entities import Shift, TerminalCall
from correlation.picture.milestones import berth_arrival, window_of
from correlation.picture.port import Port
from correlation.picture.queues import settle_flows
from correlation.picture.stock import heal
from correlation.statements import Slot
from correlation.tables import Table

WATCHED_WINDOWS: Final = ("EFC", "FCO")
ARRIVAL: Final = "ARRIVAL"


def settle(port: Port, now: int) -> None:
    """Compare every changed terminal call with what the land side was last told."""
    for identity in sorted(port.recounted):
        port.recounted.drop(identity)
        port.touch("batch", identity)
    _touch_noted(port, port.reworked, "cargo")
    _touch_noted(port, port.relisted, "load_list")
    for identity in sorted(port.unsettled):
        port.unsettled.drop(identity)
        if terminal_call := port.terminal_calls.get(identity):
            promises.note_windows(port, identity)
            after = _settled(port, terminal_call, now)
            if after != terminal_call:
                port.terminal_calls.put(identity, after)
                port.touch("terminal_call", identity)
                if after.change_seq != terminal_call.change_seq:
                    for _, appointment in after.pickups:  # the change may be what is behind them
                        port.touch("appointment", appointment)
    settle_flows(port, now)
    if port.restocked:
        heal(port)
    for identity in sorted(port.openings):
        _touch_early(port, identity, port.openings[identity])
        port.openings.drop(identity)


def note_opening(port: Port, part_id: str, before: dict[str, Slot], after: dict[str, Slot]) -> None:
    """Note up to when trucks may come too early, or no longer: they are judged on the next tick."""
    openings = [
        int(said.value or 0)
        for windows in (before, after)
        for key, slot in windows.items()
        if key.startswith("EFC|")
        for said in slot
    ]
    if openings:
        port.openings.put(part_id, max(*openings, port.openings.get(part_id, 0)))


def _touch_early(port: Port, identity: str, until: int) -> None:
    """Let the trucks before an opening that moved be judged, after the change was counted."""
    if terminal_call := port.terminal_calls.get(identity):
        for at, appointment in terminal_call.deliveries:
            if at >= until:
                break
            port.touch("appointment", appointment)


def _touch_noted(port: Port, noted: Table[bool], kind: str) -> None:
    if noted:
        for identity in sorted(noted):
            noted.drop(identity)
            port.touch(kind, identity)


def current_times(port: Port, terminal_call: TerminalCall) -> dict[str, int]:
    """Return the arrival and the window times that the land side plans by."""
    found: dict[str, int] = {}
    arrival = berth_arrival(port, terminal_call)
    if arrival is not None:
        found[ARRIVAL] = arrival.at
    for code in WATCHED_WINDOWS:
        at = window_of(port, terminal_call, code)
        if at is not None:
            found[code] = at
    return found


def _settled(port: Port, terminal_call: TerminalCall, now: int) -> TerminalCall:
    times = current_times(port, terminal_call)
    shift = terminal_call.shift
    if shift and not _largest(port, shift.before_all, times):
        # The change was taken back: what it was counted from rules again, its number is spent.
        return replace(terminal_call, shift=None, told={**times, **shift.before_all})
    moved = _largest(port, terminal_call.told, times)
    if moved is None:
        told = {**times, **terminal_call.told}
        return replace(terminal_call, told=told)
    seq = terminal_call.change_seq + 1
    counted = Shift(
        name=moved,
        before=terminal_call.told[moved],
        after=times[moved],
        counted_at=now,
        seq=seq,
        before_all=terminal_call.told,
    )
    return replace(terminal_call, shift=counted, change_seq=seq, told=times)


def _largest(port: Port, told: dict[str, int], times: dict[str, int]) -> str | None:
    """Return the name of the largest change beyond its threshold; windows before the arrival."""
    policy = port.policy
    found = None
    largest = 0
    for name in (*WATCHED_WINDOWS, ARRIVAL):
        if name not in told or name not in times:
            continue
        hours = policy.arrival_shift_hours if name == ARRIVAL else policy.window_shift_hours
        change = abs(times[name] - told[name])
        if change >= int(hours * HOUR) and change > largest:
            found, largest = name, change
    return found
