"""The command line: its help, its groups, what its exit codes mean, and where a command is.

A command is loaded when it is asked for: `./rada status` need not wait for a simulated world.
"""

import logging
import signal
import sys
from importlib import import_module
from typing import Final

import typer

from cli.screen import fail
from contracts.problems import InvalidEvent
from plumbing.profile_text import BadProfile
from plumbing.topics import REFUSED, TopicsDiffer
from stack.kafka_jars import JarRefused
from stack.processes import StartFailed

HELP: Final = """\
Keep ship, port and land in step: events in by HTTP, one journal, alerts out.

First steps:

  ./rada demo          twelve hours of 21 ports in a minute, on a board

  ./rada up            run everything on this machine until Ctrl-C

  ./rada status        what runs, and where it listens

  ./rada replay        the past again: the same to the byte, or under other thresholds

  ./rada test          check and test all of it

Exit codes: 0 done; 1 something is wrong and was said; 2 command line not understood;
64 refused to start, and what to mend was said; 130 interrupted by Ctrl-C.
"""

COMMANDS: Final = {
    "demo": ("demo",),
    "stack": ("up", "down", "status", "logs"),
    "quality": ("check", "test"),
    "topics": ("topics",),
    "profiles": ("upgrade", "profiles"),
    "standards": ("standards",),
    "keys": ("key",),
    "schemas": ("schemas",),
    "bench": ("bench",),
    "prove": ("prove",),
    "replay": ("replay",),
    "simulate": ("simulate",),
    "score": ("score",),
    "rejected": ("rejected",),
}
"""Module of this folder -> the commands and groups that it adds, in the order of the help."""


def application(asked: str = "") -> typer.Typer:
    """Return the application with the command that is asked for, or else with every one."""
    made = typer.Typer(
        name="rada",
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    # Without it an application of one command has no name for it.
    made.callback()(lambda: None)
    chosen = [module for module, names in COMMANDS.items() if asked in names]
    for module in chosen or COMMANDS:
        import_module(f"cli.{module}").register(made)
    return made


def main() -> None:
    """Run the command of this process's arguments; expected failures are one clear message."""
    # A shell starts background jobs with the interrupt ignored; an interrupt must always stop us.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # What a Kafka client has to say, a command says in its own words.
    logging.getLogger("librdkafka").addHandler(logging.NullHandler())
    try:
        application(*sys.argv[1:2])(prog_name="./rada")
    except (TopicsDiffer, BadProfile) as refused:
        fail(str(refused), code=REFUSED)
    except (StartFailed, JarRefused, InvalidEvent) as failed:
        fail(str(failed), code=1)
    except KeyboardInterrupt:
        fail("interrupted", code=130)
