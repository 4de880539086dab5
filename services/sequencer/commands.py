"""The two commands that the sequencer itself must notice: new code, and the time of a played clock.

Everything else travels unread. A record that merely looks like one of them costs a cut frame.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

CORE_CHANGED: Final = "rada.command.core-changed"
CLOCK_ADVANCED: Final = "rada.command.clock-advanced"

Headers = Sequence[tuple[str, bytes]]


class _Fields(msgspec.Struct):
    now_at: datetime | None = None


class _Envelope(msgspec.Struct):
    type: str = ""
    data: _Fields | None = None


_read_envelope: Final = msgspec.json.Decoder(_Envelope).decode
_read_fields: Final = msgspec.json.Decoder(_Fields).decode


def is_core_change(value: bytes, headers: Headers = ()) -> bool:
    """Tell whether a command record announces other code, in structured or binary mode."""
    if CORE_CHANGED.encode() not in value and not headers:
        return False
    return _envelope(value, headers).type == CORE_CHANGED


def advanced_to(value: bytes, headers: Headers = ()) -> int | None:
    """Return the instant of a clock-advanced command in milliseconds, None for anything else."""
    if CLOCK_ADVANCED.encode() not in value and not headers:
        return None
    envelope = _envelope(value, headers)
    if envelope.type != CLOCK_ADVANCED or envelope.data is None or envelope.data.now_at is None:
        return None
    now_at = envelope.data.now_at
    # An instant without a zone is no instant: the core rejects the record, the clock stays.
    return None if now_at.tzinfo is None else round(now_at.timestamp() * 1000)


def _envelope(value: bytes, headers: Headers) -> _Envelope:
    named = dict(headers).get("ce_type")
    try:
        if named is None:
            return _read_envelope(value)
        return _Envelope(type=named.decode(errors="replace"), data=_read_fields(value))
    except msgspec.DecodeError:
        return _Envelope()
