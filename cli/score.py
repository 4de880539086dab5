"""`./rada score`: what the alerts of a generated run are worth, beside what was truly so."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.demo import Language
from cli.options import options_of
from cli.run_bar import run_bar
from cli.score_series import JSON, MARKDOWN, series, write
from cli.score_table import figures, legend, show
from cli.screen import errors, fail, machine, screen
from cli.topics import settings_here
from contracts.profile import Community
from plumbing.communities import load
from simulator.score.card import Card, card
from simulator.score.checking import Check, check
from simulator.score.folding import fold
from simulator.score.report import report
from simulator.score.runs import Run, Unreadable, read_run
from simulator.score.series import pooled_cards
from simulator.score.worlds import NAMES, Asked, made, scored


@dataclass(frozen=True)
class Options:
    """What `./rada score` may be asked."""

    scenario: Annotated[
        str, typer.Option("--scenario", help=f"A world to make: {', '.join(NAMES)}.")
    ] = ""
    seed: Annotated[int, typer.Option("--seed", min=0, help="The seed of that world.")] = 1
    ports: Annotated[
        str, typer.Option("--ports", metavar="A,B", help="Port systems by key LOCODE.")
    ] = "COCTG,PECLL"
    days: Annotated[float, typer.Option("--days", min=0.1, max=366, help="How long.")] = 7.0
    density: Annotated[
        float, typer.Option("--density", min=0.01, max=1, help="The share of boxes and trucks.")
    ] = 1.0
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
    is_every: Annotated[
        bool, typer.Option("--all", help="Every scenario, with each of --seeds, two at a time.")
    ] = False
    seeds: Annotated[str, typer.Option("--seeds", metavar="1,2", help="The seeds of --all.")] = (
        "1,2"
    )
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where --all writes score.json and score.md."),
    ] = None


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

      ./rada score --scenario swell-week --seed 7 --ports COCTG --days 7 --html score.html

      ./rada score --all --seeds 1,2 --out docs/figures

    Exit code 1: the run cannot be made or read, or --check found a difference.
    """
    folder = settings_here().communities
    try:
        if asked.is_every:
            _every(asked, folder)
        else:
            _one(asked, folder)
    except Unreadable as unreadable:
        fail(str(unreadable))


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("score")(command)


def _one(asked: Options, folder: Path) -> None:
    communities = load(folder)
    run = _run_of(asked, folder, communities)
    marks, checked = _score(run, communities, is_checked=asked.is_checked)
    if asked.html:
        asked.html.write_text(report(marks, asked.language), encoding="utf-8")
    if asked.is_json:
        machine(marks.document() | ({"check": checked.document()} if checked else {}))
    else:
        show(marks, checked)
        if asked.html:
            errors.print(f"report: {asked.html}", soft_wrap=True)
    if checked and not checked.is_good:
        raise typer.Exit(1)


def _every(asked: Options, folder: Path) -> None:
    for name, given in (("--html", asked.html), ("--run", asked.folder)):
        if given:
            raise typer.BadParameter("found with --all, allowed is one of both", param_hint=name)
    if asked.is_checked:
        raise typer.BadParameter("found with --all, allowed is one run", param_hint="--check")
    chosen = (asked.scenario,) if asked.scenario else NAMES
    wanted = [
        _asked(asked, folder, scenario, seed) for scenario in chosen for seed in _seeds(asked.seeds)
    ]
    known = load(folder)
    for one in wanted:
        made(one, known)
    documents = series(wanted, scored)
    together = write(documents, asked.out) if asked.out else pooled_cards(documents)
    if asked.is_json:
        machine(together)
    else:
        screen.print(figures(together))
        screen.print(legend(together["overall"]), soft_wrap=True)
        if asked.out:
            errors.print(f"written: {asked.out / JSON}, {asked.out / MARKDOWN}", soft_wrap=True)


def _seeds(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        allowed = f"found {text!r}, allowed are numbers such as 1,2"
        raise typer.BadParameter(allowed, param_hint="--seeds") from error


def _asked(asked: Options, folder: Path, scenario: str, seed: int) -> Asked:
    systems = tuple(part.strip().upper() for part in asked.ports.split(",") if part.strip())
    return Asked(scenario, seed, systems, asked.days, asked.density, folder)


def _run_of(asked: Options, folder: Path, communities: Mapping[str, Community]) -> Run:
    if bool(asked.folder) == bool(asked.scenario):
        both = "both" if asked.folder else "none"
        raise typer.BadParameter(
            f"found {both}, wanted is one: --scenario NAME, or --run DIR", param_hint="--scenario"
        )
    if asked.folder:
        return read_run(asked.folder)
    return made(_asked(asked, folder, asked.scenario, asked.seed), communities)


def _score(
    run: Run, communities: Mapping[str, Community], *, is_checked: bool
) -> tuple[Card, Check | None]:
    with run_bar(f"{run.scenario} {run.seed}", run.begins, run.ends) as watch:
        began = time.monotonic()
        folded = fold(run, communities, watch)
        seconds = time.monotonic() - began
        marks = card(run, folded, run.labels(), seconds)
        return marks, check(run, communities, folded, watch) if is_checked else None
