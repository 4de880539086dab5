"""`./rada profiles`: check the port communities' profiles, and tell the journal of changes."""

from typing import Annotated

import typer

from cli.screen import machine, screen, table
from cli.topics import settings_here
from plumbing.communities import load
from stack.commands import announce_core, publish_profiles

group = typer.Typer(
    no_args_is_help=True, help="Check the profiles of the port communities and publish them."
)


@group.command()
def check() -> None:
    """Read every profile; a fault is named with file, line, field, found and allowed (exit 64)."""
    communities = load(settings_here().communities)
    rows = [
        (system, community.name, str(len(community.organisations)), str(len(community.sources)))
        for system, community in sorted(communities.items())
    ]
    screen.print(table(("system", "name", "organisations", "sources"), rows))


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
