"""Run the yard edge: `python -m services.yard_events`."""

import sys

from plumbing.edge_process import run
from services.yard_events.app import FAMILY

if __name__ == "__main__":
    sys.exit(run(FAMILY))
