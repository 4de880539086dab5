"""A period of a service standard as the picture shows it: its counts, and whether it is kept."""

from collections.abc import Callable
from typing import Any, Final

from contracts.standards import MEASURES, UNITS
from correlation.instants import written
from correlation.lifecycle import Judge
from correlation.picture.port import Port
from correlation.picture.promises import verdict
from correlation.picture.standards import Promise, Tally
from correlation.speech import CATALOGUES, LANGUAGES

Say = Callable[[Judge, str, str, dict[str, Any]], None]
NAMES: Final = {
    measure: {
        language: CATALOGUES[language].gettext(f"measure.{measure}") for language in LANGUAGES
    }
    for measure in MEASURES
}


def say_standard(judge: Judge, name: str, say: Say) -> None:
    """Say a period, and once more when it is over; say that it is gone when it is forgotten."""
    port, key = judge.port, f"standard:{name}"
    tally = port.tallies.get(name)
    promise = port.promises.get(tally.promise) if tally else None
    if tally is None or promise is None:
        if ("picture", key) in judge.state.spoken:
            judge.tombstone("picture", key)
            port.said.drop(key)
        return
    if judge.now < tally.ends_at:
        port.show(key, tally.ends_at)
    say(judge, "standard", name, _data(port, promise, tally, judge.now))


def _data(port: Port, promise: Promise, tally: Tally, now: int) -> dict[str, Any]:
    percent = round(100 * tally.kept / tally.count, 1) if tally.count else None
    return {
        "standard_id": promise.id,
        "system": port.system,
        "measure": promise.measure,
        "name": NAMES[promise.measure],
        "scope": promise.scope,
        "target": promise.target,
        "unit": promise.unit,
        "share_pct": promise.share,
        "near_share_pct": round(promise.near, 2),
        "cases_min": promise.cases_min,
        "period": promise.period,
        "label": tally.label,
        "begins_at": written(tally.begins_at),
        "ends_at": written(tally.ends_at),
        "is_over": now >= tally.ends_at,
        "state": verdict(promise, tally),
        "cases": tally.count,
        "kept": tally.kept,
        "broken": tally.count - tally.kept,
        "kept_pct": percent,
        "worst": _worst(promise, tally),
        "updated_at": written(now),
    }


def _worst(promise: Promise, tally: Tally) -> dict[str, Any] | None:
    """Return what the worst case took. Ships are named; whose box or truck it was is not."""
    if tally.worst is None:
        return None
    value, identity = tally.worst
    is_ship = MEASURES[promise.measure].about == "ship"
    return {
        "value": round(value / UNITS[promise.unit], 1),
        "terminal_call": identity if is_ship else None,
    }
