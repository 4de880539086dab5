"""What `./rada replay` shows: its bar, the proof or the first difference, and what would change."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.screen import errors, screen, table
from correlation.instants import written
from plumbing.settings import Settings
from replay.compare import Difference
from replay.fold import Range, Watch
from replay.paced import Played
from replay.proof import Proof
from replay.source import Journal
from replay.stories import Alert, Diff

FIELDS_SHOWN: Final = 12
_BAR_SECONDS: Final = 0.1
_WORDS: Final = {
    "different": "was said live with other bytes",
    "missing": "comes out of the journal and was not said live",
    "phantom": "was said live and does not come out of the journal",
}


@contextmanager
def bar(chosen: Range, what: str) -> Iterator[Watch]:
    """Show how many frames are done and what time it is in the port, where somebody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=errors, disable=not errors.is_terminal
    ) as bars:
        task = bars.add_task(what, total=chosen.frames)
        shown_at = 0.0

        def watch(frames: int, now: int) -> None:
            nonlocal shown_at
            if time.monotonic() - shown_at >= _BAR_SECONDS or frames == chosen.frames:
                shown_at = time.monotonic()
                bars.update(task, completed=frames, description=f"{what}  {written(now)[:16]}Z")

        yield watch


def proof(found: Proof) -> None:
    """Print what was folded and whether it equals what was said live."""
    outcome, chosen = found.outcome, found.chosen
    screen.print(
        f"{found.journal}[{found.partition}], offsets {chosen.first} to {chosen.end - 1}:"
        f" {found.tally.events:,} events in {found.tally.frames:,} frames,"
        f" {found.seconds:.1f} s, {found.events_per_s:,.0f} events/s",
        soft_wrap=True,
    )
    if outcome.compacted:
        screen.print(
            f"{outcome.compacted:,} older versions of alerts are no longer on the topic"
            " (compacted); the newest of each is."
        )
    if outcome.is_equal:
        screen.print(f"EQUAL: all {outcome.equal:,} records about alerts, byte for byte.")
        return
    screen.print(
        f"DIFFERENT: {outcome.different:,} with other bytes, {outcome.missing:,} missing,"
        f" {outcome.phantom:,} that nothing says; {outcome.equal:,} equal."
    )
    if outcome.first is not None:
        _first(outcome.first)


def differences(diff: Diff, thresholds: Mapping[str, float], journal: Journal) -> None:
    """Print which alerts other thresholds would have added, removed and changed."""
    tried = ", ".join(f"{name} {value:g}" for name, value in sorted(thresholds.items()))
    screen.print(f"{journal.system} under {tried}:", soft_wrap=True)
    rows = [
        (name, str(len(alerts)), ", ".join(_codes(alerts)))
        for name, alerts in (
            ("added", diff.added),
            ("removed", diff.removed),
            ("changed", [changed.was for changed in diff.changed]),
        )
    ]
    screen.print(table(("alerts", "", "of rule"), [*rows, ("the same", str(diff.same), "")]))
    for sign, alerts in (("+", diff.added), ("-", diff.removed)):
        for alert in alerts:
            screen.print(f"{sign} {_named(alert)}", soft_wrap=True)
    for changed in diff.changed:
        screen.print(f"~ {_named(changed.was)}", soft_wrap=True)
        for name, was, would_be in changed.fields:
            screen.print(f"    {name}: {_plain(was)} -> {_plain(would_be)}", soft_wrap=True)


def played(done: Played, namespace: str) -> None:
    """Print what was played."""
    screen.print(
        f"played {written(done.began_at)} to {written(done.ended_at)} onto {namespace}:"
        f" {done.alerts:,} records about alerts, {done.pictures:,} pictures",
        soft_wrap=True,
    )


def a_board(url: str, system: str, onto: Settings) -> str:
    """Return where the board is, or how to start one."""
    if url:
        return f"Board: {url}/board/port/{system}"
    return (
        f"A gateway started with RADA_NAMESPACE={onto.namespace} RADA_CLOCK=played"
        f" RADA_KAFKA__PARTITIONS={onto.kafka.partitions} shows it; --board starts one."
    )


def _first(first: Difference) -> None:
    journalpos, ordinal = first.position
    screen.print(
        f"First: journal offset {journalpos}, its output {ordinal}: {first.about}"
        f" (alert {first.alert_id}, version {first.version}) {_WORDS[first.kind]}.",
        soft_wrap=True,
    )
    if first.alerts_offset is not None:
        screen.print(f"It stands on the alerts topic at offset {first.alerts_offset}.")
    rows = [
        (name, _plain(live), _plain(replayed))
        for name, live, replayed in first.fields[:FIELDS_SHOWN]
    ]
    if rows:
        screen.print(table(("field", "said live", "replayed"), rows))
    if (more := len(first.fields) - FIELDS_SHOWN) > 0:
        screen.print(f"and {more} more fields; --json has all of them")


def _codes(alerts: list[Alert]) -> list[str]:
    counts: dict[str, int] = {}
    for alert in alerts:
        counts[alert["code"]] = counts.get(alert["code"], 0) + 1
    return [f"{count} {code}" for code, count in sorted(counts.items())]


def _named(alert: Alert) -> str:
    until = f" until {alert['closed_at']}" if alert.get("closed_at") else ""
    return (
        f"{alert['code']} {alert['severity']} {alert['raised_at']}{until}"
        f"  {alert['text']['en']['fact']}  [{alert['dedup_key']}]"
    )


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value) or "nothing"
    if isinstance(value, dict):
        return " ".join(_plain(each) for each in value.values())
    return "nothing" if value is None else str(value)
