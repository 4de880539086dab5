"""The things of a port, as frozen values. What they hold is what sources said, never a verdict.

Ids are those of the contracts: `COCTG/9999993/20261105` for a port call, `RDAU2000016/20261102`
for one stay of a container. Instants are milliseconds since the epoch, UTC.
"""

from typing import Final

from msgspec import Struct

from correlation.statements import EMPTY, Slot

ENDED: Final = frozenset({"CANCELLED", "SERVED", "MISSED"})
"""The states of an appointment after which no truck comes."""


class Sample(Struct, frozen=True, array_like=True, gc=False):
    """One reading of a figure, by whom and in which version of which fact."""

    at: int
    value: float
    source: str
    fact_id: str
    version: tuple[int, str, str]


class Call(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One visit of a ship to the port system.

    `milestones` maps `SERVICE/POINT/CLASSIFIER` to what was said of it, for what concerns the
    whole call or came without a terminal; `via` tells how its opening fact was matched.
    `formalities` maps `INBD/PRATIQUE` to its status as said.
    """

    id: str
    port: str
    vessel: str
    opened_at: int
    opened_for: int
    aliases: tuple[str, ...] = ()
    terminal_calls: tuple[str, ...] = ()
    announced: Slot = EMPTY
    status: Slot = EMPTY
    milestones: dict[str, Slot] = {}
    formalities: dict[str, Slot] = {}
    stamps: "dict[str, tuple[Stamp, ...]]" = {}
    version: int = 0
    closed_at: int | None = None


class TerminalCall(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """The part of a call at one terminal.

    `windows` maps `CODE|cargo|carrier|port|booking` to its instant as said. `deliveries` and
    `pickups` are (slot start, appointment id) in time order. `told` holds the times on which
    the land side last settled; `shift` the change beyond the threshold that is counted as
    `change_seq`, `decision` what the terminal does about it. `services` maps `TOWAGE/INBD` to its
    status; `units` are (unit, from, to, service) as booked; `stamps` the last words of each
    negotiation.
    """

    id: str
    call: str
    facility: str
    sequence: int
    carrier: str = ""
    voyage: str = ""
    plan: Slot = EMPTY
    status: Slot = EMPTY
    progress: Slot = EMPTY
    milestones: dict[str, Slot] = {}
    windows: dict[str, Slot] = {}
    forecast: dict[str, Slot] = {}
    bookings: tuple[str, ...] = ()
    deliveries: tuple[tuple[int, str], ...] = ()
    pickups: tuple[tuple[int, str], ...] = ()
    told: dict[str, int] = {}
    shift: "Shift | None" = None
    change_seq: int = 0
    decision: Slot = EMPTY
    services: dict[str, Slot] = {}
    units: tuple[tuple[str, int, int, str], ...] = ()
    stamps: "dict[str, tuple[Stamp, ...]]" = {}


class Stamp(Struct, frozen=True, array_like=True, gc=False):
    """One word of a negotiation: when it was heard, its classifier, and which fact said it.

    `said_at` is when it was written down; `is_old`: heard when its source, new here or silent
    until then, told what it had to say before.
    """

    heard_at: int
    classifier: str
    source: str
    fact: str
    said_at: int = 0
    is_old: bool = False

    @property
    def waits_from(self) -> int:
        """Since when its answer is waited for: by the clock of who waits, not of the sender.

        Whoever was to answer an old word had it from the sender long before it came here.
        """
        return self.said_at if self.is_old else self.heard_at


class Shift(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A change of a terminal call's times beyond the threshold, counted once.

    `name` is ARRIVAL or a window code; `before` what the land side was last told.
    """

    name: str
    before: int
    after: int
    counted_at: int
    seq: int
    before_all: dict[str, int] = {}


class Vessel(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A ship: what is said of her, and her calls here, oldest first."""

    id: str
    name: Slot = EMPTY
    loa_m: Slot = EMPTY
    draught_max_m: Slot = EMPTY
    draught_m: Slot = EMPTY
    mmsi: Slot = EMPTY
    call_sign: Slot = EMPTY
    position: Slot = EMPTY
    destination: Slot = EMPTY
    calls: tuple[str, ...] = ()
    disputed: Slot = EMPTY


class Visit(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One stay of a container in the port system, from its first sign to its leaving.

    `holds` and `releases` map their ids to what was said of each; `papers` a document to its
    status; `outbound` and `inbound` are terminal calls. `clocks` maps a clock (STORAGE, ...) to
    its last free instant, `weights` what was weighed other than for the ship to its kilograms.
    `stocked` is the block in which a list of what stands in the terminal names it.
    """

    id: str
    box: str
    opened_at: int
    category: str = ""
    is_empty: bool = False
    iso_type: str = ""
    booking: str = ""
    bl: str = ""
    inbound: str = ""
    outbound: str = ""
    facility: str = ""
    gate_in: Slot = EMPTY
    gate_out: Slot = EMPTY
    discharged: Slot = EMPTY
    loaded: Slot = EMPTY
    placed: Slot = EMPTY
    customs: Slot = EMPTY
    weighed: Slot = EMPTY
    available: Slot = EMPTY
    dangerous: Slot = EMPTY
    inspection: dict[str, Slot] = {}
    holds: dict[str, Slot] = {}
    releases: dict[str, Slot] = {}
    papers: dict[str, Slot] = {}
    appointments: tuple[str, ...] = ()
    closed_at: int | None = None
    clocks: dict[str, Slot] = {}
    weights: dict[str, Slot] = {}
    stocked: Slot = EMPTY


class Obligation(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """An empty that is due back: until when by the carrier's clock, and by its gate-out."""

    box: str
    due: Slot = EMPTY
    due_out: Slot = EMPTY
    left: Slot = EMPTY


class Reefer(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """The power and the air of a reefer, under the id of its visit.

    `power` are readings of 1 for OFF and 0 for ON, `air` of degrees Celsius; `plugged` and
    `measured` are the newest word on each, `set_point` what it should be.
    """

    set_point: Slot = EMPTY
    plugged: Slot = EMPTY
    power: tuple[Sample, ...] = ()
    measured: Slot = EMPTY
    air: tuple[Sample, ...] = ()


class Dangerous(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Dangerous goods in a box, under the id of its visit: as declared (C09), as its box says."""

    declared: Slot = EMPTY
    classes: Slot = EMPTY


class Box(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A container number: its visits and the bookings it went between, and appointments for it."""

    visits: tuple[str, ...] = ()
    appointments: tuple[str, ...] = ()
    bookings: tuple[str, ...] = ()


class Booking(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A booking; one that was only named so far has no statement."""

    id: str
    carrier: str = ""
    status: Slot = EMPTY
    terminal_call: str = ""
    cargo: str = "DRY"
    discharge_port: str = ""
    boxes: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    appointments: tuple[str, ...] = ()
    papers: dict[str, Slot] = {}
    nominated: dict[str, Slot] = {}


class BillOfLading(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A bill of lading: its boxes, and the holds and releases that name it and not a box."""

    id: str
    consignment: Slot = EMPTY
    booking: str = ""
    terminal_call: str = ""
    boxes: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    holds: dict[str, Slot] = {}
    releases: dict[str, Slot] = {}
    customs: Slot = EMPTY
    nominated: dict[str, Slot] = {}


class Task(Struct, frozen=True, array_like=True, gc=False):
    """One box task of an appointment: DELIVER or COLLECT, and the box or booking it is for."""

    direction: str
    box: str
    booking: str


class Appointment(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A truck's booked slot at a gate.

    `status` holds the statements (value = status); the other fields repeat the ruling one.
    `steps` maps a truck's step (QUEUE_IN, LANE_IN, ...) to what was said of it; `counted` is
    where it is counted among the trucks that a gate expects; `trucks` are who came for it, and
    `proposed` the other slots that its terminal proposes.
    """

    id: str
    status: Slot = EMPTY
    state: str = ""
    facility: str = ""
    gate: str = ""
    haulier: str = ""
    slot_from: int = 0
    slot_to: int = 0
    leaves_at: int | None = None
    tasks: tuple[Task, ...] = ()
    terminal_calls: tuple[str, ...] = ()
    truck_eta: Slot = EMPTY
    steps: dict[str, Slot] = {}
    counted: str = ""
    trucks: tuple[str, ...] = ()
    proposed: Slot = EMPTY

    @property
    def is_live(self) -> bool:
        """Whether the truck is still to come or under way."""
        return bool(self.state) and self.state not in ENDED


class Dependants(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Bookings and appointments not yet re-planned after a call's status changed.

    `status` is the event that changed it.
    """

    status: str
    names: tuple[str, ...] = ()


class Gate(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A gate: the state of its lanes."""

    id: str
    lanes: dict[str, Slot] = {}


class Passage(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """When a truck was at each step of a gate; 0 is not said."""

    queued_at: int = 0
    entered_at: int = 0
    left_at: int = 0
    is_walk_in: bool = False


class Flow(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One gate in one direction: queue reports by their instant, and the trucks seen lately.

    The value of a report is the mean wait in minutes.
    """

    id: str
    gate: str
    direction: str
    reports: dict[str, Slot] = {}
    trucks: dict[str, Passage] = {}


class Condition(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A closure, weather, strike or road block, with its scope and span."""

    id: str
    state: Slot = EMPTY


class CargoWork(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """The work on a ship at one terminal, under the id of her terminal call.

    `lifts` counts her boxes seen discharged or loaded; `recent` are the instants of the newest of
    them. `progress` are the total moves that the terminal said, as of when. `machines` are the
    cranes that were ever said to work on her, `lists` her work lists.
    """

    id: str
    lifts: int = 0
    recent: tuple[int, ...] = ()
    progress: tuple[Sample, ...] = ()
    machines: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class Machine(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A crane, stacker, tractor or scanner: its state by classifier."""

    id: str
    states: dict[str, Slot] = {}


class Block(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A yard block: the newest inventory said of it.

    `forecast` maps a terminal call to the boxes that it will bring here, `listed` a discharge
    list to those that it names; `plans` a shift to what it means to move.
    """

    id: str
    inventory: Slot = EMPTY
    forecast: dict[str, int] = {}
    listed: dict[str, int] = {}
    plans: dict[str, Slot] = {}


class Source(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One source in one family: when it last spoke, and whether it is found silent.

    `spoke` counts its events while it is found silent; `beat_at` is its last beat. `ahead_at` is
    when it last wrote a time that had not come yet, by `ahead_by` ms, `fine_at` when it last did
    not (once its clock was ahead), `fine_run` its words in a row since. Until `catches_up_until` it
    may send what it had to say while nobody heard it (last at `old_at`): at first (`new_until`), or
    after a silence (`back_at`). Add `off` to its times since `off_at`, `off_before` till then.
    """

    source: str
    family: str
    watched_at: int
    last_at: int
    beat_at: int = 0
    quiet_until: int = 0
    silent_since: int | None = None
    spoke: int = 0
    ever_spoke: bool = False
    ahead_at: int = 0
    ahead_by: int = 0
    fine_at: int = 0
    fine_run: int = 0
    catches_up_until: int = 0
    new_until: int = 0
    back_at: int = 0
    old_at: int = 0
    off: int = 0
    off_before: int = 0
    off_at: int = 0
