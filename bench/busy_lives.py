"""The life of each ship and box of the load: what terminals, carriers and customs say of it, when.

Each box is one line of templates filled in; the same number gives the same words. Kinds of events
stand to each other as in the network's day of 1.4 million: events of boxes that pass a gate 46 %,
readings of reefers 29 %, positions of ships 12 %, boxes that change ships 11 %, calls 1 %
(about 16 an imported or exported box, 5 a transshipment move, 160 a call, a position each three
minutes of 350 ships, an hourly reading of 17,000 reefers).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.identifiers import box_check_digit
from simulator.numbers import ship

BOXES_PER_CALL: Final = 600
STAYING_SHARE: Final = 6
"""Of this many boxes all but one stay in the yard: the open visits grow with the journal."""
TROUBLED_SHARE: Final = 100
"""One box in this many is held by customs when its truck comes, or has no truck at all."""
TRANSSHIPPED_IN_SEVEN: Final = 4
"""Beside so many of seven boxes that pass a gate, one changes ships."""
REEFER_SHARE: Final = 3
"""One box in this many is a reefer on its plug."""
READINGS: Final = 23
POSITIONS: Final = 3
"""Positions of ships beside each box."""
SLIPPING_SHARE: Final = 20
"""One ship in this many slips by eight hours."""
_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_BERTHS: Final = (
    ("COCTG:SMDG:SPRC", "ter-ctg-1", "1", 0),
    ("COCTG:SMDG:SPRC", "ter-ctg-1", "3", 400),
    ("COCTG:SMDG:SPRC", "ter-ctg-1", "4", 650),
    ("COCTG:SMDG:TCC", "ter-ctg-2", "1", 0),
    ("COCTG:SMDG:TCC", "ter-ctg-2", "2", 360),
    ("COCTG:SMDG:TCC", "ter-ctg-2", "3", 720),
)


Line = tuple[int, str, str, str, str, str, str]
"""Instant, family, type, source, organisation, subject, data as JSON."""


@dataclass(frozen=True, slots=True)
class Call:
    """One ship call of the load, with the words that its events share."""

    number: int
    id: str
    facility: str
    terminal: str
    berth: str
    bow_m: int
    berth_at: int
    slips: bool

    @property
    def part(self) -> str:
        """Return the id of its terminal call."""
        return f"{self.id}/{self.facility.rpartition(':')[2]}/1"

    @property
    def refs(self) -> str:
        """Return what names the call, as JSON without its braces."""
        who = ship(self.number, "", 180)
        return (
            f'"port":"COCTG","facility":"{self.facility}","call":"{self.id}","vessel":'
            f'{{"imo":"{who.imo}","mmsi":"{who.mmsi}","name":"RADA {self.number}"}},"voyage":'
            f'{{"carrier":"RDA","carrier_list":"SMDG","export_no":"{self.number:04d}N"}}'
        )


def mean_events() -> float:
    """Return how many events the load says of a box."""
    sample = 4 * STAYING_SHARE * TROUBLED_SHARE
    call = call_of(1, 0)
    return sum(len(life(call, box, 0)) for box in range(sample)) / sample


def call_of(number: int, start: int) -> Call:
    """Return a call by its number; each berth gets a ship every 20 hours from 36 hours on."""
    facility, terminal, berth, bow = _BERTHS[number % len(_BERTHS)]
    berth_at = start + 36 * _HOUR + (number // len(_BERTHS)) * 20 * _HOUR
    day = written(berth_at)[:10].replace("-", "")
    identity = f"COCTG/{ship(number, '', 180).imo}/{day}"
    return Call(
        number, identity, facility, terminal, berth, bow, berth_at, number % SLIPPING_SHARE == 7
    )


def ship_lines(call: Call, at: int) -> list[Line]:
    """Return what is said of a ship: announced, planned, expected, her windows, and slipping."""
    carrier, terminal = "/COCTG/car-rda/schedule", f"/COCTG/{call.terminal}/tos"
    who = ship(call.number, f"RADA {call.number}", 180)
    leaves_at = call.berth_at + 14 * _HOUR
    vessel = f'{{"imo":"{who.imo}","mmsi":"{who.mmsi}","name":"{who.name}"}}'

    def milestone(when: int, service: str, classifier: str, at_: int) -> Line:
        source, organisation = (
            (carrier, "car-rda") if classifier == "EST" else (terminal, call.terminal)
        )
        data = (
            f'{{"service":"{service}","point":"ARRI","classifier":"{classifier}","milestone_at":'
            f'"{written(at_)}","phase":"INBD","refs":{{{call.refs}}}}}'
        )
        kind = "vessel.milestone-stated"
        return (when, "vessel", kind, source, organisation, call.id, data)

    announced = (
        f'{{"vessel":{vessel},"arrival_at":"{written(call.berth_at)}","departure_at":'
        f'"{written(leaves_at)}","terminal_calls":[{{"facility":"{call.facility}","sequence":1,'
        f'"carrier":"RDA"}}],"refs":{{"port":"COCTG"}}}}'
    )
    particulars = f'{{"name":"{who.name}","loa_m":180,"refs":{{"port":"COCTG","vessel":{vessel}}}}}'
    plan = (
        f'{{"classifier":"PLN","berth":"{call.facility}/berth/{call.berth}","arrival_at":'
        f'"{written(call.berth_at)}","departure_at":"{written(leaves_at)}","bow_m":{call.bow_m},'
        f'"refs":{{{call.refs}}}}}'
    )
    opens, closes = call.berth_at - 30 * 24 * _HOUR, call.berth_at - 3 * _HOUR
    windows = _windows(call, opens, closes)
    pilot_at = call.berth_at - 2 * _HOUR
    found: list[Line] = [
        (at, "vessel", "vessel.call-announced", carrier, "car-rda", call.id, announced),
        (
            at,
            "vessel",
            "vessel.particulars-declared",
            carrier,
            "car-rda",
            f"imo:{who.imo}",
            particulars,
        ),
        milestone(at, "PILOT_BOARDING_PLACE", "PLN", pilot_at),
        milestone(at, "BERTH", "PLN", call.berth_at),
        (at, "vessel", "vessel.berth-plan-set", terminal, call.terminal, call.part, plan),
        (at, "vessel", "vessel.window-set", terminal, call.terminal, call.part, windows),
    ]
    if call.slips:  # receiving begins later, and the trucks of the next hour stand outside it
        moved = _windows(call, at + 3 * _HOUR, closes + 8 * _HOUR)
        kind, when = "vessel.window-set", at + 30 * _MINUTE
        found.append((when, "vessel", kind, terminal, call.terminal, call.part, moved))
    for hour in range(12):
        late = 8 * _HOUR if call.slips and hour > 3 else 0
        when = at + hour * 30 * _MINUTE
        drift = hour % 4 * 5 * _MINUTE
        found.append(milestone(when, "PILOT_BOARDING_PLACE", "EST", pilot_at + late + drift))
        found.append(milestone(when, "BERTH", "EST", call.berth_at + late + drift))
    return found


def _windows(call: Call, opens: int, closes: int) -> str:
    said = {"EFC": opens, "FCO": closes, "VCO": closes, "DCO": closes}
    windows = ",".join(f'{{"code":"{code}","at":"{written(at)}"}}' for code, at in said.items())
    return f'{{"windows":[{windows}],"refs":{{{call.refs}}}}}'


def life(call: Call, number: int, at: int) -> list[Line]:
    """Return what is said of a box: of every second one as an export, else as an import."""
    ten = f"RDAU{number % 1_000_000:06d}"
    box = ten + box_check_digit(ten)
    lines = (_export if number % 2 else _import)(call, number, box, at)
    if number % REEFER_SHARE == 0:
        lines += _readings(call, box, at + 35 * _MINUTE)
    if number % 7 < TRANSSHIPPED_IN_SEVEN:
        lines += _transshipped(call, number, at)
    return [*lines, *_positions(call, number, at)]


def _readings(call: Call, box: str, at: int) -> list[Line]:
    tos, facility = f"/COCTG/{call.terminal}/tos", f'"facility":"{call.facility}"'
    found: list[Line] = []
    for hour in range(READINGS):
        when = at + hour * _HOUR
        data = (
            f'{{"as_of":"{written(when)}","set_point_c":-18.0,"supply_c":-18.{hour % 7},'
            f'"return_c":-17.{hour % 5},"refs":{{"port":"COCTG",{facility}}}}}'
        )
        found.append((when, "yard", "yard.reefer-measured", tos, call.terminal, box, data))
    return found


def _transshipped(call: Call, number: int, at: int) -> list[Line]:
    tos, facility = f"/COCTG/{call.terminal}/tos", f'"facility":"{call.facility}"'
    ten = f"RDTU{number % 1_000_000:06d}"
    box = ten + box_check_digit(ten)
    described = f'"box":{{"box":"{box}","iso_type":"45G1","is_empty":false,"category":"TRANSSHIP"}}'
    moved = f'{{{described},"terminal_call":"{call.part}","refs":{{"port":"COCTG",{facility}}}}}'
    kind = "yard.container-discharged"
    found: list[Line] = [(at, "yard", kind, tos, call.terminal, box, moved)]
    found += [_placed(call, box, tos, at + step * 9 * _MINUTE, number + step) for step in (1, 2, 3)]
    if number % STAYING_SHARE == 0:
        kind, when = "yard.container-loaded", at + 5 * _HOUR
        found.append((when, "yard", kind, tos, call.terminal, box, moved))
    return found


def _positions(call: Call, number: int, at: int) -> list[Line]:
    who = ship(call.number, f"RADA {call.number}", 180)
    vessel = f'{{"imo":"{who.imo}","mmsi":"{who.mmsi}","name":"{who.name}"}}'
    found: list[Line] = []
    for step in range(POSITIONS):
        lat, lon = 10 + (number + step) % 900 / 1000, -75 - number % 900 / 1000
        data = (
            f'{{"lat":{lat:.3f},"lon":{lon:.3f},"speed_kn":{step + 9}.{number % 10},'
            f'"course_deg":{number % 360},"nav_status":0,'
            f'"refs":{{"port":"COCTG","vessel":{vessel}}}}}'
        )
        kind, when, source = "vessel.position-reported", at + step * _MINUTE, "/COCTG/ops-rada/ais"
        found.append((when, "vessel", kind, source, "ops-rada", f"imo:{who.imo}", data))
    return found


def _gate_steps(call: Call, number: int, at: int) -> list[tuple[int, str]]:
    trip = f"apt:{call.facility.rpartition(':')[2]}:{number}"
    refs = f'"refs":{{"port":"COCTG","facility":"{call.facility}"}}'
    return [
        (
            at + after * _MINUTE,
            f'{{"step":"{step}","gate":"{call.facility}/gate/1","appointment":"{trip}",{refs}}}',
        )
        for after, step in ((0, "QUEUE_IN"), (8, "LANE_IN"), (36, "LEFT"))
    ]


def _appointed(call: Call, number: int, slot: int, status: str, task: str) -> str:
    direction = "DELIVER" if number % 2 else "COLLECT"
    return (
        f'{{"status":"{status}","facility":"{call.facility}","slot":{{"from_at":"{written(slot)}",'
        f'"to_at":"{written(slot + _HOUR)}"}},"direction":"{direction}","gate":'
        f'"{call.facility}/gate/1","haulier":"trk-017","tasks":[{{"direction":"{direction}",{task}'
        f'}}],"refs":{{"port":"COCTG"}}}}'
    )


def _export(call: Call, number: int, box: str, at: int) -> list[Line]:
    gate, tos = f"/COCTG/{call.terminal}/gate", f"/COCTG/{call.terminal}/tos"
    papers, terminal = "/COCTG/car-rda/bookings", call.terminal
    booking = f"bkg:RDA:RD{number:07d}"
    short = call.facility.rpartition(":")[2]
    trip, truck = f"apt:{short}:{number}", f"trk:{short}:{number}"
    described = f'"box":{{"box":"{box}","iso_type":"45G1","is_empty":false,"category":"EXPORT"}}'
    booked = (
        f'{{"status":"CONFIRMED","carrier":"RDA","terminal_call":"{call.part}","boxes":["{box}"],'
        f'"load_port":"COCTG","cargo":"DRY","refs":{{"port":"COCTG","terminal_call":"{call.part}"'
        f"}}}}"
    )
    weighed = (
        f'{{"kind":"VGM","gross_kg":{9000 + number % 18000},"method":1,"refs":{{"port":"COCTG",'
        f'"booking":"{booking}","box":"{box}"}}}}'
    )
    paper = (
        f'{{"document":"SI","status":"APPR","due_code":"DCO","refs":{{"port":"COCTG","booking":'
        f'"{booking}"}}}}'
    )
    kind = "clearance.booking-changed"
    found: list[Line] = [
        (at, "clearance", kind, papers, "car-rda", booking, booked),
        (at + 1000, "clearance", "clearance.weight-stated", papers, "car-rda", box, weighed),
        (at + 2000, "clearance", "clearance.document-changed", papers, "car-rda", booking, paper),
    ]
    if number % TROUBLED_SHARE == 1:
        return found  # no truck: it will miss its cut-off
    came = at + 25 * _MINUTE
    task = f'"box":"{box}","booking":"{booking}"'
    for when, status in ((at + 3000, "BOOKED"), (came + 30 * _MINUTE, "SERVED")):
        data = _appointed(call, number, came, status, task)
        found.append((when, "gate", "gate.appointment-changed", gate, terminal, trip, data))
    found.append(_eta(call, number, came))
    for when, data in _gate_steps(call, number, came):
        found.append((when, "gate", "gate.truck-progressed", gate, terminal, truck, data))
    facility = f'"facility":"{call.facility}"'
    inside = (
        f'{{{described},{facility},"gate":"{call.facility}/gate/1","mode":"TRUCK","truck_visit":'
        f'"{truck}","appointment":"{trip}","booking":"{booking}","refs":{{"port":"COCTG",{facility}'
        f"}}}}"
    )
    kind = "gate.container-gated-in"
    found.append((came + 10 * _MINUTE, "gate", kind, gate, terminal, box, inside))
    found.append(_placed(call, box, tos, came + 25 * _MINUTE, number))
    if number // 2 % STAYING_SHARE == 0:
        on_board = (
            f'{{{described},"terminal_call":"{call.part}","refs":{{"port":"COCTG",{facility}}}}}'
        )
        kind = "yard.container-loaded"
        found.append((came + 60 * _MINUTE, "yard", kind, tos, terminal, box, on_board))
    return found


def _eta(call: Call, number: int, at: int) -> Line:
    trip = f"apt:{call.facility.rpartition(':')[2]}:{number}"
    data = (
        f'{{"eta_at":"{written(at)}","state":"MOVING","basis":"GPS","refs":{{"port":"COCTG",'
        f'"facility":"{call.facility}","appointment":"{trip}"}}}}'
    )
    kind, source = "gate.truck-eta-stated", "/COCTG/trk-017/fleet"
    return (at - 20 * _MINUTE, "gate", kind, source, "trk-017", trip, data)


def _placed(call: Call, box: str, tos: str, at: int, number: int) -> Line:
    data = (
        f'{{"block":"{call.facility}/block/1A","kind":"STACK","slot":'
        f'"{number % 60:02d}-{number % 10:02d}-{number % 5}",'
        f'"refs":{{"port":"COCTG","facility":"{call.facility}"}}}}'
    )
    return (at, "yard", "yard.container-placed", tos, call.terminal, box, data)


def _import(call: Call, number: int, box: str, at: int) -> list[Line]:
    gate, tos = f"/COCTG/{call.terminal}/gate", f"/COCTG/{call.terminal}/tos"
    carrier, customs = "/COCTG/car-rda/bookings", "/COCTG/aut-co-customs/vuce"
    terminal, bill = call.terminal, f"bl:RDA:RD{number:07d}"
    short = call.facility.rpartition(":")[2]
    trip, truck = f"apt:{short}:{number}", f"trk:{short}:{number}"
    facility = f'"facility":"{call.facility}"'
    described = f'"box":{{"box":"{box}","iso_type":"22G1","is_empty":false,"category":"IMPORT"}}'
    consigned = (
        f'{{"carrier":"RDA","boxes":["{box}"],"terminal_call":"{call.part}","refs":'
        f'{{"port":"COCTG","bl":"{bill}"}}}}'
    )
    came_off = (
        f'{{{described},"terminal_call":"{call.part}","refs":{{"port":"COCTG",{facility},"bl":'
        f'"{bill}"}}}}'
    )
    named = f'"refs":{{"port":"COCTG","box":"{box}","bl":"{bill}"}}'
    off_at, cleared_at, came = at + 5 * _MINUTE, at + 15 * _MINUTE, at + 45 * _MINUTE
    kind = "clearance.consignment-stated"
    found: list[Line] = [
        (at, "clearance", kind, carrier, "car-rda", bill, consigned),
        (off_at, "yard", "yard.container-discharged", tos, terminal, box, came_off),
        _placed(call, box, tos, off_at + 5 * _MINUTE, number),
    ]
    is_held = number % TROUBLED_SHARE == 0
    states = [(cleared_at, "RELEASED")]
    if is_held:
        states = [(cleared_at, "HELD"), (came - 20 * _MINUTE, "RELEASED")]
    for when, status in states:
        data = f'{{"status":"{status}","direction":"IMPORT",{named}}}'
        kind = "clearance.customs-changed"
        found.append((when, "clearance", kind, customs, "aut-co-customs", box, data))
    for source, organisation, name in (
        (customs, "aut-co-customs", "CUSTOMS"),
        (carrier, "car-rda", "CARRIER"),
    ):
        subject = f"rel:{organisation}:RD{number:07d}"
        data = f'{{"kind":"{name}","visit":"{box}","refs":{{"port":"COCTG","bl":"{bill}"}}}}'
        kind = "clearance.release-granted"
        found.append((cleared_at + 60_000, "clearance", kind, source, organisation, subject, data))
    if not is_held and number // 2 % STAYING_SHARE:
        return found
    task = f'"box":"{box}"'
    for when, status in ((at + 20 * _MINUTE, "BOOKED"), (came + 30 * _MINUTE, "SERVED")):
        data = _appointed(call, number, came, status, task)
        found.append((when, "gate", "gate.appointment-changed", gate, terminal, trip, data))
    found.append(_eta(call, number, came))
    for when, data in _gate_steps(call, number, came):
        found.append((when, "gate", "gate.truck-progressed", gate, terminal, truck, data))
    out = (
        f'{{{described},{facility},"gate":"{call.facility}/gate/1","mode":"TRUCK","truck_visit":'
        f'"{truck}","appointment":"{trip}","bl":"{bill}","refs":{{"port":"COCTG",{facility}}}}}'
    )
    kind = "gate.container-gated-out"
    found.append((came + 34 * _MINUTE, "gate", kind, gate, terminal, box, out))
    return found


def written(at: int) -> str:
    """Return an instant as the wire has it, to the second."""
    return (_EPOCH + timedelta(milliseconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ")
