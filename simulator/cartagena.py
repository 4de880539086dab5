"""Cartagena: a ship that comes late, the quay and the trucks that waited for her, a held box."""

from collections.abc import Iterator
from datetime import datetime

from simulator.cargo import (
    Trip,
    appointment,
    booking_data,
    brought,
    customs_of,
    export_story,
    gated_in,
    import_story,
    slots,
    step,
    truck_eta,
)
from simulator.moments import Moment, written
from simulator.numbers import ship
from simulator.ships import (
    HOUR,
    MINUTE,
    PortCall,
    berth_plan,
    milestone,
    story_of,
    window_data,
)
from simulator.stage import Stage, at

LATE_HOURS = 9
LATE_BY = LATE_HOURS * HOUR
RESLOTS = (at("1 15:30"), at("1 18:00"))
"""The terminal moves the stranded trucks in two batches."""
FIRST_BATCH = 14
STRANDED = 25


def moments(stage: Stage) -> Iterator[Moment]:
    """Yield two days of the port, in no order."""
    late = _late_ship(stage)
    home = stage.call(ship(3, "RADA BARU", 180), (0, 0), ("1 02:00", "1 16:00"))
    evening = stage.call(
        ship(4, "RADA TAYRONA", 180),
        (0, 2),
        ("2 22:00", "3 14:00"),
        windows={"EFC": "1 05:00", "FCO": "2 12:00", "VCO": "2 10:00", "DCO": "2 10:00"},
    )
    morning = stage.call(ship(5, "RADA MOMPOX", 170), (1, 0), ("1 08:00", "2 06:00"))
    second = stage.call(
        ship(6, "RADA SINU", 170),
        (1, 1),
        ("2 15:00", "3 12:00"),
        windows={"EFC": "1 05:00", "FCO": "2 09:00", "VCO": "2 07:00", "DCO": "2 07:00"},
    )
    follower = stage.call(ship(2, "RADA CHIMILA", 200), (0, 3), ("3 10:00", "4 02:00"))
    for call in (late, follower, home, evening, morning, second):
        yield from story_of(call, stage.cast, stage.chance)
    yield from _replanned(stage, late)
    yield from _stranded_trucks(stage, late)
    yield from _exports(stage, evening, slots(at("1 07:00"), at("2 07:00"), 18))
    yield from _exports(stage, second, slots(at("1 06:00"), at("1 22:00"), 16))
    yield from _imports(stage, home, slots(at("1 07:00"), at("1 20:00"), 14))
    for count, slot_at in enumerate(slots(at("2 06:00"), at("2 18:00"), 12)):
        trip = stage.trip(morning, slot_at, appointed_at=at("1 17:00") + count * MINUTE)
        discharged_at = at("1 10:00") + count * 20 * MINUTE
        yield from import_story(trip, stage.cast, stage.chance, discharged_at=discharged_at)
    yield from _held_box(stage, home)
    yield from _missed_cutoff(stage, evening, late)
    yield from _typed_wrong(stage, second)


def _late_ship(stage: Stage) -> PortCall:
    return stage.call(
        ship(1, "RADA MAGDALENA", 230),
        (0, 3),
        ("2 19:00", "3 06:00"),
        windows={"EFC": "1 20:00", "FCO": "2 13:00", "VCO": "2 11:00", "DCO": "2 11:00"},
        slips=(("1 08:00", 3), ("1 09:30", 6), ("1 11:00", LATE_HOURS)),
        late_hours=LATE_HOURS,
    )


def _replanned(stage: Stage, late: PortCall) -> Iterator[Moment]:
    """Move her windows at once, and agree on new times in the afternoon."""
    terminal = stage.cast.pen("TER", "vessel", late.facility)
    moved = {code: when + LATE_BY for code, when in late.windows.items()}
    data = {**window_data(late, moved), "moved_by": "CAR", "reason": "late arrival"}
    yield terminal.write(at("1 11:20"), "vessel.window-set", late.terminal_call, data)
    agreed_at = at("1 15:00")
    for service, when in (("PILOT_BOARDING_PLACE", late.pilot_at), ("BERTH", late.berth_at)):
        what = (service, "ARRI", "PLN")
        yield milestone(late, stage.cast, agreed_at, what, when + LATE_BY)
    plan = berth_plan(late, late.berth_at + LATE_BY, late.leaves_at + LATE_BY)
    yield terminal.write(agreed_at, "vessel.berth-plan-set", late.terminal_call, plan)


def _stranded_trucks(stage: Stage, late: PortCall) -> Iterator[Moment]:
    """Move the trucks booked before the new opening behind it; a few were late enough."""
    before = slots(at("1 20:00"), at("2 04:00"), STRANDED)
    after = slots(at("2 06:00"), at("2 18:00"), STRANDED)
    for count, (slot_at, later_at) in enumerate(zip(before, after, strict=True)):
        told_at = RESLOTS[count >= FIRST_BATCH]
        trip = stage.trip(late, slot_at, moved=((told_at, later_at),))
        yield from export_story(trip, stage.cast, stage.chance)
    yield from _exports(stage, late, slots(at("2 07:00"), at("2 11:00"), 4))


def _exports(stage: Stage, call: PortCall, starts: list[datetime]) -> Iterator[Moment]:
    for slot_at in starts:
        yield from export_story(stage.trip(call, slot_at), stage.cast, stage.chance)


def _imports(stage: Stage, call: PortCall, starts: list[datetime]) -> Iterator[Moment]:
    for slot_at in starts:
        discharged_at = call.berth_at + 2 * HOUR
        yield from import_story(
            stage.trip(call, slot_at), stage.cast, stage.chance, discharged_at=discharged_at
        )


def _held_box(stage: Stage, home: PortCall) -> Iterator[Moment]:
    """Hold a box at customs that a truck is to fetch at 18:00, and let it go at 16:30."""
    trip = stage.trip(home, at("1 18:00"))
    yield from import_story(trip, stage.cast, stage.chance, discharged_at=home.berth_at + 2 * HOUR)
    customs = customs_of(stage.cast)
    subject = f"hold:{customs.organisation}:R{trip.number}"
    hold = {
        "kind": "CUSTOMS",
        "visit": trip.box,
        "authority": customs.organisation,
        "refs": {"bl": trip.bill},
    }
    placed = {**hold, "reason": "physical inspection", "expected_at": written(at("1 16:00"))}
    yield customs.write(at("1 10:00"), "clearance.hold-placed", subject, placed)
    yield customs.write(at("1 16:30"), "clearance.hold-lifted", subject, hold)


def _missed_cutoff(stage: Stage, evening: PortCall, late: PortCall) -> Iterator[Moment]:
    """Stop a truck on the road past its cut-off, and roll its box to the late ship."""
    trip = stage.trip(evening, at("2 08:00"), is_told=False)
    yield from export_story(trip, stage.cast, stage.chance)
    cast, pen = stage.cast, stage.cast.pen("TER", "gate", evening.facility)
    yield truck_eta(trip, cast, at("2 06:00"), at("2 12:30"), "STOPPED")
    carrier = cast.pen("CAR", "clearance")
    rolled = {**booking_data(trip, late, "ROLLED"), "rolled_to": late.terminal_call}
    yield carrier.write(at("2 12:20"), "clearance.booking-changed", trip.booking, rolled)
    yield step(trip, pen, at("2 12:40"), "QUEUE_IN")
    slot_at = at("2 18:00")
    yield appointment(trip, cast, at("2 12:50"), ("CHANGED", "DELIVER"), slot_at)
    kept = Trip(late, trip.box, trip.number, trip.haulier, slot_at)
    yield from brought(kept, cast, at("2 18:20"))


def _typed_wrong(stage: Stage, second: PortCall) -> Iterator[Moment]:
    """Type another box's number at the gate, withdraw it, and type the right one."""
    trip = stage.trip(second, at("1 14:00"), is_told=False)
    yield from export_story(trip, stage.cast, stage.chance)
    cast, pen = stage.cast, stage.cast.pen("TER", "gate", second.facility)
    came_at, mended_at = at("1 14:10"), at("1 14:22")
    number, fact = next(stage.boxes), f"GI{trip.number}"
    yield truck_eta(trip, cast, came_at - 40 * MINUTE, came_at)
    yield gated_in(trip, pen, came_at, number, factid=fact)
    yield pen.write(
        mended_at,
        "gate.container-gated-in",
        number,
        {"reason": f"typed number; the box is {trip.box}"},
        occurred_at=came_at,
        factid=fact,
        updatedtime=written(mended_at),
        retracted=True,
    )
    yield gated_in(trip, pen, mended_at + MINUTE, trip.box, factid=f"{fact}b")
    yield appointment(trip, cast, mended_at + 20 * MINUTE, ("SERVED", "DELIVER"), trip.slot_at)
