"""`./rada key`: make an API key for an organisation of a port community."""

from pathlib import Path
from typing import Annotated

import typer
import yaml

from cli.screen import fail, machine, screen
from plumbing.communities import read
from plumbing.keys import make_key
from plumbing.settings import Settings


class NoPlaceForKey(Exception):
    """The profile has no line for the organisation under which a key could be written."""


def key(
    system: Annotated[str, typer.Argument(help="Port system, such as COCTG.")],
    organisation: Annotated[str, typer.Argument(help="Code of the organisation in the profile.")],
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Make an API key and show it once; the profile keeps only its hash.

    Running edges accept it within seconds. To withdraw a key delete its line from the profile.
    """
    file = Settings().communities / f"{system}.yaml"
    if not file.exists():
        known = ", ".join(sorted(each.stem for each in file.parent.glob("*.yaml")))
        fail(f"no profile of {system}; there are: {known or 'none'}")
    codes = [each.code for each in read(file).organisations]
    if organisation not in codes:
        fail(f"{organisation} is not listed for {system}; listed are: {', '.join(codes)}")
    secret, kept = make_key(system, organisation)
    add_key(file, organisation, kept)
    if is_json:
        machine({"system": system, "organisation": organisation, "key": secret})
    else:
        screen.print(f"key of {organisation} at {system}, shown only now:")
        screen.print(secret, soft_wrap=True)


def add_key(file: Path, organisation: str, kept: str) -> None:
    """Write the hash of a key below its organisation; every other byte of the file stays."""
    before = file.read_text(encoding="utf-8")
    after = _with_key(before, organisation, kept)
    fresh = file.with_suffix(".new")
    fresh.write_text(after, encoding="utf-8")
    try:
        # Nothing replaces a good profile that would not itself be read as one with the key in it.
        written = {each.code: each.keys for each in read(fresh).organisations}
        if kept not in written[organisation]:
            raise NoPlaceForKey(f"{file}: no place for a key of {organisation}; add `keys: []`")
        fresh.chmod(file.stat().st_mode)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _with_key(text: str, organisation: str, kept: str) -> str:
    node = _organisation_node(text, organisation)
    lines = text.splitlines(keepends=True)
    entries = {name.value: (name, value) for name, value in node.value}
    if "keys" in entries:
        name, value = entries["keys"]
        indent = " " * name.start_mark.column
        if value.flow_style or not value.value:
            # `keys: []` or `keys: [..]`: insert inside the brackets.
            at = value.end_mark.index - 1
            comma = ", " if value.value else ""
            return f'{text[:at]}{comma}"{kept}"{text[at:]}'
        first = value.value[0].start_mark
        marker = lines[first.line][: first.column]
        lines.insert(value.value[-1].end_mark.line + 1, f'{marker}"{kept}"\n')
        return "".join(lines)
    code, _ = entries["code"]
    if node.flow_style:
        at = node.end_mark.index - 1
        return f'{text[:at].rstrip()}, keys: ["{kept}"]{text[at:]}'
    indent = " " * code.start_mark.column
    lines.insert(code.start_mark.line + 1, f'{indent}keys: ["{kept}"]\n')
    return "".join(lines)


def _organisation_node(text: str, organisation: str) -> yaml.MappingNode:
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(document, yaml.MappingNode), "a profile that was read is a mapping"
    top = {name.value: value for name, value in document.value}
    for node in top["organisations"].value:
        if any(name.value == "code" and value.value == organisation for name, value in node.value):
            assert isinstance(node, yaml.MappingNode), "an organisation that was read is a mapping"
            return node
    raise AssertionError(f"{organisation} was in the profile a moment ago")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(key)
