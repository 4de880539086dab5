"""Several runs of the world, scored two at a time, and written down for people and programs."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.screen import errors
from simulator.score.series import Document, page, pooled_cards

T = TypeVar("T")
PROCESSES: Final = 2
"""A run needs a core and some hundred megabytes; a laptop has two to spare."""
JSON: Final = "score.json"
MARKDOWN: Final = "score.md"


def series(asked: Sequence[T], score: Callable[[T], Document]) -> list[Document]:
    """Return the score card of each run, in the order asked for, two made at a time.

    `score` and what is asked cross to other processes: a function of a module, and plain values.
    What one of them raises ends the series.
    """
    cards: dict[int, Document] = {}
    # Forked, and before the bar's thread begins: the core is loaded once, not once a process.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        waiting = {pool.submit(score, one): place for place, one in enumerate(asked)}
        try:
            with _bar(len(asked)) as told:
                for done in as_completed(waiting):
                    cards[waiting[done]] = document = done.result()
                    told(f"{document['run']['scenario']} {document['run']['seed']}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [cards[place] for place in sorted(cards)]


def write(documents: Sequence[Document], folder: Path) -> Document:
    """Write the cards and all of them together to a folder; return what the JSON holds."""
    folder.mkdir(parents=True, exist_ok=True)
    together = {**pooled_cards(documents), "runs": list(documents)}
    text = json.dumps(together, ensure_ascii=False, indent=1) + "\n"
    (folder / JSON).write_text(text, encoding="utf-8")
    (folder / MARKDOWN).write_text(page(documents), encoding="utf-8")
    return together


@contextmanager
def _bar(total: int) -> Iterator[Callable[[str], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bars:
        task = bars.add_task("runs", total=total)

        def told(what: str) -> None:
            bars.update(task, advance=1, description=f"last: {what}")

        yield told
