"""Run the vessel edge: `python -m services.vessel_events`."""

import sys

from plumbing.edge_process import run
from services.vessel_events.app import FAMILY

if __name__ == "__main__":
    sys.exit(run(FAMILY))
