"""Load the profiles of the port communities from their files, and say where one is wrong.

`./rada key` writes a hash into a profile while edges run, so a registry can be asked to look again:
`refresh` reads the files only when one of them changed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from contracts.command import DOCUMENT_BYTES_MAX
from contracts.explain import problems_of
from contracts.problems import Problem, shown
from contracts.profile import Community
from plumbing.keys import Keyring

_VERDICTS_MAX = 10_000
_PATH = re.compile(r"[^.\[\]]+")


class BadProfile(ValueError):
    """A profile file cannot be used; each fault is one line: file, line, field, found, allowed."""

    def __init__(self, faults: list[str]) -> None:
        """Keep the faults in the order of the files."""
        assert faults
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class _Loader(yaml.SafeLoader):
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


class Registry:
    """Every profile of a folder, with the keys and sources that they name."""

    def __init__(self, folder: Path) -> None:
        """Read the folder; raises `BadProfile`."""
        self._folder = folder
        self._signature: tuple[object, ...] | None = None
        self.communities: Mapping[str, Community] = {}
        self.keyring = Keyring(())
        self.passed: set[tuple[object, ...]] = set()
        """What was asked of these profiles and allowed; empty again when one changes."""
        self._owners: dict[tuple[str, str], str] = {}
        self._verdicts: dict[tuple[str, str, str, str, str | None], Problem | None] = {}
        self.refresh()

    def refresh(self) -> bool:
        """Read the profiles again if a file changed; return whether one did.

        A profile that became wrong raises `BadProfile`, and what was read before stays in force.
        """
        signature = _signature(self._folder)
        if signature == self._signature:
            return False
        communities = load(self._folder)
        self.communities = communities
        self.keyring = Keyring(_keys(communities))
        self._verdicts.clear()
        self.passed.clear()
        self._owners = {
            (system, source.source): source.organisation
            for system, community in communities.items()
            for source in community.sources
        }
        self._signature = signature
        return True

    def note_passed(self, asked: tuple[object, ...]) -> None:
        """Remember that these profiles allow what was asked."""
        if len(self.passed) >= _VERDICTS_MAX:
            self.passed.clear()
        self.passed.add(asked)

    def owner_of(self, system: str, source: str) -> str | None:
        """Return the organisation that a source is registered for in a port system, or None."""
        return self._owners.get((system, source))

    def verdict(
        self, system: str, publisher: str, organisation: str, family: str, facility: str | None
    ) -> Problem | None:
        """Return why the profile of a port lets this not be published, or None when it does.

        A profile gives the same answer until it is read again, so answers are kept.
        """
        asked = (system, publisher, organisation, family, facility)
        if asked in self._verdicts:
            return self._verdicts[asked]
        if len(self._verdicts) >= _VERDICTS_MAX:
            self._verdicts.clear()
        answer = self._verdicts[asked] = self._judge(*asked)
        return answer

    def _judge(
        self, system: str, publisher: str, organisation: str, family: str, facility: str | None
    ) -> Problem | None:
        return self.communities[system].may_publish(
            publisher=publisher, organisation=organisation, family=family, facility=facility
        )


def load(folder: Path) -> dict[str, Community]:
    """Return the communities of all `*.yaml` of a folder by port system; raises `BadProfile`."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise BadProfile([f"{folder}: found no profile, allowed is one <system>.yaml a community"])
    communities: dict[str, Community] = {}
    faults: list[str] = []
    for file in files:
        try:
            community = read(file)
        except BadProfile as bad:
            faults += bad.faults
            continue
        if community.system != file.stem:
            faults.append(
                f"{file}:{_line_of(file, ('system',))}: system: found {community.system},"
                f" allowed is the name of the file, {file.stem}"
            )
        communities[community.system] = community
    if faults:
        raise BadProfile(faults)
    return communities


def read(file: Path) -> Community:
    """Return the community of one file; raises `BadProfile`."""
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadProfile([f"{file}:{line}: {error.problem}, allowed is valid YAML"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadProfile([f"{file}:1: {shown(str(error))}, allowed is YAML in UTF-8"]) from error
    try:
        community = Community.model_validate(document)
    except ValidationError as error:
        raise BadProfile(list(_faults(file, error))) from error
    size = len(json.dumps(community.public_document()).encode())
    if size > DOCUMENT_BYTES_MAX:
        allowed = f"allowed are at most {DOCUMENT_BYTES_MAX:,}: it travels as one message"
        raise BadProfile([f"{file}:1: found a profile of {size:,} bytes as JSON, {allowed}"])
    return community


def _faults(file: Path, error: ValidationError) -> Iterator[str]:
    for problem in problems_of(error):
        line = _line_of(file, tuple(_PATH.findall(problem.field)))
        yield f"{file}:{line}: {problem}"


def _line_of(file: Path, path: tuple[str, ...]) -> int:
    # The nearest place that exists: a missing field is shown at the object that lacks it.
    node: Any = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if part not in pairs:
                break
            key, node = pairs[part]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and part.isdigit():
            node = node.value[int(part)]
            line = node.start_mark.line + 1
        else:
            break
    return int(line)


def _signature(folder: Path) -> tuple[object, ...]:
    stats = ((file, file.stat()) for file in sorted(folder.glob("*.yaml")))
    return tuple((file.name, stat.st_mtime_ns, stat.st_size) for file, stat in stats)


def _keys(communities: Mapping[str, Community]) -> Iterator[tuple[str, str, str]]:
    for system, community in communities.items():
        for organisation in community.organisations:
            for kept in organisation.keys:
                yield system, organisation.code, kept
