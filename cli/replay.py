"""`./rada replay`: a stretch of the past again, compared, played on a board, or tried anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from confluent_kafka import KafkaException

from cli.demo_stage import DemoRuns
from cli.options import Port, options_of
from cli.replay_board import board_on, stay
from cli.replay_shown import a_board, bar, differences, played, proof
from cli.screen import errors, fail, machine, screen
from cli.topics import settings_here
from contracts.identifiers import PORT_SYSTEMS
from plumbing.kafka import KafkaAway
from plumbing.topics import REFUSED
from replay.bounds import BadBound, Bound, end_bound, first_bound
from replay.fold import Range, range_between
from replay.namespace import namespace_for
from replay.paced import SPEED_MAX, Pace, play
from replay.proof import prove
from replay.source import CannotReplay, Journal
from replay.thresholds import BadThresholds, read_thresholds
from replay.what_if import try_thresholds
from services.coordinator.refusals import Refused

PLAY_AT: Final = "--speed and --namespace belong together: how fast, and onto which topics"


@dataclass(frozen=True)
class Asked:
    """The options of the command."""

    port: Port
    since: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="WHEN",
            help="Begin at 2026-11-10T15:00:00Z, at a day of the port (2026-11-10),"
            " or at a journal offset (1200). [default: the beginning]",
        ),
    ] = ""
    until: Annotated[
        str,
        typer.Option("--to", metavar="WHEN", help="The last instant, day or offset that counts."),
    ] = ""
    speed: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=SPEED_MAX,
            help="Play it this many times as fast as it was; with --namespace.",
        ),
    ] = None
    namespace: Annotated[
        str, typer.Option(help="Play it onto topics of their own under this name: trial.")
    ] = ""
    is_again: Annotated[
        bool,
        typer.Option("--again", help="Delete what an earlier replay played there, and play anew."),
    ] = False
    is_on_board: Annotated[
        bool, typer.Option("--board", help="Start a board that shows what is played.")
    ] = False
    policy: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            metavar="FILE",
            help="Let these thresholds rule instead (YAML, one a line) and say what they change.",
        ),
    ] = None
    is_json: Annotated[
        bool, typer.Option("--json", help="Write the result as JSON on standard output.")
    ] = False


@options_of(Asked)
def command(asked: Asked) -> None:
    """Run a stretch of a port's past again, through the code that runs live.

    Without more it folds the journal as fast as it goes and says whether every
    alert equals what was said live, byte for byte, or shows the first that does
    not, with its journal offset:

      ./rada replay --port COCTG --from 2026-11-10 --to 2026-11-12

    Other thresholds, and the alerts they would have added, removed or changed:

      echo "cutoff_margin_minutes: 60" > try.yaml

      ./rada replay --port COCTG --policy try.yaml

    On a board, 60 times as fast as it was; with --policy, as it would have been:

      ./rada replay --port COCTG --speed 60 --namespace trial --board

    It reads the Kafka of `./rada up`, or RADA_KAFKA__BOOTSTRAP_SERVERS, and
    writes nothing but the topics of --namespace. What came before --from is
    folded too, from the newest snapshot on, so that the state is right.

    Exit codes: 0 equal, played or tried; 1 alerts differ; 2 command line not
    understood; 64 it cannot be replayed, and what to do was said.
    """
    if (asked.speed is None) != (not asked.namespace):
        raise typer.BadParameter(PLAY_AT)
    if asked.speed is None and (asked.is_again or asked.is_on_board):
        raise typer.BadParameter("--again and --board need --speed and --namespace")
    try:
        thresholds = read_thresholds(asked.policy) if asked.policy else None
        first, end = _bounds(asked)
        with _journal(asked.port) as journal:
            chosen = range_between(journal, first, end)
            if asked.speed is not None:
                _play(asked, journal, chosen, thresholds)
            elif thresholds:
                _try(asked, journal, chosen, thresholds)
            else:
                _prove(asked, journal, chosen)
    except (BadBound, BadThresholds, CannotReplay, Refused) as refused:
        fail(str(refused), code=REFUSED)
    except (DemoRuns, KafkaAway, TimeoutError) as away:
        fail(str(away), code=REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("replay")(command)


def _bounds(asked: Asked) -> tuple[Bound | None, Bound | None]:
    zone = PORT_SYSTEMS[asked.port].timezone
    return (
        _bound("--from", first_bound, asked.since, zone),
        _bound("--to", end_bound, asked.until, zone),
    )


def _bound(option: str, read: Callable[[str, str], Bound], text: str, zone: str) -> Bound | None:
    try:
        return read(text, zone) if text else None
    except BadBound as bad:
        raise BadBound(f"{option}: {bad}") from bad


@contextmanager
def _journal(port: str) -> Iterator[Journal]:
    settings = settings_here()
    try:
        journal = Journal(settings, port)
    except KafkaException as away:
        raise CannotReplay(
            f"no Kafka answers at {settings.kafka.bootstrap_servers} ({away.args[0].str()})."
            " Start Rada with its data: ./rada up; or name the Kafka that holds the journal:"
            " RADA_KAFKA__BOOTSTRAP_SERVERS"
        ) from away
    with journal:
        yield journal


def _prove(asked: Asked, journal: Journal, chosen: Range) -> None:
    with bar(chosen, "folding") as watch:
        found = prove(journal, chosen, watch)
    if asked.is_json:
        machine(found.document())
    else:
        proof(found)
    if not found.outcome.is_equal:
        raise typer.Exit(1)


def _try(asked: Asked, journal: Journal, chosen: Range, thresholds: dict[str, float]) -> None:
    with bar(chosen, "folding twice") as watch:
        diff = try_thresholds(journal, chosen, thresholds, watch)
    if asked.is_json:
        machine({"thresholds": thresholds, **chosen.document(), **diff.document()})
    else:
        differences(diff, thresholds, journal)


def _play(
    asked: Asked, journal: Journal, chosen: Range, thresholds: dict[str, float] | None
) -> None:
    assert asked.speed is not None
    onto = namespace_for(journal, asked.namespace, is_again=asked.is_again)
    console = errors if asked.is_json else screen
    with board_on(onto) if asked.is_on_board else nullcontext("") as url:
        console.print(a_board(url, asked.port, onto), soft_wrap=True)
        with bar(chosen, f"playing onto {asked.namespace}") as watch:
            done = play(journal, chosen, onto, Pace(asked.speed), watch, thresholds)
        if asked.is_json:
            machine({"namespace": asked.namespace, **chosen.document(), **done.document()})
        else:
            played(done, asked.namespace)
        if url:
            stay()  # at Ctrl-C the board goes, and what was asked for is done
