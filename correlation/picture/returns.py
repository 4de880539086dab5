"""Where a carrier's empties go back to, and whether they are taken there now (G12)."""

from typing import Final

from msgspec import Struct

from correlation.instants import instant
from correlation.picture.fact import Fact
from correlation.picture.port import Fold, Port
from correlation.picture.returning import ReturnList, ReturnPlace
from correlation.statements import Statement

GROUP: Final = 3
"""A size and type group (22GP) and the types in it (22G0, 22G1) begin with the same characters."""


class Taken(Struct, frozen=True, gc=False):
    """Where an empty is taken now, when the first place that is shut takes it, and the next change.

    `said` is the list that says so.
    """

    places: tuple[str, ...]
    opens_at: int | None
    changes_at: int | None
    said: Statement


def return_place_set(port: Port, fact: Fact) -> bool:
    """G12: all places to which a carrier's empties return; the newest list of all counts."""
    name = fact.event.subject
    held = port.return_places.get(name)
    if fact.is_withdrawn:
        if held and (held.said.source, held.said.fact_id) == (fact.event.source, fact.fact_id):
            port.return_places.drop(name)
            port.judged[fact.event.source, fact.fact_id] = fact.event.id
            _touch_due(port)
        return True
    said = fact.statement(len(fact.data.places), {"owner": port.owner_of(fact.event.source)})
    if held and (held.said.known_at, held.said.version) >= (said.known_at, said.version):
        return True
    places = tuple(
        ReturnPlace(
            place.facility,
            place.iso_group,
            instant(place.span.from_at),
            instant(place.span.to_at) if place.span.to_at else None,
            place.accepts,
        )
        for place in fact.data.places
    )
    port.return_places.put(name, ReturnList(said=said, places=places))
    _touch_due(port)
    return True


def _touch_due(port: Port) -> None:
    """Let the empties that are still out be judged: few are kept, and lists are rare."""
    for box in port.obligations:
        port.touch("obligation", box)


def taken_at(port: Port, carriers: tuple[str, ...], iso_type: str, now: int) -> Taken | None:
    """Return where a carrier's empty of a type is taken, or None where nobody lists that."""
    for held in _lists_of(port, carriers):
        fitting = [
            place
            for place in held.places
            if not iso_type or place.iso_group[:GROUP] == iso_type[:GROUP]
        ]
        if not fitting:
            continue
        now_open = [place for place in fitting if _is_open(place, now)]
        later = [place.from_at for place in fitting if place.accepts and place.from_at > now]
        names = tuple(dict.fromkeys(place.facility for place in now_open))
        ends = [place.to_at for place in now_open if place.to_at is not None]
        changes_at = min([*later, *ends], default=None)
        return Taken(names, min(later, default=None), changes_at, held.said)
    return None


def _lists_of(port: Port, carriers: tuple[str, ...]) -> list[ReturnList]:
    """Return the lists of these carriers, by their code or by the organisation that says them."""
    found = []
    for name in sorted(port.return_places):
        held = port.return_places[name]
        if name in carriers or held.said.get("owner") in carriers:
            found.append(held)
    return found


def _is_open(place: ReturnPlace, now: int) -> bool:
    return place.accepts and place.from_at <= now and (place.to_at is None or now < place.to_at)


FOLDS: Final[dict[str, Fold]] = {"rada.gate.return-place-set": return_place_set}
