"""`./rada profiles`: check the port communities' profiles, and tell the journal of changes."""

from typing import Annotated, Final

import typer

from cli.screen import machine, screen, table
from cli.topics import settings_here
from contracts.profile import Community
from stack.commands import announce_core, publish_profiles
from stack.profiles import checked

group = typer.Typer(help="Check the profiles of the port communities and publish them.")
COUNTED: Final = (
    "terminals",
    "berths",
    "quay_metres",
    "yard_teu",
    "plugs",
    "gate_trucks_hour",
    "organisations",
    "sources",
)
SHOWN: Final = (
    "system",
    "name",
    "terminals",
    "quay_metres",
    "yard_teu",
    "organisations",
    "sources",
)
"""What fits the width of a terminal; JSON has all of it."""


@group.callback(invoke_without_command=True)
def profiles(
    context: typer.Context,
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Check the profiles of the port communities and publish them. Alone: the check."""
    if context.invoked_subcommand is None:
        check(is_json)


@group.command()
def check(
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Read every profile; a fault is named with file, line, field, found and allowed (exit 64)."""
    communities = checked(settings_here().communities)
    rows = [_row(community) for _, community in sorted(communities.items())]
    if is_json:
        machine({"profiles": rows})
    else:
        cells = ([str(row[column]) for column in SHOWN] for row in rows)
        screen.print(table([column.replace("_", " ") for column in SHOWN], cells))


def _row(community: Community) -> dict[str, object]:
    facilities = community.facilities
    berths = [berth for facility in facilities for berth in facility.berths]
    blocks = [block for facility in facilities for block in facility.blocks]
    gates = [gate for facility in facilities for gate in facility.gates]
    counts = (
        len(facilities),
        len(berths),
        round(sum(berth.to_m - berth.from_m for berth in berths)),
        sum(block.capacity_teu for block in blocks),
        sum(block.plugs for block in blocks),
        sum(gate.capacity_per_hour for gate in gates),
        len(community.organisations),
        len(community.sources),
    )
    return {
        "system": community.system,
        "name": community.name,
        "locodes": list(community.locodes),
        "languages": list(community.languages),
        **dict(zip(COUNTED, counts, strict=True)),
    }


@group.command()
def publish(
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Put changed profiles, thresholds and the first core version on the command topic.

    What was said already is not said again. `./rada up` does this at each start.
    """
    lines = publish_profiles(settings_here())
    if is_json:
        machine({"published": lines})
    else:
        screen.print("\n".join(lines) or "nothing changed")


def upgrade(
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Hand the journals over to this program's core; run it while the old program runs.

    The old coordinator folds up to the change, leaves a complete snapshot there and ends (exit
    code 64, so nothing starts it again). Then stop the old program and start this one.
    """
    lines = announce_core(settings_here())
    if is_json:
        machine({"published": lines})
    else:
        screen.print("\n".join(lines) or "every journal names this core already")


def register(app: typer.Typer) -> None:
    """Add the group and the upgrade to the application."""
    app.command()(upgrade)
    app.add_typer(group, name="profiles")
