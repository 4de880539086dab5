"""`./rada prove`: kill Rada's processes under load again and again, and judge what it said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.demo_stage import DemoRuns, only_one
from cli.screen import downloads, errors, machine, screen, table
from plumbing.settings import KafkaSettings, RedisSettings, Settings
from prove.faults import NotBack
from prove.load import NotAccepted
from prove.run import Outcome, Told, prove
from stack.processes import StartFailed
from stack.running import stores
from stack.services import ROOT

DIRECTORY: Final = ROOT / ".rada" / "prove"
PARTITIONS: Final = 2


def command(
    kills: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many processes to kill with SIGKILL.")
    ] = 20,
    seed: Annotated[
        int, typer.Option(min=0, help="Chooses what is struck and when; told in the result.")
    ] = 1,
    is_json: Annotated[
        bool, typer.Option("--json", help="Write the result as JSON on standard output.")
    ] = False,
) -> None:
    """Prove that no fault loses an event, doubles an effect or makes up an alert.

    Runs its own Kafka, Valkey and all services under load: late, repeated and disordered events at
    the edges, poison straight into the topics. Kills sequencer, coordinator, edges and gateway at
    random points, freezes the broker for 3 s, kills it once, and wipes Valkey once. In the end
    the journal is folded by the pure core, and every alert must be what the fold says, byte for
    byte; readers of the stream must have seen every version.

    20 kills take about two minutes. Logs stay in .rada/prove/logs.

    Exit code 1: something was lost, doubled, made up or skipped, or a part did not come back.
    """
    own = Settings(kafka=KafkaSettings(partitions=PARTITIONS), redis=RedisSettings())
    namespace = "prove-" + datetime.now(UTC).strftime("%y%m%d-%H%M%S")
    try:
        with (
            only_one(DIRECTORY),
            downloads() as fetching,
            stores(DIRECTORY, given=own, progress=fetching) as both,
            _progress() as told,
        ):
            outcome = prove(both, namespace, DIRECTORY / "communities", kills, seed, told)
    except (DemoRuns, NotAccepted, NotBack, StartFailed) as failed:
        errors.print("rada:", str(failed), soft_wrap=True)
        raise typer.Exit(1) from failed
    if is_json:
        machine(outcome.document())
    else:
        _show(outcome)
    if not outcome.is_good:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("prove")(command)


@contextmanager
def _progress() -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=errors, disable=not errors.is_terminal
    ) as bars:
        task = bars.add_task("starting", total=None)

        def told(done: int, total: int, what: str) -> None:
            bars.update(task, completed=done, total=total, description=what)

        yield told


def _show(outcome: Outcome) -> None:
    document = outcome.document()
    rows = [(name, str(value)) for name, value in document.items() if name != "examples"]
    screen.print(table(("", ""), rows))
    for example in document["examples"]:
        screen.print(example, soft_wrap=True)
    screen.print("Nothing lost, doubled or made up." if outcome.is_good else "NOT as it must be.")
