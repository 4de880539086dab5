"""Who speaks in a port community: a pen for each source of its profile."""

from dataclasses import dataclass

from contracts.profile import Community
from simulator.moments import Pen


class NobodySays(LookupError):
    """The profile has no source that could say a thing of the scenario."""

    def __init__(self, system: str, role: str, family: str, facility: str) -> None:
        """Keep what was looked for."""
        where = f" at {facility}" if facility else ""
        super().__init__(f"{system}: no source of a {role} for family {family}{where}")


@dataclass(frozen=True)
class Cast:
    """The organisations and sources of one community, found by role."""

    community: Community

    def pen(self, role: str, family: str, facility: str = "", named: str = "") -> Pen:
        """Return the pen of the weightiest source of a role in a family, at a facility if given.

        `named` is a part of the organisation's code, where a role has several: `customs`.

        Raises:
            NobodySays: the profile has none.
        """
        roles = {member.code: member for member in self.community.organisations}
        found = [
            source
            for source in self.community.sources
            if family in source.families
            and (owner := roles.get(source.organisation))
            and role in owner.roles
            and named in owner.code
            and (not facility or facility in owner.operates)
        ]
        if not found:
            raise NobodySays(self.community.system, role, family, facility)
        # Of equal weight, the one that says fewer families is the more special.
        best = max(found, key=lambda s: (s.weight, -len(s.families), s.source))
        return self._pen(best.source, best.organisation, family)

    def pens(self) -> list[tuple[Pen, str, float]]:
        """Return every source and family with the minutes of silence that it is allowed."""
        floor = float(self.community.policy.get("silence_floor_minutes", 30))
        return [
            (
                self._pen(source.source, source.organisation, family),
                family,
                float(source.silence_minutes.get(family, floor)),
            )
            for source in self.community.sources
            for family in source.families
        ]

    def codes(self, role: str) -> list[str]:
        """Return the codes of the organisations that play a role."""
        return [member.code for member in self.community.organisations if role in member.roles]

    def _pen(self, source: str, organisation: str, family: str) -> Pen:
        return Pen(
            self.community.system, source, organisation, self.publisher(organisation, family)
        )

    def publisher(self, organisation: str, family: str) -> str:
        """Return who may hand over for an organisation: itself, else a relay."""
        for member in self.community.organisations:
            if member.code == organisation and family in member.families:
                return organisation
        for member in self.community.organisations:
            if organisation in member.relays_for and family in member.families:
                return member.code
        return organisation
