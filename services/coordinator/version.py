"""The core version: a digest over the source of what decides, so that no two differ in silence."""

from hashlib import blake2b
from pathlib import Path
from typing import Final

PACKAGES: Final = ("contracts", "correlation")
SUFFIXES: Final = (".py", ".po")


def core_version(root: Path | None = None) -> str:
    """Return the version of the core under `root` (default: the program itself)."""
    root = root or Path(__file__).parents[2]
    digest = blake2b(digest_size=8)
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()
