"""The house rules that a machine can check: sizes, names, docstrings, and what may not be said."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "contracts",
    "correlation",
    "plumbing",
    "services",
    "replay",
    "simulator",
    "stack",
    "bench",
    "prove",
    "cli",
)
FORBIDDEN = {"utils", "util", "common", "helpers", "helper", "manager", "data", "info", "base"}

LINES_MAX = 400
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 6

RATCHET: dict[str, int] = {}
"""What is over a limit today: "file" or "file:function" and its size. Numbers only ever fall."""


def sources(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


CODE = sources(*PACKAGES)
EVERYTHING = [*CODE, *sources("tests")]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def over(sizes: Iterator[tuple[str, int]], limit: int) -> dict[str, int]:
    """Those over the limit, and over what the ratchet still lets pass."""
    return {name: size for name, size in sizes if size > max(limit, RATCHET.get(name, 0))}


def test_no_file_is_over_400_lines() -> None:
    """A file that needs more is two files."""
    sizes = ((name_of(file), len(file.read_text("utf-8").splitlines())) for file in EVERYTHING)

    assert over(sizes, LINES_MAX) == {}


def test_no_function_is_over_60_lines() -> None:
    """Branch in the parent, compute in leaves."""
    sizes = (
        (f"{name_of(file)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for file in EVERYTHING
        for node in functions(file)
    )

    assert over(sizes, FUNCTION_LINES_MAX) == {}


def test_no_function_has_more_than_6_parameters() -> None:
    """What takes seven things is missing a name for some of them."""
    sizes = (
        (f"{name_of(file)}:{node.name}", parameters(node))
        for file in CODE
        for node in functions(file)
        if not is_route(node)
    )

    assert over(sizes, PARAMETERS_MAX) == {}


def is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    # The parameters of a route are those of its query: the HTTP interface says how many.
    return any("Query(" in ast.unparse(argument) for argument in node.args.kwonlyargs)


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([argument for argument in every if argument.arg not in ("self", "cls")])


def test_the_ratchet_holds_nothing_that_is_within_limits() -> None:
    """An exception that is no longer needed is taken out."""
    assert all((ROOT / name.partition(":")[0]).exists() for name in RATCHET)


def test_every_module_opens_with_what_it_is_for() -> None:
    """One line, then a blank one if there is more."""
    silent = [
        name_of(file)
        for file in EVERYTHING
        if not (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").strip()
    ]

    assert silent == []


def test_every_test_states_its_rule() -> None:
    """The name is a sentence, the docstring its rule in one line."""
    silent = [
        f"{name_of(file)}:{node.name}"
        for file in sources("tests")
        for node in functions(file)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_names_say_something(file: Path) -> None:
    """No `utils`, no `manager`: such a name holds anything and finds nothing."""
    parts = {*file.relative_to(ROOT).with_suffix("").parts}

    assert parts & FORBIDDEN == set()


def test_nothing_is_left_for_later_and_no_machine_is_named() -> None:
    """No open ends in the code, and no path that exists on one machine only."""
    left = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b|/work/|\.\./shared")
    found = [
        f"{name_of(file)}:{number}: {line.strip()}"
        for file in EVERYTHING
        if file != Path(__file__)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if left.search(line)
    ]

    assert found == []


def test_the_path_of_one_event_exists_and_is_ten_files_or_fewer() -> None:
    """docs/one-event.md names the files that an event passes; a reader can open each."""
    page = ROOT / "docs" / "one-event.md"
    text = page.read_text("utf-8")
    path = re.findall(r"^\| \d+ \| `([\w./-]+)` \|", text, re.MULTILINE)
    mentioned = re.findall(r"`([a-z_]+/[\w./-]+)`", text)

    assert 0 < len(path) <= 10
    assert [name for name in mentioned if not (ROOT / name).exists()] == []
