"""A score card on the terminal."""

from rich.table import Table

from cli.screen import screen
from simulator.score.card import Card
from simulator.score.checking import Check
from simulator.score.series import COLUMNS, Document, row


def show(scored: Card, checked: Check | None) -> None:
    """Print a score card, and how its run stood being folded again."""
    run = scored.run
    screen.print(
        f"{run.scenario}, seed {run.seed}: {', '.join(run.systems)}, {run.days:g} days,"
        f" {scored.folded.events:,} events in {scored.seconds:.1f} s",
        soft_wrap=True,
    )
    screen.print(figures(scored.document()))
    if scored.no_rule:
        counts = ", ".join(f"{code} {count}" for code, count in scored.no_rule.items())
        screen.print(f"no rule yet, in no figure: {counts}", soft_wrap=True)
    if scored.folded.rejected:
        count = sum(scored.folded.rejected.values())
        screen.print(f"rejected: {count:,}; first: {scored.folded.first_problem}", soft_wrap=True)
    if checked:
        _show_check(checked)


def figures(document: Document) -> Table:
    """Return the figures of a score card as a table: each alert, then all."""
    table = Table("alert", box=None, pad_edge=False, header_style="bold")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for code, of_code in document["codes"].items():
        table.add_row(code, *row(of_code))
    table.add_row("all", *row(document["overall"]), style="bold")
    return table


def _show_check(checked: Check) -> None:
    again = "the same bytes" if checked.is_replayed else "OTHER BYTES"
    screen.print(f"folded again: {again}")
    if checked.different:
        examples = ", ".join(checked.different[:5])
        screen.print(
            f"in another order: {len(checked.different)} alerts stand DIFFERENT at the end:"
            f" {examples}",
            soft_wrap=True,
        )
    else:
        screen.print("in another order: the same alerts open at the end, each as bad")
