"""`./rada up`, `down`, `status` and `logs`: everything on this machine."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from cli.screen import downloads, errors, fail, machine, screen, table
from plumbing.topics import REFUSED
from stack import keeper, services
from stack.commands import publish_profiles
from stack.keeper import Kept, kept

_LOOK_SECONDS = 1.0


def up(
    is_detached: Annotated[
        bool, typer.Option("--detach", "-d", help="Return when all is ready; stop it with down.")
    ] = False,
) -> None:
    """Run everything: Kafka, Valkey, sequencer, coordinator, the four edges, the gateway.

    Kafka and Valkey are started here unless RADA_KAFKA__BOOTSTRAP_SERVERS and RADA_REDIS__URL name
    others. What they hold stays in .rada/ (or RADA_DIRECTORY) between runs. Ctrl-C stops all of it,
    in order.

    Exit code 64: something refuses to run, and what to mend was said.
    """
    if is_detached:
        _detach()
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with (
            downloads() as progress,
            kept(say=errors.print, progress=progress, prepare=publish_profiles) as running,
        ):
            _watch(running)
    except keeper.AlreadyRunning as running_already:
        fail(str(running_already))
    except KeyboardInterrupt:
        errors.print("rada: stopped")


def down() -> None:
    """Stop what `./rada up` runs in this folder. Nothing to stop is fine too."""
    screen.print("rada: stopped" if keeper.stop() else "rada: nothing runs in this folder")


def status(
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Show what runs, where it listens and whether it is ready.

    Exit code 0: all is ready; 1: something is not, or nothing runs.
    """
    document = keeper.state()
    if document is None:
        if is_json:
            machine({"running": False})
            raise typer.Exit(1)
        fail("nothing runs in this folder; start it: ./rada up")
    if is_json:
        machine({"running": True, **document})
    else:
        screen.print(_table(document))
    if any(process["phase"] != "ready" for process in document["processes"].values()):
        raise typer.Exit(1)


def logs(
    service: Annotated[str, typer.Argument(help="Which one; without it, all.")] = "",
    is_following: Annotated[
        bool, typer.Option("--follow", "-f", help="Wait for more until Ctrl-C.")
    ] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last.", min=0)] = 50,
) -> None:
    """Show the logs of one process or of all, each line with the name of its process."""
    folder = keeper.DIRECTORY / "logs"
    found = {file.stem: file for file in sorted(folder.glob("*.log"))}
    if service and service not in found:
        fail(f"no log of {service}; there are logs of: {', '.join(found) or 'nothing yet'}")
    chosen = {service: found[service]} if service else found
    positions = {name: _tail(name, file, lines) for name, file in chosen.items()}
    while is_following:
        for name, file in chosen.items():
            positions[name] = _more(name, file, positions[name])
        time.sleep(0.3)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (up, down, status, logs):
        app.command()(command)


def _watch(running: Kept) -> None:
    if not screen.is_terminal:
        errors.print("rada: ready")
    else:
        screen.print("Board: " + running.rada.urls["alert_gateway"] + "/   stop: Ctrl-C")
    with Live(console=screen, auto_refresh=False, transient=True) as live:
        while (refused := running.is_refused()) is None:
            running.save()
            if screen.is_terminal and (document := keeper.state()) is not None:
                live.update(_table(document), refresh=True)
            time.sleep(_LOOK_SECONDS)
    fail(f"{refused} refuses to run; see the message above", code=REFUSED)


def _detach() -> None:
    if keeper.keeper_pid() is not None:
        fail("Rada runs already in this folder: ./rada status shows it, ./rada down stops it")
    log = keeper.DIRECTORY / "logs" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=services.ROOT,
            start_new_session=True,
        )
    with errors.status("starting; the log is " + str(log)):
        while process.poll() is None and keeper.state() is None:
            time.sleep(0.2)
    if process.returncode is not None:
        fail(log.read_text(encoding="utf-8").strip(), code=process.returncode)
    status()


def _table(document: dict[str, Any]) -> Table:
    addresses = {"kafka": document["kafka"], "valkey": document["redis"]}
    return table(
        ("process", "state", "pid", "address"),
        [
            (name, process["phase"], str(process["pid"] or "-"), process["url"] or addresses[name])
            for name, process in document["processes"].items()
        ],
    )


def _tail(name: str, file: Path, lines: int) -> int:
    content = file.read_bytes()
    for line in content.splitlines()[-lines:] if lines else []:
        _print(name, line)
    return len(content)


def _more(name: str, file: Path, position: int) -> int:
    if file.stat().st_size < position:  # it was rotated
        position = 0
    with file.open("rb") as stream:
        stream.seek(position)
        for line in stream:
            _print(name, line)
        return stream.tell()


def _print(name: str, line: bytes) -> None:
    sys.stdout.write(f"{name:18} {line.decode(errors='replace').rstrip()}\n")
    sys.stdout.flush()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
