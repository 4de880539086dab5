"""`./rada simulate`: a world with hidden truth, into files or played live."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import options_of
from cli.run_bar import run_bar
from cli.screen import fail, machine, screen, table
from cli.simulate_live import Into, play
from cli.topics import settings_here
from contracts.profile import Community
from plumbing.communities import load
from simulator.world.output import Format, write
from simulator.world.scenario import SCENARIOS
from simulator.world.world import UnknownPort, UnknownScenario, World, plan

Scenario = StrEnum("Scenario", {name: name for name in SCENARIOS})  # type: ignore[misc]


@dataclass(frozen=True)
class Options:
    """What `./rada simulate` may be asked."""

    scenario: Annotated[
        Scenario | None, typer.Option("--scenario", help="Which world; --list tells of each.")
    ] = None
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same bytes.")] = 1
    ports: Annotated[
        str,
        typer.Option("--ports", metavar="A,B", help="Port systems by key LOCODE, or `all`."),
    ] = "COCTG,PECLL"
    days: Annotated[float, typer.Option("--days", min=0.05, max=366, help="How long.")] = 7.0
    density: Annotated[
        float,
        typer.Option(
            "--density", min=0.01, max=1, help="The share of boxes and trucks; all ships sail."
        ),
    ] = 1.0
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the run into a folder.")
    ] = None
    form: Annotated[Format, typer.Option("--format", help="How events and labels are written.")] = (
        Format.ndjson
    )
    into: Annotated[
        Into | None, typer.Option("--into", help="Play it live on a Rada of its own, with a board.")
    ] = None
    speed: Annotated[
        float, typer.Option("--speed", min=1, help="Played so many times faster than the clock.")
    ] = 600.0
    is_listed: Annotated[bool, typer.Option("--list", help="Tell of every scenario.")] = False
    is_json: Annotated[
        bool, typer.Option("--json", help="Write the summary as JSON on standard output.")
    ] = False


@options_of(Options)
def simulate(asked: Options) -> None:
    """Make a world of ships, boxes and trucks, what its systems say, and what is truly so.

    --out writes events.ndjson (one line an event, in the order in which they are received),
    labels.ndjson (each true incident, from when to when, and who ought to be told), run.json.

      ./rada simulate --scenario swell-week --seed 7 --ports COCTG,PABLB --days 7 --out run

      ./rada score --run run

    --into http posts the events to the edges of a Rada of its own; --into kafka hands them to
    Kafka itself. The board stays up until Ctrl-C.

      ./rada simulate --scenario gate-crisis --ports COCTG --days 1 --density 0.1 --into http

    Exit code 1: there is no such port, or an event was not accepted.
    """
    if asked.is_listed:
        _tell(is_json=asked.is_json)
        return
    if asked.scenario is None or bool(asked.out) == bool(asked.into):
        wanted = "--scenario NAME, and one of --out DIR and --into kafka|http; or --list"
        raise typer.BadParameter(f"wanted is {wanted}", param_hint="--scenario")
    try:
        _made(asked, load(settings_here().communities))
    except (UnknownPort, UnknownScenario) as unknown:
        fail(str(unknown))


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("simulate")(simulate)


def _made(asked: Options, communities: Mapping[str, Community]) -> None:
    systems = tuple(part.strip().upper() for part in asked.ports.split(",") if part.strip())
    if systems == ("ALL",):
        systems = tuple(sorted(communities))
    run = plan(str(asked.scenario), asked.seed, systems, asked.days, asked.density)
    world = World(run, communities)
    if asked.out:
        with run_bar(world.run.scenario.name, world.begins, world.ends) as watch:
            document = write(world, asked.out, asked.form, watch)
        _show(document, is_json=asked.is_json, where=asked.out)
    elif asked.into:
        document, is_good = play(world, asked.into, asked.speed, is_kept=not asked.is_json)
        _show(document, is_json=asked.is_json, where=None)
        if not is_good:
            raise typer.Exit(1)


def _tell(*, is_json: bool) -> None:
    if is_json:
        machine({each.name: each.says for each in SCENARIOS.values()})
        return
    screen.print(
        table(("scenario", "what happens"), ((s.name, s.says) for s in SCENARIOS.values()))
    )


def _show(document: dict[str, Any], *, is_json: bool, where: Path | None) -> None:
    if is_json:
        machine(document)
        return
    screen.print(
        f"{document['scenario']} {document['seed']}: {', '.join(document['ports'])},"
        f" {document['from']} to {document['to']}, {document['events']:,} events"
    )
    rows = ((code, f"{count:,}") for code, count in document["labels_by_code"].items())
    screen.print(table(("true incidents", "count"), rows))
    if where:
        screen.print(f"written: {where}", soft_wrap=True)
