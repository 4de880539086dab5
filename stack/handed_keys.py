"""Keys for everybody, in copies of the profiles: for a run that posts as all of them."""

import shutil
from pathlib import Path

import yaml

from plumbing.keys import make_key

Keys = dict[tuple[str, str], str]
"""Port system and organisation -> API key."""


def hand_out_keys(profiles: Path, copies: Path) -> Keys:
    """Copy the profiles, give every organisation a key, and keep the hashes in the copies.

    The profiles of the installation stay as they are; the keys live as long as the copies are used.
    """
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir(parents=True)
    keys: Keys = {}
    for file in sorted(profiles.glob("*.yaml")):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for member in document["organisations"]:
            key, kept = make_key(document["system"], member["code"])
            keys[document["system"], member["code"]] = key
            member["keys"] = [kept]
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        (copies / file.name).write_text(text, encoding="utf-8")
    return keys
