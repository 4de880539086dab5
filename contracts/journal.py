"""The journal: frames of records in one final order, and the bytes in which they are written."""

from hashlib import blake2b
from typing import Final

import msgspec

FRAME_VERSION: Final = 1
FRAME_RECORDS_MAX: Final = 500
FRAME_BYTES_MAX: Final = 512 * 1024
"""A frame closes at whichever comes first; one larger record travels alone."""

RECORD_BYTES_MAX: Final = 1024 * 1024 + 256 * 1024
"""A record above this fits no frame: it is journaled as a stub and rejected as TOO_LARGE."""

TICK: Final = -1
"""The `origin` of a record that the sequencer itself wrote: time passed."""


class Origin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a record came from. A topic that was deleted and made again has a new `topic_id`."""

    topic: str
    """Topic name without namespace."""
    topic_id: str
    partition: int


class JournalRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One record of a frame.

    `origin` is an index into `Frame.origins`, or TICK. `since` is the offset from which the
    sequencer looked, so a hole that holds nothing is no alarm; `offset` is the record's own.
    `at` (sequenced_at) and `received_at` are milliseconds since the epoch, UTC.
    `value` is what was accepted, byte for byte; None in a tick and in a stub, whose `size` tells
    how large the record was. `headers` are kept only for binary-mode CloudEvents.
    `start` is where the input began when this record was read behind a hole, else 0: records
    between the one applied last and `start` were deleted by retention before they were read.
    """

    origin: int
    at: int
    since: int = 0
    offset: int = 0
    received_at: int = 0
    key: str = ""
    value: bytes | None = None
    size: int = 0
    headers: tuple[tuple[str, bytes], ...] = ()
    start: int = 0


class Frame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Records of one partition in the order that rules, with the origins they name."""

    version: int
    origins: tuple[Origin, ...]
    records: tuple[JournalRecord, ...]


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Frame)


class UnreadableFrame(ValueError):
    """The bytes at a journal offset are not a frame that this version reads."""


def encode_frame(frame: Frame) -> bytes:
    """Return the bytes of a frame (MessagePack, arrays by position)."""
    return _encoder.encode(frame)


def decode_frame(value: bytes) -> Frame:
    """Return the frame of these bytes.

    Raises:
        UnreadableFrame: not MessagePack, not a frame, or of a version that is not read here.
    """
    try:
        frame = _decoder.decode(value)
    except msgspec.DecodeError as error:
        raise UnreadableFrame(f"not a journal frame: {error}") from error
    if frame.version != FRAME_VERSION:
        raise UnreadableFrame(f"frame version {frame.version}; this program reads {FRAME_VERSION}")
    return frame


def frame_digest(value: bytes) -> str:
    """Return the digest of a frame's bytes, by which a snapshot names the frame it stands on."""
    return blake2b(value, digest_size=16).hexdigest()
