"""The rules: one file each, named for what it finds. A rule holds no memory and reads no clock."""

from correlation.rules import (
    b01_arrival_off_agreed_time,
    b03_berth_conflict,
    b04_berth_overstay,
    b06_clearance_missing,
    b07_condition_blocks_movement,
    d01_source_silent,
    p01_yard_cannot_take_it,
    p02_cranes_not_working,
    p03_cargo_not_finished,
    p04_load_list_not_ready,
    p05_reefer_at_risk,
    p06_dangerous_out_of_rule,
    t01_export_misses_cutoff,
    t03_trucks_left_behind,
    t05_pickup_cannot_be_done,
)
from correlation.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    b07_condition_blocks_movement.RULE,
    b06_clearance_missing.RULE,
    b01_arrival_off_agreed_time.RULE,
    b03_berth_conflict.RULE,
    b04_berth_overstay.RULE,
    p02_cranes_not_working.RULE,
    p03_cargo_not_finished.RULE,
    p04_load_list_not_ready.RULE,
    p01_yard_cannot_take_it.RULE,
    p05_reefer_at_risk.RULE,
    p06_dangerous_out_of_rule.RULE,
    t01_export_misses_cutoff.RULE,
    t03_trucks_left_behind.RULE,
    t05_pickup_cannot_be_done.RULE,
    d01_source_silent.RULE,
)
"""The order in which subjects are judged, causes before effects; D01 last, for it counts them."""

RULES_OF: dict[str, tuple[Rule, ...]] = {
    kind: tuple(rule for rule in RULES if kind in (rule.subject, *rule.also))
    for kind in sorted({kind for rule in RULES for kind in (rule.subject, *rule.also)})
}
"""The rules that are asked after a touch of each kind."""

__all__ = ["RULES", "RULES_OF", "Rule"]
