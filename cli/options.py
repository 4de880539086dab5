"""A command with many options: they are the fields of a dataclass, and the command takes one."""

import inspect
from collections.abc import Callable
from typing import TypeVar, get_type_hints

T = TypeVar("T")


def options_of(fields: type[T]) -> Callable[[Callable[[T], None]], Callable[..., None]]:
    """Return what turns a function of one such object into a command with an option for each field.

    A field is written as an option's parameter would be: `Annotated[..., typer.Option(...)]`.
    """

    def with_options(command: Callable[[T], None]) -> Callable[..., None]:
        def asked(**given: object) -> None:
            command(fields(**given))

        asked.__name__, asked.__doc__ = command.__name__, command.__doc__
        asked.__annotations__ = get_type_hints(fields, include_extras=True)
        # What the command line reads the options from.
        asked.__signature__ = inspect.signature(fields)  # type: ignore[attr-defined]
        return asked

    return with_options
