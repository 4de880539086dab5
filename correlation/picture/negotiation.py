"""Who asked and answered when: the last words of each negotiation of a service, E, R and P."""

from typing import Final

from msgspec.structs import replace

from correlation.picture.entities import Call, Stamp, TerminalCall
from correlation.picture.fact import Fact
from correlation.picture.port import Port
from correlation.picture.sources import is_catching_up

STAMPS_KEPT: Final = 8
"""Words kept of each negotiation: four rounds of estimate and request (events.md 5)."""
NEGOTIATED: Final = frozenset(
    {"BERTH", "PILOT_BOARDING_PLACE", "PILOTAGE", "TOWAGE", "MOORING", "CARGO_OPERATIONS"}
)
BEGINS: Final = frozenset({"ARRI", "STRT"})
NO_OFFER: Final = frozenset({"AIS_ROUTE", "PROFORMA"})
"""Estimates that nobody made to be answered: worked out of a position, or of a timetable."""


def stamp(port: Port, holder: Call | TerminalCall, key: str, fact: Fact) -> None:
    """Note an estimate, request or plan as a word of its negotiation; or take it back."""
    service, point, classifier = key.split("/")
    if service.partition(".")[0] not in NEGOTIATED or point not in BEGINS or classifier == "ACT":
        return
    name, fact_id, source = f"{service}/{point}", fact.event.fact_id, fact.event.source
    before = holder.stamps.get(name, ())
    kept = [word for word in before if (word.source, word.fact) != (source, fact_id)]
    said = fact.data
    is_offer = not fact.is_withdrawn and not said.is_fyi and said.basis not in NO_OFFER
    if is_offer:
        said_at = fact.known_at
        is_old = is_catching_up(port, fact)
        kept.append(Stamp(fact.received_at, classifier, source, fact_id, said_at, is_old))
    after = tuple(sorted(kept, key=_order))[-STAMPS_KEPT:]
    if after == before:
        return
    stamps = {**holder.stamps, name: after}
    if isinstance(holder, Call):
        port.calls.put(holder.id, replace(holder, stamps=stamps))
    else:
        port.terminal_calls.put(holder.id, replace(holder, stamps=stamps))
    if is_offer:
        _hear(port, f"{classifier}|{service}")


def _order(word: Stamp) -> tuple[int, str, str, str]:
    return word.heard_at, word.classifier, word.source, word.fact


def _hear(port: Port, key: str) -> None:
    """Note that this port says requests or plans of a service: from now on their lack counts."""
    if key in port.reported or key.startswith("EST"):
        return
    port.reported.put(key, value=True)
    for identity in port.terminal_calls:  # once in the life of a port for each service
        port.touch("terminal_call", identity)


def joined(
    stamps: dict[str, tuple[Stamp, ...]], others: dict[str, tuple[Stamp, ...]]
) -> dict[str, tuple[Stamp, ...]]:
    """Return the words of two calls that prove to be one."""
    found = dict(stamps)
    for name, words in others.items():
        every = {*found.get(name, ()), *words}
        found[name] = tuple(sorted(every, key=_order))[-STAMPS_KEPT:]
    return found


def words_of(call: Call, part: TerminalCall, service: str, point: str) -> tuple[Stamp, ...]:
    """Return the words of a negotiation, oldest first, of the terminal call or else the call."""
    name = f"{service}/{point}"
    return part.stamps.get(name, ()) or call.stamps.get(name, ())
