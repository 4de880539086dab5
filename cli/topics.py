"""`./rada topics`: make the Kafka topics from the table, and compare a cluster with it."""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

import typer
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from cli.screen import fail, machine, screen
from plumbing import topics
from plumbing.kafka import client_config
from plumbing.settings import Settings
from stack import keeper

T = TypeVar("T")
_ANSWER_SECONDS: Final = 5.0
"""A Kafka that is there answers sooner; work that follows may take longer."""

group = typer.Typer(no_args_is_help=True, help="Create the Kafka topics and check them.")


@group.command()
def create() -> None:
    """Create the topics that are missing, then check all. What exists is never changed."""
    settings = settings_here()
    for name in reached(settings, topics.create):
        screen.print(f"created {name}")
    topics.verify(settings)


@group.command()
def check(
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Compare partitions, compaction, sizes and retention with the table of this version.

    Exit code 64: something differs; each line says what was found, what is wanted and the mend.
    """
    differences = reached(settings_here(), topics.compare)
    if is_json:
        machine({"differences": differences})
    elif not differences:
        screen.print("all topics are as wanted")
    else:
        fail("\n".join(differences), code=topics.REFUSED)
    raise typer.Exit(topics.REFUSED if differences else 0)


def register(app: typer.Typer) -> None:
    """Add the group to the application."""
    app.add_typer(group, name="topics")


def settings_here() -> Settings:
    """Return the environment's settings, or else those of the stack that runs in this folder."""
    settings, document = Settings(), keeper.state()
    if "bootstrap_servers" in settings.kafka.model_fields_set or document is None:
        return settings
    kafka = settings.kafka.model_copy(update={"bootstrap_servers": document["kafka"]})
    return settings.model_copy(update={"kafka": kafka})


def reached(settings: Settings, ask: Callable[[Settings], T]) -> T:
    """Return what Kafka answers; where none does, end within seconds with how to start one."""
    try:
        AdminClient({**client_config(settings), "log_level": 0}).list_topics(
            timeout=_ANSWER_SECONDS
        )
        answer = ask(settings)
    except KafkaException as away:
        fail(
            f"no Kafka answers at {settings.kafka.bootstrap_servers}"
            f" ({away.args[0].str()}); start one: ./rada up"
        )
    return answer
