"""Run the clearance edge: `python -m services.clearance_events`."""

import sys

from plumbing.edge_process import run
from services.clearance_events.app import FAMILY

if __name__ == "__main__":
    sys.exit(run(FAMILY))
