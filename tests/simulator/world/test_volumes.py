"""How much happens in a generated month, beside the table of volumes; and that it needs no room."""

import gc
from collections import Counter
from collections.abc import Mapping

import pytest

from contracts.profile import Community
from correlation.instants import DAY, HOUR
from simulator.world.slots import HOURS
from simulator.world.volumes import volumes
from simulator.world.world import World, plan

DAYS = 28
DENSITY = 0.012


class Month:
    """What a generated month of one port came to."""

    def __init__(self, communities: Mapping[str, Community]) -> None:
        """Let it happen, and count."""
        world = World(plan("calm-week", 11, ("COCTG",), DAYS, DENSITY), communities)
        self.types = Counter[str]()
        self.steps: list[int] = []
        self.objects: list[int] = []
        sampled = world.begins + 8 * DAY
        port, warm = world.ports["COCTG"], Counter[str]()
        for line in world.lines():
            warm = warm or Counter(port.counts)
            self.types[str(line.event["type"])] += 1
            if line.event["data"].get("step") == "QUEUE_IN":
                self.steps.append(line.at)
            if line.at >= sampled and len(self.objects) < 2:
                self.objects.append(objects_kept())
                sampled = world.begins + (DAYS - 2) * DAY
            world.take_labels()
        self.counts, self.world = Counter(port.counts) - warm, world
        self.sailed = self.counts["sailed"]
        self.hours = self.counts["minutes at berth"] / 60 / self.sailed


def objects_kept() -> int:
    """Return how many objects are kept; nothing that was handed over is."""
    gc.collect()
    return len(gc.get_objects())


@pytest.fixture(scope="module")
def month(communities: Mapping[str, Community]) -> Month:
    """Return a calm month of Cartagena, every ship and one box in eighty."""
    return Month(communities)


def test_as_many_ships_call_as_the_table_says(month: Month) -> None:
    """39 calls a week, within a tenth; some are dropped."""
    wanted = volumes()["COCTG"].calls_per_week * DAYS / 7

    assert month.sailed == pytest.approx(wanted, rel=0.10)


def test_as_many_boxes_pass_the_gates_as_the_table_says(month: Month) -> None:
    """1,490 boxes a day in and out, within a fifth: few ships, and their sizes are skewed."""
    passed = month.counts["gated in"] + month.counts["gated out"]
    wanted = volumes()["COCTG"].gate_boxes_per_day * DAYS * DENSITY

    assert passed == pytest.approx(wanted, rel=0.20)


def test_as_many_boxes_change_ships_as_the_table_says(month: Month) -> None:
    """Three in four boxes off a ship go on with another, within three points of a hundred."""
    onward = 1 - month.counts["imports"] / month.counts["discharged"]

    assert onward == pytest.approx(volumes()["COCTG"].transship, abs=0.03)


def test_a_truck_carries_somewhat_more_than_one_box(month: Month) -> None:
    """0.85 trucks a box, within 0.08."""
    boxes = month.counts["gated in"] + month.counts["gated out"]
    trucks = month.counts["trucks"] - month.counts["turned away"]

    assert trucks / boxes == pytest.approx(0.85, abs=0.08)


def test_ships_stay_as_long_as_their_moves_need(month: Month) -> None:
    """Moves at 25 an hour and crane, and hours before and after: 16 to 27 hours on average."""
    assert 16 < month.hours < 27


def test_trucks_come_by_day(month: Month) -> None:
    """The share of the hours 06:00 to 18:00 local is the measured one, within 8 points."""
    by_day = sum(1 for at in month.steps if 6 <= (at // HOUR - 5) % 24 < 18) / len(month.steps)

    assert by_day == pytest.approx(sum(HOURS[6:18]) / sum(HOURS), abs=0.08)


def test_memory_does_not_grow_with_the_days(month: Month) -> None:
    """After 26 days the world keeps no more objects than after eight, within a quarter."""
    early, late = month.objects

    assert late < early * 1.25
