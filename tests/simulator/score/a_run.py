"""A tiny run by hand: a ship of Cartagena tells of nine hours' delay, and agrees anew."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from contracts.profile import Community
from correlation.instants import HOUR, written
from plumbing.communities import read
from simulator.score.runs import Line, Run
from simulator.truth import Label
from stack.services import ROOT
from tests.correlation.given import NOON, SYSTEM, TOS, Event, a_milestone

AGREED = NOON + 30 * HOUR
LATER = AGREED + 9 * HOUR
KEY = "B01|COCTG|COCTG/9999993/20261106"
BEGINS, ENDS = NOON - HOUR, NOON + 12 * HOUR


def events() -> list[tuple[int, Event]]:
    """Return (when it is handed over, event): agreed, late two hours on, agreed anew at six."""
    told, mended = NOON + 2 * HOUR, NOON + 6 * HOUR
    return [
        (NOON, a_milestone("PLN", AGREED, at=NOON, source=TOS)),
        (NOON, a_milestone("EST", AGREED, at=NOON)),
        (told, a_milestone("EST", LATER, at=told)),
        (mended, a_milestone("PLN", LATER, at=mended, source=TOS)),
    ]


def community() -> Community:
    """Return Cartagena as it is, but with no source whose silence anybody watches."""
    return read(ROOT / "communities" / "COCTG.yaml").model_copy(update={"sources": ()})


def sent(event: Event) -> Event:
    """Return an event as the outside sends it: the edge adds who published it."""
    return {name: value for name, value in event.items() if name != "publisher"}


def lines(told: Iterable[tuple[int, Event]] | None = None) -> list[Line]:
    """Return the lines of a run that tells these events, or those of the late ship."""
    return [
        Line(
            at,
            event["organisation"],
            event["type"].split(".")[1],
            msgspec.Raw(msgspec.json.encode(sent(event))),
        )
        for at, event in (events() if told is None else told)
    ]


def labels() -> list[Label]:
    """Return what is true of the late ship, and of an alert that no rule speaks of."""
    late = Label(
        code="B01",
        dedup_key=KEY,
        system=SYSTEM,
        true_start=NOON + HOUR,
        knowable_at=NOON + 2 * HOUR,
        impact_at=AGREED,
        act_by_at=AGREED - 6 * HOUR,
        true_end=NOON + 6 * HOUR,
        severity_path=((NOON + HOUR, "ORANGE"),),
        # Nothing in the run says at which terminal she calls, or for which carrier.
        audience=("nau-ctg-1", "pa-ctg"),
        root_kind="late-departure-upstream",
    )
    return [late, msgspec.structs.replace(late, code="B09", dedup_key="B09|nobody")]


def a_run(told: Sequence[tuple[int, Event]] | None = None) -> Run:
    """Return the run in memory."""
    held = lines(told)
    return Run("late-ship", 3, (SYSTEM,), BEGINS, ENDS, lambda: held, labels)


def written_run(folder: Path, **changes: Any) -> Path:
    """Write the run as `./rada simulate --out` does; `changes` go to its summary."""
    summary = {
        "scenario": "late-ship",
        "seed": 3,
        "ports": [SYSTEM],
        "days": 0.5,
        "from": written(BEGINS),
        "to": written(ENDS),
    }
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_text(json.dumps(summary | changes), "utf-8")
    (folder / "events.ndjson").write_bytes(
        b"".join(msgspec.json.encode(line) + b"\n" for line in lines())
    )
    (folder / "labels.ndjson").write_bytes(
        b"".join(msgspec.json.encode(label) + b"\n" for label in labels())
    )
    return folder
