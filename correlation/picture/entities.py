"""The things of a port, as frozen values. What they hold is what sources said, never a verdict.

Ids are those of the contracts: `COCTG/9999993/20261105` for a port call, `RDAU2000016/20261102`
for one stay of a container. Instants are milliseconds since the epoch, UTC.
"""

from typing import Final

from msgspec import Struct

from correlation.statements import EMPTY, Slot

ENDED: Final = frozenset({"CANCELLED", "SERVED", "MISSED"})
"""The states of an appointment after which no truck comes."""


class Call(Struct, frozen=True, array_like=True, kw_only=True):
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


class TerminalCall(Struct, frozen=True, array_like=True, kw_only=True):
    """The part of a call at one terminal.

    `windows` maps `CODE|cargo|carrier|port|booking` to its instant as said. `deliveries` and
    `pickups` are (slot start, appointment id) in time order. `told` holds the times on which
    the land side last settled; `shift` the change beyond the threshold that is counted as
    `change_seq`. `services` maps `TOWAGE/INBD` to its status; `units` are (unit, from, to,
    service) as booked; `stamps` the last words of each negotiation.
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
    services: dict[str, Slot] = {}
    units: tuple[tuple[str, int, int, str], ...] = ()
    stamps: "dict[str, tuple[Stamp, ...]]" = {}


class Stamp(Struct, frozen=True, array_like=True):
    """One word of a negotiation: when it was known, its classifier, and which fact said it."""

    known_at: int
    classifier: str
    source: str
    fact: str


class Shift(Struct, frozen=True, array_like=True, kw_only=True):
    """A change of a terminal call's times beyond the threshold, counted once.

    `name` is ARRIVAL or a window code; `before` what the land side was last told.
    """

    name: str
    before: int
    after: int
    counted_at: int
    seq: int
    before_all: dict[str, int] = {}


class Vessel(Struct, frozen=True, array_like=True, kw_only=True):
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


class Visit(Struct, frozen=True, array_like=True, kw_only=True):
    """One stay of a container in the port system, from its first sign to its leaving.

    `holds` and `releases` map their ids to what was said of each; `papers` a document to its
    status; `outbound` and `inbound` are terminal calls.
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


class Box(Struct, frozen=True, array_like=True, kw_only=True):
    """A container number: its visits, oldest first, and the appointments that name it."""

    visits: tuple[str, ...] = ()
    appointments: tuple[str, ...] = ()


class Booking(Struct, frozen=True, array_like=True, kw_only=True):
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


class BillOfLading(Struct, frozen=True, array_like=True, kw_only=True):
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


class Task(Struct, frozen=True, array_like=True):
    """One box task of an appointment: DELIVER or COLLECT, and the box or booking it is for."""

    direction: str
    box: str
    booking: str


class Appointment(Struct, frozen=True, array_like=True, kw_only=True):
    """A truck's booked slot at a gate.

    `status` holds the statements (value = status); the other fields repeat the ruling one.
    `steps` maps a truck's step (QUEUE_IN, LANE_IN, ...) to what was said of it.
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
    closed_at: int | None = None

    @property
    def is_live(self) -> bool:
        """Whether the truck is still to come or under way."""
        return bool(self.state) and self.state not in ENDED


class Dependants(Struct, frozen=True, array_like=True, kw_only=True):
    """Bookings and appointments not yet re-planned after a call's status changed.

    `status` is the event that changed it.
    """

    status: str
    names: tuple[str, ...] = ()


class Rotation(Struct, frozen=True, array_like=True, kw_only=True):
    """A ship's ports in order, as carriers say them; `parts` maps a part of the list to its word.

    The legs stand in the statement as one text each, for a statement holds plain values only.
    """

    id: str
    ship: str
    parts: dict[str, Slot] = {}
    ends_at: int = 0


class Connection(Struct, frozen=True, array_like=True, kw_only=True):
    """Boxes that go from one ship to another here: terminal calls, and the parts of the list."""

    id: str
    inbound: str
    outbound: str
    parts: dict[str, Slot] = {}


class Delay(Struct, frozen=True, array_like=True, kw_only=True):
    """What ports upstream foresee of a ship's voyage: the notices of each (N01)."""

    id: str
    ship: str
    carrier: str
    number: str
    notices: Slot = EMPTY


class Notice(Struct, frozen=True, array_like=True, kw_only=True):
    """What this port last told another one of a ship's delay.

    `minutes` are the 10th, 50th and 90th percentile; `began_at` names the fact, for a fact that
    was withdrawn is never said again.
    """

    began_at: int
    version: int
    minutes: tuple[int, int, int]
    root: str | None
    is_live: bool


class Gate(Struct, frozen=True, array_like=True, kw_only=True):
    """A gate: the newest queue report and the state of its lanes."""

    id: str
    queue: Slot = EMPTY
    lanes: dict[str, Slot] = {}


class Condition(Struct, frozen=True, array_like=True, kw_only=True):
    """A closure, weather, strike or road block, with its scope and span."""

    id: str
    state: Slot = EMPTY


class Block(Struct, frozen=True, array_like=True, kw_only=True):
    """A yard block: the newest inventory said of it."""

    id: str
    inventory: Slot = EMPTY


class Source(Struct, frozen=True, array_like=True, kw_only=True):
    """One source in one family: when it last spoke, and whether it is found silent.

    `spoke` counts its events since it was found silent; `beat_at` is its last heartbeat.
    """

    source: str
    family: str
    watched_at: int
    last_at: int
    beat_at: int = 0
    quiet_until: int = 0
    silent_since: int | None = None
    spoke: int = 0
    events: int = 0


class Shelved(Struct, frozen=True, array_like=True, kw_only=True):
    """A fact that matches nothing yet, with what is needed to apply it again."""

    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    publisher: str
    at: int
    received_at: int
    position: int
    until: int
    refs: tuple[str, ...]
