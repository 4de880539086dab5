"""The bar of a simulated run: how far into its days it has come, where somebody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cli.screen import errors
from correlation.instants import moment


@contextmanager
def run_bar(name: str, begins: int, ends: int) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; what it yields is called with the events so far and the instant reached (ms)."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bars:
        task = bars.add_task(name, total=max(1, ends - begins))

        def watch(events: int, now: int) -> None:
            what = f"{name}: {moment(now):%d %b %H:%M}, {events:,} events"
            bars.update(task, completed=now - begins, description=what)

        yield watch
