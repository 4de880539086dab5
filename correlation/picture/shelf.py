"""Facts that match nothing yet wait here until one of the objects that they name is known."""

from typing import Any, Final

from correlation.instants import HOUR
from correlation.picture.disorder import orphaned
from correlation.picture.disputes import Shelved
from correlation.picture.fact import Fact
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
    port.shelve(waiting)
    orphaned(port, fact, waiting.until)


def _named(data: Any, refs: Any) -> list[str]:
    found = [getattr(data, name, None) for name in ("visit", "terminal_call", "appointment", "bl")]
    for name in ("inbound", "outbound"):  # of a connection: our id, or the carrier's own
        if ref := getattr(data, name, None):
            found += [ref, f"ccr:{ref}"]
    found += [getattr(refs, name, None) for name in ("box", "booking", "bl", "appointment")]
    box = getattr(data, "box", None)
    found.append(getattr(box, "box", None))
    return [str(name) for name in found if name]
