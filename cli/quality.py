"""`./rada check` and `./rada test`: everything that a machine can check."""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.screen import errors, fail
from stack.services import ROOT


@dataclass(frozen=True)
class Step:
    """One tool of the check."""

    name: str
    command: Sequence[str]
    mend: str


CORE_TESTS: Final = ("tests/test_tidy.py", "tests/contracts", "tests/correlation")
LAWS: Final = tuple(
    f"tests/correlation/{name}.py"
    for name in ("test_laws", "test_road_laws", "test_laws_of_promises")
)
"""Core tests of so many cases that measuring would double their time; others reach the branches."""
READING: Final = (
    Step("format", ("ruff", "format", "--check", "."), ".venv/bin/ruff format ."),
    Step("lint", ("ruff", "check", "--no-cache", "."), ".venv/bin/ruff check --fix ."),
)
BESIDE: Final = (
    Step("types", ("mypy",), "the lines above name file and line"),
    Step("imports", ("lint-imports", "--no-cache"), "see [tool.importlinter] in pyproject.toml"),
)
"""What reads everything on one core, while the core's tests take what is left."""
TRYING: Final = (Step("core tests", ("pytest", "-q", *CORE_TESTS), "the test's docstring says"),)
BY_MODULE: Final = ("--dist", "loadscope", "--no-loadscope-reorder")
"""A module's tests stay together and share its servers; each process has a Kafka of its own."""
TWO_AT_ONCE: Final = ("-n", "2", *BY_MODULE)
THREE_AT_ONCE: Final = ("-n", "3", *BY_MODULE)
"""One more than there are cores: a test of servers waits for them a third of its time."""
COVERED: Final = {"contracts": 100, "correlation": 92}
"""Branch coverage by the core's own tests (%) below which the tests fail. The second only rises."""
MEASURING: Final = (
    Step(
        "core tests, measured",
        (
            *("pytest", "-q", *TWO_AT_ONCE, "--cov", "--cov-report=", *CORE_TESTS),
            *(f"--ignore={law}" for law in LAWS),
        ),
        "the test's docstring says",
    ),
    *(
        Step(
            f"branches of {package}",
            (
                *("coverage", "report", "--skip-covered", "--show-missing"),
                f"--include={package}/*",
                f"--fail-under={percent}",
            ),
            f"{percent} % are wanted; test the lines above",
        )
        for package, percent in COVERED.items()
    ),
)


def check() -> None:
    """Check format, lint, types, imports and the core's tests: no broker, under a minute."""
    _pass_all(READING, TRYING)


def everything(
    arguments: Annotated[
        list[str] | None, typer.Argument(help="Handed to pytest, such as -k gate tests/services.")
    ] = None,
) -> None:
    """Check, measure the core's branches, and run every test on a Kafka and Valkey of its own.

    With arguments for pytest the check is left out: ./rada test -k truck -x
    """
    if arguments:
        done = _tool("pytest", *arguments).returncode
    else:
        _pass_all(READING, MEASURING)
        done = _tool("pytest", "-q", "--durations=25", *THREE_AT_ONCE, *_rest()).returncode
    if done != 0:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(check)
    passing_on = {"ignore_unknown_options": True, "allow_interspersed_args": False}
    app.command("test", context_settings=passing_on)(everything)


def _rest() -> list[str]:
    """Return all tests that were not measured."""
    every = (f"tests/{each.name}" for each in sorted((ROOT / "tests").glob("[!_]*")))
    return [*LAWS, *(each for each in every if each not in (*CORE_TESTS, "tests/conftest.py"))]


def _pass_all(reading: Sequence[Step], trying: Sequence[Step]) -> None:
    """Take every step, those of `BESIDE` at the same time as those that try."""
    passed = {step: _passes(step) for step in reading}
    with ThreadPoolExecutor(1) as lane:
        beside = {step: lane.submit(_passes, step, is_heard_later=True) for step in BESIDE}
        passed |= {step: _passes(step) for step in trying}
        passed |= {step: outcome.result() for step, outcome in beside.items()}
    if failed := [step for step, is_passed in passed.items() if not is_passed]:
        fail("\n".join(f"{step.name} failed; mend: {step.mend}" for step in failed))


def _passes(step: Step, *, is_heard_later: bool = False) -> bool:
    """Take a step; what it says is heard as it comes, or in one piece at its end."""
    began = time.monotonic()
    said = subprocess.PIPE if is_heard_later else None
    done = _tool(*step.command, said=said)
    word = "passed" if done.returncode == 0 else "FAILED"
    took = f"{step.name}: {word} in {time.monotonic() - began:.1f} s"
    errors.print((done.stdout or "") + took)
    return done.returncode == 0


def _tool(name: str, *arguments: str, said: int | None = None) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).parent / name
    if not tool.exists():
        fail(f"{name} is not installed in {tool.parent}; delete .venv and run ./rada check again")
    mixed = None if said is None else subprocess.STDOUT
    return subprocess.run(  # noqa: S603 - our own table of commands
        [tool, *arguments], cwd=ROOT, check=False, text=True, stdout=said, stderr=mixed
    )
