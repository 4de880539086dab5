"""What a demo came to: events, alerts, and whether the story was told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from cli.demo_alerts import Alert, ordered
from cli.screen import table
from simulator.player import Tally
from simulator.shown_day import Incident


@dataclass(frozen=True)
class Result:
    """The outcome of one play."""

    board: str
    namespace: str
    seconds: float
    sent: int
    tally: Tally
    alerts: Sequence[Alert]
    owed: Sequence[Incident]
    """What was true in the ports that are told of."""
    is_complete: bool
    """The gateway told of every port up to the end of the day."""

    @property
    def missing(self) -> list[Incident]:
        """Return the incidents of the story that no alert told of."""
        seen = {(alert["system"], alert["code"]) for alert in self.alerts}
        return [each for each in self.owed if (each.system, each.code) not in seen]

    @property
    def is_good(self) -> bool:
        """Tell whether every incident appeared and every event was accepted."""
        return self.is_complete and not self.missing and self.tally.accepted == self.sent

    def document(self) -> dict[str, Any]:
        """Return the result for a program."""
        return {
            "board": self.board,
            "namespace": self.namespace,
            "played_s": round(self.seconds, 1),
            "events": {
                "sent": self.sent,
                "accepted": self.tally.accepted,
                "rejected": dict(self.tally.rejected),
            },
            "acknowledge_ms": {
                "p50": round(self.tally.percentile(0.5), 1),
                "p99": round(self.tally.percentile(0.99), 1),
            },
            "alerts": [
                {
                    name: alert[name]
                    for name in ("system", "code", "severity", "state", "dedup_key", "raised_at")
                }
                for alert in ordered(self.alerts)
            ],
            "missing": [incident._asdict() for incident in self.missing],
            "complete": self.is_complete,
            "good": self.is_good,
        }

    def show(self, console: Console) -> None:
        """Print the result for people."""
        console.print()
        console.print(table(("port", "alerts", "by code"), _by_port(self.alerts)))
        tally = self.tally
        console.print(
            f"{tally.accepted} of {self.sent} events accepted in {self.seconds:.0f} s;"
            f" acknowledged by Kafka within {tally.percentile(0.5):.0f} ms (p50),"
            f" {tally.percentile(0.99):.0f} ms (p99)."
        )
        if tally.first_problem:
            console.print(f"rejected {dict(tally.rejected)}; the first: {tally.first_problem}")
        if not self.is_complete:
            console.print("The gateway did not tell of the end of the day in time.")
        for incident in self.missing:
            console.print(f"missing: {incident.system} {incident.code}: {incident.what}")


def _by_port(alerts: Sequence[Alert]) -> list[tuple[str, str, str]]:
    counts = Counter((alert["system"], alert["code"]) for alert in alerts)
    rows = []
    for port, total in sorted(Counter(alert["system"] for alert in alerts).items()):
        codes = [f"{code} {count}" for (of, code), count in sorted(counts.items()) if of == port]
        rows.append((port, str(total), "  ".join(codes)))
    return rows
