"""`./rada schemas`: write the JSON Schemas and the AsyncAPI document of the contracts."""

from pathlib import Path
from typing import Annotated

import typer

from cli.screen import fail, screen
from contracts.export import documents
from stack.services import ROOT

FOLDER = ROOT / "contracts" / "schemas"


def schemas(
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a file differs.")
    ] = False,
) -> None:
    """Write contracts/schemas from the models; commit what changed."""
    wanted = documents()
    changed = [name for name, text in wanted.items() if _found(FOLDER / name) != text]
    stale = sorted(_present() - set(wanted))
    if is_check:
        if changed or stale:
            fail(f"differ from the models: {', '.join(changed + stale)}. Mend: ./rada schemas")
        return
    for name in changed:
        file = FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[name], encoding="utf-8")
        screen.print(f"wrote {file.relative_to(ROOT)}")
    for name in stale:
        (FOLDER / name).unlink()
        screen.print(f"removed {name}")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(schemas)


def _found(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


def _present() -> set[str]:
    return {str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.json")}
