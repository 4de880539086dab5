"""A command with more options than a function should have parameters: they are a dataclass."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import wraps
from typing import Any, TypeVar, get_type_hints

Asked = TypeVar("Asked")


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
