"""The profile of a port community: who it is, what it owns, and who may say what.

It enters the core as a command (`rada.command.profile-changed`), so that a replay knows which
profile ruled; API keys stay outside of that document.

Who may publish (`may_publish`). The *publisher* hands a record over, the *organisation* owns the
statement. Both must be in the profile; a publisher that is not the organisation must be a relay for
it; the family must be granted to the publisher, as the one who was given access. A record that
names a facility must name one of this port. A terminal (TER) speaks only of what it operates;
everyone else (carriers, agents, authorities, hauliers) operates none and may name any of the port.
A terminal that plays another role too may name any facility in that role, but never in the yard
family: nobody else can see inside a yard.
"""

import hashlib
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import msgspec
from pydantic import Field, StringConstraints, model_validator

from contracts.corridors import Corridor, Waypoint
from contracts.fields import Amount, Code, Flag, Number, Organisation, Role, Text, Whole, refusal
from contracts.identifiers import PORT_SYSTEMS, Facility, Locode, SystemKey, system_of
from contracts.places import FacilityProfile, ProfilePart, refuse_repeats
from contracts.problems import Problem, shown
from contracts.standards import WHOLE_PORT

Family = Literal["vessel", "gate", "yard", "clearance", "command", "network"]
Language = Literal["es", "en", "pt"]
KeyHash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
SourcePath = Annotated[str, StringConstraints(pattern=r"^/[!-~]{1,199}$")]
DangerousClass = Annotated[str, StringConstraints(pattern=r"^[1-9](\.[1-6][A-S]?)?$")]
"""A class or division of the IMDG code that may not stand here, beside 1 and 7: `2.3`, `5`."""
WEIGHT_DEFAULT = 50


class Member(ProfilePart):
    """An organisation of the community."""

    code: Annotated[Organisation, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Text
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    operates: tuple[Facility, ...] = ()
    families: tuple[Family, ...] = ()
    relays_for: tuple[Organisation, ...] = ()
    keys: tuple[KeyHash, ...] = ()


class SourceProfile(ProfilePart):
    """A system that speaks for an organisation, and how long it may be silent."""

    source: SourcePath
    organisation: Organisation
    families: Annotated[tuple[Family, ...], Field(min_length=1)]
    weight: Annotated[int, Field(ge=0, le=100)] = WEIGHT_DEFAULT
    silence_minutes: dict[Family, Annotated[float, Field(gt=0, le=43_200)]] = Field(
        default_factory=dict
    )
    silence_critical: Flag = False
    clock_offset_s: Annotated[float, Field(ge=-86_400, le=86_400)] = 0.0

    @model_validator(mode="after")
    def _limits_what_it_says(self) -> Self:
        for family in self.silence_minutes:
            if family not in self.families:
                allowed = f"families of this source: {', '.join(self.families)}; found {family}"
                raise refusal(allowed, field="silence_minutes")
        return self


class Standard(ProfilePart):
    """A service standard that the community promises to keep; contracts/standards.py reads it."""

    standard_id: Code
    measure: Annotated[str, Field(pattern=r"^K[0-9]{2}$")]
    scope: Code
    target: Number
    unit: Code
    period: Code
    near_pct: Number | None = None
    share_pct: Number | None = None
    cases_min: Whole | None = None


class Community(ProfilePart):
    """One port system: its people, systems, places and rules."""

    system: SystemKey
    name: Text
    locodes: Annotated[tuple[Locode, ...], Field(min_length=1)]
    timezone: Text
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("es", "en", "pt")
    organisations: Annotated[tuple[Member, ...], Field(min_length=1)]
    sources: tuple[SourceProfile, ...] = ()
    facilities: tuple[FacilityProfile, ...] = ()
    corridors: tuple[Corridor, ...] = ()
    port_aliases: dict[Text, Locode] = Field(default_factory=dict)
    mandatory_formalities: tuple[Code, ...] = ()
    direct_delivery_classes: tuple[DangerousClass, ...] = ()
    cargo_tolerances: dict[Code, Amount] = Field(default_factory=dict)
    policy: dict[Code, int | float] = Field(default_factory=dict)
    standards: tuple[Standard, ...] = ()

    @model_validator(mode="after")
    def _is_that_port(self) -> Self:
        known = PORT_SYSTEMS[self.system]
        strangers = [code for code in self.locodes if system_of(code) != self.system]
        if strangers or self.system not in self.locodes:
            raise refusal(f"{self.system} and others of {known.locodes}", field="locodes")
        if self.timezone != known.timezone:
            raise refusal(f"{known.timezone}, the zone of {known.name}", field="timezone")
        for at, facility in enumerate(self.facilities):
            if system_of(facility.code[:5]) != self.system:
                allowed = f"a facility of {', '.join(self.locodes)}"
                raise refusal(allowed, field=f"facilities.{at}.code")
        return self

    @model_validator(mode="after")
    def _codes_are_distinct(self) -> Self:
        refuse_repeats("organisations", [member.code for member in self.organisations])
        refuse_repeats("sources", [source.source for source in self.sources])
        refuse_repeats("facilities", [facility.code for facility in self.facilities])
        refuse_repeats("corridors", [corridor.id for corridor in self.corridors])
        refuse_repeats("corridors", [w.place for c in self.corridors for w in c.waypoints])
        refuse_repeats("organisations", [key for m in self.organisations for key in m.keys])
        return self

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        codes = {member.code for member in self.organisations}
        places = {facility.code for facility in self.facilities}
        for at, member in enumerate(self.organisations):
            _refuse_strangers(f"organisations.{at}.operates", member.operates, places)
            _refuse_strangers(f"organisations.{at}.relays_for", member.relays_for, codes)
        for at, source in enumerate(self.sources):
            _refuse_strangers(f"sources.{at}.organisation", (source.organisation,), codes)
        for at, corridor in enumerate(self.corridors):
            for number, waypoint in enumerate(corridor.waypoints):
                field = f"corridors.{at}.waypoints.{number}.minutes_to"
                _refuse_strangers(field, tuple(waypoint.minutes_to), places)
        return self

    @cached_property
    def members(self) -> dict[str, Member]:
        """The organisations by code."""
        return {member.code: member for member in self.organisations}

    @cached_property
    def places(self) -> dict[str, FacilityProfile]:
        """The facilities by id."""
        return {facility.code: facility for facility in self.facilities}

    def scopes(self) -> tuple[str, ...]:
        """Return what a promise may be of: all, a port, a facility by its id or its code."""
        codes = [code for facility in self.facilities for code in _named(facility.code)]
        return tuple(dict.fromkeys((WHOLE_PORT, self.system, *self.locodes, *codes)))

    @cached_property
    def waypoints(self) -> dict[str, Waypoint]:
        """The places of the corridors by code."""
        return {point.place: point for corridor in self.corridors for point in corridor.waypoints}

    def may_publish(
        self, *, publisher: str, organisation: str, family: str, facility: str | None = None
    ) -> Problem | None:
        """Return why a publisher may not hand this over, or None when it may."""
        speaker, owner = self.members.get(publisher), self.members.get(organisation)
        if speaker is None:
            return self._unknown("publisher", publisher)
        if owner is None:
            return self._unknown("organisation", organisation)
        if publisher != organisation and organisation not in speaker.relays_for:
            allowed = _listed((publisher, *speaker.relays_for), f"what {publisher} may speak for")
            return Problem("NOT_ALLOWED", "organisation", shown(organisation), allowed)
        if family not in speaker.families:
            allowed = _listed(speaker.families, f"the families granted to {publisher}")
            return Problem("NOT_ALLOWED", "type", shown(f"family {family}"), allowed)
        return None if facility is None else self._may_name(owner, family, facility)

    def _may_name(self, owner: Member, family: str, facility: str) -> Problem | None:
        if facility not in self.places:
            allowed = _listed(self.places, f"the facilities of {self.system}")
            return Problem("UNKNOWN_FACILITY", "facility", shown(facility), allowed)
        is_operator = "TER" in owner.roles and (family == "yard" or set(owner.roles) == {"TER"})
        if is_operator and facility not in owner.operates:
            allowed = _listed(owner.operates, f"what {owner.code} operates")
            return Problem("NOT_ALLOWED", "facility", shown(facility), allowed)
        return None

    def _unknown(self, field: str, found: str) -> Problem:
        # The list of members is not for strangers to read.
        return Problem("NOT_ALLOWED", field, shown(found), f"an organisation of {self.system}")

    def public_document(self) -> dict[str, Any]:
        """Return the profile as JSON values without keys: what the journal carries."""
        members = {"organisations": {"__all__": {"keys"}}}
        document: dict[str, Any] = self.model_dump(mode="json", exclude=members)
        return document

    def digest(self) -> str:
        """Return the digest of the public document, equal for equal profiles."""
        text = msgspec.json.encode(self.public_document(), order="sorted")
        return "sha256:" + hashlib.sha256(text).hexdigest()


def _named(facility: str) -> tuple[str, str]:
    return facility, facility.rpartition(":")[2]


def _refuse_strangers(field: str, found: tuple[str, ...], known: set[str]) -> None:
    strangers = [code for code in found if code not in known]
    if strangers:
        allowed = f"one of {', '.join(sorted(known)) or 'none'}; found {', '.join(strangers)}"
        raise refusal(allowed, field=field)


def _listed(codes: Any, of_what: str) -> str:
    return f"one of {of_what}: {', '.join(codes)}" if codes else f"nothing: {of_what} are none"
