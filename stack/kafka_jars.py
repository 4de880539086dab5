"""The jars of Apache Kafka: which ones, their checksums, and where they are kept.

`kafka.sha256` beside this file names every jar with its checksum. jgo fetches each from the Maven
repository once, into the user's cache; a jar whose bytes differ is refused before Java sees it.
After a change of version `python -m stack.kafka_jars` resolves the list anew.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
from jgo.config import GlobalSettings
from jgo.maven import Dependency, MavenContext, PythonResolver

KAFKA_VERSION: Final = "4.4.0"
LISTED: Final = Path(__file__).parent / "kafka.sha256"
# Kafka speaks slf4j; the second joins it to the log4j that Kafka brings.
_ROOTS: Final = (
    ("org.apache.kafka", "kafka_2.13", KAFKA_VERSION),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.3"),
)
_TIMEOUT: Final = 30

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Opens a bar for a file of so many bytes; yields a function that is told of bytes as they come."""


class JarRefused(Exception):
    """A jar could not be had, or its bytes are not those on the list."""


@dataclass(frozen=True)
class Jar:
    """One jar of the list."""

    sha256: str
    group: str
    artifact: str
    version: str

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def cache_directory() -> Path:
    """Return where downloads are kept for every checkout of this user."""
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "rada"


def listed(path: Path = LISTED) -> list[Jar]:
    """Return the jars that Kafka consists of, in class path order."""
    lines = path.read_text(encoding="ascii").splitlines()
    parts = [line.split() for line in lines if line and not line.startswith("#")]
    return [Jar(digest, *coordinate.split(":")) for digest, coordinate in parts]


def fetch(
    cache: Path | None = None, *, progress: Progress | None = None, jars: list[Jar] | None = None
) -> list[Path]:
    """Return the checked jars, fetching what is missing; raise `JarRefused`.

    Safe while another process does the same. Every call checks every byte again.
    """
    folder = (cache or cache_directory()) / "maven"
    folder.mkdir(parents=True, exist_ok=True)
    context = _context(folder, progress)
    with _locked(folder / "lock"):
        return [_one(context, jar) for jar in (listed() if jars is None else jars)]


def _one(context: Any, jar: Jar) -> Path:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    cached = Path(artifact.cached_path)
    if cached.exists() and _sha256(cached) == jar.sha256:
        return cached
    # Left behind by a download that was interrupted, or tampered with: fetch it once more.
    cached.unlink(missing_ok=True)
    try:
        artifact.resolve()
    except (requests.RequestException, RuntimeError) as failed:
        cached.unlink(missing_ok=True)
        raise JarRefused(
            f"{jar} could not be fetched: {failed}. Behind a mirror, name it in the"
            " [repositories] section of ~/.config/jgo.conf."
        ) from failed
    found = _sha256(cached)
    if found != jar.sha256:
        cached.unlink()
        raise JarRefused(f"{jar}: checksum {found} found, {jar.sha256} listed in {LISTED.name}")
    return cached


def _context(folder: Path, progress: Progress | None) -> Any:
    return MavenContext(
        resolver=PythonResolver(progress_callback=progress),
        repo_cache=folder,
        # A company's mirror, where the user's own jgo configuration names one.
        remote_repos=GlobalSettings.load().repositories or None,
        timeout=_TIMEOUT,
    )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def resolve_anew(path: Path = LISTED) -> None:
    """Resolve the roots and their dependencies and write the list of jars with checksums."""
    folder = cache_directory() / "maven"
    context = _context(folder, None)
    # raw: log4j's own version table must not choose among Kafka's jars.
    roots = [
        Dependency(context.project(group, name).at_version(version).artifact(), raw=at > 0)
        for at, (group, name, version) in enumerate(_ROOTS)
    ]
    inputs, transitive = context.resolver.resolve(roots)
    lines = [f"# Apache Kafka {KAFKA_VERSION} and all that it needs; see kafka_jars.py"]
    for found in (*inputs, *transitive):
        artifact = found.artifact
        digest = _sha256(Path(artifact.resolve()))
        lines.append(f"{digest}  {found.groupId}:{found.artifactId}:{artifact.version}")
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    resolve_anew()
