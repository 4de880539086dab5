"""The options of commands: those that several have, and more than a function has parameters."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import wraps
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from contracts.identifiers import KEYS_ALLOWED, PORT_SYSTEMS

Asked = TypeVar("Asked")


def system(text: str) -> str:
    """Return the key of a port system; small letters are fine."""
    if text.upper() not in PORT_SYSTEMS:
        raise typer.BadParameter(f"found {text!r}, allowed is {KEYS_ALLOWED}")
    return text.upper()


Port = Annotated[
    str, typer.Option("--port", parser=system, metavar="PORT", help="Port system, such as COCTG.")
]
"""The option by which a command is told of which port it is asked."""


def options_of(asked: type[Asked]) -> Callable[[Callable[[Asked], None]], Callable[..., None]]:
    """Make a command of a function that takes one `asked`, a dataclass of annotated options."""

    def made(work: Callable[[Asked], None]) -> Callable[..., None]:
        @wraps(work)
        def command(**given: Any) -> None:
            work(asked(**given))

        hints = get_type_hints(asked, include_extras=True)
        # Typer reads a command's options from its signature and annotations.
        command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [_parameter(each, hints[each.name]) for each in fields(asked)]  # type: ignore[arg-type]
        )
        command.__annotations__ = hints
        return command

    return made


def _parameter(option: "Field[Any]", hint: Any) -> inspect.Parameter:
    default = inspect.Parameter.empty if option.default is MISSING else option.default
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint
    )
