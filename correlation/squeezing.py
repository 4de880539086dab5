"""Packed values made small: Zstandard, with a dictionary learned from a table's own values.

The values of a table are alike and short: the same sources, terminals and words in each. Alone none
of them gets smaller; beside a dictionary of what they share they take a third.

Byte for byte the same on every machine: the dictionary is part of the state, it is learned at one
moment of the journal, and what is longer than SQUEEZED_MAX stays as it is.
"""

from collections.abc import Sequence
from typing import Final

import zstandard

SAMPLES: Final = 64
"""How many values a dictionary is learned from: 200 or 1,000 made nothing smaller."""
SAMPLE_MIN: Final = 64
"""Mean bytes of a value below which nothing is gained."""
DICTIONARY_MAX: Final = 8192
"""Bytes of a dictionary; 4 and 16 KiB made a value 2 % larger and 1 % smaller."""
SQUEEZED_MAX: Final = 16 * 1024
"""Beyond it this strategy of Zstandard no longer looks a dictionary up but copies it beside the
value, and then its output may depend on where both lie in memory (zstd issue 4738)."""
_FIRST_BYTE: Final = 0x28
"""Of every Zstandard frame; of no struct or tuple in MessagePack."""
_HOW: Final = zstandard.ZstdCompressionParameters.from_level(
    3,
    strategy=zstandard.STRATEGY_DFAST,
    write_content_size=True,
    write_checksum=False,
    write_dict_id=False,
)


class Squeezer:
    """Makes packed values small and large again, by one dictionary."""

    __slots__ = ("_compress", "_decompress")

    def __init__(self, dictionary: bytes) -> None:
        """Make ready to work by a dictionary that `learned_from` returned."""
        known = zstandard.ZstdCompressionDict(dictionary)
        known.precompute_compress(compression_params=_HOW)
        self._compress = zstandard.ZstdCompressor(dict_data=known, compression_params=_HOW).compress
        self._decompress = zstandard.ZstdDecompressor(dict_data=known).decompress

    def squeezed(self, value: bytes) -> bytes:
        """Return a packed value made small, or as it is where that gains nothing."""
        if len(value) > SQUEEZED_MAX:
            return value
        small = memoryview(self._compress(value))  # which keeps the room that it began with
        return bytes(small) if len(small) < len(value) else value

    def expanded(self, value: bytes) -> bytes:
        """Return a value as it was packed."""
        return self._decompress(value) if value[0] == _FIRST_BYTE else value


def learned_from(values: Sequence[bytes]) -> bytes:
    """Return a dictionary of what packed values share; an empty one if they are too short."""
    samples = values[:: max(1, len(values) // SAMPLES)]
    if sum(map(len, samples)) < SAMPLE_MIN * len(samples):
        return b""
    try:
        return zstandard.train_dictionary(DICTIONARY_MAX, list(samples)).as_bytes()
    except zstandard.ZstdError:
        return b""  # they share nothing
