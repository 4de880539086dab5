"""A world played live: on Kafka, services and a board of its own, as the demo does."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final

import httpx

from cli.demo_stage import DemoRuns, fresh_namespace, stage
from cli.screen import errors, fail
from correlation.instants import moment
from plumbing.kafka import KafkaAway, Sender
from plumbing.settings import Settings
from simulator.journal_end import JournalEnd, JournalStands
from simulator.moments import Moment
from simulator.played_clock import PlayedClock
from simulator.player import EdgeRefuses, Player
from simulator.world.live import DirectPlayer, moments
from simulator.world.output import Tally
from simulator.world.world import World
from stack.commands import publish_profiles
from stack.handed_keys import Keys
from stack.running import Running, services_on
from stack.services import ROOT

DIRECTORY: Final = ROOT / ".rada" / "world"
"""Not the demo's folder: both may run."""


class Into(StrEnum):
    """Where a world is played to: through the edges, or past them."""

    http = "http"
    kafka = "kafka"


def play(world: World, into: Into, speed: float, *, is_kept: bool) -> tuple[dict[str, Any], bool]:
    """Play a world `speed` times faster than the clock; return a summary, and if all was taken.

    `is_kept`: the board stays up until Ctrl-C.
    """
    try:
        with (
            stage(DIRECTORY) as (both, keys),
            services_on(
                both, namespace=fresh_namespace(), clock="played", prepare=_prepare
            ) as rada,
        ):
            system = world.run.systems[0]
            board = f"{rada.urls['alert_gateway']}/board/port/{system}"
            errors.print(f"Board: {board}", soft_wrap=True)
            seconds = (world.ends - world.begins) / 1000 / speed
            summary = asyncio.run(_played(rada, keys, world, into, seconds))
            if is_kept:
                errors.print("The board stays up, its clock stands still. Stop: Ctrl-C")
                _until_interrupted()
            return summary
    except (DemoRuns, EdgeRefuses, JournalStands, KafkaAway) as refused:
        fail(str(refused))


def _prepare(settings: Settings) -> None:
    publish_profiles(settings)


def _until_interrupted() -> None:
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


async def _played(
    rada: Running, keys: Keys, world: World, into: Into, seconds: float
) -> tuple[dict[str, Any], bool]:
    sender, tally = Sender(rada.settings), Tally()
    limits = httpx.Limits(max_connections=64)
    try:
        async with httpx.AsyncClient(timeout=30, limits=limits) as client:
            clock = PlayedClock(sender, rada.settings, world.run.systems)
            with JournalEnd(rada.settings) as journal:
                player = _player(rada, keys, into, (client, clock, journal, sender))
                begins, ends = moment(world.begins), moment(world.ends)
                told = _counted(moments(world), tally)
                await player.play(told, begins, ends, seconds)
    finally:
        sender.close()
    for label in world.take_labels():
        tally.labels[label.code] += 1
    document = tally.document(world)
    document |= {"accepted": player.tally.accepted, "rejected": dict(player.tally.rejected)}
    return document, player.tally.accepted == document["events"]


def _player(
    rada: Running,
    keys: Keys,
    into: Into,
    means: tuple[httpx.AsyncClient, PlayedClock, JournalEnd, Sender],
) -> Player:
    client, clock, journal, sender = means
    if into == Into.kafka:
        return DirectPlayer(client, clock, journal, sender=sender, settings=rada.settings)
    urls = {
        name.removesuffix("_events"): f"{url}/v1/events"
        for name, url in rada.urls.items()
        if name.endswith("_events")
    }
    return Player(client, clock, journal, urls=urls, keys=keys)


def _counted(told: Iterable[Moment], tally: Tally) -> Iterator[Moment]:
    for each in told:
        tally.events[str(each.event["type"])] += 1
        yield each
