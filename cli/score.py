"""`./rada score`: what the alerts of a generated run are worth, beside what was truly so."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cli.demo import Language
from cli.options import options_of
from cli.score_table import show
from cli.screen import errors, fail, machine
from cli.topics import settings_here
from contracts.profile import Community
from correlation.instants import moment
from plumbing.communities import load
from simulator.score.card import Card, card
from simulator.score.checking import Check, check
from simulator.score.folding import Watch, fold
from simulator.score.report import report
from simulator.score.runs import Run, Unreadable, read_run


@dataclass(frozen=True)
class Options:
    """What `./rada score` may be asked."""

    folder: Annotated[
        Path | None,
        typer.Option("--run", metavar="DIR", help="A run that `./rada simulate --out` wrote."),
    ] = None
    is_json: Annotated[
        bool, typer.Option("--json", help="Write the score card as JSON on standard output.")
    ] = False
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a report, too: one file, no network."),
    ] = None
    language: Annotated[Language, typer.Option("--lang", help="Language of the report.")] = (
        Language.es
    )
    is_checked: Annotated[
        bool,
        typer.Option("--check", help="Fold again, and in another order: nothing may differ."),
    ] = False


@options_of(Options)
def command(asked: Options) -> None:
    """Score the alerts of a generated run against the world's hidden truth.

    Folds the run's events in the pure core and compares every alert with the run's labels.

    precision: the true ones among all alerts; a duplicate for one truth is none.

    recall: the truths that were told among those that could be known.

    useful recall: those that were told while something could still be done.

    lead: from the word to the harm, the median in minutes.

    per desk: alerts of one organisation in one role in ten minutes, the mean.

    Truths that nobody could know in time are in no share; alerts without a rule stand apart.

    Exit code 1: the run cannot be read, or --check found a difference.
    """
    communities = load(settings_here().communities)
    try:
        scored, checked = _score(_run_of(asked), communities, is_checked=asked.is_checked)
    except Unreadable as unreadable:
        fail(str(unreadable))
    if asked.html:
        asked.html.write_text(report(scored, asked.language), encoding="utf-8")
    if asked.is_json:
        machine(scored.document() | ({"check": checked.document()} if checked else {}))
    else:
        show(scored, checked)
        if asked.html:
            errors.print(f"report: {asked.html}", soft_wrap=True)
    if checked and not checked.is_good:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("score")(command)


def _run_of(asked: Options) -> Run:
    if asked.folder is None:
        raise typer.BadParameter("found none, wanted is a run: --run DIR", param_hint="--run")
    return read_run(asked.folder)


def _score(
    run: Run, communities: Mapping[str, Community], *, is_checked: bool
) -> tuple[Card, Check | None]:
    with _bar(run) as watch:
        began = time.monotonic()
        folded = fold(run, communities, watch)
        seconds = time.monotonic() - began
        scored = card(run, folded, run.labels(), seconds)
        return scored, check(run, communities, folded, watch) if is_checked else None


@contextmanager
def _bar(run: Run) -> Iterator[Watch]:
    """Show how far into the run the fold is, where somebody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bars:
        task = bars.add_task(run.scenario, total=max(1, run.ends - run.begins))

        def watch(events: int, now: int) -> None:
            what = f"{run.scenario} {run.seed}: {moment(now):%d %b %H:%M}, {events:,} events"
            bars.update(task, completed=now - run.begins, description=what)

        yield watch
