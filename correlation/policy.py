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


class Policy(Struct, frozen=True, array_like=True, kw_only=True):
    """Every threshold, with its default."""

    version: str = "default"

    # Life of every alert
    hysteresis: float = 0.7
    clear_hold_minutes: float = 15
    grace_after_deletion_minutes: float = 2
    reopen_minutes: float = 60
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
    berth_horizon_days: float = 7
    berth_hold_minutes: float = 20
    berth_clear_margin_minutes: float = 15
    berth_orange_hours: float = 48
    berth_red_hours: float = 12
    length_unknown_metres: float = 200

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

    # D04 in two places
    two_places_hold_minutes: float = 5
    two_places_act_minutes: float = 60
    twin_miles: float = 10
    twin_minutes: float = 5
    plate_minutes: float = 30
    plate_kept_hours: float = 4

    # Matching and keeping
    match_actual_hours: float = 36
    match_other_hours: float = 72
    shelf_hours: float = 48
    call_kept_hours: float = 72
    call_unseen_days: float = 14
    visit_kept_hours: float = 48
    appointment_kept_hours: float = 24


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
