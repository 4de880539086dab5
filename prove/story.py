"""What the port says meanwhile: boxes off a ship, trucks booked too early, ships that slip.

Every box raises an alert, changes it and clears it. Events come late, out of order and twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from contracts.identifiers import box_check_digit
from correlation.instants import HOUR, MINUTE, SECOND, day_of, written
from simulator.numbers import OWNER, ship

SYSTEM: Final = "COCTG"
SYSTEMS: Final = (SYSTEM, "PECLL")
"""The ports of the run: the one of the story, and one where nothing is said."""
TERMINAL: Final = "COCTG:SMDG:SPRC"
TOS: Final = "/COCTG/ter-ctg-1/tos"
GATE: Final = "/COCTG/ter-ctg-1/gate"
CARRIER: Final = "/COCTG/car-rda/schedule"
CUSTOMS: Final = "/COCTG/aut-co-customs/vuce"

REPEATED_SHARE: Final = 0.12
LATE_SHARE: Final = 0.2
LATE_MS: Final = 3 * SECOND
SHIPS: Final = 12
STEP_MS: Final = 1_500
"""Between the steps of a box's life."""


@dataclass(frozen=True, slots=True)
class Said:
    """One event to post: when (milliseconds, UTC) and what."""

    at: int
    event: dict[str, Any]

    @property
    def edge(self) -> str:
        """The edge that takes it."""
        return str(self.event["type"]).split(".")[1] + "_events"

    @property
    def organisation(self) -> str:
        """Whose key it is posted with."""
        return str(self.event["source"]).split("/")[2]


def story(start: int, boxes_per_second: float, seed: int) -> Iterator[list[Said]]:
    """Yield, box after box without end, what is said of it and when; late and repeated at times."""
    chance = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    yield [Said(start, each) for number in range(SHIPS) for each in _planned(number, start)]
    number = 0
    while True:
        at = start + int(number * 1000 / boxes_per_second)
        calm = [_box_life(number, at)]
        if number % 5 == 0:
            calm.append([_estimate(number // 5, at, chance.choice((0, 40, 150, 300)))])
        yield [said for life in calm for each in life for said in _disturbed(each, chance)]
        number += 1


def _disturbed(event: dict[str, Any], chance: Random) -> Iterator[Said]:
    at = event.pop("at")
    late = chance.randrange(LATE_MS) if chance.random() < LATE_SHARE else 0
    yield Said(at + late, event)
    if chance.random() < REPEATED_SHARE:
        yield Said(at + late + chance.randrange(LATE_MS), event)


def _planned(number: int, at: int) -> list[dict[str, Any]]:
    planned = {
        "classifier": "PLN",
        "berth": f"{TERMINAL}/berth/{1 + number % 3}",
        "arrival_at": written(at + _berth_hours(number) * HOUR),
        "departure_at": written(at + (_berth_hours(number) + 20) * HOUR),
        "bow_m": 100 + number % 3 * 200,
        "refs": _ship_refs(number),
    }
    who = f"imo:{_ship(number)['imo']}"
    milestone = _milestone(number, "PLN", at, at + _berth_hours(number) * HOUR)
    found = [_event("vessel.berth-plan-set", TOS, who, f"plan-{number}", at, planned), milestone]
    for each in found:
        each.pop("at")
    return found


def _estimate(number: int, at: int, minutes: int) -> dict[str, Any]:
    """Return what the carrier now expects of a ship: as planned, or later by so many minutes."""
    who = number % SHIPS
    expected = at + _berth_hours(who) * HOUR + minutes * MINUTE
    return _milestone(who, "EST", at, expected, number)


def _milestone(
    number: int, classifier: str, at: int, expected: int, turn: int = 0
) -> dict[str, Any]:
    data = {
        "service": "PILOT_BOARDING_PLACE",
        "point": "ARRI",
        "classifier": classifier,
        "milestone_at": written(expected // MINUTE * MINUTE),
        "refs": _ship_refs(number),
    }
    who, name = f"imo:{_ship(number)['imo']}", f"eta-{classifier}-{number}-{turn}"
    return _event("vessel.milestone-stated", CARRIER, who, name, at, data)


def _box_life(number: int, at: int) -> list[dict[str, Any]]:
    """Return how a box comes off unreleased, and its truck is booked, moved and called off."""
    ten = f"{OWNER}{number % 1_000_000:06d}"
    box = ten + box_check_digit(ten)
    imo = _ship(number % SHIPS)["imo"]
    part = f"{SYSTEM}/{imo}/{day_of(at + _berth_hours(number % SHIPS) * HOUR)}/SPRC/1"
    slot = at // HOUR * HOUR + 2 * HOUR
    came_off = {
        "box": {"box": box, "category": "IMPORT"},
        "terminal_call": part,
        "refs": {"port": SYSTEM},
    }
    released = {"kind": "CUSTOMS", "visit": box, "refs": {"port": SYSTEM}}
    steps = [
        ("yard.container-discharged", TOS, box, came_off),
        ("gate.appointment-changed", GATE, _trip(number), _booked(box, slot, "BOOKED")),
        ("gate.appointment-changed", GATE, _trip(number), _booked(box, slot + HOUR, "BOOKED")),
        ("clearance.release-granted", CUSTOMS, f"rel:aut:{number}", released),
        ("gate.appointment-changed", GATE, _trip(number), _booked(box, slot + HOUR, "CANCELLED")),
    ]
    return [
        _event(kind, source, subject, f"box-{number}-{step}", at + step * STEP_MS, data)
        for step, (kind, source, subject, data) in enumerate(steps)
    ]


def _trip(number: int) -> str:
    return f"apt:SPRC:{number}"


def _booked(box: str, slot: int, status: str) -> dict[str, Any]:
    return {
        "status": status,
        "facility": TERMINAL,
        "slot": {"from_at": written(slot), "to_at": written(slot + HOUR)},
        "direction": "COLLECT",
        "haulier": "trk-017",
        "tasks": [{"box": box, "direction": "COLLECT"}],
        "refs": {"port": SYSTEM},
    }


def _berth_hours(number: int) -> int:
    return 48 + number // 3 * 24


def _ship(number: int) -> dict[str, str]:
    known = ship(number, f"RADA {number}", 180)
    return {"imo": known.imo, "name": known.name}


def _ship_refs(number: int) -> dict[str, Any]:
    return {"port": SYSTEM, "vessel": _ship(number), "facility": TERMINAL}


def _event(
    kind: str, source: str, subject: str, name: str, at: int, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "at": at,
        "specversion": "1.0",
        "id": name,
        "source": source,
        "type": f"rada.{kind}",
        "subject": subject,
        "time": written(at),
        "recordedtime": written(at),
        "partitionkey": SYSTEM,
        "datacontenttype": "application/json",
        "data": data,
    }
