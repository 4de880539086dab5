"""`python -m tests.protocol [--schedules N] [--seed S] [--off RULE] [--teeth]`: run schedules."""

import argparse
import sys

from plumbing.rules import ALL, RULES
from tests.protocol.schedules import run, schedule, search, shrink


def main() -> int:
    """Search for a failing schedule, shrink it, show it; return 1 if one was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--off", action="append", default=[], choices=list(RULES))
    parser.add_argument("--teeth", action="store_true", help="each rule off in turn")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.schedules)
    if given.teeth:
        return _teeth(seeds)
    rules = ALL - set(given.off)
    tried, seed, why = search(rules, seeds)
    if seed is None:
        sys.stdout.write(f"0 failures in {tried} schedules (95 % upper bound {3 / tried:.1e})\n")
        return 0
    acts, keep = schedule(seed)
    short = shrink(acts, rules, keep=keep)
    sys.stdout.write(f"seed {seed} after {tried}: {why}\n")
    sys.stdout.write(f"shrunk (keep={keep}): {run(short, rules, keep=keep)}\n")
    sys.stdout.writelines(f"  {act}\n" for act in short)
    return 1


def _teeth(seeds: range) -> int:
    missed = 0
    for rule in RULES:
        tried, seed, why = search(ALL - {rule}, seeds)
        missed += seed is None
        sys.stdout.write(f"{rule:20} {'NOT MISSED' if seed is None else why} ({tried} tried)\n")
        sys.stdout.flush()
    return missed


if __name__ == "__main__":
    sys.exit(main())
