"""A core small enough to be obviously right: hold, raise, update, clear, forget, notices.

It has the interface of the real core, and holds the rules of the protocol that live in a core,
each behind its switch. `policy` and `code` stand for what a process would bring from outside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from contracts.journal import TICK, Frame, JournalRecord
from contracts.topics import partition_of
from plumbing.rules import ALL, Rules

HOLD, FORGET, HOPS = 2, 5, 2
PARTITIONS: Final = 2
PORTS: Final = tuple(
    next(name for name in ("COCTG", "PECLL", "PABLB", "CLSAI") if partition_of(name, 2) == number)
    for number in range(PARTITIONS)
)
CODE: Final = "rada.command.core-changed"


class Event(msgspec.Struct, frozen=True):
    """What crosses a toy topic; `delay` is also the threshold of a policy."""

    id: str
    type: str
    port: str
    ship: int = 0
    delay: int = 0
    sent_at: int = 0
    hops: int = 0
    version: int = 1
    data: dict[str, str] | None = None
    ballast: str = ""


class Said(msgspec.Struct, frozen=True):
    """One thing that the toy core says."""

    topic: str
    key: str
    version: int
    value: bytes | None
    port: str


class Spoken(msgspec.Struct, frozen=True):
    """What is currently said under a key."""

    version: int
    value: bytes
    port: str


class _Alert(msgspec.Struct, frozen=True):
    key: str
    version: int
    wording: tuple[str, int]
    forget_at: int


class _Tables(msgspec.Struct):
    """Everything a state remembers; keys are text, so that they sort."""

    next: dict[str, int] = {}
    seen: dict[str, int] = {}
    ships: dict[str, int] = {}
    hops: dict[str, int] = {}
    holds: dict[str, int] = {}
    alerts: dict[str, _Alert] = {}
    notices: dict[str, int] = {}


class _Head(msgspec.Struct):
    partition: int
    now: int = 0
    policy: int = 2
    core_version: str | None = None
    has_wrong_clock: bool = False


@dataclass
class State:
    """The state of one port."""

    head: _Head
    tables: _Tables = field(default_factory=_Tables)
    spoken: dict[tuple[str, str], Spoken] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The time of the port."""
        return self.head.now

    @property
    def core_version(self) -> str | None:
        """The code that the journal names."""
        return self.head.core_version

    @property
    def port(self) -> str:
        """The port that lives in this partition."""
        return PORTS[self.head.partition]


class Raised(Exception):
    """The core raised and no quarantine caught it."""


class ToyCore:
    """The functions of a core, with switches."""

    def __init__(
        self, rules: Rules = ALL, policy: int | None = None, code: str | None = None
    ) -> None:
        """Use `policy` and `code` instead of the journal's where a rule is off."""
        self._rules, self._policy, self._code = rules, policy, code

    def new_state(self, partition: int, _partitions: int) -> State:
        """Return an empty state."""
        return State(_Head(partition))

    def freeze(self, state: State) -> State:
        """Return a copy that later frames do not touch."""
        tables = {name: dict(getattr(state.tables, name)) for name in _Tables.__struct_fields__}
        head = msgspec.structs.replace(state.head)
        return State(head, _Tables(**tables), dict(state.spoken))

    def encode(self, frozen: State) -> Iterable[bytes]:
        """Return the two canonical parts of a state."""
        encode = msgspec.json.Encoder(order="sorted").encode
        yield encode(frozen.head)
        spoken = sorted((topic, key, said) for (topic, key), said in frozen.spoken.items())
        yield encode((frozen.tables, spoken))

    def thaw(self, parts: Sequence[bytes]) -> State:
        """Return the state of these parts; missing ones are empty (only with a rule off)."""
        state = State(msgspec.json.decode(parts[0], type=_Head) if parts[0] else _Head(0))
        if parts[1]:
            state.tables, spoken = msgspec.json.decode(
                parts[1], type=tuple[_Tables, list[tuple[str, str, Spoken]]]
            )
            state.spoken = {(topic, key): said for topic, key, said in spoken}
        return state

    def apply_frame(self, state: State, _offset: int, frame: Frame) -> list[Said]:
        """Fold one frame."""
        said: list[Said] = []
        for record in frame.records:
            self._apply(state, frame, record, said)
        return said

    def _apply(self, state: State, frame: Frame, record: JournalRecord, said: list[Said]) -> None:
        place = ""
        if record.origin != TICK:
            origin = frame.origins[record.origin]
            name = f"{origin.topic}/{origin.topic_id}/{origin.partition}"
            place = f"{name}/{record.offset}"
            expected = state.tables.next.get(name, 0)
            gap = record.since > expected and "gap_waits" in self._rules
            if record.offset < expected or gap:
                return
            if record.offset != expected and "holes_covered" not in self._rules:
                raise Raised("hole in an origin")
            state.tables.next[name] = record.offset + 1
        event = _read(record.value)
        stamp = record.at if "frame_clock" in self._rules or event is None else event.sent_at
        if "now_max" in self._rules:
            state.head.now = max(state.head.now, stamp)
        else:
            state.head.has_wrong_clock |= stamp < state.head.now
            state.head.now = stamp
        self._run_timers(state, said)
        if record.origin == TICK:
            return
        if event is None:
            self._reject(state, place, "stub" if record.value is None else "poison", said)
        elif event.port != state.port and "home_check" in self._rules:
            self._reject(state, place, "astray", said)
        else:
            self._apply_event(state, event, said)

    def _reject(self, state: State, place: str, reason: str, said: list[Said]) -> None:
        if reason == "poison" and "quarantine" not in self._rules:
            raise Raised("the core raised")
        told = {
            "id": place,
            "reason": reason,
            "field": "",
            "found": "",
            "allowed": "",
            "origin": {},
        }
        said.append(Said("rejected", place, 1, msgspec.json.encode(told), state.port))

    def _apply_event(self, state: State, event: Event, said: list[Said]) -> None:
        tables = state.tables
        if event.type == "notice":
            known = tables.notices.get(event.id, 0)
            if event.version <= known and "notices_versioned" in self._rules:
                return
            versioned = "notices_versioned" in self._rules
            tables.notices[event.id] = event.version if versioned else known + 1
        elif event.id in tables.seen and "same_id" in self._rules:
            return
        else:
            tables.seen[event.id] = tables.seen.get(event.id, 0) + 1
        if event.type == "policy":
            state.head.policy = event.delay
        elif event.type == CODE and event.data:
            state.head.core_version = event.data["core_version"]
        else:
            ship = str(event.ship)
            tables.ships[ship], tables.hops[ship] = event.delay, event.hops
            self._evaluate(state, ship, said)

    def _threshold(self, state: State) -> int:
        policy = state.head.policy if self._policy is None else self._policy
        return policy + int(self._code or state.head.core_version or "1") - 1

    def _evaluate(self, state: State, ship: str, said: list[Said]) -> None:
        tables, delay = state.tables, state.tables.ships[ship]
        alert = tables.alerts.get(ship)
        if delay > self._threshold(state):
            if alert is None:
                tables.holds.setdefault(ship, state.now + HOLD)
            elif alert.wording != ("open", delay):
                self._say(state, ship, ("open", delay), said)
            return
        tables.holds.pop(ship, None)
        if alert is not None and alert.wording[0] == "open":
            self._say(state, ship, ("cleared", delay), said)

    def _run_timers(self, state: State, said: list[Said]) -> None:
        tables = state.tables
        due = [(at, ship, "raise") for ship, at in tables.holds.items()]
        due += [
            (alert.forget_at, ship, "forget")
            for ship, alert in tables.alerts.items()
            if alert.wording[0] == "cleared"
        ]
        for at, ship, what in sorted(due):
            if at > state.now:
                return
            if what == "forget":
                key = tables.alerts.pop(ship).key
                del state.spoken["alerts", key]
                said.append(Said("alerts", key, 0, None, state.port))
                continue
            del tables.holds[ship]
            if tables.ships[ship] > self._threshold(state):
                episode = state.now if "episode_by_time" in self._rules else 1
                key = f"{state.port}|{ship}|{episode}"
                tables.alerts[ship] = _Alert(key, 0, ("", 0), 0)
                self._say(state, ship, ("open", tables.ships[ship]), said)

    def _say(self, state: State, ship: str, wording: tuple[str, int], said: list[Said]) -> None:
        old = state.tables.alerts[ship]
        alert = _Alert(old.key, old.version + 1, wording, state.now + FORGET)
        state.tables.alerts[ship] = alert
        value = msgspec.json.encode(wording)
        state.spoken["alerts", alert.key] = Spoken(alert.version, value, state.port)
        said.append(Said("alerts", alert.key, alert.version, value, state.port))
        hops = state.tables.hops.get(ship, 0)
        if hops >= HOPS and "hop_limit" in self._rules:
            return
        # A delay grows as it travels, so that without a bound it never ends.
        delay = wording[1] + 1 if wording[0] == "open" else 0
        target = PORTS[1 - state.head.partition]
        notice = Event(
            alert.key, "notice", target, int(ship), delay, state.now, hops + 1, alert.version
        )
        said.append(Said("network", alert.key, alert.version, msgspec.json.encode(notice), target))


def _read(value: bytes | None) -> Event | None:
    try:
        return None if value is None else msgspec.json.decode(value, type=Event)
    except msgspec.DecodeError:
        return None


def parts_of(core: ToyCore, state: Any) -> list[bytes]:
    """Return the parts of a snapshot taken now."""
    return list(core.encode(core.freeze(state)))
