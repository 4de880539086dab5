"""Service standards followed case by case: how many of a period were kept, and the worst of them.

Each fold that ends, corrects or takes back something measured marks it; when the record is in, the
case is measured anew and replaces the one that was counted. So the order of facts does not matter
and nothing is counted twice. An event that ends no case costs one look into a table, and a port
without promises not even that.
"""

from typing import Final

from msgspec.structs import replace

from contracts.standards import (
    CASES_MIN_DEFAULT,
    UNITS,
    WHOLE_PORT,
    Promised,
    faults_of,
    near_of,
    share_of,
)
from correlation.instants import MINUTE
from correlation.picture.measures import WINDOWS, Measured, measured
from correlation.picture.milestones import window_of
from correlation.picture.periods import KEPT, period_of
from correlation.picture.port import Port
from correlation.picture.standards import Case, Promise, Tally, Worst

SAID_EACH: Final = MINUTE
"""A period's counts are said so long after they changed; that it is near or broken, at once."""
FEW, HELD, NEAR, BROKEN = "FEW", "KEPT", "NEAR", "BROKEN"


# -- which promises rule


def adopt(port: Port) -> None:
    """Let the promises of the profile rule, and before them those that were declared (M09).

    A promise whose measure, scope, target or period is another one begins anew. What cannot be
    read as a promise is kept as it was declared and not followed.
    """
    wanted = _wanted(port)
    for identity in [name for name in port.promises if name not in wanted]:
        _begin_anew(port, identity)
        port.promises.drop(identity)
    for identity, promise in wanted.items():
        held = port.promises.get(identity)
        if held == promise:
            continue
        if held and held.counts != promise.counts:
            _begin_anew(port, identity)
        port.promises.put(identity, promise)
        for name, tally in port.tallies.items():
            if tally.promise == identity:
                port.show(f"standard:{name}")
    port.sort_promises()


def _wanted(port: Port) -> dict[str, Promise]:
    said: dict[str, tuple[Promised, int | None]] = {}
    community = port.community
    for standard in community.standards if community else ():
        said[standard.standard_id] = standard, None
    for declared in port.standards.values():
        said[declared.standard_id] = declared, declared.since_at
    scopes = community.scopes() if community else None
    found = {}
    for identity, (promised, since_at) in said.items():
        if next(faults_of(promised, scopes), None) is None:
            found[identity] = _promise(port, promised, since_at)
    return found


def _promise(port: Port, said: Promised, since_at: int | None) -> Promise:
    promise = Promise(
        id=said.standard_id,
        measure=said.measure,
        scope=said.scope,
        period=said.period.upper(),
        limit=round(float(said.target) * UNITS[said.unit.upper()]),
        target=float(said.target),
        unit=said.unit.upper(),
        share=share_of(said),
        near=near_of(said),
        cases_min=CASES_MIN_DEFAULT if said.cases_min is None else said.cases_min,
        since_at=port.now if since_at is None else since_at,
    )
    held = port.promises.get(promise.id)
    if held and since_at is None and held.counts == promise.counts:
        return replace(promise, since_at=held.since_at)
    return promise


def _begin_anew(port: Port, identity: str) -> None:
    """Let go of what was counted of a promise; as rare as a new profile, it may look at all."""
    for name in [name for name, tally in port.tallies.items() if tally.promise == identity]:
        forget_tally(port, name)
        port.set_timer(f"V|tally|{name}", None)
    for key in [key for key in port.cases if key.startswith(f"{identity}|")]:
        port.cases.drop(key)


# -- what is to be measured again


def mark(port: Port, about: str, identity: str) -> None:
    """Note that a ship, box or truck may be another case than the one that was counted."""
    if about in port.promised:
        port.measured[about, identity] = None


def mark_walk_in(port: Port, flow_id: str, truck: str) -> None:
    """Note a truck without an appointment; `flow_id` is that of its gate in both directions."""
    mark(port, "truck", f"{flow_id}|{truck}")


def note_windows(port: Port, part_id: str) -> None:
    """Keep when each window was first said to be, as it stands at the end of that second."""
    if not any(promise.measure == "K22" for promise in port.promised.get("ship", ())):
        return
    part, first = port.terminal_calls[part_id], port.first_windows.get(part_id, {})
    said = {
        code: at
        for code in WINDOWS
        if code not in first and (at := window_of(port, part, code)) is not None
    }
    if said:
        port.first_windows.put(part_id, {**first, **said})
        mark(port, "ship", part_id)


def follow(port: Port) -> None:
    """Measure what was marked, and let its periods count it as it is now."""
    if not port.measured:
        return
    marked, port.measured = port.measured, {}
    for about, identity in marked:
        for promise in port.promised.get(about, ()):
            _count(port, promise, identity, measured(port, promise.measure, identity))


def _count(port: Port, promise: Promise, identity: str, found: Measured | None) -> None:
    key = f"{promise.id}|{identity}"
    before, after = port.cases.get(key), _case(port, promise, found)
    if before == after:
        return
    if after is None:
        port.cases.drop(key)
    else:
        port.cases.put(key, after)
    if before is not None:
        _take_away(port, promise, before, identity)
    if after is not None:
        _add(port, promise, after, identity)


def _case(port: Port, promise: Promise, found: Measured | None) -> Case | None:
    """Return the case that a promise counts; its period may be long over, or its time not come."""
    if found is None or found.ended_at < promise.since_at:
        return None
    if not _is_of(promise.scope, found.facility, port.system):
        return None
    period = period_of(port.system, promise.period, found.ended_at)
    if period.ends_at + KEPT[promise.period] <= port.now:
        return None
    name = f"{promise.id}|{period.label}"
    if name not in port.tallies:
        tally = Tally(
            promise=promise.id,
            label=period.label,
            begins_at=period.begins_at,
            ends_at=period.ends_at,
        )
        port.tallies.put(name, tally)
        port.set_timer(f"V|tally|{name}", period.ends_at + KEPT[promise.period])
    return Case(found.value, name)


def _is_of(scope: str, facility: str, system: str) -> bool:
    return scope in (WHOLE_PORT, system, facility, facility[:5], facility.rpartition(":")[2])


def _add(port: Port, promise: Promise, case: Case, identity: str) -> None:
    tally = port.tallies[case.tally]
    worst = (case.value, identity)
    after = replace(
        tally,
        count=tally.count + 1,
        kept=tally.kept + (case.value <= promise.limit),
        worst=max(tally.worst, worst) if tally.worst else worst,
    )
    _keep(port, promise, case.tally, after)


def _take_away(port: Port, promise: Promise, case: Case, identity: str) -> None:
    tally = port.tallies.get(case.tally)
    if tally is None:
        return
    worst = tally.worst
    if worst == (case.value, identity):
        worst = _worst_left(port, case.tally, tally.settled)
    after = replace(
        tally,
        count=tally.count - 1,
        kept=tally.kept - (case.value <= promise.limit),
        worst=worst,
    )
    _keep(port, promise, case.tally, after)


def _worst_left(port: Port, name: str, settled: Worst | None) -> Worst | None:
    """Look for the worst case again: the one that was it is another, or none, now."""
    begins = name.partition("|")[0] + "|"
    open_still = [
        (case.value, key.removeprefix(begins))
        for key in port.cases
        if key.startswith(begins) and (case := port.cases[key]).tally == name
    ]
    return max((*open_still, *((settled,) if settled else ())), default=None)


def _keep(port: Port, promise: Promise, name: str, after: Tally) -> None:
    before = port.tallies[name]
    port.tallies.put(name, after)
    is_news = verdict(promise, before) != verdict(promise, after)
    port.show(f"standard:{name}", 0 if is_news else port.now + SAID_EACH)


def verdict(promise: Promise, tally: Tally) -> str:
    """Return whether a promise is kept in a period, near its breach or broken; FEW: no saying."""
    if tally.count < promise.cases_min:
        return FEW
    percent = 100 * tally.kept / tally.count
    if percent < promise.share:
        return BROKEN
    return NEAR if percent < promise.near else HELD


# -- what can no longer change


def settle(port: Port, about: str, identity: str) -> None:
    """Let go of the cases of something that leaves the picture: their periods keep them."""
    for promise in port.promised.get(about, ()):
        key = f"{promise.id}|{identity}"
        case = port.cases.get(key)
        if case is None:
            continue
        port.cases.drop(key)
        if tally := port.tallies.get(case.tally):
            worst = (case.value, identity)
            settled = max(tally.settled, worst) if tally.settled else worst
            port.tallies.put(case.tally, replace(tally, settled=settled))


def renamed(port: Port, old: str, new: str) -> None:
    """Let a terminal call that is another one from now on take its first windows along."""
    if first := port.first_windows.get(old):
        port.first_windows.put(new, {**first, **port.first_windows.get(new, {})})
        port.first_windows.drop(old)


def settle_ship(port: Port, part_id: str) -> None:
    """Let go of the cases of a terminal call, and of when its windows were first said to be."""
    settle(port, "ship", part_id)
    port.first_windows.drop(part_id)


def forget_tally(port: Port, name: str) -> None:
    """Let go of a period that is long over."""
    port.tallies.drop(name)
    port.show(f"standard:{name}")
