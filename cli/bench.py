"""`./rada bench`: how fast each part is, always beside a bare loop in the same run."""

import typer

HELP = """\
How fast each part is on this machine, beside a bare loop that moves the same bytes in the same run.

Machines are noisy: read a figure only beside the bare one printed with it.
"""

group = typer.Typer(name="bench", help=HELP, no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group to the application."""
    app.add_typer(group)
