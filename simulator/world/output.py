"""A run in files: its events in received order, its labels, and what it is.

`events.ndjson` has one line an event: `{"at": ms, "publisher": ..., "family": ..., "event": {}}`;
`labels.ndjson` one label a line; `run.json` says what the run is. Parquet holds the same columns,
the event as a string.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
import pyarrow as pa
from pyarrow import parquet

from simulator.truth import Label
from simulator.world.instants import written
from simulator.world.telling.handover import Line
from simulator.world.world import World

EVENTS, LABELS, RUN = "events", "labels", "run.json"
BATCH: Final = 10_000
WATCHED_EACH: Final = 1000
Watch = Callable[[int, int], None]
"""Told now and then: how many events there are, and the instant reached (ms)."""


class Format(StrEnum):
    """How a run is written."""

    ndjson = "ndjson"
    parquet = "parquet"


@dataclass
class Tally:
    """What a run holds."""

    events: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)

    def document(self, world: World) -> dict[str, Any]:
        """Return what `run.json` says."""
        run = world.run
        return {
            "scenario": run.scenario.name,
            "seed": run.seed,
            "ports": list(run.systems),
            "days": run.days,
            "density": run.density,
            "from": written(world.begins),
            "to": written(world.ends),
            "events": sum(self.events.values()),
            "labels": sum(self.labels.values()),
            "events_by_type": dict(sorted(self.events.items())),
            "labels_by_code": dict(sorted(self.labels.items())),
        }


class Writer(Protocol):
    """Takes the lines and labels of a run."""

    def lines(self, lines: Sequence[Line]) -> None:
        """Write some events."""

    def label(self, label: Label) -> None:
        """Write a label."""


def write(world: World, folder: Path, form: Format, watch: Watch | None = None) -> dict[str, Any]:
    """Write a run to a folder, as it happens; return what `run.json` says."""
    folder.mkdir(parents=True, exist_ok=True)
    with _parquet(folder) if form == Format.parquet else _ndjson(folder) as writer:
        tally = pour(world, writer, watch)
    document = tally.document(world)
    text = msgspec.json.format(msgspec.json.encode(document), indent=2)
    (folder / RUN).write_bytes(text + b"\n")
    return document


def pour(world: World, writer: Writer, watch: Watch | None = None) -> Tally:
    """Give a writer every line and label of a run, labels as soon as they are known."""
    tally, lines, count = Tally(), world.lines(), 0
    while batch := list(islice(lines, WATCHED_EACH)):
        writer.lines(batch)
        tally.events.update(line.event["type"] for line in batch)
        _labels(world, writer, tally)
        count += len(batch)
        if watch:
            watch(count, batch[-1].at)
    _labels(world, writer, tally)
    return tally


def _labels(world: World, writer: Writer, tally: Tally) -> None:
    for label in world.take_labels():
        writer.label(label)
        tally.labels[label.code] += 1


class _Ndjson:
    def __init__(self, events: Any, labels: Any) -> None:
        self._events, self._labels = events, labels
        self._encode = msgspec.json.Encoder().encode_lines

    def lines(self, lines: Sequence[Line]) -> None:
        self._events.write(self._encode(lines))

    def label(self, label: Label) -> None:
        self._labels.write(self._encode((label,)))


@contextmanager
def _ndjson(folder: Path) -> Iterator[Writer]:
    with (
        (folder / f"{EVENTS}.ndjson").open("wb") as events,
        (folder / f"{LABELS}.ndjson").open("wb") as labels,
    ):
        yield _Ndjson(events, labels)


_EVENT_SCHEMA: Final = pa.schema(
    [
        ("at", pa.int64()),
        ("publisher", pa.string()),
        ("family", pa.string()),
        ("event", pa.string()),
    ]
)
_STEP: Final = pa.struct([("at", pa.int64()), ("severity", pa.string())])
_LABEL_SCHEMA: Final = pa.schema(
    [
        ("code", pa.string()),
        ("dedup_key", pa.string()),
        ("system", pa.string()),
        ("true_start", pa.int64()),
        ("knowable_at", pa.int64()),
        ("impact_at", pa.int64()),
        ("act_by_at", pa.int64()),
        ("true_end", pa.int64()),
        ("severity_path", pa.list_(_STEP)),
        ("audience", pa.list_(pa.string())),
        ("root_kind", pa.string()),
        ("root_key", pa.string()),
        ("root_keys", pa.list_(pa.string())),
    ]
)


class _Table:
    """Rows that are written a batch at a time."""

    def __init__(self, file: Path, schema: pa.Schema) -> None:
        self._schema, self._rows = schema, list[dict[str, Any]]()
        self._writer = parquet.ParquetWriter(file, schema, compression="zstd")

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()


class _Parquet:
    def __init__(self, events: _Table, labels: _Table) -> None:
        self._events, self._labels = events, labels
        self._encode = msgspec.json.Encoder().encode

    def lines(self, lines: Sequence[Line]) -> None:
        for line in lines:
            row = {"at": line.at, "publisher": line.publisher, "family": line.family}
            self._events.add(row | {"event": self._encode(line.event).decode()})

    def label(self, label: Label) -> None:
        row = msgspec.structs.asdict(label)
        row["severity_path"] = [
            {"at": at, "severity": severity} for at, severity in label.severity_path
        ]
        self._labels.add({**row, "audience": list(label.audience)})


@contextmanager
def _parquet(folder: Path) -> Iterator[Writer]:
    events = _Table(folder / f"{EVENTS}.parquet", _EVENT_SCHEMA)
    labels = _Table(folder / f"{LABELS}.parquet", _LABEL_SCHEMA)
    try:
        yield _Parquet(events, labels)
    finally:
        events.close()
        labels.close()
