"""Several runs as one: their figures pooled, and a page of them for people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, Final

from simulator.score.measures import Figures, wilson

Document = dict[str, Any]
"""The score card of a run as `Card.document` writes it."""
_SUMMED: Final = (
    "truths",
    "not_judged",
    "instances",
    "hits",
    "useful",
    "useful_possible",
    "true",
    "wrong",
    "false",
    "duplicates",
    "early",
    "late",
    "chatter",
    "stale",
)
_WEIGHED: Final = (
    "clear_within_30_min",
    "audience_exact",
    "cause_right",
    "severity_right",
)
COLUMNS: Final = (
    "truths",
    "precision",
    "recall",
    "useful recall",
    "lead (min)",
    "duplicates",
    "clear ≤ 30 min",
    "audience",
    "cause",
    "per desk / 10 min",
    "chatter",
)


def pooled(each: Sequence[Figures]) -> Figures:
    """Return the figures of several runs together: counts are added, shares made anew from them.

    Shares of hits are weighed by the hits of each run; the lead is the median of the runs'
    medians, and the load the highest of any run.
    """
    total: Figures = {name: sum(figures[name] for figures in each) for name in _SUMMED}
    missed = Counter[str]()
    for figures in each:
        missed.update(figures["missed"])
    leads = [f["median_lead_min"] for f in each if f["median_lead_min"] is not None]
    loads = [figures["per_operator_10min"] for figures in each]
    return {
        **total,
        "missed": dict(sorted(missed.items())),
        "precision": _share(total["true"], total["true"] + total["wrong"]),
        "precision_interval": wilson(total["true"], total["true"] + total["wrong"]),
        "recall": _share(total["hits"], total["truths"]),
        "useful_recall": _share(total["useful"], total["useful_possible"]),
        "useful_recall_interval": wilson(total["useful"], total["useful_possible"]),
        "median_lead_min": median(leads) if leads else None,
        **{name: _weighed(each, name) for name in _WEIGHED},
        "per_operator_10min": {
            name: max((load[name] for load in loads), default=0)
            for name in ("mean", "busiest_mean", "peak", "desks")
        },
    }


def pooled_cards(documents: Sequence[Document]) -> Document:
    """Return `overall`, `codes`, `no_rule` and `no_truth` of several score cards together."""
    codes = sorted({code for document in documents for code in document["codes"]})
    no_rule, no_truth = Counter[str](), Counter[str]()
    for document in documents:
        no_rule.update(document["no_rule"])
        no_truth.update(document["no_truth"])
    return {
        "overall": pooled([document["overall"] for document in documents]),
        "codes": {
            code: pooled([d["codes"][code] for d in documents if code in d["codes"]])
            for code in codes
        },
        "no_rule": dict(sorted(no_rule.items())),
        "no_truth": dict(sorted(no_truth.items())),
    }


def page(documents: Sequence[Document]) -> str:
    """Return the score cards of several runs as Markdown: all together, then each."""
    together = pooled_cards(documents)
    runs = ", ".join(f"{d['run']['scenario']} {d['run']['seed']}" for d in documents)
    events = sum(document["run"]["events"] for document in documents)
    lines = [
        "# The score of the rules",
        "",
        f"{len(documents)} runs (scenario and seed): {runs}. {events:,} events.",
        "What each figure means: `simulator/score/matching.py` and `simulator/score/measures.py`.",
        "Precision and useful recall stand with their 95 % intervals.",
        "",
        "## All runs together",
        "",
        *_table(together),
        *_without_rule(together),
    ]
    for document in documents:
        run = document["run"]
        rejected = sum(run["rejected"].values())
        what = f"{', '.join(run['ports'])}; {run['days']:g} days; {run['events']:,} events"
        lines += [
            "",
            f"## {run['scenario']}, seed {run['seed']}",
            "",
            f"{what}, {rejected:,} rejected; folded in {run['seconds']:g} s.",
            "",
            *_table(document),
        ]
    return "\n".join(lines) + "\n"


def row(figures: Figures) -> list[str]:
    """Return the figures of one line of a table, in the order of `COLUMNS`."""
    return [
        str(figures["truths"]),
        percent(figures["precision"], figures["precision_interval"]),
        percent(figures["recall"]),
        percent(figures["useful_recall"], figures["useful_recall_interval"]),
        "—" if figures["median_lead_min"] is None else f"{figures['median_lead_min']:g}",
        str(figures["duplicates"]),
        percent(figures["clear_within_30_min"]),
        percent(figures["audience_exact"]),
        percent(figures["cause_right"]),
        f"{figures['per_operator_10min']['mean']:.3g}",
        str(figures["chatter"]),
    ]


def percent(value: float | None, interval: tuple[float, float] | None = None) -> str:
    """Return a share for a table: `93.1 % (88–96)`."""
    if value is None:
        return "—"
    text = f"{100 * value:.1f} %"
    return f"{text} ({100 * interval[0]:.0f}–{100 * interval[1]:.0f})" if interval else text


def _table(document: Document) -> Iterable[str]:
    yield f"| alert | {' | '.join(COLUMNS)} |"
    yield "|---|" + "---:|" * len(COLUMNS)
    for code, figures in document["codes"].items():
        yield f"| {code} | {' | '.join(row(figures))} |"
    yield f"| **all** | {' | '.join(row(document['overall']))} |"


def _without_rule(document: Document) -> Iterable[str]:
    if document["no_rule"]:
        counts = ", ".join(f"{code} {count}" for code, count in document["no_rule"].items())
        yield ""
        yield f"No rule yet, in no figure: {counts}."
    if document["no_truth"]:
        counts = ", ".join(f"{code} {count}" for code, count in document["no_truth"].items())
        yield ""
        yield f"Said by rules whose truth the world does not label yet, in no figure: {counts}."


def _share(part: float, of: float) -> float | None:
    return round(part / of, 4) if of else None


def _weighed(each: Sequence[Figures], name: str) -> float | None:
    given = [figures for figures in each if figures[name] is not None]
    weight = sum(figures["hits"] for figures in given)
    return _share(sum(figures[name] * figures["hits"] for figures in given), weight)
