"""`python -m services.coordinator`: exits 64 (refused), 70 (a send failed), 75, 78 (try again)."""

import sys

from services.coordinator.correlation_core import Correlation
from services.coordinator.start import start
from services.coordinator.version import core_version

if __name__ == "__main__":
    sys.exit(start(Correlation(), core_version()))
