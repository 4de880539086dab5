"""`./rada bench`: how fast each part is, always beside a bare loop in the same run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bench import coordinator as coordinator_bench
from bench import core as core_bench
from bench import ingest as ingest_bench
from bench import live as live_bench
from bench import simulate as simulate_bench
from bench.busy_port import SYSTEM
from bench.place import place
from bench.told import Told
from cli.demo_stage import DemoRuns, only_one
from cli.screen import downloads, errors, fail, machine, screen, table
from cli.topics import settings_here
from plumbing.communities import load
from simulator.world.world import UnknownPort
from stack.processes import StartFailed
from stack.running import Stores
from stack.services import ROOT

HELP = """\
How fast each part is on this machine, beside a bare loop that moves the same bytes in the same run.

Machines are noisy: read a figure only beside the bare one printed with it.
"""
_NOT_DONE: Final = (coordinator_bench.Stands, live_bench.Missing, ingest_bench.NotTaken)
DIRECTORY: Final = ROOT / ".rada" / "bench"

AsJson = Annotated[
    bool, typer.Option("--json", help="Write the figures as JSON on standard output.")
]

group = typer.Typer(name="bench", help=HELP, no_args_is_help=True)


@group.command()
def coordinator(
    events: Annotated[
        int, typer.Option(min=20_000, help="Records of the journal, ticks included.")
    ] = 1_000_000,
    is_json: AsJson = False,
) -> None:
    """Fold a journal that was made beforehand, as fast as one coordinator goes.

    A million records of a busy port (ships, boxes, trucks, papers) are put before a live
    coordinator that writes snapshots meanwhile. Printed: events a second and the bare loop's, CPU
    of a million events, memory, the longest pause of a snapshot, the seconds from SIGKILL to ready
    again with all that state, and how much dearer an event becomes as the port fills up.
    """
    with _stage() as (both, namespace), _bar() as told:
        outcome = coordinator_bench.measure(both, namespace, events, told)
    _show(outcome.document(), is_json=is_json)


@group.command()
def core(
    events: Annotated[
        int, typer.Option(min=20_000, help="Events of the larger port, ticks not counted.")
    ] = 400_000,
    is_json: AsJson = False,
) -> None:
    """Fold two ports in this process, one with ten times the boxes of the other, without Kafka.

    Both live through the same hours, frame by frame side by side, so that the machine is as fast
    for one as for the other. Printed: events a second of the larger and of a loop that only
    unpacks its frames, the visits of both at the end, and how many times as much an event costs in
    the larger port (1.0: the same).
    """
    with _bar() as told:
        community = load(settings_here().communities)[SYSTEM]
        outcome = core_bench.measure(community, events, told)
    _show(outcome.document(), is_json=is_json)


@group.command()
def live(
    rate: Annotated[float, typer.Option(min=1, max=5000, help="Events a second.")] = 500.0,
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="How long they are sent.")] = 30.0,
    is_json: AsJson = False,
) -> None:
    """Take the time from the producer of an event to the alert in a consumer's hands.

    Each event raises one alert. It goes through sequencer, journal and coordinator; the floor is
    the same records through as many topics and two processes that do nothing.
    """
    with _stage() as (both, namespace), _bar() as told:
        outcome = live_bench.measure(both, namespace, rate, seconds, told)
    _show(outcome.document(), is_json=is_json)


@group.command()
def ingest(
    rate: Annotated[float, typer.Option(min=1, max=20_000, help="Single posts a second.")] = 2000.0,
    seconds: Annotated[
        float, typer.Option(min=1, max=600, help="How long each part takes.")
    ] = 20.0,
    is_json: AsJson = False,
) -> None:
    """Post events to one edge, singly at a steady rate and in batches of a thousand.

    A post is answered when Kafka has acknowledged it. Latencies count from the moment at which a
    post was due. Printed beside it: the same posts to a service that does nothing, and a bare
    producer with the same events.
    """
    with _stage() as (both, namespace), _bar() as told:
        copies = DIRECTORY / "communities"
        outcome = ingest_bench.measure(both, namespace, copies, rate, seconds, told)
    _show(outcome.document(), is_json=is_json)


@group.command()
def simulate(
    port: Annotated[
        str, typer.Option(metavar="LOCODE", help="The port system; all of its boxes come.")
    ] = "PECLL",
    days: Annotated[
        int,
        typer.Option(min=1, max=60, help="Days until it is first looked at; then as many more."),
    ] = 7,
    is_json: AsJson = False,
) -> None:
    """Make a calm week of a big port, and another one after it, in one process.

    Printed: events a second and CPU seconds of both weeks, the CPU of the first (with the days
    before it, in which ships and yards fill up), memory after each, and how often a second the
    plain loop `sum(range(100000))` ran before and after.
    """
    try:
        with _bar() as told:
            communities = load(settings_here().communities)
            outcome = simulate_bench.measure(communities, port.upper(), days, told)
    except UnknownPort as unknown:
        fail(str(unknown))
    _show(outcome.document(), is_json=is_json)


def register(app: typer.Typer) -> None:
    """Add the group to the application."""
    app.add_typer(group)


@contextmanager
def _stage() -> Iterator[tuple[Stores, str]]:
    try:
        with only_one(DIRECTORY), downloads() as fetching, place(DIRECTORY, fetching) as stage:
            yield stage
    except (DemoRuns, StartFailed, *_NOT_DONE) as failed:
        errors.print("rada:", str(failed), soft_wrap=True)
        raise typer.Exit(1) from failed


@contextmanager
def _bar() -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=errors, disable=not errors.is_terminal
    ) as bars:
        task = bars.add_task("starting", total=1.0)
        yield lambda what, share: bars.update(task, description=what, completed=share)


def _show(document: Mapping[str, Any], *, is_json: bool) -> None:
    if is_json:
        machine(document)
        return
    screen.print(table(("", ""), [(name, str(value)) for name, value in document.items()]))
