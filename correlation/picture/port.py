"""The picture of one port: its tables, its aliases, what was touched, and the facts that wait."""

from collections.abc import Callable
from heapq import heappush
from typing import Any, Final, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from contracts.profile import Community
from contracts.standards import MEASURES
from correlation.lifecycle_records import Instance, Pending, Watch
from correlation.picture.aspects import ALL
from correlation.picture.disputes import Orphan, Ruling, Shelved, Standard, TakenBack
from correlation.picture.duty import Roster
from correlation.picture.entities import (
    Appointment,
    BillOfLading,
    Block,
    Booking,
    Box,
    Call,
    CargoWork,
    Condition,
    Dangerous,
    Dependants,
    Flow,
    Gate,
    Machine,
    Obligation,
    Reefer,
    Source,
    TerminalCall,
    Vessel,
    Visit,
)
from correlation.picture.hours import Week, gate_hours
from correlation.picture.journeys import Journey, Travel
from correlation.picture.memo import Memo
from correlation.picture.onward import Connection, Delay, Notice, Rotation
from correlation.picture.proposals import Proposal
from correlation.picture.returning import ReturnList
from correlation.picture.standards import Case, Promise, Tally
from correlation.picture.worklists import Listed, Stock, WorkList
from correlation.policy import DEFAULT, Policy
from correlation.statements import Slot, Statement, best
from correlation.tables import HELD_MAX, Packed, Table, Undo

WEIGHT_DEFAULT: Final = 50
NEVER: Final = 2**53
PACKED: Final = {
    "visits": HELD_MAX,
    "boxes": HELD_MAX,
    "bookings": HELD_MAX,
    "bills": HELD_MAX,
    "appointments": HELD_MAX,
    "obligations": HELD_MAX,
    "cases": HELD_MAX,
    "journeys": HELD_MAX,
    "reefers": 32,
    "shelf": 32,
    "waiting": 32,
}
"""The tables of what a port has a hundred thousand of, or a lot of at times, and how many values of
each are held unpacked: of reefers few, since each is read once an hour."""


Asked = tuple[str, str, str, str, str | None]
"""Source, organisation, publisher, family and facility of an event."""
Stranded = tuple[int, str, str, bool, tuple[tuple[str, str], ...]]
"""A truck left behind: slot start, appointment, haulier, whether it is on its way, and who is
nominated for what it brings and collects."""


class Head(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """What a port has one of: the profile as JSON, counts, and when its picture was last said."""

    profile: bytes = b""
    profile_version: str = ""
    too_late: int = 0
    said_at: int = 0
    sources_said_at: int = 0


class Alarm:
    """Nothing is due in any port of a partition before this instant: one look instead of many."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        """Look at once."""
        self.at = 0


class Port:
    """All that is known of one port system. Its tables hold frozen values only.

    `touched` names what the current record changed, as (kind, id), in order, and which aspects of
    it (picture/aspects.py); `deleted` those
    whose plan was cancelled or withdrawn; `judged` the facts that were corrected or withdrawn,
    `undone` what they had said, `responded` the alerts that somebody answered, and `measured` what
    may be another case of a promise now.
    `alike` are calls that prove to be one, and `merged` maps a call that ended so to the one that
    stays and the event that proved it. All of these last for one record and are no part of a
    snapshot; neither is `stays`, what was
    worked out of the berths (picture/berths.py).
    """

    calls: Table[Call]
    terminal_calls: Table[TerminalCall]
    vessels: Table[Vessel]
    visits: Packed[Visit]
    boxes: Packed[Box]
    bookings: Packed[Booking]
    bills: Packed[BillOfLading]
    appointments: Packed[Appointment]
    gates: Table[Gate]
    flows: Table[Flow]
    expected: Table[dict[str, int]]
    journeys: Packed[Journey]
    journeys_of: Table[tuple[str, ...]]
    on_road: Table[tuple[str, ...]]
    travel: Table[Travel]
    offers: Table[dict[str, Slot]]
    obligations: Packed[Obligation]
    rulings: Table[Ruling]
    standards: Table[Standard]
    promises: Table[Promise]
    tallies: Table[Tally]
    cases: Packed[Case]
    first_windows: Table[dict[str, int]]
    taken_back: Table[TakenBack]
    orphans: Table[Orphan]
    proposals: Table[Proposal]
    plates: Table[dict[str, Slot]]
    mistyped: Table[Slot]
    conditions: Table[Condition]
    alongside: Table[tuple[str, ...]]
    reported: Table[bool]
    booked: Table[tuple[tuple[int, int, str, str], ...]]
    rosters: Table[Roster]
    dependants: Table[Dependants]
    depends: Table[tuple[str, ...]]
    rotations: Table[Rotation]
    rotations_of: Table[tuple[str, ...]]
    connections: Table[Connection]
    connecting: Table[tuple[str, ...]]
    delays: Table[Delay]
    delays_of: Table[tuple[str, ...]]
    notices: Table[Notice]
    untold: Table[int]
    barriers: Table[bool]
    moving: Table[tuple[str, ...]]
    moves: Table[tuple[int, int]]
    blocks: Table[Block]
    works: Table[CargoWork]
    reworked: Table[bool]
    lists: Table[WorkList]
    listed: Table[Listed]
    reefers: Packed[Reefer]
    dangerous: Table[Dangerous]
    plug_feeds: Table[tuple[int, ...]]
    relisted: Table[bool]
    return_places: Table[ReturnList]
    leaves: Table[str]
    leaving: Table[dict[str, int]]
    stocks: Table[Stock]
    restocked: Table[bool]
    cuts: Table[tuple[int, tuple[str, ...]]]
    machines: Table[Machine]
    accepted_delays: Table[Slot]
    sources: Table[Source]
    gaps: Table[int]
    aliases: Table[str]
    dead: Table[int]
    shelf: Packed[tuple[str, ...]]
    waiting: Packed[Shelved]
    at_terminal: Table[tuple[str, ...]]
    unsettled: Table[bool]
    said: Table[int]
    unsaid: Table[int]
    stranded: Table[tuple[Stranded, ...]]
    recounted: Table[bool]
    openings: Table[int]
    busy: Table[int]
    heads: Table[Head]
    counts: Table[int]
    policies: Table[Policy]
    alerts: Table[Instance]
    pending: Table[Pending]
    latest: Table[str]
    watch: Table[Watch]
    evidence: Table[tuple[str, ...]]
    effects: Table[tuple[str, ...]]
    regroup: Table[bool]
    timers: Table[int]
    grace: Table[int]

    def __init__(self, system: str, undo: Undo, alarm: Alarm) -> None:
        """Make an empty picture; changes are noted in `undo`, and what is due first in `alarm`."""
        self.system, self.alarm = system, alarm
        for name, kind in TABLES.items():
            held = PACKED.get(name)
            setattr(self, name, Packed(undo, kind, held) if held else Table(undo))
        self.unlearned: list[Packed[Any]] = [getattr(self, name) for name in sorted(PACKED)]
        """Packed tables that have not learned yet how to make their values small."""
        self.touched: dict[tuple[str, str], int] = {}
        self.deleted: dict[tuple[str, str], None] = {}
        self.judged: dict[tuple[str, str], str] = {}
        self.undone: list[tuple[Any, Statement]] = []
        self.responded: dict[str, None] = {}
        self.measured: dict[tuple[str, str], None] = {}
        self.promised: dict[str, tuple[Promise, ...]] = {}
        """The promises that rule, by what their cases are about."""
        self.opened: list[str] = []
        self.alike: list[tuple[str, str]] = []
        self.merged: dict[str, tuple[str, str]] = {}
        self.due: list[tuple[int, str]] = []
        self.now = 0
        self.stays: dict[str, Any] = {}
        self.windows_seen: Memo[tuple[str, str, str], tuple[Any, Statement | None, bool]] = Memo()
        """What rules of a terminal call's windows, good for as long as they are that very dict."""
        self.earliest_windows: Memo[str, tuple[Any, int]] = Memo()
        """The earliest of a terminal call's windows, likewise."""
        self.milestones_seen: Memo[tuple[str, str, str, str], tuple[Any, Any, Any]] = Memo()
        """What rules of a milestone, likewise of a call and its part."""
        self.parties: Memo[Any, tuple[Any, ...]] = Memo()
        """Who is told of what under the profile in force."""
        self.policy = DEFAULT
        self.community: Community | None = None
        self._weights: dict[str, int] = {}
        self._owners: dict[str, str] = {}
        self._floors: dict[tuple[str, str], float] = {}
        self.floors: Memo[str, int] = Memo()
        """Below how much silence (ms) a source is never called silent."""
        self._weeks: dict[str, Week] = {}
        self.admitted: Memo[Asked, bool] = Memo()
        """What the profile in force lets in; of what is refused there is no end."""
        self._read_from = b""

    @property
    def head(self) -> Head:
        """Return what the port has one of."""
        return self.heads.get("head") or Head()

    def set_head(self, **changes: Any) -> None:
        """Replace some of what the port has one of."""
        self.heads.put("head", replace(self.head, **changes))

    def refresh(self) -> None:
        """Read the thresholds and the profile in force from the tables, where they changed."""
        self.sort_promises()
        policy, document = self.policies.get("policy") or DEFAULT, self.head.profile
        if policy is self.policy and document == self._read_from:
            return
        self.policy, self._read_from = policy, document
        self.stays.clear()
        for memo in (
            self.windows_seen,
            self.earliest_windows,
            self.milestones_seen,
            self.parties,
            self.admitted,
            self.floors,
        ):
            memo.clear()
        self.community = Community.model_validate_json(document) if document else None
        found = self.community.sources if self.community else ()
        self._weights = {source.source: source.weight for source in found}
        self._owners = {source.source: source.organisation for source in found}
        self._floors = {
            (source.source, family): minutes
            for source in found
            for family, minutes in source.silence_minutes.items()
        }
        self._weeks = (
            {
                source.source: week
                for source in found
                if (week := gate_hours(self.community, source.organisation)) is not None
            }
            if self.community
            else {}
        )

    def sort_promises(self) -> None:
        """Read the promises in force from their table."""
        self.promised = {}
        for promise in self.promises.values():
            about = MEASURES[promise.measure].about
            self.promised[about] = (*self.promised.get(about, ()), promise)

    def weight_of(self, source: str) -> int:
        """Return the weight of a source, by which contradicting facts are ranked."""
        return self._weights.get(source, WEIGHT_DEFAULT)

    def owner_of(self, source: str) -> str | None:
        """Return for which organisation a source is registered, or None if it is not."""
        return self._owners.get(source)

    def silence_floor(self, source: str, family: str) -> float:
        """Return the least silence (minutes) after which a source may be called silent."""
        floor = self._floors.get((source, family))
        return self.policy.silence_floor_minutes if floor is None else floor

    def hours_of(self, source: str, family: str) -> Week | None:
        """Return when a source of gate events is expected to speak; None is always."""
        return self._weeks.get(source) if family == "gate" else None

    def ruling(self, slot: Slot) -> Statement | None:
        """Return the statement of a slot that rules here."""
        if not slot:
            return None
        return slot[0] if len(slot) == 1 else best(slot, self.weight_of)

    def touch(self, kind: str, identity: str, aspects: int = ALL) -> None:
        """Note that a subject may now be judged differently, by what reads one of the aspects."""
        touched, subject = self.touched, (kind, identity)
        touched[subject] = touched.get(subject, 0) | aspects

    def begin(self, now: int) -> None:
        """Make ready for the next record, or the next moment, at this instant."""
        self.now = now
        if self.touched:
            self.touched = {}
        if self.judged or self.deleted or self.responded or self.opened or self.measured:
            self._unmark()
        if self.merged or self.alike:
            self.merged, self.alike = {}, []

    def _unmark(self) -> None:
        if self.deleted:
            self.deleted = {}
        if self.responded:
            self.responded = {}
        if self.judged:
            self.judged, self.undone = {}, []
        if self.measured:
            self.measured = {}
        if self.opened:
            self.opened = []

    def know(self, alias: str, identity: str) -> None:
        """Let an object be found by one more name; facts that waited for it may now apply."""
        if alias == identity:
            self.arrived(alias)
        elif alias and self.aliases.get(alias) != identity:
            self.aliases.put(alias, identity)
            self.arrived(alias)

    def arrived(self, name: str) -> None:
        """Let facts apply that waited for what has this name."""
        if name in self.shelf:
            self.opened.append(name)

    def show(self, name: str, at: int = 0) -> None:
        """Let the picture of a call or source be said at the next tick, or the first from `at`."""
        due = self.unsaid.get(name)
        if due is None or at < due:
            self.unsaid.put(name, at)

    def set_timer(self, name: str, at: int | None) -> None:
        """Let a thing happen when the port's time reaches `at`; None calls it off.

        `due` holds each name at its instant or earlier: one that is put off is found there too
        early, and entered again only then.
        """
        before = self.timers.get(name)
        if at is None:
            self.timers.drop(name)
        elif before != at:
            self.timers.put(name, at)
            if before is None or at < before:
                self.enter(at, name)

    def enter(self, at: int, name: str) -> None:
        """Look at a timer at an instant."""
        heappush(self.due, (at, name))
        if at < self.alarm.at:
            self.alarm.at = at


def each(tables: type[Port]) -> dict[str, Any]:
    """Return the type of the values of every table, by name."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(tables).items():
        if getattr(hint, "__origin__", None) in (Table, Packed):
            found[name] = hint.__args__[0]
    return found


TABLES: Final[dict[str, Any]] = each(Port)
Fold = Callable[[Port, Any], bool]
"""Puts a fact into the picture; False: nothing is known yet that it could be about."""
