"""What every command shows: the terminal, tables, bars for downloads, and failures."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from stack.kafka_jars import Progress as Opening

# No markup: messages name settings in [brackets].
screen = Console(highlight=False, markup=False)
errors = Console(stderr=True, highlight=False, markup=False)


def fail(message: str, *, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with an exit code."""
    errors.print("rada:", message, soft_wrap=True)
    sys.exit(code)


def machine(document: object) -> None:
    """Write a document as JSON on standard output, for `--json`."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a plain table."""
    shown = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*row)
    return shown


@contextmanager
def downloads() -> Iterator[Opening]:
    """Show a bar for each file that is fetched, or a line each where nobody watches."""
    if not errors.is_terminal:
        yield _lines
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), console=errors, transient=True) as bars:

        @contextmanager
        def opening(name: str, size: int) -> Iterator[Callable[[int], None]]:
            task = bars.add_task(f"fetching {name}", total=size)
            yield lambda done: bars.advance(task, done)
            bars.remove_task(task)

        yield opening


@contextmanager
def _lines(name: str, size: int) -> Iterator[Callable[[int], None]]:
    errors.print(f"fetching {name} ({size / 1e6:.1f} MB)")
    yield lambda _done: None
