"""The rules of the protocol by name, so that a test can switch one off and watch what breaks.

A process always runs with `ALL`. Each class that keeps a rule takes the set and asks for the
rule by name at the one place that keeps it; only tests pass less than all of them.
"""

from typing import Final

Rules = frozenset[str]

RULES: Final[dict[str, str]] = {
    "same_id": "the core drops a source and id that it has applied",
    "gap_waits": "a record that starts after the next offset of its origin will be written again",
    "holes_covered": "a record says from where its sequencer looked, so an empty hole is no alarm",
    "origin_era": "an origin is topic id and partition: a recreated topic is a new origin",
    "earliest": "a sequencer without a committed offset starts at the earliest record",
    "commit_prefix": "commits go up to the first frame without a delivery report",
    "failed_send_exits": "a failed send ends the process",
    "frame_bytes": "frames are cut by bytes; a record that fits no frame is journaled as a stub",
    "frame_clock": "now comes from the sequencer's stamp, never from a sender's clock",
    "now_max": "now never goes back",
    "policy_in_journal": "thresholds come only from the journal",
    "code_in_journal": "old code stops behind a code change with a snapshot, new code starts there",
    "quarantine": "a record on which the core raises leaves no trace and is said to be rejected",
    "home_check": "a record whose port does not live in this partition is rejected",
    "count_check": "a wrong partition count stops the start",
    "contiguity": "a frame is applied only at cursor + 1; a missing range is read directly first",
    "own_partition": "alerts go to the partition number of their journal",
    "suppress_by_version": "catching up, silent only on what is there at that version or above",
    "notices_always": "notices and rejections after the snapshot are always said again",
    "notices_versioned": "the receiver keeps the highest version of a notice",
    "hop_limit": "a notice counts its hops",
    "tombstone_waits": "a tombstone leaves only when every earlier record of its id is reported",
    "repair": "the owner says the newest again behind any older record in its own partition",
    "episode_by_time": "an alert id holds the instant of its raise, not a counter",
    "snapshot_waits": "a snapshot counts only when every output up to its cursor is reported",
    "snapshot_by_cursor": "snapshot keys hold the cursor, so two writers never mix their parts",
    "whole_snapshots": "the manifest follows its reported parts, and counts only with all of them",
    "highest_cursor": "the newest snapshot is the one with the highest cursor",
    "trim_behind": "the journal is trimmed only behind the older of two complete snapshots",
}
ALL: Final[Rules] = frozenset(RULES)
