"""Run the gate edge: `python -m services.gate_events`."""

import sys

from plumbing.edge_process import run
from plumbing.settings import Settings
from services.gate_events.app import FAMILY
from services.gate_events.reslot import Reslotter


def main() -> int:
    """Take events by HTTP, and publish beside that what accepted proposals move."""
    reslotter = Reslotter(Settings())
    reslotter.start()
    try:
        return run(FAMILY)
    finally:
        reslotter.stop()


if __name__ == "__main__":
    sys.exit(main())
