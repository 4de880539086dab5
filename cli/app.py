"""The command line as a whole: its help, its groups, and what its exit codes mean."""

import logging
import signal

import typer

from cli import (
    bench,
    demo,
    keys,
    profiles,
    prove,
    quality,
    rejected,
    replay,
    schemas,
    score,
    simulate,
    stack,
    standards,
    topics,
)
from cli.screen import fail
from contracts.problems import InvalidEvent
from plumbing.profile_text import BadProfile
from plumbing.topics import REFUSED, TopicsDiffer
from stack.kafka_jars import JarRefused
from stack.processes import StartFailed

HELP = """\
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

app = typer.Typer(
    name="rada",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for register in (
    demo.register,
    stack.register,
    quality.register,
    topics.register,
    profiles.register,
    standards.register,
    keys.register,
    schemas.register,
    bench.register,
    prove.register,
    replay.register,
    simulate.register,
    score.register,
    rejected.register,
):
    register(app)


def main() -> None:
    """Run the command of this process's arguments; expected failures are one clear message."""
    # A shell starts background jobs with the interrupt ignored; an interrupt must always stop us.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # What a Kafka client has to say, a command says in its own words.
    logging.getLogger("librdkafka").addHandler(logging.NullHandler())
    try:
        app(prog_name="./rada")
    except (TopicsDiffer, BadProfile) as refused:
        fail(str(refused), code=REFUSED)
    except (StartFailed, JarRefused, InvalidEvent) as failed:
        fail(str(failed), code=1)
    except KeyboardInterrupt:
        fail("interrupted", code=130)
