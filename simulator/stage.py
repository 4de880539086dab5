"""The stage of a port: its quay in metres, its gates, and numbers for the boxes that pass."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from random import Random

from contracts.profile import Community
from simulator.cargo import APPOINTED, Trip
from simulator.cast import Cast
from simulator.moments import clock
from simulator.numbers import Ship, boxes
from simulator.ships import PortCall

CARRIER = "RDA"
"""The SMDG-like code of an invented carrier."""
END_GAP_METRES = 5


def at(text: str) -> datetime:
    """Return the instant of `2 13:00`: the second day, one in the afternoon, local time."""
    day, _, hhmm = text.partition(" ")
    return clock(int(day), hhmm)


class Stage:
    """Makes the calls and trips of one port, with numbers that are never used twice."""

    def __init__(self, community: Community, chance: Random, first_number: int) -> None:
        """Set the stage of a community; its trips are numbered from `first_number` on."""
        self.community, self.chance = community, chance
        self.cast = Cast(community)
        self.terminals = [facility.code for facility in community.facilities]
        self._hauliers = self.cast.codes("TRK")
        self._numbers, self.boxes = count(first_number), boxes(first_number * 10)
        self._voyages = count(first_number % 100 + 1)

    def call(
        self,
        ship: Ship,
        place: tuple[int, int],
        stay: tuple[str, str],
        *,
        windows: Mapping[str, str] | None = None,
        slips: tuple[tuple[str, int], ...] = (),
        late_hours: int = 0,
    ) -> PortCall:
        """Return a call at (terminal, berth) of the profile, each counted from 0."""
        facility = self.community.facilities[place[0]]
        berth = facility.berths[place[1]]
        return PortCall(
            ship=ship,
            system=self.community.system,
            facility=facility.code,
            berth=berth.id,
            bow_m=float(berth.from_m + END_GAP_METRES),
            carrier=CARRIER,
            voyage=f"{next(self._voyages):03d}W",
            berth_at=at(stay[0]),
            leaves_at=at(stay[1]),
            windows={code: at(when) for code, when in (windows or {}).items()},
            slips=tuple((at(when), timedelta(hours=hours)) for when, hours in slips),
            actual_late=timedelta(hours=late_hours),
        )

    def trip(
        self,
        call: PortCall,
        slot_at: datetime,
        *,
        moved: tuple[tuple[datetime, datetime], ...] = (),
        appointed_at: datetime = APPOINTED,
        is_told: bool = True,
    ) -> Trip:
        """Return one truck with one box for a call, of the next haulier in turn."""
        number = next(self._numbers)
        return Trip(
            call=call,
            box=next(self.boxes),
            number=number,
            haulier=self._hauliers[number % len(self._hauliers)],
            slot_at=slot_at,
            moved=moved,
            appointed_at=appointed_at,
            is_told=is_told,
        )
