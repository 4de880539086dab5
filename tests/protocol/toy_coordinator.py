"""The real coordinator with the toy core: `python -m tests.protocol.toy_coordinator`."""

import os
import sys

from services.coordinator.start import start
from tests.protocol.toy_core import ToyCore

if __name__ == "__main__":
    sys.exit(start(ToyCore(), os.environ.get("TOY_VERSION", "1")))
