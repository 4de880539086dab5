"""Service standards: what a port community may promise of itself, and how a promise is checked.

A promise says: of all cases of a measure that end in a period (a day, week or month of the port's
own zone), at least `share_pct` per cent stay within `target`. "Nine of ten trucks are out again
within 60 minutes, each day" is K15, target 60 MIN, share 90, period DAY. A promise is near its
breach while less than `near_pct` per cent are left of the cases that may fail (with share 90 and
near 20: under 92 per cent), and nothing is said of it before there are `cases_min` of them.

Measures carry the numbers of the indicators that they are cases of; those here are the ones that
the core can tell case by case from a port's journal.
"""

from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple, Protocol

from contracts.problems import Problem, shown

About = Literal["ship", "box", "truck"]


class Measure(NamedTuple):
    """A thing that can be promised: what its cases are about, and in words what is measured."""

    about: About
    what: str


MEASURES: Final[dict[str, Measure]] = {
    "K04": Measure("ship", "arrival in port to arrival at the berth"),
    "K05": Measure("ship", "all fast to first lift"),
    "K06": Measure("ship", "last lift to departure from the berth"),
    "K13": Measure("box", "discharge to leaving by a gate"),
    "K15": Measure("truck", "queue at the gate to leaving the terminal"),
    "K16": Measure("truck", "into a gate lane to out of it"),
    "K17": Measure("truck", "how far outside of its slot a truck came"),
    "K19": Measure("truck", "how far from the night (23:00-07:00) a truck came"),
    "K22": Measure("ship", "how far a receiving window or cut-off moved since it was first said"),
    "K24": Measure("box", "discharge to customs release; released before is 0"),
}
UNITS: Final[dict[str, int]] = {"MIN": 60_000, "H": 3_600_000, "D": 86_400_000}
"""Units of a target, in milliseconds."""
PERIODS: Final = ("DAY", "WEEK", "MONTH")
SHARE_DEFAULT: Final = 90.0
CASES_MIN_DEFAULT: Final = 5
"""With fewer cases one bad one would break the promise."""
NEAR_DEFAULT: Final = 25.0
WHOLE_PORT: Final = "PORT"
"""The scope that is the whole port system."""
ID_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
ID_LENGTH_MAX: Final = 40


class Promised(Protocol):
    """What a profile or a command says of a promise."""

    @property
    def standard_id(self) -> str:
        """Its name among the promises of a community."""

    @property
    def measure(self) -> str:
        """One of MEASURES."""

    @property
    def scope(self) -> str:
        """PORT or the port system, one of its ports, a facility, or the code of a terminal."""

    @property
    def target(self) -> float:
        """The most that a case may take, in `unit`."""

    @property
    def unit(self) -> str:
        """One of UNITS; small letters are fine."""

    @property
    def period(self) -> str:
        """One of PERIODS; small letters are fine."""

    @property
    def share_pct(self) -> float | None:
        """Of a hundred cases so many stay within the target."""

    @property
    def near_pct(self) -> float | None:
        """With less than this, in per cent, of what may fail left, a breach is near."""

    @property
    def cases_min(self) -> int | None:
        """With fewer cases nothing is said of it."""


def share_of(said: Promised) -> float:
    """Return the share of cases, in per cent, that a promise says stay within its target."""
    return SHARE_DEFAULT if said.share_pct is None else float(said.share_pct)


def near_of(said: Promised) -> float:
    """Return the share of cases, in per cent, under which a promise is near its breach."""
    near, share = NEAR_DEFAULT if said.near_pct is None else float(said.near_pct), share_of(said)
    return share + near * (100 - share) / 100


def faults_of(said: Promised, scopes: Collection[str] | None) -> Iterator[Problem]:
    """Yield what is wrong with a promise; `scopes` are the allowed ones, None if not known here."""
    strange = set(said.standard_id) - ID_CHARACTERS
    if strange or not 0 < len(said.standard_id) <= ID_LENGTH_MAX:
        allowed = f"1 to {ID_LENGTH_MAX} small letters, digits and hyphens"
        yield _fault("standard_id", said.standard_id, allowed)
    if said.measure not in MEASURES:
        known = "; ".join(f"{code} ({measure.what})" for code, measure in MEASURES.items())
        yield _fault("measure", said.measure, f"one of {known}")
    if scopes is not None and said.scope not in scopes:
        yield _fault("scope", said.scope, f"one of {', '.join(scopes)}")
    if said.unit.upper() not in UNITS:
        yield _fault("unit", said.unit, f"one of {', '.join(UNITS)}")
    if said.period.upper() not in PERIODS:
        yield _fault("period", said.period, f"one of {', '.join(PERIODS)}")
    if said.target < 0:
        yield _fault("target", said.target, "0 or more")
    if not 0 < share_of(said) <= 100:
        yield _fault("share_pct", said.share_pct, "more than 0, at most 100")
    if said.near_pct is not None and not 0 <= said.near_pct <= 100:
        yield _fault("near_pct", said.near_pct, "0 to 100")
    if said.cases_min is not None and said.cases_min < 1:
        yield _fault("cases_min", said.cases_min, "1 or more")


def _fault(field: str, found: object, allowed: str) -> Problem:
    return Problem("BAD_FIELD", field, shown(found), allowed)
