"""What pydantic found wrong, said as problems that a sender can mend."""

from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.fields import CLEAR_TEXT
from contracts.problems import Problem, shown

PROBLEMS_MAX: Final = 20
"""More than these tell a sender nothing new."""

_ALLOWED: Final = {
    "missing": "a value; the field is required",
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "dict_type": "a JSON object",
    "tuple_type": "a JSON list",
    "list_type": "a JSON list",
    "model_type": "a JSON object",
    "model_attributes_type": "a JSON object",
}
_WITH_LIMIT: Final = {
    "string_too_short": ("at least {min_length} characters", "min_length"),
    "string_too_long": ("at most {max_length} characters", "max_length"),
    "too_short": ("at least {min_length} entries", "min_length"),
    "too_long": ("at most {max_length} entries", "max_length"),
    "greater_than_equal": ("{ge} or more", "ge"),
    "greater_than": ("more than {gt}", "gt"),
    "less_than_equal": ("{le} or less", "le"),
    "less_than": ("less than {lt}", "lt"),
    "string_pattern_mismatch": ("text like the pattern {pattern}", "pattern"),
}


def problems_of(error: ValidationError) -> tuple[Problem, ...]:
    """Return one problem for each error, at most PROBLEMS_MAX, with dotted paths."""
    details = error.errors(include_url=False)
    return tuple(_problem(detail) for detail in details[:PROBLEMS_MAX])


def _problem(detail: ErrorDetails) -> Problem:
    context: dict[str, Any] = detail.get("ctx", {})
    path = dotted(detail["loc"])
    if detail["type"] == "json_invalid":
        return Problem("BAD_JSON", "event", shown(context["error"]), "one JSON object in UTF-8")
    if detail["type"] == "rada":
        found = detail["input"]
        if context["field"]:
            found = _below(found, context["field"])
            path = f"{path}.{context['field']}" if path else context["field"]
        is_personal = context["reason"] == "PLAIN_PLATE"
        shown_found = CLEAR_TEXT if is_personal else shown_value(found)
        return Problem(context["reason"], path, shown_found, context["allowed"])
    found = "nothing" if detail["type"] == "missing" else shown_value(detail["input"])
    return Problem("BAD_FIELD", path or "event", found, _allowed(detail, context))


def _allowed(detail: ErrorDetails, context: dict[str, Any]) -> str:
    kind = detail["type"]
    if kind == "literal_error":
        return "one of " + str(context["expected"]).replace(" or ", ", ").replace("'", "")
    if kind in _WITH_LIMIT:
        sentence, name = _WITH_LIMIT[kind]
        limit = context[name]
        return sentence.format(**{name: f"{limit:g}" if isinstance(limit, float) else limit})
    return _ALLOWED.get(kind, detail["msg"])


def dotted(location: tuple[int | str, ...]) -> str:
    """Return a location as a path: `data.windows[0].at`."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path


def shown_value(value: object) -> str:
    """Return a found value for an error answer; a container of values is not repeated."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a JSON object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return shown(value)


def _below(value: object, path: str) -> object:
    # A rule over several fields fails at their parent; what it blames lies below.
    for step in path.split("."):
        if isinstance(value, list | tuple):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else getattr(value, step, None)
    return value
