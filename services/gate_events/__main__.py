"""Run the gate edge: `python -m services.gate_events`."""

import sys

from plumbing.edge_process import run
from services.gate_events.app import FAMILY

if __name__ == "__main__":
    sys.exit(run(FAMILY))
