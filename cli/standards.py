"""`./rada standards`: what a port promised, how many cases kept it, and where it was broken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
import typer
from confluent_kafka import KafkaException

from cli.options import Port, options_of
from cli.screen import fail, machine, screen, table
from cli.topics import reached, settings_here
from contracts.standards import PERIODS
from contracts.topics import PICTURE, partition_of, qualified
from plumbing.settings import Settings
from plumbing.versions import HighestVersions, Word, read_word
from services.coordinator.reading import Reader

COLUMNS: Final = ("period", "promise", "scope", "state", "kept", "promised", "cases", "worst")
WORDS: Final = {
    "FEW": "too few cases",
    "KEPT": "kept",
    "NEAR": "nearly broken",
    "BROKEN": "BROKEN",
}

Document = dict[str, Any]


def kind_of_period(text: str) -> str:
    """Return a kind of period; small letters are fine."""
    if text and text.upper() not in PERIODS:
        raise typer.BadParameter(f"found {text!r}, allowed is one of {', '.join(PERIODS)}")
    return text.upper()


@dataclass(frozen=True)
class Asked:
    """The options of the command."""

    port: Port
    period: Annotated[
        str,
        typer.Option(
            parser=kind_of_period, metavar="KIND", help="Only DAY, WEEK or MONTH periods."
        ),
    ] = ""
    is_broken: Annotated[
        bool, typer.Option("--broken", help="Only what is broken or nearly so.")
    ] = False
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False


@options_of(Asked)
def standards(asked: Asked) -> None:
    """Show the periods of a port's promises, as the coordinator last said them.

    A promise is in the port's profile (`standards`) or was declared by a command. Exit code 0
    whether one is broken or not.
    """
    found = reached(settings_here(), lambda settings: _found(settings, asked.port))
    shown = [one for one in found if _is_asked(one, asked)]
    if asked.is_json:
        machine({"port": asked.port, "standards": shown})
    elif shown:
        screen.print(table(COLUMNS, (_row(one, asked.port) for one in shown)))
    else:
        screen.print("nothing promised was measured" if not found else "none of these")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(standards)


def in_order(found: Any) -> list[Document]:
    """Return the periods by promise, the newest first."""
    newest_first = sorted(found, key=lambda one: one["begins_at"], reverse=True)
    return sorted(newest_first, key=lambda one: one["standard_id"])


def _found(settings: Settings, port: str) -> list[Document]:
    try:
        return in_order(_latest(settings, port).values())
    except KafkaException as away:
        fail(
            f"no picture of {port} on the Kafka at {settings.kafka.bootstrap_servers}"
            f" ({away.args[0].str()}); start one: ./rada up"
        )


def _is_asked(one: Document, asked: Asked) -> bool:
    is_of_kind = not asked.period or one["period"] == asked.period
    return is_of_kind and (not asked.is_broken or one["state"] in ("NEAR", "BROKEN"))


def _latest(settings: Settings, port: str) -> Mapping[str, Document]:
    """Return the newest word on each period of a port, by its name."""
    versions = HighestVersions()
    latest: dict[str, Document] = {}
    for word in _words(settings, port):
        if not versions.is_news(word):
            continue
        if word.body is None:
            latest.pop(word.id, None)
        elif word.system == port:
            latest[word.id] = msgspec.json.decode(word.body)
    return latest


def _words(settings: Settings, port: str) -> Iterator[Word]:
    topic = qualified(PICTURE.name, settings.namespace)
    partition = partition_of(port, settings.kafka.partitions)
    reader = Reader(settings)
    try:
        for batch in reader.span(topic, partition, *reader.bounds(topic, partition)):
            for record in batch:
                if record.key.startswith("standard:"):
                    headers = list(record.headers.items())
                    yield read_word(PICTURE.name, record.key.encode(), record.value, headers)
    finally:
        reader.close()


def _row(one: Document, port: str) -> list[str]:
    worst = one.get("worst") or {}
    unit = one["unit"].lower()
    kept = one.get("kept_pct")
    return [
        one["label"] + ("" if one["is_over"] else " …"),
        f"{one['standard_id']} ({one['measure']})",
        "" if one["scope"] in ("PORT", port) else one["scope"],
        WORDS.get(one["state"], one["state"]),
        "" if kept is None else f"{kept:g} %",
        f"{one['share_pct']:g} % in {one['target']:g} {unit}",
        f"{one['cases']}, {one['broken']} beyond",
        f"{worst['value']:g} {unit}" if worst else "",
    ]
