"""Facts that match nothing yet wait here until one of the objects that they name is known."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import replace

from contracts.decode import decode
from correlation.instants import HOUR
from correlation.picture.disorder import came_home, orphaned
from correlation.picture.disputes import Shelved
from correlation.picture.fact import Fact, fact_of
from correlation.picture.matching import aliases_of, vessel_id, voyage_aliases
from correlation.picture.port import Port

PAPERS_WAIT: Final = 15
"""Papers are sent weeks ahead: they wait this many times longer than other facts (30 days)."""


def shelved(port: Port, fact: Fact, refs: tuple[str, ...]) -> Shelved:
    """Return a fact as it waits for any of the named objects."""
    longer = PAPERS_WAIT if fact.event.type.startswith("rada.clearance.") else 1
    return Shelved(
        value=fact.original[0],
        headers=fact.original[1],
        publisher=fact.publisher,
        at=fact.at,
        received_at=fact.received_at,
        position=fact.position,
        until=fact.at + int(port.policy.shelf_hours * HOUR) * longer,
        refs=refs,
    )


def wait(port: Port, fact: Fact) -> None:
    """Put a fact on the shelf under every name that might bring it home."""
    data = fact.data
    refs = getattr(data, "refs", None)
    names = aliases_of(fact.event.subject, refs)
    ship = vessel_id(refs)
    names += voyage_aliases(ship, getattr(refs, "voyage", None))
    names += [ship] if ship else []
    names += [name for name in _named(data, refs) if name]
    waiting = shelved(port, fact, tuple(dict.fromkeys(names)))
    shelve(port, waiting)
    orphaned(port, fact, waiting.until)


def shelve(port: Port, fact: Shelved) -> None:
    """Keep a fact until one of the objects it names is known.

    The fact itself is kept once, by its place in the journal, and under each name only that place:
    a hundred facts may wait for one box, and one fact for five things.
    """
    name = str(fact.position)
    known = port.waiting.get(name)
    refs = fact.refs if known is None else tuple(dict.fromkeys((*known.refs, *fact.refs)))
    if known is None or refs != known.refs:
        port.waiting.put(name, replace(known or fact, refs=refs))
    for ref in fact.refs:
        held = port.shelf.get(ref) or ()
        if name not in held:
            port.shelf.put(ref, (*held, name))
            port.set_timer(f"S|{ref}", fact.until)


def taken_off(port: Port, ref: str) -> Iterator[Fact]:
    """Take the facts that waited for a name off the shelf, in the order in which they came."""
    names = port.shelf.get(ref) or ()
    waiting = [port.waiting[name] for name in names]
    for name, held in zip(names, waiting, strict=True):
        port.waiting.drop(name)
        for other in held.refs:
            if other != ref:
                _strike(port, other, name)
    _clear(port, ref)
    for held in waiting:
        fact = fact_of(
            decode(held.value, held.headers),
            held.at,
            held.received_at,
            held.position,
            held.publisher,
            (held.value, held.headers),
        )
        came_home(port, fact)
        yield fact


def give_up(port: Port, ref: str) -> None:
    """Wait no longer for a name; what waits for another one too goes on waiting for that."""
    for name in port.shelf.get(ref) or ():
        fact = port.waiting[name]
        left = tuple(other for other in fact.refs if other != ref)
        if left:
            port.waiting.put(name, replace(fact, refs=left))
        else:
            port.waiting.drop(name)
    port.shelf.drop(ref)


def _strike(port: Port, ref: str, name: str) -> None:
    left = tuple(held for held in port.shelf.get(ref) or () if held != name)
    if left:
        port.shelf.put(ref, left)
    else:
        _clear(port, ref)


def _clear(port: Port, ref: str) -> None:
    port.shelf.drop(ref)
    port.set_timer(f"S|{ref}", None)


def _named(data: Any, refs: Any) -> list[str]:
    found = [getattr(data, name, None) for name in ("visit", "terminal_call", "appointment", "bl")]
    for name in ("inbound", "outbound"):  # of a connection: our id, or the carrier's own
        if ref := getattr(data, name, None):
            found += [ref, f"ccr:{ref}"]
    found += [getattr(refs, name, None) for name in ("box", "booking", "bl", "appointment")]
    box = getattr(data, "box", None)
    found.append(getattr(box, "box", None))
    return [str(name) for name in found if name]
