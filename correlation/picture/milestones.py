"""What is expected of a ship: the best word on each milestone, and which window rules."""

from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from correlation.instants import MINUTE
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.port import NEVER, Port
from correlation.statements import Slot, Statement

Classifier = Literal["ACT", "PLN", "REQ", "EST"]
RANK: Final[tuple[Classifier, ...]] = ("ACT", "PLN", "REQ", "EST")
GONE: Final = frozenset({"OMIT", "BLNK"})
"""Statuses of a call that is not made; one that is cut short (CUTR) is made, and ends early."""


class Best(Struct, frozen=True, gc=False):
    """The best word on a milestone: an instant, its classifier, and who said it."""

    at: int
    classifier: Classifier
    said: Statement


def slots_of(
    call: Call, terminal_call: TerminalCall | None, service: str, point: str
) -> dict[Classifier, Slot]:
    """Return what was said of a milestone by classifier, of the terminal call and the call."""
    found: dict[Classifier, Slot] = {}
    for classifier in RANK:
        key = f"{service}/{point}/{classifier}"
        slot = call.milestones.get(key, ())
        if terminal_call is not None:
            slot = terminal_call.milestones.get(key, ()) or slot
        if slot:
            found[classifier] = slot
    return found


def said_of(
    port: Port, call: Call, terminal_call: TerminalCall | None, service: str, point: str
) -> dict[Classifier, Statement]:
    """Return the ruling statement of each classifier of a milestone, to be read only."""
    of_call = call.milestones
    own = terminal_call.milestones if terminal_call is not None else of_call
    name = (call.id, terminal_call.id if terminal_call is not None else "", service, point)
    known = port.milestones_seen.get(name)
    found: dict[Classifier, Statement]
    if known is not None and known[0] is of_call and known[1] is own:
        found = known[2]
        return found
    found = {}
    for classifier, key in _keys(service, point):
        slot = own.get(key) or of_call.get(key)
        if slot and (said := port.ruling(slot)) and said.value is not None:
            found[classifier] = said
    port.milestones_seen.keep(name, (of_call, own, found))
    return found


@lru_cache(maxsize=1024)
def _keys(service: str, point: str) -> tuple[tuple[Classifier, str], ...]:
    return tuple((classifier, f"{service}/{point}/{classifier}") for classifier in RANK)


def best_of(
    port: Port, call: Call, terminal_call: TerminalCall | None, service: str, point: str
) -> Best | None:
    """Return A if present, else P, else R, else E."""
    found = said_of(port, call, terminal_call, service, point)
    for classifier in RANK:
        if said := found.get(classifier):
            return Best(int(said.value or 0), classifier, said)
    return None


def estimate_of(
    port: Port, call: Call, terminal_call: TerminalCall | None, service: str, point: str
) -> Best | None:
    """Return what is expected now: an actual, else the newest estimate."""
    found = said_of(port, call, terminal_call, service, point)
    for classifier in ("ACT", "EST"):
        if said := found.get(classifier):
            return Best(int(said.value or 0), classifier, said)
    return None


def plan_of(port: Port, terminal_call: TerminalCall) -> Statement | None:
    """Return the ruling berth plan of a terminal call, or None."""
    plan = port.ruling(terminal_call.plan)
    return plan if plan and plan.value is not None else None


def berth_arrival(port: Port, terminal_call: TerminalCall) -> Best | None:
    """Return when a ship is expected alongside.

    An actual rules. An estimate newer than the plan that it moves rules over the plan: ship,
    port and land fall out of step exactly where one has changed and the other not yet.
    """
    return _berth(port, terminal_call, "ARRI")


def berth_departure(port: Port, terminal_call: TerminalCall) -> Best | None:
    """Return when a ship is expected to leave the berth; the later of plan and estimate."""
    call = port.calls[terminal_call.call]
    said = said_of(port, call, terminal_call, "BERTH", "DEPA")
    if actual := said.get("ACT"):
        return Best(int(actual.value or 0), "ACT", actual)
    found = [
        Best(int(statement.value or 0), classifier, statement)
        for classifier in ("PLN", "EST")
        if (statement := said.get(classifier))
    ]
    progress = port.ruling(terminal_call.progress)
    if progress and isinstance(end := progress.get("expected_end_at"), int):
        found.append(Best(end, "EST", progress))
    plan = plan_of(port, terminal_call)
    if plan and isinstance(leaves := plan.get("departure_at"), int):
        found.append(Best(leaves, "PLN", plan))
    return max(found, key=lambda best: (best.at, best.classifier), default=None)


def expected_of(
    port: Port, call: Call, terminal_call: TerminalCall | None, service: str, point: str
) -> Best | None:
    """Return what is expected now: an actual, else the plan or request, or a newer estimate."""
    said = said_of(port, call, terminal_call, service, point)
    if actual := said.get("ACT"):
        return Best(int(actual.value or 0), "ACT", actual)
    agreed, estimate = said.get("PLN") or said.get("REQ"), said.get("EST")
    if estimate and (agreed is None or estimate.known_at > agreed.known_at):
        return Best(int(estimate.value or 0), "EST", estimate)
    return Best(int(agreed.value or 0), "PLN", agreed) if agreed else None


def agreed_departure(port: Port, terminal_call: TerminalCall) -> Best | None:
    """Return when a ship is to leave the berth as agreed: negotiated, else as planned."""
    call = port.calls[terminal_call.call]
    if said := said_of(port, call, terminal_call, "BERTH", "DEPA").get("PLN"):
        return Best(int(said.value or 0), "PLN", said)
    plan = plan_of(port, terminal_call)
    leaves = plan.get("departure_at") if plan else None
    return Best(leaves, "PLN", plan) if plan and isinstance(leaves, int) else None


def projected_departure(port: Port, terminal_call: TerminalCall, agreed: Best) -> Best:
    """Return when a ship will leave by what is said since her departure was agreed.

    After her cargo a ship still needs time to sail; who says nothing new leaves as agreed.
    """
    call = port.calls[terminal_call.call]
    found = [agreed]
    expected = said_of(port, call, terminal_call, "BERTH", "DEPA").get("EST")
    if expected and expected.known_at > agreed.said.known_at:
        found.append(Best(int(expected.value or 0), "EST", expected))
    progress = port.ruling(terminal_call.progress)
    if progress and isinstance(end := progress.get("expected_end_at"), int):
        sails = end + int(port.policy.sailing_after_cargo_minutes * MINUTE)
        found.append(Best(sails, "EST", progress))
    return max(found, key=lambda best: best.at)


def _berth(port: Port, terminal_call: TerminalCall, point: str) -> Best | None:
    call = port.calls[terminal_call.call]
    said = said_of(port, call, terminal_call, "BERTH", point)
    if actual := said.get("ACT"):
        return Best(int(actual.value or 0), "ACT", actual)
    agreed = said.get("PLN") or plan_of(port, terminal_call) or said.get("REQ")
    expected = said.get("EST")
    if agreed is None and expected is None:
        announced = port.ruling(call.announced)
        if announced and announced.value is not None:
            return Best(int(announced.value), "EST", announced)
        return None
    if expected and (agreed is None or expected.known_at > agreed.known_at):
        return Best(int(expected.value or 0), "EST", expected)
    assert agreed is not None
    return Best(int(agreed.value or 0), "PLN", agreed)


def is_dropped(port: Port, call: Call, terminal_call: TerminalCall | None = None) -> bool:
    """Tell whether a call, or its part at a terminal, is omitted or blanked."""
    of_part = terminal_call.status if terminal_call else ()
    if not call.status and not of_part:
        return False
    for slot in (call.status, of_part):
        said = port.ruling(slot)
        if said and said.value in GONE:
            return True
    return False


def window_statement(
    port: Port, terminal_call: TerminalCall, code: str, cargo: str = "DRY", booking: str = ""
) -> Statement | None:
    """Return the ruling statement of a window: for the booking, else the cargo, else for all."""
    windows, name = terminal_call.windows, (terminal_call.id, code, cargo)
    known = port.windows_seen.get(name)
    if known is None or known[0] is not windows:
        ruling = _ruling_window(port, terminal_call, code, cargo, "")
        has_own = any(key.rpartition("|")[2] for key in windows)
        known = port.windows_seen.keep(name, (windows, ruling, has_own))
    if booking and known[2]:
        return _ruling_window(port, terminal_call, code, cargo, booking)
    return known[1]


def first_window(port: Port, terminal_call: TerminalCall, codes: frozenset[str]) -> int:
    """Return the earliest instant said of any of these windows, whoever it is for; or NEVER."""
    windows = terminal_call.windows
    known = port.earliest_windows.get(terminal_call.id)
    if known is None or known[0] is not windows:
        said = [
            int(statement.value)
            for key, slot in windows.items()
            if key.partition("|")[0] in codes
            for statement in slot
            if statement.value is not None
        ]
        earliest = windows, min(said, default=NEVER)
        known = port.earliest_windows.keep(terminal_call.id, earliest)
    return known[1]


def _ruling_window(
    port: Port, terminal_call: TerminalCall, code: str, cargo: str, booking: str
) -> Statement | None:
    found: list[tuple[int, Statement]] = []
    for key, slot in terminal_call.windows.items():
        if not key.startswith(code):
            continue
        name, of_cargo, _, of_booking = key.split("|")
        if name != code or (of_booking and of_booking != booking):
            continue
        if of_cargo and of_cargo != cargo:
            continue
        if said := port.ruling(slot):
            found.append((2 * bool(of_booking) + bool(of_cargo), said))
    if not found:
        return None
    return max(found, key=lambda pair: (pair[0], pair[1].known_at, pair[1].version))[1]


def window_of(
    port: Port, terminal_call: TerminalCall, code: str, cargo: str = "DRY", booking: str = ""
) -> int | None:
    """Return the instant of a window, or None where there is none or it was lifted."""
    said = window_statement(port, terminal_call, code, cargo, booking)
    return int(said.value) if said and said.value is not None else None
