"""Load the profiles of the port communities from their files, and say where one is wrong.

`./rada key` writes a hash into a profile while edges run, so a registry can be asked to look again:
`refresh` reads the files only when one of them changed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from contracts.clearance import FORMALITY
from contracts.command import DOCUMENT_BYTES_MAX
from contracts.fields import is_known
from contracts.identifiers import system_of
from contracts.problems import Problem
from contracts.profile import Community
from contracts.standards import faults_of
from plumbing.keys import Keyring
from plumbing.profile_text import BadProfile, Place, ProfileText

_VERDICTS_MAX = 10_000


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


def profile_files(folder: Path, systems: Iterable[str] | None = None) -> list[Path]:
    """Return the profiles of a folder in order, or those of some port systems.

    Raises:
        BadProfile: the folder has no profile, or none of a system that was named.
    """
    files = {file.stem: file for file in sorted(folder.glob("*.yaml"))}
    if not files:
        raise BadProfile([f"{folder}: found no profile, allowed is one <system>.yaml a community"])
    if systems is None:
        return list(files.values())
    wanted = sorted(set(systems))
    if strangers := [system for system in wanted if system not in files]:
        allowed = f"allowed are {', '.join(files)}"
        raise BadProfile([f"{folder}: found no profile of {', '.join(strangers)}, {allowed}"])
    return [files[system] for system in wanted]


def load(folder: Path) -> dict[str, Community]:
    """Return the communities of all `*.yaml` of a folder by port system; raises `BadProfile`."""
    communities: dict[str, Community] = {}
    faults: list[str] = []
    for file in profile_files(folder):
        try:
            text, community = _read(file)
        except BadProfile as bad:
            faults += bad.faults
            continue
        if community.system != file.stem:
            allowed = f"allowed is the name of the file, {file.stem}"
            faults.append(text.fault(("system",), f"system: found {community.system}, {allowed}"))
        communities[community.system] = community
    if faults:
        raise BadProfile(faults)
    return communities


def read(file: Path) -> Community:
    """Return the community of one file; raises `BadProfile`."""
    return _read(file)[1]


def _read(file: Path) -> tuple[ProfileText, Community]:
    text = ProfileText(file)
    try:
        community = Community.model_validate(text.document)
    except ValidationError as error:
        raise BadProfile(list(text.faults(error, Community))) from error
    if faults := [text.fault(*strange) for strange in _strange(community)]:
        raise BadProfile(faults)
    size = len(json.dumps(community.public_document()).encode())
    if size > DOCUMENT_BYTES_MAX:
        allowed = f"allowed are at most {DOCUMENT_BYTES_MAX:,}: it travels as one message"
        raise BadProfile([f"{file}:1: found a profile of {size:,} bytes as JSON, {allowed}"])
    return text, community


def _strange(community: Community) -> Iterator[tuple[Place, Problem]]:
    """Yield what a journal may hold and a profile may not: a slip that would rule in silence."""
    places = f"one of {', '.join(community.locodes)}"
    for at, facility in enumerate(community.facilities):
        if facility.code[:5] not in community.locodes:
            field = f"facilities[{at}].code"
            problem = Problem("BAD_FIELD", field, facility.code, f"a facility of {places}")
            yield ("facilities", at, "code"), problem
    for alias, locode in community.port_aliases.items():
        if system_of(locode) != community.system:
            problem = Problem("BAD_FIELD", f"port_aliases.{alias}", locode, places)
            yield ("port_aliases", alias), problem
    for at, formality in enumerate(community.mandatory_formalities):
        if not is_known(FORMALITY, formality):
            allowed = f"one of {', '.join(FORMALITY.values)}"
            problem = Problem("BAD_FIELD", f"mandatory_formalities[{at}]", formality, allowed)
            yield ("mandatory_formalities", at), problem
    yield from _strange_standards(community)


def _strange_standards(community: Community) -> Iterator[tuple[Place, Problem]]:
    seen: dict[str, int] = {}
    scopes = community.scopes()
    for at, standard in enumerate(community.standards):
        found = list(faults_of(standard, scopes))
        if (first := seen.setdefault(standard.standard_id, at)) != at:
            allowed = f"a name of its own; standards[{first}] has this one"
            found.append(Problem("BAD_FIELD", "standard_id", standard.standard_id, allowed))
        for problem in found:
            where = problem._replace(field=f"standards[{at}].{problem.field}")
            yield ("standards", at, problem.field), where


def _signature(folder: Path) -> tuple[object, ...]:
    stats = ((file, file.stat()) for file in sorted(folder.glob("*.yaml")))
    return tuple((file.name, stat.st_mtime_ns, stat.st_size) for file, stat in stats)


def _keys(communities: Mapping[str, Community]) -> Iterator[tuple[str, str, str]]:
    for system, community in communities.items():
        for organisation in community.organisations:
            for kept in organisation.keys:
                yield system, organisation.code, kept
