"""The picture of one port: its tables, its aliases, what was touched, and the facts that wait."""

from collections.abc import Callable
from heapq import heappush
from typing import Any, Final, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from contracts.profile import Community
from correlation.lifecycle_records import Instance, Pending, Watch
from correlation.picture.entities import (
    Appointment,
    BillOfLading,
    Block,
    Booking,
    Box,
    Call,
    Condition,
    Gate,
    Shelved,
    Source,
    TerminalCall,
    Vessel,
    Visit,
)
from correlation.policy import DEFAULT, Policy
from correlation.statements import Slot, Statement, best
from correlation.tables import Table, Undo

WEIGHT_DEFAULT: Final = 50


class Head(Struct, frozen=True, array_like=True, kw_only=True):
    """What a port has one of: the profile as JSON, counts, and when its picture was last said."""

    profile: bytes = b""
    profile_version: str = ""
    events: int = 0
    too_late: int = 0
    said_at: int = 0
    sources_said_at: int = 0


class Port:
    """All that is known of one port system. Its tables hold frozen values only.

    `touched` names what the current record changed, as (kind, id), in order; `deleted` those
    whose plan was cancelled or withdrawn; `judged` the facts that were corrected or withdrawn.
    These three last for one record and are no part of a snapshot.
    """

    calls: Table[Call]
    terminal_calls: Table[TerminalCall]
    vessels: Table[Vessel]
    visits: Table[Visit]
    boxes: Table[Box]
    bookings: Table[Booking]
    bills: Table[BillOfLading]
    appointments: Table[Appointment]
    gates: Table[Gate]
    conditions: Table[Condition]
    blocks: Table[Block]
    sources: Table[Source]
    gaps: Table[int]
    aliases: Table[str]
    dead: Table[int]
    shelf: Table[tuple[Shelved, ...]]
    at_terminal: Table[tuple[str, ...]]
    unsettled: Table[bool]
    said: Table[int]
    unsaid: Table[bool]
    heads: Table[Head]
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

    def __init__(self, system: str, undo: Undo) -> None:
        """Make an empty picture whose changes are noted in `undo`."""
        self.system = system
        for name in TABLES:
            setattr(self, name, Table(undo))
        self.touched: dict[tuple[str, str], None] = {}
        self.deleted: dict[tuple[str, str], None] = {}
        self.judged: dict[tuple[str, str], str] = {}
        self.opened: list[str] = []
        self.due: list[tuple[int, str]] = []
        self._weights: dict[str, int] = {}
        self._owners: dict[str, str] = {}
        self._community: Community | None = None
        self._read_from = b""

    @property
    def head(self) -> Head:
        """Return what the port has one of."""
        return self.heads.get("head") or Head()

    def set_head(self, **changes: Any) -> None:
        """Replace some of what the port has one of."""
        self.heads.put("head", replace(self.head, **changes))

    @property
    def policy(self) -> Policy:
        """Return the thresholds in force."""
        return self.policies.get("policy") or DEFAULT

    @property
    def community(self) -> Community | None:
        """Return the profile in force, or None before the first one came."""
        document = self.head.profile
        if document != self._read_from:
            self._community = Community.model_validate_json(document) if document else None
            self._read_from = document
            found = self._community.sources if self._community else ()
            self._weights = {source.source: source.weight for source in found}
            self._owners = {source.source: source.organisation for source in found}
        return self._community

    def weight_of(self, source: str) -> int:
        """Return the weight of a source, by which contradicting facts are ranked."""
        _ = self.community
        return self._weights.get(source, WEIGHT_DEFAULT)

    def owner_of(self, source: str) -> str | None:
        """Return for which organisation a source is registered, or None if it is not."""
        _ = self.community
        return self._owners.get(source)

    def ruling(self, slot: Slot) -> Statement | None:
        """Return the statement of a slot that rules here."""
        return best(slot, self.weight_of)

    def touch(self, kind: str, identity: str) -> None:
        """Note that a subject may now be judged differently."""
        self.touched[kind, identity] = None

    def forget_touches(self) -> None:
        """Make ready for the next record."""
        self.touched = {}
        self.deleted = {}
        self.judged = {}
        self.opened = []

    def know(self, alias: str, identity: str) -> None:
        """Let an object be found by one more name; facts that waited for it may now apply."""
        if alias and self.aliases.get(alias) != identity:
            self.aliases.put(alias, identity)
            if alias in self.shelf:
                self.opened.append(alias)

    def set_timer(self, name: str, at: int | None) -> None:
        """Let a thing happen when the port's time reaches `at`; None calls it off."""
        if at is None:
            self.timers.drop(name)
        elif self.timers.get(name) != at:
            self.timers.put(name, at)
            heappush(self.due, (at, name))

    def shelve(self, waiting: Shelved) -> None:
        """Keep a fact until one of the objects it names is known."""
        for ref in waiting.refs:
            held = self.shelf.get(ref, ())
            if all(entry.value != waiting.value for entry in held):
                self.shelf.put(ref, (*held, waiting))
                self.set_timer(f"S|{ref}", waiting.until)


def each(tables: type[Port]) -> dict[str, Any]:
    """Return the type of the values of every table, by name."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(tables).items():
        if getattr(hint, "__origin__", None) is Table:
            found[name] = hint.__args__[0]
    return found


TABLES: Final[dict[str, Any]] = each(Port)
Fold = Callable[[Port, Any], bool]
"""Puts a fact into the picture; False: nothing is known yet that it could be about."""
