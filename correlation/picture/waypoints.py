"""How sightings on the land corridors change the picture (G05, G11), and who came to the gate."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import instant
from correlation.picture import travelling
from correlation.picture.corridors import waypoint_of
from correlation.picture.fact import Fact
from correlation.picture.journeys import Journey
from correlation.picture.port import Fold, Port
from correlation.statements import Slot, place, withdraw


def waypoint_passed(port: Port, fact: Fact) -> bool:
    """G05: a truck or train was seen at a place of a corridor; plans of it are left aside."""
    if fact.is_withdrawn:
        return _taken_back(port, fact)
    data = fact.data
    code = data.place.upper()
    if data.classifier == "ACT" and waypoint_of(port, code):
        detail = {"place": code, "step": data.step, "direction": data.direction}
        _seen(port, fact, fact.occurred_at, detail | _bound_for(port, fact))
    return True


def train_visit_stated(port: Port, fact: Fact) -> bool:
    """G11: when a train leaves a ramp of a corridor, or is at the terminal's own."""
    if fact.is_withdrawn:
        return _taken_back(port, fact)
    data = fact.data
    facility, at = data.ramp.partition("/")[0], instant(data.milestone_at)
    detail: dict[str, Any] = {"direction": "TO_PORT"}
    if data.classifier != "ACT":
        detail["is_foreseen"] = True
    if data.point == "DEPA" and waypoint_of(port, data.ramp.upper()):
        detail |= {"place": data.ramp.upper(), "step": "OUT"} | _bound_for(port, fact)
    elif data.point == "ARRI" and port.community and facility in port.community.places:
        detail |= {"place": data.ramp, "step": "ARRI"} | _bound_for(port, fact)
        detail["facility"] = facility
    else:
        return True
    _seen(port, fact, at, detail)
    return True


def _bound_for(port: Port, fact: Fact) -> dict[str, Any]:
    """Return what a sighting names: the terminal, the appointment and the boxes aboard."""
    data, refs = fact.data, fact.data.refs
    named = [getattr(data, "appointment", None), getattr(refs, "appointment", None)]
    named += [fact.event.subject] if fact.event.subject.startswith("apt:") else []
    named += [getattr(refs, "box", None), *data.boxes]
    facility = getattr(refs, "facility", None) or ""
    kind, _, rest = fact.event.subject.partition(":")
    code = rest.partition(":")[0]
    if not facility and kind in ("trk", "trn") and port.community:
        ends = f":{code}"
        facility = next((name for name in port.community.places if name.endswith(ends)), "")
    return {
        "names": ",".join(dict.fromkeys(name for name in named if name)) or None,
        "facility": facility.partition("/")[0] or None,
    }


def _seen(port: Port, fact: Fact, at: int, detail: dict[str, Any]) -> None:
    if at + travelling.kept(port) <= port.now:
        return  # older than anything that is still on its way: learned from already
    identity = fact.event.subject
    mode = getattr(fact.data, "mode", None) or "RAIL"
    journey = port.journeys.get(identity) or Journey(id=identity, mode=mode)
    key = f"{detail['place']}|{detail['step']}"
    version = fact.version
    for name, held in journey.passages.items():
        if name != key and any(_is_of(fact, said) and said.version >= version for said in held):
            return  # corrected since: it was elsewhere
    after = fact.put(port, journey.passages.get(key, ()), at, detail)
    if after is journey.passages.get(key):
        return
    passages = {
        name: _without(port, fact, held) for name, held in journey.passages.items() if name != key
    }
    passages[key] = after
    travelling.keep(port, journey, replace(journey, passages=travelling.filled(passages)))


def _is_of(fact: Fact, said: Any) -> bool:
    return bool(said.source == fact.event.source and said.fact_id == fact.fact_id)


def _without(port: Port, fact: Fact, slot: Slot) -> Slot:
    """Return a slot without earlier versions of a fact that now stands elsewhere."""
    for said in slot:
        if _is_of(fact, said):
            port.judged[fact.event.source, fact.fact_id] = fact.event.id
            port.undone.append((fact, said))
    return withdraw(slot, fact.event.source, fact.fact_id)


def _taken_back(port: Port, fact: Fact) -> bool:
    journey = port.journeys.get(fact.event.subject)
    if journey:
        passages = {key: fact.put(port, slot, None) for key, slot in journey.passages.items()}
        if any(passages[key] is not slot for key, slot in journey.passages.items()):
            travelling.keep(port, journey, replace(journey, passages=travelling.filled(passages)))
    return True


def arrived(port: Port, fact: Fact, sign: str, names: Iterable[str | None], facility: str) -> None:
    """Note that somebody who may have been on the way is at the gate, or take that back."""
    if not port.journeys_of:
        return
    found = dict.fromkeys(
        identity
        for name in names
        if name
        for identity in (name, *port.journeys_of.get(name, ()))
        if identity in port.journeys
    )
    for identity in found:
        journey = port.journeys[identity]
        if fact.is_withdrawn:
            source, fact_id = fact.event.source, fact.fact_id
            slots = {name: withdraw(s, source, fact_id) for name, s in journey.arrivals.items()}
        else:
            said = fact.statement(fact.occurred_at, {"facility": facility or None})
            slots = {**journey.arrivals, sign: place(journey.arrivals.get(sign, ()), said)}
        if (arrivals := travelling.filled(slots)) != journey.arrivals:
            travelling.keep(port, journey, replace(journey, arrivals=arrivals))


FOLDS: Final[dict[str, Fold]] = {
    "rada.gate.waypoint-passed": waypoint_passed,
    "rada.gate.train-visit-stated": train_visit_stated,
}
