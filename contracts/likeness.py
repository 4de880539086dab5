"""Structs that read like the models: the same fields under the same names, in a fraction of time.

A model is the one source of truth. `like` walks the schema that pydantic itself validates with,
and writes each part of it down as what msgspec can check while it decodes. What msgspec cannot
check (a check digit, a rule over several fields) is checked by the very function that the model
uses. A part that this file does not know makes the whole type `Unlike`: only its model reads it.

A struct may refuse what its model takes, and the model is asked then. It never takes what the
model refuses, and every value that it takes is equal to the model's.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec
from pydantic import BaseModel, TypeAdapter

from contracts.fields import EARLIEST, KNOWN_WORDS, LATEST, Instant

Check = Callable[[Any], object]
"""Looks at a value, and raises ValueError where the model would refuse or change it."""
Checks = list[tuple[str, Check]]
"""Checks of a struct's fields, by name."""
Schema = Mapping[str, Any]

_REMEMBERED_MAX: Final = 4096
_WORD_MAX: Final = 60
_INSTANT: Final = TypeAdapter(Instant).core_schema
_PATTERN: Final = re.compile(r"\^((?:[^\\$^]|\\d|\\\.|\[\^)*)\$")
"""Patterns that mean the same to pydantic and to Python, but for `$` before a last line break."""


class Unlike(TypeError):
    """A part of a model's schema for which no struct is known."""


class Part(NamedTuple):
    """How msgspec reads a part of a schema, and what must be checked besides."""

    type: Any
    check: Check | None = None


class Texts:
    """Checks a text once: most texts of a port are said again and again.

    `passed` holds those that passed lately, and None, which is no text to be checked.
    """

    def __init__(self, check: Check, known: Iterable[str] = ()) -> None:
        """Keep the check, and what passes without being looked at."""
        self.passed: set[str | None] = {None, *known}
        self._known = frozenset(self.passed)
        self._check = check

    def look(self, text: str) -> None:
        """Check a text that did not pass lately; raises ValueError."""
        self._check(text)
        if len(self.passed) >= _REMEMBERED_MAX:
            self.passed.clear()
            self.passed.update(self._known)
        self.passed.add(text)

    def __call__(self, text: str | None) -> None:
        """Check a text, or None."""
        if text is not None and text not in self.passed:
            self.look(text)


class Likeness:
    """Derives structs from models; what several models share is derived once."""

    def __init__(self) -> None:
        """Begin with nothing derived."""
        self._structs: dict[type[BaseModel], type[msgspec.Struct]] = {}
        self._shared: dict[str, Schema] = {}
        self._texts: dict[tuple[object, ...], Texts] = {}

    def like(self, model: type[BaseModel]) -> type[msgspec.Struct]:
        """Return the struct of a model.

        Raises:
            Unlike: the model has a part that only pydantic can read.
        """
        schema = self._schema_of(model)
        if schema["type"] != "model":
            raise Unlike(schema["type"])
        return self._struct(schema)

    def like_event(
        self, envelope: type[BaseModel], data: type[BaseModel], name: str
    ) -> type[msgspec.Struct]:
        """Return the struct of an event: the envelope's attributes round other data.

        Its field `type` is that name and no other.

        Raises:
            Unlike: the envelope or the data has a part that only pydantic can read.
        """
        return self._made(envelope, self._schema_of(envelope), (name, self._schema_of(data)))

    def _schema_of(self, model: type[BaseModel]) -> Schema:
        schema: Schema = model.__pydantic_core_schema__
        if schema["type"] == "definitions":
            self._shared |= {shared["ref"]: shared for shared in schema["definitions"]}
            schema = schema["schema"]
        return schema

    def _part(self, schema: Schema) -> Part:
        if schema == _INSTANT:
            return Part(Annotated[datetime, msgspec.Meta(tz=True)], check_instant)
        kind = schema["type"]
        if kind == "custom-error":
            return self._part(schema["schema"])
        if kind == "nullable":
            inner = self._part(schema["schema"])
            return Part(inner.type | None, inner.check and _unless_none(inner.check))
        if kind == "function-after":
            return self._with_function(schema)
        if kind == "tuple":
            return self._tuple(schema)
        if kind == "str":
            return self._text(schema)
        if kind == "definition-ref":
            return self._part(self._shared[schema["schema_ref"]])
        if kind == "model":
            return Part(self._struct(schema))
        if kind not in _PLAIN:
            raise Unlike(kind)
        return Part(_PLAIN[kind](schema))

    def _with_function(self, schema: Schema) -> Part:
        inner = self._part(schema["schema"])
        check = _unchanged(schema["function"])
        if isinstance(inner.check, Texts):
            known = (id(inner.check), schema["function"]["function"])
            return Part(inner.type, self._remembering(known, _both(inner.check, check)))
        return Part(inner.type, _both(inner.check, check) if inner.check else check)

    def _tuple(self, schema: Schema) -> Part:
        _only(schema, "items_schema", "variadic_item_index", "min_length", "max_length")
        if schema.get("variadic_item_index") != 0 or len(schema["items_schema"]) != 1:
            raise Unlike("a tuple of a fixed form")
        inner = self._part(schema["items_schema"][0])
        limits = _given(schema, "min_length", "max_length")
        whole = tuple[inner.type, ...]  # type: ignore[name-defined]
        return Part(Annotated[whole, msgspec.Meta(**limits)], inner.check and _each(inner.check))

    def _text(self, schema: Schema) -> Part:
        known = schema.get("metadata", {}).get(KNOWN_WORDS)
        if known is not None:
            _only(schema, "min_length", "max_length", "to_upper", "strip_whitespace")
            check = self._remembering(("word", *known), check_word, known)
            return Part(Annotated[str, msgspec.Meta(min_length=1, max_length=_WORD_MAX)], check)
        _only(schema, "min_length", "max_length", "pattern")
        limits = _given(schema, "min_length", "max_length")
        whole = Annotated[str, msgspec.Meta(**limits)] if limits else str
        pattern = schema.get("pattern")
        if pattern is None:
            return Part(whole)
        return Part(whole, self._remembering(("pattern", pattern), _matching(pattern)))

    def _remembering(
        self, name: tuple[object, ...], check: Check, known: Iterable[str] = ()
    ) -> Texts:
        return self._texts.setdefault(name, Texts(check, known))

    def _struct(self, schema: Schema) -> type[msgspec.Struct]:
        model: type[BaseModel] = schema["cls"]
        if model not in self._structs:
            self._structs[model] = self._made(model, schema, None)
        return self._structs[model]

    def _made(
        self, model: type[BaseModel], schema: Schema, event: tuple[str, Schema] | None
    ) -> type[msgspec.Struct]:
        inner = schema["schema"]
        if inner["type"] != "model-fields" or schema["root_model"] or schema["custom_init"]:
            raise Unlike(f"{model.__name__} is no plain model")
        tag, data = event or (None, None)
        fields: list[Any] = []
        checks: Checks = []
        names: dict[str, str] = {}
        for name, field in inner["fields"].items():
            if tag is not None and name == "type":
                continue
            is_data = data is not None and name == "data"
            part, default = self._field(data if is_data and data else field["schema"])
            fields.append((name, part.type, *default))
            if part.check is not None:
                checks.append((name, part.check))
            names[name] = field.get("validation_alias", name)
        return msgspec.defstruct(
            model.__name__,
            fields,
            namespace=_namespace(model, tag, checks),
            frozen=True,
            kw_only=True,
            # What is not known here may be known to a rule of the model's reader.
            forbid_unknown_fields=True,
            gc=False,
            rename=names,
            tag=tag,
            tag_field=tag and "type",
        )

    def _field(self, schema: Schema) -> tuple[Part, tuple[Any, ...]]:
        if schema["type"] != "default":
            return self._part(schema), ()
        _only(schema, "schema", "default")
        return self._part(schema["schema"]), (schema["default"],)


def _namespace(model: type[BaseModel], tag: str | None, checks: Checks) -> dict[str, Any]:
    """Return what a struct has beside its fields: the properties of its model, and its checks."""
    namespace: dict[str, Any] = {"__doc__": model.__doc__}
    for parent in reversed(model.__mro__):
        if parent not in BaseModel.__mro__:
            namespace |= {k: v for k, v in vars(parent).items() if isinstance(v, property)}
    if tag is not None:
        namespace["type"] = tag
    if checks:
        namespace["__post_init__"] = _checking(checks)
    return namespace


def _checking(checks: Checks) -> Callable[[Any], None]:
    known: dict[str, Any] = {"UTC": UTC}
    lines = ["def check_all(self):"]
    for number, (name, check) in enumerate(checks):
        if check in (check_instant, check_instant_or_none):
            lines += [
                f" at = self.{name}",
                f" if {_MAY_BE_NONE[check]}({_NO_INSTANT}): raise ValueError(at)",
            ]
        elif isinstance(check, Texts):
            known |= {f"passed{number}": check.passed, f"look{number}": check.look}
            lines.append(f" if self.{name} not in passed{number}: look{number}(self.{name})")
        else:
            known[f"check{number}"] = check
            lines.append(f" check{number}(self.{name})")
    # An event has a dozen fields to be checked: a loop over them costs as much as decoding it.
    exec("\n".join(lines), known)  # noqa: S102  of our own models' field names, nothing else
    made: Callable[[Any], None] = known["check_all"]
    return made


assert (EARLIEST.year, LATEST.year) == (2000, 2100), "as `_checking` has written it out"


def check_instant(moment: datetime) -> None:
    """Refuse what is not in UTC already or not of this century; the model turns it into UTC."""
    if moment.tzinfo is not UTC or not 2000 <= moment.year < 2100:
        raise ValueError(moment)


def check_instant_or_none(moment: datetime | None) -> None:
    """Refuse what `check_instant` refuses, where there may be none."""
    if moment is not None:
        check_instant(moment)


_NO_INSTANT: Final = "at.tzinfo is not UTC or at.year // 100 != 20"
"""As `check_instant` asks, written where it costs no call."""
_MAY_BE_NONE: Final[dict[Check, str]] = {check_instant: "", check_instant_or_none: "at and "}


def check_word(word: str) -> None:
    """Refuse a word that the model would write otherwise: in capitals, without blanks round it."""
    if not word.isascii() or word.strip().upper() != word:
        raise ValueError(word)


def _unless_none(check: Check) -> Check:
    if isinstance(check, Texts):
        return check
    if check is check_instant:
        return check_instant_or_none
    return lambda value: None if value is None else check(value)


def _each(check: Check) -> Check:
    def check_each(values: tuple[Any, ...]) -> None:
        for value in values:
            check(value)

    return check_each


def _both(first: Check, second: Check) -> Check:
    def check_both(value: Any) -> None:
        first(value)
        second(value)

    return check_both


def _unchanged(function: Schema) -> Check:
    """Return the check that a function of a model takes a value and leaves it as it is."""
    if function["type"] != "no-info":
        raise Unlike("a validator that asks for more than the value")
    of_model: Callable[[Any], Any] = function["function"]

    def check(value: Any) -> None:
        after = of_model(value)
        if after is not value and after != value:
            raise ValueError(value)

    return check


def _matching(pattern: str) -> Check:
    found = _PATTERN.fullmatch(pattern)
    if found is None:
        raise Unlike(f"the pattern {pattern}")
    search = re.compile(rf"^{found[1]}\Z").search

    def check(text: str) -> None:
        if search(text) is None:
            raise ValueError(text)

    return check


def _whole(schema: Schema) -> Any:
    _only(schema, "strict", "ge", "le")
    _strictly(schema)
    return Annotated[int, msgspec.Meta(**_given(schema, "ge", "le"))]


def _number(schema: Schema) -> Any:
    _only(schema, "strict", "allow_inf_nan", "ge", "le")
    _strictly(schema)
    if schema.get("allow_inf_nan") is not False:
        raise Unlike("a number that may be none")
    return Annotated[float, msgspec.Meta(**_given(schema, "ge", "le"))]


def _flag(schema: Schema) -> Any:
    _only(schema, "strict")
    _strictly(schema)
    return bool


def _literal(schema: Schema) -> Any:
    if not all(isinstance(word, str) for word in schema["expected"]):
        raise Unlike("a word that is no text")
    return Literal[tuple(schema["expected"])]


_PLAIN: Final[dict[str, Callable[[Schema], Any]]] = {
    "int": _whole,
    "float": _number,
    "bool": _flag,
    "literal": _literal,
}


def _strictly(schema: Schema) -> None:
    if schema.get("strict") is not True:
        raise Unlike(f"{schema['type']}, which may be written as another thing")


def _given(schema: Schema, *names: str) -> dict[str, Any]:
    return {name: schema[name] for name in names if name in schema}


def _only(schema: Schema, *names: str) -> None:
    # A constraint that is not known here must not be passed over.
    unknown = schema.keys() - {"type", "metadata", "ref", *names}
    if unknown:
        raise Unlike(f"{schema['type']} with {', '.join(sorted(unknown))}")
