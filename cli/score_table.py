"""A score card on the terminal."""

from typing import Final

from rich.table import Table

from cli.screen import screen
from simulator.score.card import Card
from simulator.score.checking import Check
from simulator.score.measures import Figures
from simulator.score.series import Document, percent

_COLUMNS: Final = (
    "truths",
    "prec",
    "recall",
    "useful",
    "lead",
    "twice",
    "clear",
    "who",
    "cause",
    "desk",
    "chatter",
)


def show(scored: Card, checked: Check | None) -> None:
    """Print a score card, and how its run stood being folded again."""
    run = scored.run
    screen.print(
        f"{run.scenario}, seed {run.seed}: {', '.join(run.systems)}, {run.days:g} days,"
        f" {scored.folded.events:,} events in {scored.seconds:.1f} s",
        soft_wrap=True,
    )
    screen.print(figures(scored.document()))
    screen.print(legend(scored.overall), soft_wrap=True)
    for why, found in (
        ("no rule yet", scored.no_rule),
        ("said by rules whose truth the world does not label yet", scored.no_truth),
    ):
        if found:
            counts = ", ".join(f"{code} {count}" for code, count in found.items())
            screen.print(f"{why}, in no figure: {counts}", soft_wrap=True)
    if scored.folded.rejected:
        count = sum(scored.folded.rejected.values())
        screen.print(f"rejected: {count:,}; first: {scored.folded.first_problem}", soft_wrap=True)
    if checked:
        _show_check(checked)


def figures(document: Document) -> Table:
    """Return the figures of a score card as a table of 80 columns: each alert, then all."""
    table = Table("alert", box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for code, of_code in document["codes"].items():
        table.add_row(code, *_row(of_code))
    table.add_row("all", *_row(document["overall"]), style="bold")
    return table


def legend(overall: Figures) -> str:
    """Return what the columns mean, and within which limits the two chief figures are known."""
    precision = percent(overall["precision"], overall["precision_interval"])
    useful = percent(overall["useful_recall"], overall["useful_recall_interval"])
    return (
        f"precision {precision}, useful recall {useful}, 95 % limits in brackets\n"
        "shares in %; lead: median, min; clear: within 30 min; who: audience exact;"
        " desk: alerts per desk in 10 min"
    )


def _row(figures: Figures) -> list[str]:
    shares = ("precision", "recall", "useful_recall")
    lead = figures["median_lead_min"]
    return [
        str(figures["truths"]),
        *(_share(figures[name]) for name in shares),
        "—" if lead is None else f"{lead:.0f}",
        str(figures["duplicates"]),
        *(_share(figures[n]) for n in ("clear_within_30_min", "audience_exact", "cause_right")),
        f"{figures['per_operator_10min']['mean']:.3f}",
        str(figures["chatter"]),
    ]


def _share(value: float | None) -> str:
    return "—" if value is None else f"{100 * value:.1f}"


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
