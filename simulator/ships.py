"""Ship calls: announced, planned at a berth, estimated, worked and sailed, as their sources say."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from simulator.cast import Cast
from simulator.moments import END, START, Moment, written
from simulator.numbers import Ship

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ANNOUNCED, PLANNED, WINDOWS = START, START + 2 * MINUTE, START + 10 * MINUTE
"""The baseline comes in steps, as a source is asked to: ships, plans, then what rests on them."""


@dataclass(frozen=True)
class PortCall:
    """One call of a ship at one terminal: what was agreed, and what came of it.

    `slips` are later estimates as (instant, how much later than agreed). `actual_late` is how
    much later than agreed she arrives; a call that begins before the scenario came on time.
    """

    ship: Ship
    system: str
    facility: str
    berth: str
    bow_m: float
    carrier: str
    voyage: str
    berth_at: datetime
    leaves_at: datetime
    windows: dict[str, datetime] = field(default_factory=dict)
    slips: tuple[tuple[datetime, timedelta], ...] = ()
    actual_late: timedelta = timedelta(0)
    moves: int = 400

    @property
    def id(self) -> str:
        """Return the id of the port call."""
        return f"{self.system}/{self.ship.imo}/{self.berth_at:%Y%m%d}"

    @property
    def terminal_call(self) -> str:
        """Return the id of its part at the terminal."""
        return f"{self.id}/{self.facility.rpartition(':')[2]}/1"

    @property
    def pilot_at(self) -> datetime:
        """Return when she is agreed at the pilot boarding place."""
        return self.berth_at - 2 * HOUR

    @property
    def alongside_at(self) -> datetime:
        """Return when she is really alongside."""
        return self.berth_at + self.actual_late

    @property
    def sails_at(self) -> datetime:
        """Return when she really leaves the berth, a little before it is planned."""
        return self.leaves_at + self.actual_late - 20 * MINUTE

    @property
    def refs(self) -> dict[str, Any]:
        """Return what names the call in every statement about it."""
        return {
            "facility": self.facility,
            "call": self.id,
            "vessel": {"imo": self.ship.imo, "mmsi": self.ship.mmsi, "name": self.ship.name},
            "voyage": {
                "carrier": self.carrier,
                "carrier_list": "SMDG",
                "export_no": self.voyage,
            },
        }


def story_of(call: PortCall, cast: Cast, chance: Random) -> Iterator[Moment]:
    """Yield everything that is said of a call, in no order."""
    yield from _announced(call, cast)
    yield from _agreed(call, cast)
    yield from _expected(call, cast, chance)
    yield from _happened(call, cast)
    yield from _worked(call, cast)


def _announced(call: PortCall, cast: Cast) -> Iterator[Moment]:
    said = START - 3 * 24 * HOUR
    carrier = cast.pen("CAR", "vessel")
    particulars = {"imo": call.ship.imo, "mmsi": call.ship.mmsi, "name": call.ship.name}
    yield carrier.write(
        ANNOUNCED,
        "vessel.call-announced",
        call.id,
        {
            "vessel": {**particulars, "call_sign": call.ship.call_sign},
            "arrival_at": written(call.berth_at),
            "departure_at": written(call.leaves_at),
            "terminal_calls": [
                {
                    "facility": call.facility,
                    "sequence": 1,
                    "carrier": call.carrier,
                    "voyage": call.refs["voyage"],
                }
            ],
        },
        occurred_at=said,
    )
    yield carrier.write(
        ANNOUNCED + MINUTE,
        "vessel.particulars-declared",
        f"imo:{call.ship.imo}",
        {
            "name": call.ship.name,
            "call_sign": call.ship.call_sign,
            "mmsi": call.ship.mmsi,
            "loa_m": call.ship.loa_m,
            "refs": {"vessel": particulars},
        },
        occurred_at=said,
    )


def _agreed(call: PortCall, cast: Cast) -> Iterator[Moment]:
    terminal = cast.pen("TER", "vessel", call.facility)
    said = START - 24 * HOUR
    for service, at in (("PILOT_BOARDING_PLACE", call.pilot_at), ("BERTH", call.berth_at)):
        yield milestone(call, cast, PLANNED, (service, "ARRI", "PLN"), at, occurred_at=said)
    yield terminal.write(
        PLANNED,
        "vessel.berth-plan-set",
        call.terminal_call,
        berth_plan(call, call.berth_at, call.leaves_at),
        occurred_at=said,
    )
    if call.windows:
        yield terminal.write(
            WINDOWS,
            "vessel.window-set",
            call.terminal_call,
            window_data(call, call.windows),
            occurred_at=said,
        )


def berth_plan(call: PortCall, arrives_at: datetime, leaves_at: datetime) -> dict[str, Any]:
    """Return the data of a berth plan of the call at its metres of quay."""
    return {
        "classifier": "PLN",
        "berth": f"{call.facility}/berth/{call.berth}",
        "arrival_at": written(arrives_at),
        "departure_at": written(leaves_at),
        "bow_m": call.bow_m,
        "stern_m": call.bow_m + call.ship.loa_m,
        "alongside": "PORT",
        "cranes": 3,
        "ops_start_at": written(arrives_at + HOUR),
        "ops_end_at": written(leaves_at - HOUR),
        "pbp_order_at": written(arrives_at - 3 * HOUR),
        "firm": True,
        "refs": call.refs,
    }


def window_data(call: PortCall, windows: dict[str, datetime]) -> dict[str, Any]:
    """Return the data of receiving windows and cut-offs of the call."""
    said = [{"code": code, "at": written(at)} for code, at in windows.items()]
    return {"windows": said, "refs": {**call.refs, "terminal_call": call.terminal_call}}


def milestone(
    call: PortCall,
    cast: Cast,
    at: datetime,
    what: tuple[str, str, str],
    milestone_at: datetime,
    **more: Any,
) -> Moment:
    """Return a milestone in the words of whoever owes it; `what` is service, point, classifier."""
    service, point, classifier = what
    if classifier == "EST":
        pen = cast.pen("CAR", "vessel")
    elif classifier == "ACT" and service == "PILOT_BOARDING_PLACE":
        pen = cast.pen("NAU", "vessel")
    else:
        pen = cast.pen("TER", "vessel", call.facility)
    data = {
        "service": service,
        "point": point,
        "classifier": classifier,
        "milestone_at": written(milestone_at),
        "phase": "OUTB" if point == "DEPA" else "INBD",
        "refs": call.refs,
    }
    return pen.write(at, "vessel.milestone-stated", call.id, data, **more)


def _expected(call: PortCall, cast: Cast, chance: Random) -> Iterator[Moment]:
    if call.berth_at <= START:
        return
    said = [(PLANNED + MINUTE, timedelta(0)), *call.slips]
    last = call.slips[-1][1] if call.slips else timedelta(0)
    after = call.slips[-1][0] if call.slips else PLANNED
    refreshed = after + 6 * HOUR
    while refreshed < min(call.pilot_at + last - HOUR, END):
        said.append((refreshed, last + 5 * chance.randint(-3, 3) * MINUTE))
        refreshed += 6 * HOUR
    for at, late in said:
        yield milestone(call, cast, at, ("BERTH", "ARRI", "EST"), call.berth_at + late)
        yield milestone(
            call, cast, at, ("PILOT_BOARDING_PLACE", "ARRI", "EST"), call.pilot_at + late
        )


def _happened(call: PortCall, cast: Cast) -> Iterator[Moment]:
    pilot_at = call.pilot_at + call.actual_late
    for what, at in (
        (("PILOT_BOARDING_PLACE", "ARRI", "ACT"), pilot_at),
        (("BERTH", "ARRI", "ACT"), call.alongside_at),
        (("BERTH", "DEPA", "ACT"), call.sails_at),
    ):
        if at < START:
            yield milestone(call, cast, PLANNED + MINUTE, what, at, occurred_at=at)
        elif at < END:
            yield milestone(call, cast, at + 2 * MINUTE, what, at, occurred_at=at)


def _worked(call: PortCall, cast: Cast) -> Iterator[Moment]:
    """Cumulative counts each two hours while she is worked."""
    terminal = cast.pen("TER", "vessel", call.facility)
    first, last = call.alongside_at + HOUR, call.sails_at - HOUR
    at = max(first, START + 6 * MINUTE)
    while at < min(last, END):
        share = (at - first) / (last - first)
        done = round(call.moves * share)
        data = {
            "as_of": written(at),
            "discharged": min(done, call.moves // 2),
            "loaded": max(0, done - call.moves // 2),
            "restowed": 0,
            "remaining": call.moves - done,
            "cranes_active": 3,
            "first_lift_at": written(first),
            "expected_end_at": written(last),
            "refs": {**call.refs, "terminal_call": call.terminal_call},
        }
        yield terminal.write(at, "vessel.cargo-progressed", call.terminal_call, data)
        at += 2 * HOUR
