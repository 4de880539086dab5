"""What is said of records that are not in the picture: refused ones, and those never read."""

import msgspec

from contracts.journal import JournalRecord, Origin
from contracts.problems import Problem, shown
from contracts.rejected import RejectedOrigin, kept_original, rejection_id
from correlation.instants import written
from correlation.state import Said


def refused(origin: Origin, record: JournalRecord, problem: Problem) -> Said:
    """Say that a record may not enter, why, and what it was."""
    original = kept_original(problem, record.value)
    return _said(origin, record, record.offset, problem, original)


def never_read(origin: Origin, record: JournalRecord, expected: int) -> Said:
    """Say that retention deleted what lay before a record, from the offset that was expected."""
    last = min(record.start, record.offset) - 1
    found = f"records {expected} to {last} deleted before they were read"
    problem = Problem("NEVER_READ", "record", found, "a retention longer than any standstill")
    return _said(origin, record, expected, problem, None)


def _said(
    origin: Origin, record: JournalRecord, offset: int, problem: Problem, original: str | None
) -> Said:
    place = RejectedOrigin(
        topic=origin.topic, topic_id=origin.topic_id, partition=origin.partition, offset=offset
    )
    identity = rejection_id(place)
    document = {
        "id": identity,
        "reason": problem.reason,
        "field": problem.field,
        "found": shown(problem.found),
        "allowed": problem.allowed,
        "origin": place.model_dump(),
        "received_at": written(record.received_at),
        "original": original,
    }
    return Said("rejected", identity, 1, msgspec.json.encode(document), record.key)
