"""How many pilots, tugs and line boats are on duty (V15), and how many of them nobody has taken."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from correlation.instants import DAY, HOUR, MINUTE, instant
from correlation.picture.duty import Roster
from correlation.picture.fact import Fact
from correlation.picture.port import Fold, Port
from correlation.picture.services import KIND_OF
from correlation.statements import Statement

KEPT_AFTER: Final = DAY
"""After its span has ended (events.md, 5)."""
LOOKED_AHEAD: Final = 12 * HOUR
STEP: Final = 30 * MINUTE


class Duty(Struct, frozen=True, gc=False):
    """Units of a kind at an instant: on duty, not promised to anybody else, and who says so."""

    units: int
    free: int
    said: tuple[Statement, ...]


def roster_set(port: Port, fact: Fact) -> bool:
    """V15: the units of one provider in a span; the newest word of a span replaces those before."""
    if fact.is_withdrawn:
        for key, held in list(port.rosters.items()):
            _keep(port, key, replace(held, said=fact.put(port, held.said, None)))
        return True
    data = fact.data
    provider = data.provider or fact.event.organisation or fact.publisher
    from_at, to_at = instant(data.span.from_at), instant(data.span.to_at)
    key = f"{data.kind}|{from_at}|{to_at}|{provider}"
    held = port.rosters.get(key) or Roster(data.kind, provider, from_at, to_at)
    _keep(port, key, replace(held, said=fact.put(port, held.said, data.units_available)))
    return True


def _keep(port: Port, key: str, after: Roster) -> None:
    before = port.rosters.get(key)
    if after == before:
        return
    if after.said:
        port.rosters.put(key, after)
        port.set_timer(f"V|roster|{key}", after.to_at + KEPT_AFTER)
    else:
        port.rosters.drop(key)
        port.set_timer(f"V|roster|{key}", None)
    for part in port.terminal_calls.values():
        if any(KIND_OF.get(name.partition("/")[0]) == after.kind for name in part.services):
            port.touch("call", part.call)


def on_duty(port: Port, kind: str, at: int, own: tuple[str, str]) -> Duty | None:
    """Return who is on duty at an instant, or None where no roster says.

    `own` names a service by its terminal call and key: what it has taken itself is free for it.
    """
    newest: dict[str, Statement] = {}
    for roster in port.rosters.values():
        if roster.kind == kind and roster.from_at <= at < roster.to_at:
            said, before = port.ruling(roster.said), newest.get(roster.provider)
            if said and (before is None or _order(said) > _order(before)):
                newest[roster.provider] = said
    if not newest:
        return None
    units = sum(int(said.value or 0) for said in newest.values())
    words = tuple(newest[provider] for provider in sorted(newest))
    return Duty(units, max(0, units - _taken(port, kind, at, own)), words)


def _order(said: Statement) -> tuple[int, int]:
    return said.occurred_at, said.position


def _taken(port: Port, kind: str, at: int, own: tuple[str, str]) -> int:
    """Count the units of a kind that others have taken at an instant."""
    return sum(
        any(
            from_at <= at < to_at
            and (part, key) != own
            and KIND_OF.get(key.partition("/")[0]) == kind
            for from_at, to_at, part, key in entries
        )
        for entries in port.booked.values()
    )


def free_from(port: Port, kind: str, at: int, units: int, own: tuple[str, str]) -> int | None:
    """Return the first half hour from an instant on at which so many are free, if one is near."""
    for later in range(at, at + LOOKED_AHEAD, STEP):
        duty = on_duty(port, kind, later, own)
        if duty and duty.free >= units:
            return later
    return None


FOLDS: Final[dict[str, Fold]] = {"rada.vessel.roster-set": roster_set}
