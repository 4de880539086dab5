"""A ship's call as it truly is: what was agreed, what ship and agent know, what happened."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from correlation.instants import HOUR, day_of
from simulator.numbers import Ship
from simulator.world.network import PASSAGE

if TYPE_CHECKING:
    import simpy

    from simulator.world.boxes import Appointment, Booking, Box
    from simulator.world.rotations import Rotation
    from simulator.world.terminals import Terminal

Stage = Literal["FAR", "WAITING", "ALONGSIDE", "SAILED", "DROPPED"]
PILOT_ORDER: Final = 3 * HOUR
"""Before the berth time: when the pilot is ordered to be on board by then."""
LINES_OFF: Final = HOUR
"""After the last ship has left her metres, until the next one may lie there."""


def heard(*told: int | None) -> int | None:
    """Return when the first of these was received, None where none was."""
    return min((at for at in told if at is not None), default=None)


@dataclass(slots=True)
class Said:
    """A value that the world knows since an instant, and when the first word of it reached us."""

    at: int
    since: int
    told_at: int | None = None
    before: int | None = None
    """What was known just before."""
    first_told_at: int | None = None
    """When a part of the word was received from which the rest can be told."""

    @property
    def heard_at(self) -> int | None:
        """When the first of its words was received, or another source said the same."""
        return heard(self.first_told_at, self.told_at)


@dataclass(slots=True)
class Doubt:
    """A second source that holds something to be otherwise: whose, and when both words came."""

    organisation: str
    told_at: int
    is_mended: bool = False


@dataclass(slots=True)
class Order:
    """Pilot or tugs of a movement as they are ordered: from when on, how many of how many."""

    starts_at: int
    units: int
    required: int
    is_given: bool = True
    told_at: int | None = None
    declined_at: int | None = None
    """Since when whoever was ordered does not come, until another one does."""


@dataclass(slots=True, eq=False)
class Connection:
    """Boxes that come with one ship and are to leave with another; `told_at`: when that was."""

    inbound: "Call"
    outbound: "Call"
    boxes: "list[Box]" = field(default_factory=list)
    told_at: int | None = None


@dataclass(slots=True)
class Plan:
    """What terminal and ship agreed: berth, metres, times; `set_at` is when."""

    berth: str
    bow_m: float
    berth_at: int
    leaves_at: int
    set_at: int
    told_at: int | None = None
    """When the berth plan was received, which has all of its hours and its metres."""
    first_told_at: int | None = None
    """When a part of it was received from which the rest can be told."""
    renewed_at: int | None = None
    """When another departure was agreed while she was worked."""

    @property
    def heard_at(self) -> int | None:
        """When the first of its words was received."""
        return heard(self.first_told_at, self.told_at)

    @property
    def pilot_at(self) -> int:
        """When she is agreed at the pilot boarding place."""
        return self.berth_at - PASSAGE

    @property
    def pilot_order_at(self) -> int:
        """When her pilot is ordered."""
        return self.berth_at - PILOT_ORDER


@dataclass(slots=True, eq=False)
class Call:
    """One call at one terminal.

    `announced_at` is the berth time under which she was announced; `comes_at` when she will truly
    be at the pilot boarding place, which what happens upstream may still change; `known` what ship
    and agent take that for now. `happened` holds the actual milestones.
    """

    system: str
    terminal: "Terminal"
    ship: Ship
    carrier: str
    voyage: str
    service: str
    announced_at: int
    comes_at: int
    moves: int
    discharges: int
    cranes: int
    agent: str = ""
    is_told: bool = False
    id: str = ""
    stage: Stage = "FAR"
    known: Said | None = None
    is_said: bool = False
    """Whether the agent gave `known` as his word, not as what stands in a timetable."""
    reckoned: Said | None = None
    """What the AIS receiver reckons her arrival to be."""
    doubts: "dict[str, Doubt]" = field(default_factory=dict)
    """What a second source holds to be otherwise, by field."""
    plan: Plan | None = None
    rounds: int = 0
    asked_at: int | None = None
    """Since when an estimate waits for the terminal's request; and when that was received."""
    asked_told_at: int | None = None
    requested_at: int | None = None
    """Since when a request waits for a plan; and when that was received."""
    requested_told_at: int | None = None
    error: int = 0
    """By how much what is known is too early, ms."""
    windows: dict[str, int] = field(default_factory=dict)
    windows_told_at: int | None = None
    moved: "simpy.Event | None" = None
    """Happens when the windows move, for whoever waits for a cut-off."""
    happened: dict[str, int] = field(default_factory=dict)
    done: int = 0
    """Moves that are done, counted up to `counted_at`."""
    counted_at: int | None = None
    cranes_now: int = 0
    ends_at: int | None = None
    """When the cargo is expected to be done, once she is worked."""
    said_end_at: int | None = None
    """The same as it was last said; her coming alongside says it, too."""
    done_at: int | None = None
    """The same to the second, as the terminal reckoned it with its last figures."""
    root: str = "eta-drift"
    """The disruption behind her being off her time."""
    status: str = ""
    status_at: int = 0
    """Since when her call is dropped or changed, and when that was received."""
    status_told_at: int | None = None
    left_behind: "dict[Box, None]" = field(default_factory=dict)
    """The booked boxes that she does not load although she could, of a call that is cut short."""
    is_cut_listed: bool = False
    """Whether the carrier has listed what she still loads since then."""
    formalities: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name of each mandatory one -> direction and status."""
    progress_told_at: int | None = None
    berthed_told_at: int | None = None
    alongside_told_at: int | None = None
    """When it was received that she is at her berth, and that she is fast there."""
    lifted_at: int | None = None
    """When cranes last moved boxes."""
    held_by: str = ""
    """The disruption that keeps her at the berth."""
    kept_off: list[str] = field(default_factory=list)
    """The conditions for which she did not come to her berth when she could have."""
    stopped_by: dict[str, int] = field(default_factory=dict)
    """The conditions that kept people from working her, and until when each did."""
    rotation: "Rotation | None" = None
    """Her way through her ports, of which this is one, until the call is over."""
    bookings: "list[Booking]" = field(default_factory=list)
    exports: "list[Box]" = field(default_factory=list)
    load_list: "list[Box]" = field(default_factory=list)
    unready: "list[Box]" = field(default_factory=list)
    """Of these, those that were not ready when they were last looked at."""
    load_list_version: int = 0
    load_list_told_at: int | None = None
    arrivals: "list[Box]" = field(default_factory=list)
    """Boxes that come off here: imports, and those for other ships."""
    onward: "list[Box]" = field(default_factory=list)
    """Boxes that came with another ship and leave with this one."""
    onward_wanted: int = 0
    orders: dict[tuple[str, str], Order] = field(default_factory=dict)
    """Nautical services by name and direction."""
    connections: list[Connection] = field(default_factory=list)
    """From and to other ships."""
    unpermitted: "list[Box]" = field(default_factory=list)
    """Dangerous goods that she brings and that are not accepted yet."""
    trucks: "list[Appointment]" = field(default_factory=list)
    is_replanning: bool = False
    is_watched: bool = False
    """Whether her exports' cut-offs are within a day."""

    @property
    def part(self) -> str:
        """The id of the terminal call."""
        return f"{self.id}/{self.terminal.short}/1"

    @property
    def stays(self) -> int:
        """How long she is planned to lie at the berth."""
        return self.terminal.stay_for(self.moves, self.cranes)

    @property
    def is_open(self) -> bool:
        """Whether she is still to come, or here."""
        return self.stage not in ("SAILED", "DROPPED")

    @property
    def berths_at(self) -> int:
        """When she is expected alongside: the newest word of ship or terminal, or what happened."""
        if "alongside" in self.happened:
            return self.happened["alongside"]
        word = self.known.at + PASSAGE if self.known else self.announced_at
        if self.plan and (self.known is None or self.plan.set_at >= self.known.since):
            return self.plan.berth_at
        return word

    @property
    def moves_in_at(self) -> int:
        """When she is expected to board her pilot: as known, or as agreed while she waits."""
        if self.stage == "WAITING" and self.plan:
            return self.plan.pilot_at
        return self.berths_at - PASSAGE

    @property
    def works_at(self) -> int:
        """When the work on her is expected to begin, or began."""
        if "first_lift" in self.happened:
            return self.happened["first_lift"]
        return max(self.berths_at, self.plan.berth_at + HOUR if self.plan else 0)

    @property
    def worked_until(self) -> int | None:
        """When the work on her is said to be done, or was; None while nothing is agreed."""
        if self.progress_told_at is not None and self.said_end_at is not None:
            return self.said_end_at
        if self.plan is None:
            return None
        return self.plan.leaves_at - HOUR + max(0, self.berths_at - self.plan.berth_at)

    @property
    def leaves_at(self) -> int:
        """When she is expected to leave: the later of plan and progress."""
        if "left" in self.happened:
            return self.happened["left"]
        if "alongside" in self.happened:
            planned = self.plan.leaves_at if self.plan else 0
            return max(planned, (self.ends_at or 0) + HOUR)
        return self.berths_at + self.stays

    def list_to_load(self, boxes: "list[Box]") -> None:
        """Let these be what she is to load."""
        self.load_list, self.unready = boxes, boxes[:]

    def strike(self, box: "Box") -> None:
        """Take a box that stands in it off the list of what she is to load."""
        self.load_list.remove(box)
        if box in self.unready:
            self.unready.remove(box)

    @property
    def said_to_leave_at(self) -> int:
        """The same by what was last said of her cargo, which is all that anybody can know."""
        if "left" in self.happened or "alongside" not in self.happened:
            return self.leaves_at
        planned = self.plan.leaves_at if self.plan else 0
        return max(planned, (self.said_end_at or 0) + HOUR)

    def name_it(self, berth_at: int) -> None:
        """Give the call its id: by the day of the berth time under which it is first told."""
        self.id = f"{self.system}/{self.ship.imo}/{day_of(berth_at)}"
