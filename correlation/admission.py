"""What may enter: a record of the right key and family, from someone who may say it."""

from functools import cache

from contracts.problems import InvalidEvent, Problem
from correlation.picture.fact import Fact
from correlation.picture.port import Port

OWN_TOPICS_PARTS = 4
"""`rada.gate.v1.<organisation>`: the topic of a direct publisher, who is known by its name."""

NETWORK = "rada"
"""Who publishes notices from port to port."""


@cache
def family_of(topic: str) -> str:
    """Return the family of an input topic: gate for `rada.gate.v1.<organisation>`."""
    return topic.split(".")[1]


@cache
def direct_publisher(topic: str) -> str:
    """Return the organisation whose own topic this is, or nothing for the edges' topic."""
    parts = topic.split(".", OWN_TOPICS_PARTS - 1)
    return parts[3] if len(parts) == OWN_TOPICS_PARTS else ""


def admit(port: Port | None, fact: Fact, topic: str, key: str) -> None:
    """Check a decoded event against where it lies and who handed it over.

    Before the first profile of a port is in the journal nothing is refused for who said it: the
    edges check the same, and what they accepted must not be lost to a slow start.

    Raises:
        InvalidEvent: with the one problem that was found.
    """
    event = fact.event
    if key != event.partitionkey:
        raise InvalidEvent(Problem("WRONG_KEY", "partitionkey", event.partitionkey, f"key {key}"))
    family = family_of(topic)
    if fact.family != family:
        allowed = f"types rada.{family}.*"
        raise InvalidEvent(Problem("UNKNOWN_TYPE", "type", f"{event.type} on {topic}", allowed))
    if family == "network" and fact.publisher != NETWORK:
        allowed = f"{NETWORK}: only coordinators tell other ports"
        raise InvalidEvent(Problem("NOT_ALLOWED", "publisher", fact.publisher, allowed))
    community = port.community if port else None
    if port is None or community is None or family in ("command", "network"):
        return
    facility = facility_of(fact)
    asked = event.source, event.organisation, fact.publisher, family, facility
    if asked in port.admitted:
        return
    organisation = event.organisation or fact.publisher
    owner = port.owner_of(event.source)
    if owner not in (None, organisation):
        # A borrowed source and id could replace what its owner said.
        allowed = f"{owner}, for which {event.source} is registered"
        raise InvalidEvent(Problem("NOT_ALLOWED", "organisation", organisation, allowed))
    problem = community.may_publish(
        publisher=fact.publisher, organisation=organisation, family=family, facility=facility
    )
    if problem:
        raise InvalidEvent(problem)
    port.admitted.keep(asked, True)


def facility_of(fact: Fact) -> str | None:
    """Return the facility that an event is about, without its berth, gate or block."""
    data = fact.data
    facility = getattr(data, "facility", None)
    if not facility:
        facility = getattr(getattr(data, "refs", None), "facility", None)
    return facility.partition("/")[0] if facility else None
