"""How the work on a ship changes the picture: forecasts, progress, lifts, cranes, rulings."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from correlation.instants import HOUR, instant
from correlation.picture.entities import Block, CargoWork, Machine, TerminalCall
from correlation.picture.fact import Fact
from correlation.picture.matching import find_terminal_call
from correlation.picture.port import Fold, Port
from correlation.picture.samples import sampled, without
from correlation.picture.vessel import keep_terminal_call
from correlation.statements import Slot, withdraw

RECENT: Final = 4 * HOUR
"""Lifts and figures this far behind the newest are let go: twice the span of a rate."""
FIGURES_MAX: Final = 64
"""Progress figures kept of a ship: one each four minutes of that span."""
IN_BLOCK: Final = "block|"
"""Before a block's id in a forecast: the boxes that the block takes, not those of a carrier."""
_PROGRESS: Final = (
    "loaded",
    "restowed",
    "remaining",
    "cranes_active",
    "expected_end_at",
    "first_lift_at",
    "last_lift_at",
    "as_of",
)


def work_on(port: Port, part_id: str) -> CargoWork:
    """Return the work on a ship, none of it so far if nothing was said."""
    return port.works.get(part_id) or CargoWork(id=part_id)


def moves_forecasted(port: Port, fact: Fact) -> bool:
    """V11: how many boxes a call will move, by carrier or in all, and into which blocks."""
    part = find_terminal_call(port, fact)
    if part is None:
        return False
    if fact.is_withdrawn:
        after = {key: fact.put(port, slot, None) for key, slot in part.forecast.items()}
    else:
        after = without_left_out(port, fact, part.forecast) | _forecasts(port, fact, part.forecast)
    after = {key: slot for key, slot in after.items() if slot}
    if after != part.forecast:
        blocks = dict.fromkeys(key for key in (*part.forecast, *after) if key.startswith(IN_BLOCK))
        keep_terminal_call(port, replace(part, forecast=after))
        for key in blocks:
            said = port.ruling(after.get(key, ()))
            _expect(port, key.removeprefix(IN_BLOCK), part.id, int(said.value or 0) if said else 0)
    return True


def _forecasts(port: Port, fact: Fact, before: dict[str, Slot]) -> dict[str, Slot]:
    found = {}
    for moves in fact.data.forecasts:
        counts = {
            name: count.total
            for name in ("load", "discharge", "restow")
            if (count := getattr(moves, name)) is not None
        }
        key = moves.carrier or ""
        found[key] = fact.put(port, before.get(key, ()), sum(counts.values()), counts)
    for given in fact.data.by_block:
        key = IN_BLOCK + given.block
        found[key] = fact.put(port, before.get(key, ()), given.boxes)
    return found


def without_left_out(port: Port, fact: Fact, slots: dict[str, Slot]) -> dict[str, Slot]:
    """Return the slots without what an earlier version of this fact said: it says it all again."""
    name = fact.fact_id
    found = {}
    for key, slot in slots.items():
        mine = [s for s in slot if s.source == fact.event.source and s.fact_id == name]
        found[key] = slot
        if mine and mine[0].version < fact.version:
            found[key] = withdraw(slot, fact.event.source, name)
            port.judged[fact.event.source, name] = fact.event.id
    return found


def _expect(port: Port, block_id: str, part_id: str, boxes: int) -> None:
    block = port.blocks.get(block_id) or Block(id=block_id)
    forecast = {name: held for name, held in block.forecast.items() if name != part_id}
    if boxes:
        forecast[part_id] = boxes
    port.blocks.put(block_id, replace(block, forecast=forecast))
    port.touch("block", block_id)


def cargo_progressed(port: Port, fact: Fact) -> bool:
    """V12: cumulative counts of the cargo operation and its expected end."""
    part = find_terminal_call(port, fact)
    if part is None:
        return False
    data, work = fact.data, work_on(port, part.id)
    if fact.is_withdrawn:
        after = fact.put(port, part.progress, None)
        progress = without(work.progress, fact)
    else:
        detail = {name: getattr(data, name) for name in _PROGRESS}
        after = fact.put(port, part.progress, data.discharged, detail)
        done = data.discharged + data.loaded + data.restowed
        as_of = instant(data.as_of)
        progress = sampled(work.progress, fact, as_of, float(done), RECENT, FIGURES_MAX)
    if progress != work.progress:
        port.works.put(part.id, replace(work, progress=progress))
    if after is not part.progress or progress != work.progress:
        keep_terminal_call(port, replace(part, progress=after))
    return True


def lifted(port: Port, part_id: str, before: int | None, after: int | None) -> None:
    """Count a box that came off or went onto a ship: at which instant, and at which before.

    Judged on the next tick, and only if someone waits for a lift: a ship is a thousand of them.
    """
    if not part_id or before == after or part_id not in port.terminal_calls:
        return
    work = work_on(port, part_id)
    recent, lifts = list(work.recent), work.lifts
    if before is not None:
        at = bisect_left(recent, before)
        if at < len(recent) and recent[at] == before:
            del recent[at]
        lifts -= 1
    if after is not None:
        insort(recent, after)
        lifts += 1
    kept = bisect_left(recent, recent[-1] - RECENT) if recent else 0
    port.works.put(part_id, replace(work, lifts=max(0, lifts), recent=tuple(recent[kept:])))
    if not work.lifts or before is not None or f"terminal_call|{part_id}" in port.watch:
        port.reworked.put(part_id, value=True)


def equipment_changed(port: Port, fact: Fact) -> bool:
    """Y08: a machine starts, stops, breaks or pauses, or is to."""
    identity, data = fact.event.subject, fact.data
    machine = port.machines.get(identity) or Machine(id=identity)
    worked = {_works_on(port, slot) for slot in machine.states.values()}
    if fact.is_withdrawn:
        states = {name: fact.put(port, slot, None) for name, slot in machine.states.items()}
    else:
        part = find_terminal_call(port, fact, data.terminal_call or "")
        if part is None and data.terminal_call:
            return False
        detail = {
            "kind": data.kind,
            "until_at": data.until_at,
            "terminal_call": part.id if part else None,
            "reasons": ",".join(data.delay_reasons) or None,
        }
        before = machine.states.get(data.classifier, ())
        states = {**machine.states, data.classifier: fact.put(port, before, data.state, detail)}
        if part:
            _joins(port, part, identity)
    if states != machine.states:
        port.machines.put(identity, replace(machine, states=states))
        worked |= {_works_on(port, slot) for slot in states.values()}
        for name in sorted(worked - {""}):
            port.touch("cargo", name)
    return True


def _works_on(port: Port, slot: Slot) -> str:
    said = port.ruling(slot)
    return str(said.get("terminal_call") or "") if said else ""


def _joins(port: Port, part: TerminalCall, machine: str) -> None:
    work = work_on(port, part.id)
    if machine not in work.machines:
        machines = tuple(sorted((*work.machines, machine)))
        port.works.put(part.id, replace(work, machines=machines))


def delay_ruled(port: Port, fact: Fact) -> bool:
    """M10: a person settles a field of an object; here, whether a delay reason is accepted."""
    data = fact.data
    if fact.is_withdrawn or data.object not in port.terminal_calls:
        return True  # of other objects no rule reads a ruling yet
    key = f"{data.object}|{data.field}"
    before = port.accepted_delays.get(key, ())
    after = fact.put(port, before, data.ruling)
    if after is not before:
        port.accepted_delays.put(key, after)
        port.touch("cargo", data.object)
    return True


def renamed(port: Port, old: str, new: str) -> None:
    """Let the work on a ship go with a terminal call that is another one from now on."""
    work, held = port.works.get(old), work_on(port, new)
    if work is None:
        return
    recent = sorted((*held.recent, *work.recent))
    joined = replace(
        held,
        lifts=held.lifts + work.lifts,
        recent=tuple(recent[bisect_left(recent, recent[-1] - RECENT) :] if recent else ()),
        progress=tuple(sorted((*held.progress, *work.progress), key=lambda s: (s.at, s.source))),
        machines=tuple(sorted({*held.machines, *work.machines})),
    )
    port.works.put(new, joined)
    forecast = port.terminal_calls[new].forecast
    _let_go(port, old, _blocks_of(forecast))
    for block in _blocks_of(forecast):
        said = port.ruling(forecast[IN_BLOCK + block])
        _expect(port, block, new, int(said.value or 0) if said else 0)


def forget_work(port: Port, part: TerminalCall) -> None:
    """Let go of what was kept of the work on a ship that is forgotten."""
    _let_go(port, part.id, _blocks_of(part.forecast))


def _blocks_of(keys: Iterable[str]) -> list[str]:
    return [key.removeprefix(IN_BLOCK) for key in keys if key.startswith(IN_BLOCK)]


def _let_go(port: Port, part_id: str, blocks: Iterable[str]) -> None:
    port.works.drop(part_id)
    port.reworked.drop(part_id)
    port.accepted_delays.drop(f"{part_id}|delay_reason")
    for block in blocks:
        _expect(port, block, part_id, 0)


FOLDS: Final[dict[str, Fold]] = {
    "rada.vessel.moves-forecasted": moves_forecasted,
    "rada.vessel.cargo-progressed": cargo_progressed,
    "rada.yard.equipment-changed": equipment_changed,
    "rada.command.fact-ruled": delay_ruled,
}
