"""How far the work on a ship is, and when it will be finished at the pace of now.

What depends on the clock is looked at in whole steps (`finish_look_minutes`), so that one look or
ten in the same quarter of an hour say the same.
"""

from bisect import bisect_right
from math import ceil
from typing import Final

from msgspec import Struct

from correlation.instants import HOUR, MINUTE
from correlation.picture.cargo import IN_BLOCK, work_on
from correlation.picture.entities import Call, CargoWork, TerminalCall
from correlation.picture.milestones import plan_of, said_of
from correlation.picture.port import Port
from correlation.statements import Statement

POINTS: Final = ("CMPL", "ARRI", "STRT")
"""The points under which sources tell what happens once: all fast, gangway down."""
WORK: Final = ("CARGO_OPERATIONS", "DISCHARGE_CARGO_OPERATIONS", "LOADING_CARGO_OPERATIONS")


FIGURES_FOR_PACE: Final = 3
"""Of two figures before it that show a pace, and the one that shows the last rise."""
FIGURES_APART: Final = 20 * MINUTE
"""Figures that follow each other sooner show no pace."""
TOLD_AT_ALL_SHARE: Final = 0.3
"""Of the boxes planned by now: a ship of which fewer are told one by one is not told so."""
TOLD_EACH_SHARE: Final = 0.8
"""Single lifts that are fewer than this share of the terminal's figures are not all of them."""


class Progress(Struct, frozen=True, gc=False):
    """How far the work is: boxes left as of an instant, and when the last box was lifted.

    `left` is None where nobody said how many there are; `known_at` is up to when the absence of
    a lift is known, None for up to now; `told_each` whether every single lift is told.
    """

    total: int | None
    left: int | None
    as_of: int | None
    last_lift_at: int | None
    known_at: int | None
    told_each: bool
    said: Statement | None


class Finish(Struct, frozen=True, gc=False):
    """When the work will be finished, from what pace, and when that is to be looked at again."""

    at: int
    left: int
    rate: float
    by_plan: bool
    said: tuple[Statement | None, ...]
    look_at: int | None


def happened(
    port: Port, call: Call, part: TerminalCall, service: str, points: tuple[str, ...] = POINTS
) -> Statement | None:
    """Return who said when a service's point happened, or None."""
    for point in points:
        if said := said_of(port, call, part, service, point).get("ACT"):
            return said
    return None


def alongside_since(port: Port, call: Call, part: TerminalCall) -> Statement | None:
    """Return who said since when a ship is alongside: all fast, else her berth arrival."""
    fast = happened(port, call, part, "ALL_FAST")
    return fast or happened(port, call, part, "BERTH", ("ARRI",))


def planned_start(port: Port, call: Call, part: TerminalCall) -> Statement | int | None:
    """Return when the work on a ship is planned to begin: as agreed, else by the berth plan."""
    for service in WORK:
        if said := said_of(port, call, part, service, "STRT").get("PLN"):
            return said
    plan = plan_of(port, part)
    at = plan.get("ops_start_at") if plan else None
    return at if isinstance(at, int) else None


def start_at(port: Port, call: Call, part: TerminalCall) -> int | None:
    """Return the instant of the planned start of work, or None."""
    start = planned_start(port, call, part)
    return int(start.value or 0) if isinstance(start, Statement) else start


def forecast_of(port: Port, part: TerminalCall) -> tuple[int | None, Statement | None]:
    """Return how many boxes a call will move in all, and who said so; of all carriers if none."""
    if whole := port.ruling(part.forecast.get("", ())):
        return int(whole.value or 0), whole
    said = [
        ruling
        for key in sorted(part.forecast)
        if not key.startswith(IN_BLOCK) and (ruling := port.ruling(part.forecast[key]))
    ]
    return (sum(int(one.value or 0) for one in said), said[0]) if said else (None, None)


def progress_of(port: Port, part: TerminalCall) -> Progress:
    """Return how far the work on a ship is by the terminal's figures and the single lifts."""
    work = work_on(port, part.id)
    total, forecast = forecast_of(port, part)
    figure = port.ruling(part.progress)
    if figure is None:
        left = None if total is None else _without_tail(port, total, work.lifts)
        last = work.recent[-1] if work.recent else None
        return Progress(total, left, last, last, None, bool(work.lifts), forecast)
    as_of = int(figure.get("as_of") or figure.occurred_at)
    done = sum(int(figure.get(name) or 0) for name in ("loaded", "restowed"))
    done += int(figure.value or 0)
    left = int(figure.get("remaining") or 0)
    since = len(work.recent) - bisect_right(work.recent, as_of)
    stands = figure.get("cranes_active") == 0 and not since  # a lift after it: one works again
    counted = None if stands and figure.get("last_lift_at") else _last_counted(work, stands=stands)
    lifts = [counted, figure.get("last_lift_at"), *work.recent[-1:]]
    if done and not any(lifts):
        lifts.append(figure.get("first_lift_at") or as_of)
    last = max((at for at in lifts if isinstance(at, int)), default=None)
    told_each = work.lifts - since >= max(1.0, TOLD_EACH_SHARE * done)
    if told_each and (lately := _told_lately(work, figure, as_of)) is not None:
        told_each = lately >= TOLD_EACH_SHARE  # she may load boxes of which nobody tells
    # Where no crane works, none lifts until somebody says that one does.
    known_at = None if told_each or stands else as_of
    left = max(0, left - since) if told_each else left
    return Progress(done + left, left, as_of, last, known_at, told_each, figure)


def _without_tail(port: Port, total: int, lifts: int) -> int:
    """Return the boxes left by a forecast, which is never exact: its last few do not count."""
    left = max(0, total - lifts)
    return left if left > port.policy.finish_tail_share * total else 0


def _last_counted(work: CargoWork, *, stands: bool) -> int | None:
    """Return as of when the total last rose from one figure to the next.

    Where the cranes stand it is reckoned at the pace of before when in between the last one was.
    """
    points = [(0, 0.0), *((sample.at, sample.value) for sample in work.progress)]
    rises = [index for index in range(1, len(points)) if points[index][1] > points[index - 1][1]]
    if not rises:
        return None
    last = rises[-1]
    (before_at, before), (at, value) = points[last - 1], points[last]
    if not stands or last < FIGURES_FOR_PACE:
        return at
    earlier_at, earlier = points[last - 2]
    if before <= earlier or before_at <= earlier_at:
        return at
    took = (value - before) * (before_at - earlier_at) / (before - earlier)
    return min(at, before_at + int(took))


def finish_of(port: Port, call: Call, part: TerminalCall, now: int) -> Finish | None:
    """Return when the work on a ship at the quay will be finished, or None if nobody can tell.

    The pace is that of the last two hours, if enough boxes were lifted in them, else the plan's.
    """
    policy, work, how = port.policy, work_on(port, part.id), progress_of(port, part)
    if done := _completed(port, call, part, how):
        return Finish(int(done.value or 0), 0, 0.0, False, (done, how.said), None)
    if how.left is None:
        return None
    if how.left == 0:
        ended = how.last_lift_at if how.last_lift_at is not None else how.as_of
        return Finish(ended, 0, 0.0, False, (how.said,), None) if ended is not None else None
    step = int(policy.finish_look_minutes * MINUTE)
    look = now - now % step
    moves: tuple[float, int] | None = None
    left, begins = how.left, look
    uncounted = uncounted_since(port, call, part, how, look)
    if uncounted is not None:
        left, begins = how.total or left, uncounted
    elif how.told_each and not _falls_silent(work, how, look):
        each = _boxes_a_lift(work, how.said, how.as_of)
        lifted, span = _lifted_by(port, work, look)
        since = _told_between(work, how.as_of or look, look)
        left += len(work.recent) - bisect_right(work.recent, look)
        left, moves = left - int((each - 1) * since), (each * lifted, span)
    elif how.as_of is not None:
        if how.told_each:
            left += len(work.recent) - bisect_right(work.recent, how.as_of)
        begins = how.as_of  # until the next figures it goes as these say
        moves = _figured_by(port, work, how.said, begins)
    if how.last_lift_at is None and (planned := start_at(port, call, part)) is not None:
        begins = max(begins, planned)
    rate = _pace(port, moves)
    by_plan = rate is None
    if rate is None:
        rate = _planned_pace(port, call, part, how.total or left)
    at = begins + ceil(left / rate * HOUR)
    waits = how.told_each or how.as_of is None
    return Finish(at, left, rate, by_plan, (how.said,), look + step if waits else None)


def share_of_cranes(port: Port, part: TerminalCall, finish: Finish) -> float | None:
    """Return a ship's pace as a share of what her cranes make; None while it is the plan's."""
    if finish.by_plan or not finish.rate:
        return None
    total = progress_of(port, part).total or finish.left
    return finish.rate / _cranes_pace(port, plan_of(port, part), total)


def uncounted_since(
    port: Port, call: Call, part: TerminalCall, how: Progress, look: int
) -> int | None:
    """Return since when a ship is worked of which nobody counts the boxes yet, or None.

    A carrier's forecast says how many there are; where the terminal has given no figure and tells
    few of them one by one, they are taken to go as planned since the work began.
    """
    if how.total is None or port.ruling(part.progress) is not None:
        return None
    words = (happened(port, call, part, name, ("STRT",)) for name in WORK)
    started = next((said for said in words if said), None)
    if started is None:
        return None
    since = int(started.value or 0)
    planned = _planned_pace(port, call, part, how.total) * max(0, look - since) / HOUR
    return None if work_on(port, part.id).lifts >= max(1.0, TOLD_AT_ALL_SHARE * planned) else since


def _completed(port: Port, call: Call, part: TerminalCall, how: Progress) -> Statement | None:
    """Return who said that the work is completed, unless newer figures know of boxes left."""
    done = happened(port, call, part, "CARGO_OPERATIONS", ("CMPL",))
    if done and how.left and how.as_of is not None and how.as_of > int(done.value or 0):
        return None
    return done


def _pace(port: Port, moves: tuple[float, int] | None) -> float | None:
    """Return boxes an hour, or None where too few were lifted, or for too short, to tell.

    Half of the hours that count are enough: the first half hour of a ship says little of her rest.
    """
    policy = port.policy
    shortest = int(policy.finish_rate_hours * HOUR) // 2
    if moves is None or moves[0] < policy.finish_rate_lifts or moves[1] < max(1, shortest):
        return None
    return moves[0] / (moves[1] / HOUR)


def _lifted_by(port: Port, work: CargoWork, until: int) -> tuple[float, int]:
    """Return the boxes lifted in the hours before an instant, and how long that is."""
    span = int(port.policy.finish_rate_hours * HOUR)
    since = until - span
    known_from = bisect_right(work.recent, since)
    count = bisect_right(work.recent, until) - known_from
    if len(work.recent) == work.lifts and known_from == 0 and count:
        return float(count - 1), until - work.recent[0]  # she began within these hours
    return float(count), span


def _told_between(work: CargoWork, since: int, until: int) -> int:
    """Return how many boxes were told to be lifted after one instant, up to another."""
    return bisect_right(work.recent, until) - bisect_right(work.recent, since)


def _told_lately(work: CargoWork, said: Statement | None, as_of: int) -> float | None:
    """Return which share of the boxes between the newest two figures was told one by one."""
    pair = _newest_figures(work, said, as_of)
    if pair is None or pair[1][1] <= pair[0][1]:
        return None
    (before_at, before), (last_at, last) = pair
    told = _told_between(work, before_at, last_at)
    return told / (last - before)


def _falls_silent(work: CargoWork, how: Progress, look: int) -> bool:
    """Tell whether many of the boxes are missing that should have been told since the figures.

    She is slow, or loads boxes of which nobody tells: the next figures will say which.
    """
    pair = _newest_figures(work, how.said, how.as_of) if how.as_of is not None else None
    if pair is None:
        return False
    (before_at, before), (last_at, last) = pair
    each, ago = last_at - before_at, look - last_at
    if not 0 < ago <= each * 5 // 4:
        return False  # they should have come
    told = _told_between(work, last_at, look)
    return told * each < TOLD_EACH_SHARE * (last - before) * ago


def _newest_figures(
    work: CargoWork, said: Statement | None, as_of: int
) -> tuple[tuple[int, float], tuple[int, float]] | None:
    """Return the newest figures and those before them that show a pace, or None."""
    points = _figures(work, said, as_of)
    earlier = [point for point in points[:-1] if points[-1][0] - point[0] >= FIGURES_APART]
    return (earlier[-1], points[-1]) if earlier else None


def _boxes_a_lift(work: CargoWork, said: Statement | None, as_of: int | None) -> float:
    """Return for how many boxes each single lift stands: more than one where some are not told."""
    told = None if as_of is None else _told_lately(work, said, as_of)
    return 1.0 if told is None else 1 / min(1.0, max(told, TOLD_EACH_SHARE))


def _figures(work: CargoWork, said: Statement | None, until: int) -> list[tuple[int, float]]:
    """Return the moves that the terminal counted, from none at the first lift on."""
    points = [(sample.at, sample.value) for sample in work.progress if sample.at <= until]
    first = said.get("first_lift_at") if said else None
    if isinstance(first, int) and (not points or first < points[0][0]):
        points.insert(0, (first, 0.0))
    return points


def _figured_by(
    port: Port, work: CargoWork, said: Statement | None, until: int
) -> tuple[float, int] | None:
    """Return the boxes moved by the figures in the hours before one of them, and how long."""
    since = until - int(port.policy.finish_rate_hours * HOUR)
    points = _figures(work, said, until)
    if len(points) < 2:
        return None
    before = [point for point in points if point[0] <= since]
    start = before[-1] if before else points[0]
    return points[-1][1] - start[1], points[-1][0] - start[0]


def _planned_pace(port: Port, call: Call, part: TerminalCall, total: int) -> float:
    """Return boxes an hour by the berth plan: its hours of work or at the berth, else cranes.

    A plan made while she is worked stretches over her stops: its hours say nothing of a pace.
    """
    policy, plan = port.policy, plan_of(port, part)
    alongside = alongside_since(port, call, part)
    if plan is None or (alongside and plan.known_at > int(alongside.value or 0)):
        return _cranes_pace(port, plan, total)
    start = start_at(port, call, part)
    end = plan.get("ops_end_at")
    if isinstance(end, int) and start is not None and end > start and total:
        return total / ((end - start) / HOUR)
    leaves = plan.get("departure_at")
    around = int(policy.finish_around_work_hours * HOUR)
    if isinstance(leaves, int) and leaves - int(plan.value or 0) > around and total:
        return total / ((leaves - int(plan.value or 0) - around) / HOUR)
    return _cranes_pace(port, plan, total)


def _cranes_pace(port: Port, plan: Statement | None, total: int) -> float:
    policy, cranes = port.policy, plan.get("cranes") if plan else None
    if not isinstance(cranes, int) or cranes < 1:
        cranes = min(int(policy.cranes_most), max(1, round(total / policy.crane_for_moves)))
    return cranes * policy.crane_moves_per_hour
