"""`./rada rejected`: records that are not in the picture, why, and where they lie."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import typer

from cli.screen import machine, screen
from cli.topics import reached, settings_here
from contracts.topics import REJECTED, qualified
from plumbing.settings import Settings
from services.coordinator.reading import Reader

Rejection = dict[str, Any]


def rejected(
    last: Annotated[int, typer.Option("--last", "-n", min=1, help="How many of the newest.")] = 20,
    is_json: Annotated[
        bool, typer.Option("--json", help="Write JSON, originals included.")
    ] = False,
) -> None:
    """Show the records that were refused, or deleted by retention before they were read.

    Everything else that was accepted goes on; a refused record is mended at its source and sent
    again with a new id. Exit code 0 whether there are any or not.
    """
    found = reached(settings_here(), lambda settings: list(_all(settings)))
    # Said again after a restart, it is the same message.
    newest = sorted({one["id"]: one for one in found}.values(), key=_received)[-last:]
    if is_json:
        machine({"rejected": newest})
        return
    for one in newest:
        screen.print(_line(one), soft_wrap=True)
    screen.print(f"{len(newest)} shown" if newest else "nothing was refused")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(rejected)


def _all(settings: Settings) -> Iterator[Rejection]:
    name, reader = qualified(REJECTED.name, settings.namespace), Reader(settings)
    try:
        for partition in range(settings.kafka.partitions):
            for batch in reader.span(name, partition, *reader.bounds(name, partition)):
                for record in batch:
                    if record.value:
                        yield msgspec.json.decode(record.value)
    finally:
        reader.close()


def _received(rejection: Rejection) -> tuple[str, str]:
    return rejection["received_at"], rejection["id"]


def _line(rejection: Rejection) -> str:
    origin = rejection["origin"]
    place = f"{origin['topic']}/{origin['partition']}@{origin['offset']}"
    return (
        f"{rejection['received_at']}  {rejection['reason']}  {place}  {rejection['field']}:"
        f" found {rejection['found']}, allowed is {rejection['allowed']}"
    )
