"""A generated run as the score reads it: lines in received order, labels, and what it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from pyarrow import ArrowException, parquet

from correlation.instants import instant
from simulator.truth import Label

T = TypeVar("T")
EVENTS: Final = "events.ndjson"
LABELS: Final = "labels.ndjson"
SUMMARY: Final = "run.json"
PARQUET: Final = ".parquet"
ROWS_AT_ONCE: Final = 5_000


class Line(Struct, frozen=True):
    """One event as the outside hands it over: when (ms), by whom, at the edge of which family."""

    at: int
    publisher: str
    family: str
    event: msgspec.Raw


class Unreadable(ValueError):
    """A run cannot be read: the file, the line, what was found, and what is allowed."""


@dataclass(frozen=True)
class Run:
    """One run of the world.

    `lines` yields its events from the beginning at each call. `labels` is asked after the lines
    were read to their end: a world that is made on the way knows its truth only then.
    """

    scenario: str
    seed: int
    systems: tuple[str, ...]
    begins: int
    ends: int
    lines: Callable[[], Iterable[Line]]
    labels: Callable[[], list[Label]]

    @property
    def days(self) -> float:
        """How long it is."""
        return (self.ends - self.begins) / 86_400_000


class _Summary(Struct, rename={"begins": "from", "ends": "to"}):
    scenario: str
    seed: int
    ports: tuple[str, ...]
    begins: int | datetime
    ends: int | datetime


def read_run(folder: Path) -> Run:
    """Return the run that `./rada simulate --out` wrote to a folder.

    Raises:
        Unreadable: a file is missing or not what it has to be.
    """
    told = _summary(folder / SUMMARY)
    events, labels = (_file(folder, name) for name in (EVENTS, LABELS))
    return Run(
        told.scenario,
        told.seed,
        told.ports,
        _milliseconds(told.begins),
        _milliseconds(told.ends),
        lambda: _lines(events),
        lambda: list(_labels(labels)),
    )


_WANTED: Final = (
    f"a run is a folder with {SUMMARY}, {EVENTS} and {LABELS} (or .parquet for .ndjson),"
    " as `./rada simulate --out` writes it"
)


def _file(folder: Path, name: str) -> Path:
    """Return a file of a run, as lines of JSON or as Parquet."""
    found = folder / name
    for file in (found, found.with_suffix(PARQUET)):
        if file.is_file():
            return file
    raise Unreadable(f"{found}: found no such file; {_WANTED}")


def _summary(file: Path) -> _Summary:
    if not file.is_file():
        raise Unreadable(f"{file}: found no such file; {_WANTED}")
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Summary)
    except msgspec.DecodeError as error:
        raise Unreadable(f"{file}: {error}; {_WANTED}") from error


def _milliseconds(at: int | datetime) -> int:
    return at if isinstance(at, int) else instant(at)


def _lines(file: Path) -> Iterator[Line]:
    before = 0
    for number, line in _read(file, Line):
        if line.at < before:
            raise Unreadable(
                f"{file}:{number}: found at {line.at} after {before},"
                " allowed are lines in the order in which they were received"
            )
        before = line.at
        yield line


def _labels(file: Path) -> Iterator[Label]:
    for _, label in _read(file, Label):
        yield label


def _read(file: Path, kind: type[T]) -> Iterator[tuple[int, T]]:
    """Yield every line or row of a file with its number."""
    if file.suffix == PARQUET:
        for number, row in _rows(file):
            try:
                yield number, msgspec.convert(row, kind)
            except msgspec.ValidationError as error:
                raise Unreadable(f"{file}:{number}: {error}") from error
        return
    decoder = msgspec.json.Decoder(kind)
    for number, text in _texts(file):
        yield number, _decoded(decoder, text, file, number)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a Parquet file, numbered, as they were before they became columns."""
    try:
        batches = parquet.ParquetFile(file).iter_batches(batch_size=ROWS_AT_ONCE)
        for number, row in enumerate((row for batch in batches for row in batch.to_pylist()), 1):
            if "event" in row:
                row["event"] = msgspec.Raw(row["event"].encode())
            if "severity_path" in row:
                row["severity_path"] = [tuple(step.values()) for step in row["severity_path"]]
            yield number, row
    except ArrowException as error:
        raise Unreadable(f"{file}: {error}; {_WANTED}") from error


def _texts(file: Path) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as opened:
        for number, text in enumerate(opened, 1):
            if text.strip():
                yield number, text


def _decoded(decoder: "msgspec.json.Decoder[T]", text: bytes, file: Path, number: int) -> T:
    try:
        return decoder.decode(text)
    except msgspec.DecodeError as error:
        raise Unreadable(f"{file}:{number}: {error}") from error
