"""Pid files that cannot name a stranger: a pid counts only with its start time beside it."""

import json
from pathlib import Path

import psutil

# The kernel counts from boot, and the boot time is corrected by the clock service now and then.
_TOLERANCE_SECONDS = 2.0


def write(path: Path, pid: int) -> None:
    """Write the pid and start time of a living process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {"pid": pid, "started": psutil.Process(pid).create_time()}
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")


def living(path: Path) -> int | None:
    """Return the pid of the file if that very process still lives, otherwise None."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        process = psutil.Process(int(record["pid"]))
        started, status = process.create_time(), process.status()
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
    if status == psutil.STATUS_ZOMBIE or abs(started - record["started"]) > _TOLERANCE_SECONDS:
        return None
    return int(record["pid"])
