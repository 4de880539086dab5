"""Twenty kills, a frozen and a dead broker and a wiped store, on a real Rada under load."""

import json
from pathlib import Path

import pytest

from prove.run import prove
from stack.running import Stores

pytestmark = pytest.mark.kafka
KILLS, SEED = 20, 4


@pytest.mark.timeout(300)
def test_no_fault_loses_doubles_or_makes_up_anything(kafka_stack: Stores, tmp_path: Path) -> None:
    """Everything accepted has its one effect; alerts are the fold's; the streams have no gap."""
    outcome = prove(
        kafka_stack, "under-fire", tmp_path / "communities", KILLS, SEED, lambda *_: None
    )

    found = json.dumps(outcome.document(), indent=1)
    assert outcome.is_good, found
    assert outcome.kills == KILLS
    assert {"freeze", "kill_broker", "wipe"} < set(outcome.by_part)
    assert outcome.accepted > 300, found
    assert outcome.repeats > 0, found
    assert outcome.poison > 0, found
    assert outcome.restarts, found
