"""Callao: a gate system that falls silent, a release taken back, an estimate typed wrong."""

from collections.abc import Iterator
from datetime import datetime

from simulator.background import silenced
from simulator.cargo import customs_of, export_story, import_story, release, slots
from simulator.moments import Moment, Pen, written
from simulator.numbers import ship
from simulator.ships import HOUR, MINUTE, PortCall, milestone, story_of
from simulator.stage import Stage, at

SILENT_FROM, SILENT_TO = at("1 13:00"), at("1 17:00")


def moments(stage: Stage) -> Iterator[Moment]:
    """Yield two days of the port, in no order; the gate of its first terminal is not yet silent."""
    home = stage.call(ship(11, "RADA RIMAC", 190), (0, 0), ("1 01:00", "1 20:00"))
    morning = stage.call(
        ship(12, "RADA PISCO", 200),
        (0, 1),
        ("2 10:00", "3 02:00"),
        windows={"EFC": "1 05:00", "FCO": "2 00:00", "VCO": "1 22:00", "DCO": "1 22:00"},
    )
    third = stage.call(
        ship(13, "RADA CHANCAY", 180),
        (0, 0),
        ("3 06:00", "4 02:00"),
        windows={"EFC": "1 05:00", "FCO": "2 20:00", "VCO": "2 18:00", "DCO": "2 18:00"},
    )
    south = stage.call(ship(14, "RADA LURIN", 170), (1, 0), ("1 07:00", "2 09:00"))
    typed = stage.call(
        ship(15, "RADA SUPE", 170),
        (1, 1),
        ("2 16:00", "3 10:00"),
        windows={"EFC": "1 05:00", "FCO": "2 06:00", "VCO": "2 04:00", "DCO": "2 04:00"},
    )
    for call in (home, morning, third, south, typed):
        yield from story_of(call, stage.cast, stage.chance)
    for call, first, last, count in (
        (morning, "1 06:00", "1 19:00", 22),
        (third, "2 06:00", "2 16:00", 10),
        (typed, "1 07:00", "2 02:00", 18),
    ):
        for slot_at in slots(at(first), at(last), count):
            yield from export_story(stage.trip(call, slot_at), stage.cast, stage.chance)
    for call, first, last, count in (
        (home, "1 07:00", "2 08:00", 20),
        (south, "2 06:00", "2 20:00", 14),
    ):
        yield from _imports(stage, call, slots(at(first), at(last), count))
    yield from _taken_back(stage, home)
    yield from _mistyped_estimate(stage, typed)


def cut_off(stage: Stage, said: Iterator[Moment]) -> Iterator[Moment]:
    """Yield moments as they reach us: from 13:00 to 17:00 nothing comes from the first gate."""
    yield from silenced(said, silent_gate(stage), SILENT_FROM, SILENT_TO)


def silent_gate(stage: Stage) -> Pen:
    """Return the pen of the gate that falls silent."""
    return stage.cast.pen("TER", "gate", stage.terminals[0])


def _imports(stage: Stage, call: PortCall, starts: list[datetime]) -> Iterator[Moment]:
    for count, slot_at in enumerate(starts):
        discharged_at = call.berth_at + 2 * HOUR + count * MINUTE
        trip = stage.trip(call, slot_at)
        yield from import_story(trip, stage.cast, stage.chance, discharged_at=discharged_at)


def _taken_back(stage: Stage, home: PortCall) -> Iterator[Moment]:
    """Take a customs release back; at the end of the second day it is still missing."""
    trip = stage.trip(home, at("3 04:00"), is_told=False)
    yield from import_story(trip, stage.cast, stage.chance, discharged_at=home.berth_at + 2 * HOUR)
    customs = customs_of(stage.cast)
    revoked = ("release-revoked", "CUSTOMS")
    yield release(trip, customs, at("2 16:00"), revoked, "selection changed")


def _mistyped_estimate(stage: Stage, typed: PortCall) -> Iterator[Moment]:
    """Type an estimate half a day off, and correct it before anyone had to act on it."""
    what, fact = ("BERTH", "ARRI", "EST"), f"eta-{typed.voyage}-typed"
    said_at, mended_at = at("1 15:00"), at("1 15:06")
    wrong = typed.berth_at + 12 * HOUR
    yield milestone(typed, stage.cast, said_at, what, wrong, factid=fact)
    yield milestone(
        typed,
        stage.cast,
        mended_at,
        what,
        typed.berth_at,
        occurred_at=said_at,
        factid=fact,
        updatedtime=written(mended_at),
    )
