"""`./rada demo`: twelve hours of all ports in about a minute, on a board."""

import asyncio
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from enum import StrEnum
from itertools import chain
from typing import Annotated, Final

import httpx
import typer
from rich.console import Console

from cli.demo_alerts import Listener
from cli.demo_result import Result
from cli.demo_stage import (
    DemoRuns,
    a_curl,
    fresh_namespace,
    stage,
)
from cli.screen import errors, machine, screen
from correlation.instants import moment
from plumbing.communities import load
from plumbing.kafka import Sender
from plumbing.settings import Settings
from simulator.journal_end import JournalEnd, JournalStands
from simulator.moments import Moment
from simulator.played_clock import PlayedClock
from simulator.player import STEP, EdgeRefuses, Player, Waits
from simulator.shown_day import DAYS, SHOWN, a_day, owed
from simulator.world.live import DirectPlayer, moments
from simulator.world.world import World
from stack.commands import publish_profiles
from stack.handed_keys import Keys
from stack.running import Running, services_on
from stack.services import ROOT

DIRECTORY: Final = ROOT / ".rada" / "demo"
CAUGHT_UP_SECONDS: Final = 30.0
QUIET_SECONDS: Final = 1.5
HOURS: Final = int(24 * DAYS)
PORT_TOLD_EACH: Final = 6 * STEP
"""A port's own clock is on the stream about every five minutes."""


class Language(StrEnum):
    """The languages in which alerts are printed."""

    es = "es"
    en = "en"
    pt = "pt"


def length(text: str) -> float:
    """Return the seconds of `60s`, `2m` or a plain number of seconds."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(s|m)?", text.strip())
    if not found or float(found[1]) <= 0:
        raise typer.BadParameter(f"found {text!r}, allowed is a time such as 60s or 2m")
    return float(found[1]) * (60 if found[2] == "m" else 1)


def demo(
    is_headless: Annotated[
        bool, typer.Option("--headless", help="End after them; keep no board up.")
    ] = False,
    seconds: Annotated[
        float,
        typer.Option("--for", parser=length, metavar="TIME", help="How long they take: 60s, 2m."),
    ] = 60.0,
    hours: Annotated[
        int, typer.Option("--hours", min=1, max=HOURS, help="How much of the day is played.")
    ] = HOURS,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the alerts that are printed.")
    ] = Language.es,
    is_json: Annotated[
        bool, typer.Option("--json", help="Write the summary as JSON on standard output.")
    ] = False,
) -> None:
    """Play twelve hours of all 21 ports in about a minute.

    Real Kafka, a played clock: ships come late, trucks are stranded, two ships want one berth,
    customs holds a box, a source falls silent. Cartagena and Callao speak through the real edges,
    and their alerts are printed as they come; the other ports' words are handed to Kafka as their
    edges would. The board shows them all. Ctrl-C ends it and leaves nothing behind.

    Exit code 1: what was true in these two ports did not appear, or an event was not accepted.
    """
    console = errors if is_json else screen
    signal.signal(signal.SIGTERM, _interrupt)
    result: Result | None = None
    day = _made_beside(hours)
    try:
        with (
            stage(DIRECTORY) as (both, keys),
            services_on(
                both, namespace=fresh_namespace(), clock="played", prepare=_prepare
            ) as rada,
        ):
            _greet(rada, keys, console)
            result = asyncio.run(_play(rada, keys, seconds, day, (str(language), console)))
            _finish(result, console, is_json=is_json)
            if not is_headless:
                _stay(console)
    except KeyboardInterrupt:
        errors.print("rada: stopped")
        if result is None:
            raise typer.Exit(130) from None
    except (DemoRuns, EdgeRefuses, JournalStands) as refused:
        errors.print("rada:", str(refused), soft_wrap=True)
        raise typer.Exit(1) from refused
    if result is None or not result.is_good:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(demo)


def _prepare(settings: Settings) -> None:
    publish_profiles(settings)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _greet(rada: Running, keys: Keys, console: Console) -> None:
    community = load(rada.settings.communities)[next(iter(SHOWN))]
    key, curl = a_curl(rada.urls["gate_events"], community, keys)
    board = rada.urls["alert_gateway"]
    console.print(f"Board: {board}/board/port/{community.system}", soft_wrap=True)
    console.print(f"A key for this demo: {key}", soft_wrap=True)
    console.print(f"Publish an event yourself:\n{curl}\n", soft_wrap=True)


class _Day:
    """The world of the demo on its way: made up to its first word, and counted as it is told."""

    def __init__(self, settings: Settings, hours: int) -> None:
        """Let ships sail and yards fill up before the day begins; that takes some seconds."""
        self.world: World = a_day(load(settings.communities), hours / 24)
        self.told = 0
        rest = moments(self.world)
        self._moments = chain([next(rest)], rest)

    def moments(self) -> Iterator[Moment]:
        """Yield what is said, as the day goes on."""
        for each in self._moments:
            self.told += 1
            yield each


def _made_beside(hours: int) -> "Future[_Day]":
    """Make the day on a thread of its own; whoever interrupts the demo does not wait for it."""
    made: Future[_Day] = Future()

    def make() -> None:
        made.set_running_or_notify_cancel()
        try:
            made.set_result(_Day(Settings(), hours))
        except Exception as error:  # noqa: BLE001 - raised where the day is awaited
            made.set_exception(error)

    threading.Thread(target=make, name="day", daemon=True).start()
    return made


async def _play(
    rada: Running,
    keys: Keys,
    seconds: float,
    made: "Future[_Day]",
    shown: tuple[str, Console],
) -> Result:
    """Play the day that is being made; `shown`: in which language alerts are printed, and where."""
    communities = load(rada.settings.communities)
    zones = {system: community.timezone for system, community in communities.items()}
    gateway = rada.urls["alert_gateway"]
    listener = Listener(gateway, zones, *shown, only=frozenset(SHOWN))
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=64)) as client:
        listening = [asyncio.create_task(listener.listen(client, system)) for system in zones]
        try:
            await asyncio.wait_for(listener.begun(), CAUGHT_UP_SECONDS)
            day = await asyncio.wrap_future(made)
            ends = moment(day.world.ends)
            began = time.monotonic()
            player = await _post(rada, keys, client, day, (seconds, listener.near))
            took = time.monotonic() - began
            is_complete = await listener.caught_up(
                ends - PORT_TOLD_EACH, quiet=QUIET_SECONDS, within=CAUGHT_UP_SECONDS
            )
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
    return Result(
        board=gateway + "/",
        namespace=rada.settings.namespace,
        seconds=took,
        sent=day.told,
        tally=player.tally,
        alerts=list(listener.alerts.values()),
        owed=owed(day.world.take_labels(), day.world.ends),
        is_complete=is_complete,
    )


async def _post(
    rada: Running, keys: Keys, client: httpx.AsyncClient, day: _Day, pace: tuple[float, Waits]
) -> Player:
    sender = Sender(rada.settings)
    try:
        urls = {
            name.removesuffix("_events"): f"{url}/v1/events"
            for name, url in rada.urls.items()
            if name.endswith("_events")
        }
        clock = PlayedClock(sender, rada.settings, day.world.run.systems)
        begins, ends = moment(day.world.begins), moment(day.world.ends)
        with JournalEnd(rada.settings) as journal:
            player = DirectPlayer(client, clock, journal, sender=sender, settings=rada.settings)
            player.through_edges(frozenset(SHOWN), urls, keys)
            seconds, player.waits = pace
            await player.play(day.moments(), begins, ends, seconds)
            return player
    finally:
        sender.close()


def _finish(result: Result, console: Console, *, is_json: bool) -> None:
    if is_json:
        machine(result.document())
    else:
        result.show(console)


def _stay(console: Console) -> None:
    console.print("\nThe board stays up, its clock stands still. Stop: Ctrl-C")
    threading.Event().wait()
