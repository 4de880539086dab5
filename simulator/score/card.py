"""The score card of a run: the figures of each rule and of all, and examples of what went wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from correlation.instants import written
from correlation.rules import RULES
from simulator.score.folding import Folded
from simulator.score.instances import Instance
from simulator.score.matching import Matching, match
from simulator.score.measures import Figures, figures
from simulator.score.runs import Run
from simulator.truth import LABELLED, Label

EXAMPLES_MAX: Final = 5
CODES: Final = tuple(sorted({rule.code for rule in RULES}))


@dataclass(frozen=True)
class Card:
    """What a run scored.

    `codes`: the figures of each rule whose truth the run knows. In no other figure: `no_rule`,
    truths of alerts that no rule speaks of yet, and `no_truth`, alerts of rules whose truth the
    world does not label yet.
    """

    run: Run
    folded: Folded
    seconds: float
    matching: Matching
    overall: Figures
    codes: dict[str, Figures]
    no_rule: dict[str, int]
    no_truth: dict[str, int]

    def document(self) -> dict[str, Any]:
        """Return the card for a program."""
        return {
            "run": {
                "scenario": self.run.scenario,
                "seed": self.run.seed,
                "ports": list(self.run.systems),
                "days": round(self.run.days, 3),
                "from": written(self.run.begins),
                "to": written(self.run.ends),
                "events": self.folded.events,
                "rejected": dict(sorted(self.folded.rejected.items())),
                "first_problem": self.folded.first_problem,
                "alert_log": self.folded.digest,
                "seconds": round(self.seconds, 1),
            },
            "overall": self.overall,
            "codes": {code: self.codes[code] | self._examples(code) for code in self.codes},
            "no_rule": self.no_rule,
            "no_truth": self.no_truth,
        }

    def _examples(self, code: str) -> dict[str, Any]:
        found = self.matching
        missed = [_owed(label, why) for label, why in found.missed if label.code == code]
        false = [_said(i, "false") for i in found.false if i.code == code]
        twice = [_said(i, "duplicate") for i in found.duplicates if i.code == code]
        return {
            "examples": {
                "missed": missed[:EXAMPLES_MAX],
                "false": [*false[:EXAMPLES_MAX], *twice[:EXAMPLES_MAX]],
            }
        }


def card(run: Run, folded: Folded, labels: Sequence[Label], seconds: float) -> Card:
    """Return the score card of what the core said of a run with these labels."""
    ruled = [label for label in labels if label.code in CODES]
    known = LABELLED | {label.code for label in labels}
    judged = [instance for instance in folded.instances if instance.code in known]
    others = Counter(i.code for i in folded.instances if i.code not in known)
    matching = match(ruled, judged, run.ends)
    span = (run.begins, run.ends)
    keys = {instance.alert_id: instance.key for instance in folded.instances}
    codes = {code: of_code(matching, code) for code in CODES if code in known}
    return Card(
        run=run,
        folded=folded,
        seconds=seconds,
        matching=matching,
        overall=figures(matching, keys, span),
        codes={code: figures(found, keys, span, ruled) for code, found in codes.items()},
        no_rule=dict(sorted(Counter(it.code for it in labels if it.code not in CODES).items())),
        no_truth=dict(sorted(others.items())),
    )


def of_code(found: Matching, code: str) -> Matching:
    """Return the part of a matching that one rule answers for."""
    return Matching(
        hits=[hit for hit in found.hits if hit.label.code == code],
        missed=[(label, why) for label, why in found.missed if label.code == code],
        not_judged=[label for label in found.not_judged if label.code == code],
        false=[instance for instance in found.false if instance.code == code],
        duplicates=[instance for instance in found.duplicates if instance.code == code],
        aside=[(instance, why) for instance, why in found.aside if instance.code == code],
    )


def _owed(label: Label, why: str) -> dict[str, Any]:
    return {
        "key": label.dedup_key,
        "why": why,
        "true_start": written(label.true_start),
        "knowable_at": None if label.knowable_at is None else written(label.knowable_at),
        "act_by_at": written(label.act_by_at),
        "impact_at": written(label.impact_at),
        "true_end": None if label.true_end is None else written(label.true_end),
        "root_kind": label.root_kind,
    }


def _said(instance: Instance, why: str) -> dict[str, Any]:
    end = instance.openings[-1].end
    return {
        "key": instance.key,
        "why": why,
        "raised_at": written(instance.raised_at),
        "closed_at": None if end is None else written(end),
        "state": instance.state,
        "fact": instance.fact.get("en", ""),
    }
