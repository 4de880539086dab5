"""The rules: one file each, named for what it finds. A rule holds no memory and reads no clock."""

from functools import cache

from correlation.rules import (
    b01_arrival_off_agreed_time,
    b02_negotiation_stalled,
    b03_berth_conflict,
    b04_berth_overstay,
    b05_service_mismatch,
    b06_clearance_missing,
    b07_condition_blocks_movement,
    d01_source_silent,
    d02_sources_contradict,
    d03_impossible_order,
    d04_in_two_places,
    p01_yard_cannot_take_it,
    p02_cranes_not_working,
    p03_cargo_not_finished,
    p04_load_list_not_ready,
    p05_reefer_at_risk,
    p06_dangerous_out_of_rule,
    r01_delay_travels,
    r02_connection_at_risk,
    r03_call_changed_or_dropped,
    t01_export_misses_cutoff,
    t02_truck_before_window,
    t03_trucks_left_behind,
    t04_gate_congestion,
    t05_pickup_cannot_be_done,
    t06_free_time_ending,
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
    p02_cranes_not_working.RULE,
    p03_cargo_not_finished.RULE,
    p04_load_list_not_ready.RULE,
    p01_yard_cannot_take_it.RULE,
    p05_reefer_at_risk.RULE,
    p06_dangerous_out_of_rule.RULE,
    r03_call_changed_or_dropped.RULE,
    r02_connection_at_risk.RULE,
    t03_trucks_left_behind.RULE,
    t01_export_misses_cutoff.RULE,
    t02_truck_before_window.RULE,
    t04_gate_congestion.RULE,
    t05_pickup_cannot_be_done.RULE,
    t06_free_time_ending.RULE,
    t06_free_time_ending.DETENTION_RULE,
    *d02_sources_contradict.RULES,
    *d03_impossible_order.RULES,
    *d04_in_two_places.RULES,
    d01_source_silent.RULE,
)
"""The order in which subjects are judged, causes before effects; D01 last, for it counts them."""

RULES_OF: dict[str, tuple[Rule, ...]] = {
    kind: tuple(rule for rule in RULES if kind in (rule.subject, *rule.also))
    for kind in sorted({kind for rule in RULES for kind in (rule.subject, *rule.also)})
}
"""The rules that are asked after a touch of each kind."""


@cache
def rules_reading(kind: str, aspects: int) -> tuple[Rule, ...]:
    """Return the rules of a kind that read any of these aspects."""
    return tuple(rule for rule in RULES_OF.get(kind, ()) if rule.reads & aspects)


__all__ = ["RULES", "RULES_OF", "Rule", "rules_reading"]
