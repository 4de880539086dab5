"""The land corridors of a port community: the places on its roads and rails, and the way on.

The code of a place is what `waypoint-passed` names, so it stands once in a profile: an ante-port
that serves two roads belongs to a corridor of its own.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from contracts.fields import Text
from contracts.identifiers import Facility
from contracts.places import PlaceId, ProfilePart

WaypointKind = Literal[
    "ANTE_PORT", "DRY_PORT", "WEIGHBRIDGE", "BORDER", "RAIL_RAMP", "DEPOT", "PARKING", "CUSTOMS"
]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_-]{1,39}$")]
Minutes = Annotated[int, Field(ge=1, le=2880)]
"""Up to two days: what is farther away says nothing of an hour at the gate."""
SPREAD_SHARE: Final = 4
"""The spread of a way is a quarter of its minutes where the profile does not say."""


class Waypoint(ProfilePart):
    """A place where trucks or trains are seen, and how long they usually take from it to a gate.

    `usual_minutes` count from leaving the place; `minutes_to` has them for terminals that lie
    nearer or farther. `spread_minutes` is by how much a truck is usually off, either way. Both
    only begin the learning: the port's own journal soon knows better.
    """

    place: PlaceCode
    name: Text
    kind: WaypointKind
    usual_minutes: Minutes
    spread_minutes: Minutes | None = None
    minutes_to: dict[Facility, Minutes] = Field(default_factory=dict)

    def usual_to(self, facility: str) -> int:
        """Return the usual minutes from here to the gate of a terminal."""
        return self.minutes_to.get(facility, self.usual_minutes)

    def spread_to(self, facility: str) -> int:
        """Return the minutes by which a truck from here is usually off."""
        if self.spread_minutes is not None:
            return self.spread_minutes
        return max(1, self.usual_to(facility) // SPREAD_SHARE)


class Corridor(ProfilePart):
    """A road or railway to the port, with its places from inland to the gate."""

    id: PlaceId
    name: Text
    waypoints: Annotated[tuple[Waypoint, ...], Field(min_length=1, max_length=50)]
