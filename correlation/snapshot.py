"""A state as bytes, and back: canonical parts, written from moments of its tables without a pause.

The order of a table is the order in which the fold wrote it, the same on every machine, so the
same cursor gives the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import Struct

from correlation.picture.port import PACKED, TABLES, Port
from correlation.state import Spoken, State

PART_ENTRIES_MAX: Final = 600
"""A part may hold as many values that changed last, and they are packed together then (5 ms)."""
PART_ENTRIES_FIRST: Final = 50
"""Of a table whose entries were not weighed yet: alerts have 4 KB, timers 40 bytes."""
PART_BYTES_MAX: Final = 512 * 1024


class _Head(Struct, frozen=True, array_like=True, gc=False):
    partition: int
    partitions: int
    now: int
    ticks: int
    core_version: str | None
    ports: tuple[str, ...]


class Frozen(Struct, frozen=True, gc=False):
    """A state at a frame boundary: moments of its tables, which can be encoded later, once."""

    head: _Head
    tables: tuple[tuple[str, str, Any], ...]
    """System, name, and what gives the `items` of the table then."""


_pack: Final = msgspec.msgpack.Encoder()
_PARTITION_TABLES: Final[dict[str, Any]] = {
    "next": int,
    "seen": bool,
    "seen_before": bool,
    "spoken": Spoken,
}
_DICTIONARIES: Final = "dictionaries"
"""What stands in a snapshot like one more table: how the values of packed ones were made small."""


def freeze(state: State) -> Frozen:
    """Return what the state is now; later folds leave it alone."""
    tables = _frozen("", state)
    for system, port in state.ports.items():
        tables += _frozen(system, port)
    head = _Head(
        state.partition,
        state.partitions,
        state.now,
        state.ticks,
        state.core_version,
        tuple(state.ports),
    )
    return Frozen(head, tuple(tables))


def _frozen(system: str, owner: State | Port) -> list[tuple[str, str, Any]]:
    packed, names = _tables(system)
    dictionaries = {name: getattr(owner, name).dictionary for name in sorted(packed)}
    learned = {name: found for name, found in dictionaries.items() if found is not None}
    return [
        (system, _DICTIONARIES, learned),
        *[(system, name, getattr(owner, name).frozen()) for name in names],
    ]


def _tables(system: str) -> tuple[Mapping[str, int], dict[str, Any]]:
    """Return which tables of a port, or of the partition (""), are packed, and the types of all."""
    return (PACKED, TABLES) if system else ({}, _PARTITION_TABLES)


def encode(frozen: Frozen) -> Iterator[bytes]:
    """Yield the parts of a snapshot, each below the size of a Kafka record."""
    yield _pack.encode(("head", frozen.head))
    for system, name, table in frozen.tables:
        entries = iter(table.items())
        step = PART_ENTRIES_FIRST
        waiting = list(islice(entries, step))
        while waiting:
            part = _pack.encode((system, name, _written(name, waiting[:step])))
            if len(part) > PART_BYTES_MAX and step > 1:
                step = max(1, step // 2)
                continue
            yield part
            waiting = waiting[step:]
            if len(part) < PART_BYTES_MAX // 4:
                step = min(step * 2, PART_ENTRIES_MAX)
            waiting += islice(entries, max(0, step - len(waiting)))


def _written(name: str, entries: list[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    if name == "spoken":
        return [("\n".join(key), value) for key, value in entries]
    return entries


def thaw(parts: Sequence[bytes]) -> State:
    """Return the state of these parts.

    Raises:
        msgspec.DecodeError: the parts are not those of a snapshot of this core.
    """
    kind, raw = msgspec.msgpack.decode(parts[0], type=tuple[str, msgspec.Raw])
    assert kind == "head"
    head = msgspec.msgpack.decode(raw, type=_Head)
    state = State(head.partition, head.partitions)
    state.now, state.ticks, state.core_version = head.now, head.ticks, head.core_version
    for system in head.ports:
        state.port(system)
    for part in parts[1:]:
        system, name, raw = msgspec.msgpack.decode(part, type=tuple[str, str, msgspec.Raw])
        _fill(state, system, name, raw)
    state.undo.clear()
    for port in state.ports.values():
        port.refresh()
        port.due = sorted((at, what) for what, at in port.timers.items())
    return state


def _fill(state: State, system: str, name: str, raw: msgspec.Raw) -> None:
    owner: State | Port = state.ports[system] if system else state
    packed, types = _tables(system)
    if name in packed or name == _DICTIONARIES:
        found = msgspec.msgpack.decode(raw, type=list[tuple[str, bytes]])
        if name == _DICTIONARIES:
            for table, dictionary in found:
                getattr(owner, table).take(dictionary)
        else:
            getattr(owner, name).fill(found)
        return
    # A table of this type is known only here; msgspec builds its decoder from it.
    wanted: Any = list[tuple[str, types[name]]]  # type: ignore[valid-type]
    entries = msgspec.msgpack.decode(raw, type=wanted)
    if name == "spoken":
        entries = [(tuple(key.split("\n")), value) for key, value in entries]
    getattr(owner, name).update(entries)
