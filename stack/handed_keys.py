"""Keys for everybody, in copies of the profiles: for a run that posts as all of them."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import yaml

from plumbing.communities import profile_files
from plumbing.keys import make_key

Keys = dict[tuple[str, str], str]
"""Port system and organisation -> API key."""


def hand_out_keys(profiles: Path, copies: Path, systems: Iterable[str] | None = None) -> Keys:
    """Copy profiles, give every organisation in them a key, and keep the hashes in the copies.

    A run that plays some port systems names them: whoever uses the copies then knows no other
    port, and no source of another one is missed. The profiles of the installation stay as they
    are; the keys live as long as the copies are used.

    Raises:
        BadProfile: there is no profile of a system that was named.
    """
    files = profile_files(profiles, systems)
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir(parents=True)
    keys: Keys = {}
    for file in files:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for member in document["organisations"]:
            key, kept = make_key(document["system"], member["code"])
            keys[document["system"], member["code"]] = key
            member["keys"] = [kept]
        text = yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        (copies / file.name).write_text(text, encoding="utf-8")
    return keys
