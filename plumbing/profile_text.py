"""The text of a profile: YAML, of which every field knows its line.

One pass of libyaml gives both the values and their places: 21 profiles are read in the time that
YAML in Python needs for two.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from contracts.explain import problems_of
from contracts.problems import Problem, shown

Place = tuple[str | int, ...]
"""The way to a field: `("facilities", 0, "berths")`."""


class BadProfile(ValueError):
    """A profile file cannot be used; each fault is one line: file, line, field, found, allowed."""

    def __init__(self, faults: list[str]) -> None:
        """Keep the faults in the order of the files."""
        assert faults
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class _Loader(yaml.CSafeLoader):
    """The safe loader, except that a key which stands twice is a fault and not the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the object; raises `yaml.MarkedYAMLError` at the second of two equal keys."""
        lines: dict[str, int] = {}
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in lines:
                first = f"the key {key.value!r} stands here and in line {lines[key.value]}"
                raise yaml.constructor.ConstructorError(
                    problem=f"found twice: {first}", problem_mark=key.start_mark
                )
            lines[key.value] = key.start_mark.line + 1
        return super().construct_mapping(node, deep)


class ProfileText:
    """One profile file: its values, and where each of them stands."""

    def __init__(self, file: Path) -> None:
        """Read the file; raises `BadProfile`."""
        self.file = file
        raw = file.read_bytes()
        try:
            loader = _Loader(raw.decode("utf-8"))
            self._root = loader.get_single_node()
            self.document: Any = (
                None if self._root is None else loader.construct_document(self._root)
            )
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise BadProfile([f"{file}:{line}: {error.problem}, allowed is valid YAML"]) from error
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise BadProfile([f"{file}:{line}: {error}, allowed is YAML in UTF-8"]) from error
        except (yaml.YAMLError, RecursionError) as error:
            fault = f"{shown(str(error))}, allowed is YAML in UTF-8"
            raise BadProfile([f"{file}:1: {fault}"]) from error

    def line_of(self, place: Place) -> int:
        """Return the line of a field, or of the nearest field round it that exists.

        A missing field is shown at the object that lacks it, and a fault of several fields at the
        one that holds them.
        """
        node, line = self._root, 1
        for part in place:
            if isinstance(node, yaml.MappingNode):
                pairs = {key.value: (key, value) for key, value in node.value}
                if part not in pairs:
                    break
                key, node = pairs[part]
                line = key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and str(part).isdigit():
                node = node.value[int(part)]
                line = node.start_mark.line + 1
            else:
                break
        return int(line)

    def fault(self, place: Place, sentence: object) -> str:
        """Return the line that tells of one fault: file, line, and the sentence."""
        return f"{self.file}:{self.line_of(place)}: {sentence}"

    def faults(self, error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
        """Yield a line for each thing that a model found wrong, as far as they are told."""
        for detail, problem in zip(error.errors(), problems_of(error), strict=False):
            place: Place = detail["loc"]
            blamed = str(detail.get("ctx", {}).get("field") or "")
            where = (*place, *blamed.split(".")) if blamed else place
            yield self.fault(where, _in_yaml(problem, detail, model))


def _in_yaml(problem: Problem, detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    """Return a problem as it is said to someone who writes YAML by hand."""
    if detail["type"] == "extra_forbidden":
        allowed = "one of " + ", ".join(_fields_at(model, detail["loc"][:-1]))
        return problem._replace(found="an unknown field", allowed=allowed)
    if detail["type"] == "string_type" and isinstance(detail["input"], int | float):
        return problem._replace(allowed="text; a number or yes and no are text in quotes only")
    return problem


def _fields_at(model: type[BaseModel], place: Place) -> tuple[str, ...]:
    """Return the fields of the model that stands at a place below another one."""
    for part in place:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation) or model
    return tuple(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
