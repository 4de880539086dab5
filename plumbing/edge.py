"""The first verb of every edge: `accept` an event that was sent (`edge_publish` has the second).

`accept` is a pure function: bytes in; completed, validated bytes or problems out. The event keeps
the bytes of its source (its `data` is not even parsed into Python objects to be written again);
only the attributes that are an edge's to give are put in their places. What it hands out was read
by `contracts.decode` in exactly the form in which it is published.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from contracts import quick
from contracts.decode import decode
from contracts.envelope import Event
from contracts.identifiers import KEYS_ALLOWED, PORT_SYSTEMS, facility_of, system_of
from contracts.problems import InvalidEvent, Problem, shown
from contracts.topics import FAMILIES
from plumbing.communities import Registry
from plumbing.edge_complete import completed, schema_of, stamp, word
from plumbing.keys import Credential

Attributes = dict[str, msgspec.Raw]
SubjectOf = Callable[[str, Mapping[str, Any]], str | None]
"""Names the object of an event by its type and data, for a source that sends no `subject`."""

CLOCK_AHEAD_MAX: Final = timedelta(minutes=5)

_ATTRIBUTES: Final = msgspec.json.Decoder(Attributes)
_ANYTHING: Final = msgspec.json.Decoder(Any)
_ENCODER: Final = msgspec.json.Encoder()
_KNOWN: Final = frozenset(Event.model_fields)
_PLACES: Final = ("facility", "gate", "lane", "block", "berth")


class Accepted(NamedTuple):
    """An event that may be published: its id, its port system, the bytes, and remarks."""

    id: str
    system: str
    value: bytes
    warnings: tuple[str, ...] = ()


class Refused(NamedTuple):
    """An event that may not be published, with its id if it could be read."""

    id: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Entrance:
    """What an edge knows when it looks at an event."""

    family: str
    subject_of: SubjectOf
    registry: Registry
    is_played: bool = False


def accept(
    given: bytes, entrance: Entrance, credential: Credential, received_at: datetime
) -> Accepted | Refused:
    """Complete and check one event; never raises for anything that was sent."""
    value = None
    if not entrance.is_played:
        value = completed(given, entrance.family, credential.organisations, received_at)
    event = quick.read(value) if value is not None else None
    if value is None or event is None:
        return _accept_any(given, entrance, credential, received_at)
    try:
        _check(event, entrance, credential)
    except InvalidEvent as invalid:
        return Refused(event.id, invalid.problems)
    remarks = _remarks(event, (), entrance, received_at)
    return Accepted(event.id, event.partitionkey, value, tuple(remarks))


def _accept_any(
    given: bytes, entrance: Entrance, credential: Credential, received_at: datetime
) -> Accepted | Refused:
    identity: str | None = None
    try:
        attributes = _parsed(given)
        identity = _text(attributes, "id")
        warnings = _complete(attributes, entrance, credential, received_at)
        value = _ENCODER.encode(attributes)
        event = decode(value)
        _check(event, entrance, credential)
    except InvalidEvent as invalid:
        return Refused(identity, invalid.problems)
    unknown = sorted(attributes.keys() - _KNOWN)
    warnings += _remarks(event, unknown, entrance, received_at)
    return Accepted(event.id, event.partitionkey, value, tuple(warnings))


def _parsed(given: bytes) -> Attributes:
    try:
        return _ATTRIBUTES.decode(given)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = Problem("BAD_JSON", "event", str(error), "one CloudEvent as a JSON object")
        raise InvalidEvent(problem) from error


def _complete(
    attributes: Attributes, entrance: Entrance, credential: Credential, received_at: datetime
) -> list[str]:
    # Put in what is the edge's to give; the source's own words stay as they are.
    warnings: list[str] = []
    kind = _kind(attributes, entrance.family)
    data: Mapping[str, Any] = {}
    if "partitionkey" not in attributes or "subject" not in attributes:
        data = _opened(attributes)
    if "subject" not in attributes:
        _name_subject(attributes, entrance, kind, data)
    system = _text(attributes, "partitionkey") or _derived_system(attributes, data)
    attributes["partitionkey"] = word(system)
    publisher = _publisher(system, credential)
    if (said := _text(attributes, "publisher")) not in (None, publisher):
        warnings.append(f"PUBLISHER_REPLACED: {shown(said)} was sent, the key is of {publisher}")
    attributes["publisher"] = word(publisher)
    attributes.setdefault("organisation", attributes["publisher"])
    attributes.setdefault("datacontenttype", word("application/json"))
    attributes.setdefault("dataschema", schema_of(kind))
    warnings += _stamp(attributes, entrance.is_played, received_at)
    return warnings


def _name_subject(
    attributes: Attributes, entrance: Entrance, kind: str, data: Mapping[str, Any]
) -> None:
    if kind.endswith(".source-beat"):
        subject = _text(attributes, "source")
    else:
        subject = entrance.subject_of(kind, data)
    if subject:
        attributes["subject"] = _raw(subject)


def _stamp(attributes: Attributes, is_played: bool, received_at: datetime) -> list[str]:
    # On a played clock the sequencer says when a record was received, so the edge says nothing.
    received = stamp(received_at)
    if is_played:
        attributes.pop("receivedtime", None)
    else:
        attributes["receivedtime"] = received
    if "recordedtime" in attributes:
        return []
    attributes["recordedtime"] = attributes.get("time", received) if is_played else received
    return ["NO_RECORD_TIME: recordedtime was not sent; it says when you stored this event"]


def _kind(attributes: Attributes, family: str) -> str:
    kind = _text(attributes, "type") or ""
    if kind.startswith(f"rada.{family}."):
        return kind
    other = kind.split(".")[1] if kind.count(".") == 2 else ""
    allowed = f"types that begin with rada.{family}."
    if other in FAMILIES and kind.startswith("rada."):
        takes = "an operator's command" if other in ("command", "network") else f"{other}_events"
        allowed += f" at this edge; {shown(kind)} belongs to {takes}"
    raise InvalidEvent(Problem("UNKNOWN_TYPE", "type", shown(kind) or "nothing", allowed))


def _opened(attributes: Attributes) -> Mapping[str, Any]:
    try:
        data = _ANYTHING.decode(attributes.get("data", b"{}"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = Problem("BAD_JSON", "data", str(error), "a JSON object")
        raise InvalidEvent(problem) from error
    return data if isinstance(data, dict) else {}


def _derived_system(attributes: Attributes, data: Mapping[str, Any]) -> str:
    refs = data.get("refs")
    refs = refs if isinstance(refs, dict) else {}
    for named in (refs.get("port"), data.get("facility"), refs.get("facility")):
        if isinstance(named, str) and (system := system_of(named[:5])):
            return system
    # Ids of calls, facilities and boxes at a berth begin with the port: COCTG/9999993/20261105.
    if (system := system_of((_text(attributes, "subject") or "")[:5])) is not None:
        return system
    problem = Problem(
        "UNKNOWN_PORT",
        "partitionkey",
        "nothing, and no port in data.refs.port, data.facility or subject",
        KEYS_ALLOWED,
    )
    raise InvalidEvent(problem)


def _publisher(system: str, credential: Credential) -> str:
    if system not in PORT_SYSTEMS:
        raise InvalidEvent(Problem("UNKNOWN_PORT", "partitionkey", shown(system), KEYS_ALLOWED))
    publisher = credential.organisations.get(system)
    if publisher is None:
        ports = ", ".join(sorted(credential.organisations))
        raise InvalidEvent(
            Problem("NOT_ALLOWED", "partitionkey", system, f"the ports of this key: {ports}")
        )
    return publisher


def _check(event: Event[Any], entrance: Entrance, credential: Credential) -> None:
    # What a source may say of a place is asked again and again, and answered once a profile.
    asked = _asked(event, entrance.family, credential.organisations[event.partitionkey])
    if asked not in entrance.registry.passed:
        _judge(event, entrance, credential)
        entrance.registry.note_passed(asked)


def _asked(event: Event[Any], family: str, publisher: str) -> tuple[object, ...]:
    """Return all of an event on which the verdict on its permission rests."""
    data, subject = event.data, event.subject
    kind: Any = type(data)
    places, has_refs = _places_of(kind)
    refs = data.refs if has_refs else None
    return (
        family,
        publisher,
        event.organisation,
        event.source,
        event.partitionkey,
        subject if subject[5:6] == ":" else None,
        None if refs is None else (refs.port, refs.facility),
        kind,
        places(data),
    )


def _judge(event: Event[Any], entrance: Entrance, credential: Credential) -> None:
    system, registry = event.partitionkey, entrance.registry
    facilities = _facilities(event)
    _check_port(event, facilities)
    owner = registry.owner_of(system, event.source)
    if owner is not None and owner != event.organisation:
        allowed = f"a source of {event.organisation}; this one is registered for {owner}"
        raise InvalidEvent(Problem("NOT_ALLOWED", "source", shown(event.source), allowed))
    publisher = credential.organisations[system]
    for facility in facilities or (None,):
        problem = registry.verdict(system, publisher, event.organisation, entrance.family, facility)
        if problem is not None:
            raise InvalidEvent(problem)


@cache
def _places_of(data: Any) -> tuple[Callable[[Any], object], bool]:
    # What a type says of places in one step, and whether it has refs.
    names, has_refs = _named_places(data)
    return (attrgetter(*names) if names else lambda _: None), has_refs


@cache
def _named_places(data: type[object]) -> tuple[tuple[str, ...], bool]:
    # Asking a model for a field that it does not have is dear, so each type is asked once.
    fields = getattr(data, "model_fields", ()) or getattr(data, "__struct_fields__", ())
    return tuple(place for place in _PLACES if place in fields), "refs" in fields


def _facilities(event: Event[Any]) -> tuple[str, ...]:
    data = event.data
    kind: Any = type(data)
    places, has_refs = _named_places(kind)
    named = [getattr(data, place) for place in places]
    if has_refs and data.refs is not None:
        named.append(data.refs.facility)
    named.append(event.subject)
    found = [
        facility
        for place in named
        # COCTG:SMDG:SPRC/gate/1; most subjects are boxes and calls, and end here.
        if place is not None and place[5:6] == ":" and (facility := facility_of(place))
    ]
    return tuple(dict.fromkeys(found))


def _check_port(event: Event[Any], facilities: Sequence[str]) -> None:
    kind: Any = type(event.data)
    _, has_refs = _named_places(kind)
    refs = event.data.refs if has_refs else None
    named = [("data.refs.port", refs.port)] if refs is not None and refs.port else []
    named += [("data.facility", facility) for facility in facilities]
    for where, place in named:
        if system_of(place[:5]) != event.partitionkey:
            allowed = f"a place of the port system in partitionkey, {event.partitionkey}"
            raise InvalidEvent(Problem("WRONG_KEY", where, shown(place), allowed))


def _remarks(
    event: Event[Any], unknown: Sequence[str], entrance: Entrance, received_at: datetime
) -> list[str]:
    remarks = []
    if not entrance.is_played and event.recordedtime - received_at > CLOCK_AHEAD_MAX:
        remarks.append(f"CLOCK_AHEAD: recordedtime {event.recorded_at:%FT%TZ} is in the future")
    if entrance.registry.owner_of(event.partitionkey, event.source) is None:
        remarks.append(f"UNREGISTERED_SOURCE: {event.source} stands in no profile")
    if unknown:
        names = ", ".join(unknown[:10])
        remarks.append(f"UNKNOWN_FIELD: kept and not read: {shown(names)}")
    return remarks


def _text(attributes: Attributes, name: str) -> str | None:
    raw = attributes.get(name)
    if raw is None:
        return None
    try:
        value = _ANYTHING.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(_ENCODER.encode(text))


def now() -> datetime:
    """Return the edge's clock: the one place where an edge reads the time of an event."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
