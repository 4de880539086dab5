"""A run of two ports: what one tells the other is heard there, as on the notices' topic."""

from collections.abc import Sequence

from contracts.profile import Community
from correlation.instants import HOUR, MINUTE
from plumbing.communities import read
from simulator.score.folding import TICK_MS, fold
from simulator.score.runs import Run
from stack.services import ROOT
from tests.correlation.given import NOON, TOS, Event, a_berth_plan, a_milestone
from tests.correlation.rules.given_ship import a_rotation
from tests.simulator.score.a_run import lines

LEAVES, AT_CALLAO = NOON + 20 * HOUR, NOON + 160 * HOUR
PORTS = ("COCTG", "PECLL")


def communities() -> dict[str, Community]:
    """Return both ports, with no source whose silence anybody watches."""
    found = {system: read(ROOT / "communities" / f"{system}.yaml") for system in PORTS}
    return {name: each.model_copy(update={"sources": ()}) for name, each in found.items()}


def leaving(*, late: int) -> list[tuple[int, Event]]:
    """Return a ship at Cartagena bound for Callao, whose departure is put off an hour after noon.

    Nobody in Callao has spoken of her yet.
    """
    way = a_rotation(
        ("COCTG", NOON - 4 * HOUR, LEAVES),
        ("PECLL", AT_CALLAO, AT_CALLAO + 30 * HOUR),
        at=NOON,
        buffer_h=1,
    )
    put_off = a_milestone(
        "EST", LEAVES + late, at=NOON + HOUR, service="BERTH", point="DEPA", source=TOS
    )
    return [
        (NOON, way),
        (NOON, a_berth_plan(NOON - 4 * HOUR, LEAVES, at=NOON)),
        (NOON, a_milestone("ACT", NOON - 4 * HOUR, at=NOON, service="BERTH")),
        (NOON + HOUR, put_off),
    ]


def a_run(told: Sequence[tuple[int, Event]]) -> Run:
    """Return a run of both ports."""
    held = lines(told)
    return Run("two-ports", 3, PORTS, NOON - HOUR, NOON + 4 * HOUR, lambda: held, list)


def test_a_delay_is_said_in_the_next_port_of_the_run() -> None:
    """Twelve hours late in Cartagena: said in Callao within a tick of the notice."""
    folded = fold(a_run(leaving(late=12 * HOUR)), communities())

    (foretold,) = [each for each in folded.instances if each.code == "R01"]
    assert foretold.key.endswith("|PECLL")
    assert 0 <= foretold.raised_at - (NOON + HOUR) <= 2 * TICK_MS
    assert dict(folded.rejected) == {}


def test_a_port_outside_the_run_hears_nothing() -> None:
    """The same ship with Cartagena alone: its notice goes to a port that nobody folds."""
    told = lines(leaving(late=12 * HOUR))
    alone = Run("one-port", 3, PORTS[:1], NOON - HOUR, NOON + 4 * HOUR, lambda: told, list)

    folded = fold(alone, communities())

    assert [each for each in folded.instances if each.code == "R01"] == []


def test_what_is_made_up_on_the_way_is_not_told() -> None:
    """Half an hour is less than the hour of slack on her way."""
    folded = fold(a_run(leaving(late=30 * MINUTE)), communities())

    assert [each for each in folded.instances if each.code == "R01"] == []
