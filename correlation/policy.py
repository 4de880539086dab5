"""The thresholds of a port community, as the journal last set them.

Names end in their unit. The defaults are common port practice; a port overrides them in its
profile, and a `policy-changed` command puts the choice into the journal.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct


class UnknownThreshold(ValueError):
    """A policy names a threshold that does not exist, or gives it a value it cannot have."""


class Policy(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Every threshold, with its default."""

    version: str = "default"

    # Life of every alert
    hysteresis: float = 0.7
    clear_hold_minutes: float = 15
    grace_after_deletion_minutes: float = 2
    reopen_minutes: float = 60
    reopen_heard_minutes: float = 720
    judge_closed_hours: float = 24
    forget_closed_days: float = 7

    # Tolerance of an arrival by horizon: beyond 72 h, 24-72 h, 6-24 h, within 6 h
    tolerance_beyond_72h_hours: float = 12
    tolerance_72h_hours: float = 4
    tolerance_24h_hours: float = 2
    tolerance_6h_hours: float = 1

    # B01 arrival off the agreed time
    arrival_hold_far_minutes: float = 30
    arrival_hold_near_minutes: float = 10
    arrival_red_horizon_hours: float = 6
    arrival_red_late_hours: float = 2
    arrival_red_early_hours: float = 3
    arrival_act_before_hours: float = 6

    # B03 berth conflict
    berth_gap_metres: float = 15
    berth_turnover_minutes: float = 60
    berth_overlap_minutes: float = 30
    berth_place_minutes: float = 60
    berth_horizon_days: float = 7
    berth_hold_minutes: float = 20
    berth_clear_margin_minutes: float = 15
    berth_orange_hours: float = 48
    berth_red_hours: float = 12
    length_unknown_metres: float = 200

    # P01 yard will not take the discharge; 1.6 TEU a box and 15 moves a machine-hour are usual
    yard_share: float = 0.85
    yard_clear_share: float = 0.80
    yard_now_share: float = 0.90
    yard_orange_share: float = 0.90
    yard_red_share: float = 0.95
    yard_horizon_hours: float = 24
    yard_hold_minutes: float = 30
    yard_red_discharge_hours: float = 6
    yard_act_before_hours: float = 6
    yard_shift_hours: float = 8
    yard_machine_share: float = 0.90
    yard_machine_clear_share: float = 0.80
    yard_machine_hours: float = 2
    yard_moves_per_machine_hour: float = 15
    yard_plug_share: float = 0.95
    yard_plug_clear_share: float = 0.90
    teu_per_box: float = 1.6

    # P02 cranes not started or stopped; a break without an end lasts so long; after a late word
    # that a ship is fast, what the terminal said of her cranes meanwhile is heard within so long
    crane_start_minutes: float = 60
    crane_start_gangway_minutes: float = 45
    crane_start_planned_minutes: float = 30
    crane_stop_minutes: float = 45
    crane_break_minutes: float = 60
    crane_heard_minutes: float = 20
    crane_orange_minutes: float = 120
    crane_red_minutes: float = 180
    crane_red_follower_hours: float = 12
    crane_act_minutes: float = 30

    # P03 cargo will not finish by departure; a stay is its hours of work and 2.5 h around them;
    # without a plan: 25 moves a crane-hour (as ports quote), a crane for 450 moves, at most five
    finish_rate_hours: float = 2
    finish_rate_lifts: float = 30
    finish_look_minutes: float = 15
    finish_to_sail_minutes: float = 60
    finish_late_minutes: float = 30
    finish_hold_minutes: float = 20
    finish_clear_hold_minutes: float = 20
    finish_orange_hours: float = 2
    finish_red_hours: float = 6
    finish_act_before_hours: float = 4
    finish_tail_share: float = 0.02
    finish_around_work_hours: float = 2.5
    crane_moves_per_hour: float = 25
    crane_for_moves: float = 450
    cranes_most: float = 5

    # P04 load list not ready
    list_watch_hours: float = 6
    list_share: float = 0.02
    list_boxes: float = 20
    list_clear_share: float = 0.01
    list_orange_share: float = 0.05
    list_red_share: float = 0.10
    list_act_before_hours: float = 2

    # P05 reefer at risk; chilled is a set point of at most so many degrees below zero
    reefer_chilled_below_zero_c: float = 10
    reefer_off_chilled_minutes: float = 60
    reefer_off_frozen_minutes: float = 120
    reefer_deviation_chilled_c: float = 2
    reefer_deviation_frozen_c: float = 5
    reefer_deviation_minutes: float = 60
    reefer_unread_minutes: float = 120
    reefer_orange_factor: float = 1.5
    reefer_red_factor: float = 2
    reefer_red_chilled_hours: float = 4
    reefer_clear_hold_minutes: float = 30
    reefer_act_minutes: float = 30
    reefer_heard_minutes: float = 10
    reefer_aboard_minutes: float = 180

    # P06 dangerous goods out of rule
    dangerous_watch_hours: float = 24
    dangerous_red_hours: float = 4
    dangerous_act_before_hours: float = 4
    dangerous_dwell_hours: float = 72

    # T01 export will miss its cut-off
    cutoff_watch_hours: float = 24
    cutoff_orange_hours: float = 12
    cutoff_red_hours: float = 4
    cutoff_margin_minutes: float = 30
    gate_p80_minutes: float = 60

    # T02 truck before the window opens
    early_truck_margin_minutes: float = 30
    early_truck_orange_hours: float = 24

    # T03 ship changed, trucks did not
    arrival_shift_hours: float = 6
    window_shift_hours: float = 4
    shift_hold_minutes: float = 20
    shift_orange_appointments: float = 20
    shift_orange_hours: float = 24
    shift_red_hours: float = 6
    freeze_hours: float = 72
    proposal_grace_hours: float = 24
    proposal_days: float = 3
    discharge_to_pickup_hours: float = 3
    truck_travel_hours: float = 3

    # T04 gate congestion
    gate_wait_minutes: float = 45
    gate_wait_clear_minutes: float = 30
    gate_wait_red_minutes: float = 120
    gate_turn_minutes: float = 90
    gate_arrivals_percent: float = 110
    gate_walk_in_percent: float = 20
    gate_hold_minutes: float = 15
    gate_clear_hold_minutes: float = 30
    gate_act_within_minutes: float = 30
    gate_trucks_least: float = 5
    gate_degraded_share: float = 0.5

    # Land corridors: who was seen on the way is let go, and learned from, so long after
    journey_kept_hours: float = 96

    # T05 pick-up cannot be done
    pickup_watch_hours: float = 12
    pickup_orange_hours: float = 6
    pickup_red_hours: float = 2
    pickup_clear_hold_minutes: float = 10

    # T06 free time ending
    free_time_watch_hours: float = 48
    free_time_orange_hours: float = 24

    # D01 source silent
    silence_median_factor: float = 3
    silence_floor_minutes: float = 30
    silence_red_hours: float = 6
    silence_clear_events: float = 3
    unheard_minutes: float = 10

    # Rules of ships. B07 port or channel condition: movements with their margins (alerts.md 2)
    movement_before_minutes: float = 60
    movement_after_minutes: float = 30
    wind_stop_minutes: float = 60
    condition_open_hours: float = 24
    condition_orange_hours: float = 24
    condition_act_before_hours: float = 6
    condition_kept_hours: float = 24
    condition_queue_hours: float = 3

    # B02 negotiation stalled: who owes an answer, and for how long he may
    stall_horizon_hours: float = 168
    stall_near_hours: float = 24
    stall_far_limit_hours: float = 4
    stall_near_limit_hours: float = 1
    stall_old_minutes: float = 10
    stall_agreed_hours: float = 72
    stall_replace_hours: float = 2
    stall_rounds: float = 4
    stall_rounds_hours: float = 24
    stall_orange_hours: float = 48
    stall_red_hours: float = 12

    # B04 berth overstay
    overstay_minutes: float = 30
    overstay_no_pilot_minutes: float = 4
    overstay_foreseen_minutes: float = 60
    overstay_follower_hours: float = 6
    overstay_orange_hours: float = 12
    overstay_red_hours: float = 3
    overstay_act_before_hours: float = 3
    sailing_after_cargo_minutes: float = 60

    # B05 nautical service mismatch
    service_watch_hours: float = 24
    service_near_hours: float = 12
    service_far_minutes: float = 60
    service_near_minutes: float = 30
    service_clear_minutes: float = 20
    service_double_minutes: float = 15
    service_missing_in_hours: float = 6
    service_missing_out_hours: float = 3
    service_hold_minutes: float = 10
    service_red_hours: float = 2

    # B06 clearance missing: checkpoints before arrival and before departure
    clearance_in_1_hours: float = 48
    clearance_in_2_hours: float = 24
    clearance_in_3_hours: float = 12
    clearance_in_4_hours: float = 6
    clearance_in_5_hours: float = 2
    clearance_out_1_hours: float = 4
    clearance_out_2_hours: float = 2
    clearance_out_3_hours: float = 1
    clearance_orange_hours: float = 24
    clearance_red_hours: float = 6
    # D02 sources contradict
    contradiction_far_hours: float = 24
    contradiction_far_off_hours: float = 4
    contradiction_near_off_hours: float = 1
    contradiction_actual_minutes: float = 15
    contradiction_weight_percent: float = 10
    contradiction_weight_kg: float = 1000
    contradiction_red_hours: float = 6
    contradiction_hold_minutes: float = 30
    contradiction_kept_hours: float = 24

    # D03 impossible order, late or withdrawn fact
    disorder_future_minutes: float = 5
    disorder_late_hours: float = 2
    disorder_kept_hours: float = 24
    orphan_hours: float = 2
    disorder_clock_words: float = 3

    # D04 in two places
    two_places_hold_minutes: float = 5
    two_places_act_minutes: float = 60
    twin_miles: float = 10
    twin_minutes: float = 5
    plate_minutes: float = 30
    plate_kept_hours: float = 4
    road_usual_kmh: float = 45
    road_most_kmh: float = 90
    road_least_minutes: float = 15

    # R02 transshipment connection at risk
    transfer_same_terminal_hours: float = 12
    transfer_other_terminal_hours: float = 24
    transfer_special_hours: float = 6
    connection_slack_hours: float = 2
    connection_clear_hold_minutes: float = 30
    connection_yellow_boxes: float = 20
    connection_red_boxes: float = 100
    connection_yellow_days: float = 3
    connection_red_days: float = 7

    # R03 call changed or dropped; inferred from a ship that is bound elsewhere without coming
    dropped_red_hours: float = 72
    dropped_infer_hours: float = 72
    dropped_infer_minutes: float = 30

    # R01 delay travels: when a port is told (notice), and when it is told there (foretold).
    # Buffers are 4 to 10 % of a leg's time where no one says them (alerts.md 4.2)
    notice_hours: float = 2
    notice_step_minutes: float = 30
    notice_hops_max: float = 12
    buffer_p10_share: float = 0.10
    buffer_p50_share: float = 0.07
    buffer_p90_share: float = 0.04
    canal_slack_hours: float = 3
    foretold_far_hours: float = 4
    foretold_near_hours: float = 2
    foretold_near_horizon_hours: float = 48
    foretold_quiet_hours: float = 1
    foretold_orange_hours: float = 12
    foretold_red_hours: float = 24
    foretold_act_before_hours: float = 24
    rotation_kept_hours: float = 72

    # Matching and keeping
    match_actual_hours: float = 36
    match_other_hours: float = 72
    shelf_hours: float = 48
    call_kept_hours: float = 72
    call_unseen_days: float = 14
    visit_kept_hours: float = 48
    stock_margin_hours: float = 1
    appointment_kept_hours: float = 24
    appointment_late_hours: float = 72


_NAMES: Final = frozenset(Policy.__struct_fields__) - {"version"}
# A number that is whole here must be the same float after it came back from a snapshot.
_DEFAULTS: Final = {name: float(getattr(Policy(), name)) for name in sorted(_NAMES)}
DEFAULT: Final = msgspec.structs.replace(Policy(), **_DEFAULTS)


def policy_from(document: Mapping[str, object], version: str) -> Policy:
    """Return the defaults with a document's thresholds over them.

    Raises:
        UnknownThreshold: a name that is no threshold, or a value that is no number above or at 0.
    """
    chosen: dict[str, float] = {}
    for name, value in document.items():
        if name not in _NAMES:
            raise UnknownThreshold(
                f"{name!r} is no threshold; there are {', '.join(sorted(_NAMES))}"
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise UnknownThreshold(f"{name}: found {value!r}, allowed is a number of 0 or more")
        chosen[name] = float(value)
    return msgspec.structs.replace(DEFAULT, version=version, **chosen)
