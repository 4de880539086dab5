"""`./rada profiles`: check the port communities' profiles, and tell the journal of changes."""

from typing import Annotated

import typer

from cli.screen import machine, screen, table
from cli.topics import settings_here
from plumbing.communities import load
from stack.commands import publish_profiles

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
    """Put changed profiles, thresholds and the core's version on the command topic.

    What was said already is not said again. `./rada up` does this at each start.
    """
    lines = publish_profiles(settings_here())
    if is_json:
        machine({"published": lines})
    else:
        screen.print("\n".join(lines) or "nothing changed")


def register(app: typer.Typer) -> None:
    """Add the group to the application."""
    app.add_typer(group, name="profiles")
