"""A command is loaded alone when it is asked for, and is the same as among all others."""

import pytest
import typer

from cli.application import COMMANDS, application


def names(app: typer.Typer) -> set[str]:
    group = typer.main.get_group(app)
    return set(group.commands)


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_adds_the_commands_that_the_table_says(module: str) -> None:
    """Else a command would be unknown when it is asked for, and only then."""
    assert names(application(COMMANDS[module][0])) == set(COMMANDS[module])


@pytest.mark.parametrize("asked", ["", "--help", "sail"])
def test_what_is_no_command_has_the_help_of_all(asked: str) -> None:
    """No word, an option or a slip: every command is named."""
    every = {name for commands in COMMANDS.values() for name in commands}

    assert names(application(asked)) == every
