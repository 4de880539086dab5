"""The rules: one file each, named for what it finds. A rule holds no memory and reads no clock."""

from correlation.rules import (
    b01_arrival_off_agreed_time,
    b02_negotiation_stalled,
    b03_berth_conflict,
    b04_berth_overstay,
    b05_service_mismatch,
    b06_clearance_missing,
    b07_condition_blocks_movement,
    d01_source_silent,
    r01_delay_travels,
    r02_connection_at_risk,
    r03_call_changed_or_dropped,
    t01_export_misses_cutoff,
    t03_trucks_left_behind,
    t05_pickup_cannot_be_done,
)
from correlation.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    r01_delay_travels.RULE,
    b07_condition_blocks_movement.RULE,
    b06_clearance_missing.RULE,
    b01_arrival_off_agreed_time.RULE,
    b02_negotiation_stalled.RULE,
    b03_berth_conflict.RULE,
    b05_service_mismatch.RULE,
    b04_berth_overstay.RULE,
    r03_call_changed_or_dropped.RULE,
    r02_connection_at_risk.RULE,
    t01_export_misses_cutoff.RULE,
    t03_trucks_left_behind.RULE,
    t05_pickup_cannot_be_done.RULE,
    d01_source_silent.RULE,
)
"""The order in which subjects are judged, causes before effects; D01 last, for it counts them."""

KINDS = tuple(dict.fromkeys(kind for rule in RULES for kind in (rule.subject, *rule.also)))
RULES_OF: dict[str, tuple[Rule, ...]] = {
    kind: tuple(rule for rule in RULES if kind in (rule.subject, *rule.also)) for kind in KINDS
}
"""The rules that are asked after a touch of each kind."""

__all__ = ["RULES", "RULES_OF", "Rule"]
