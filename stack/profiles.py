"""The profiles of an installation with everything checked, thresholds too, before they are told.

What a threshold is called is the core's knowledge, and plumbing does not know the core. A name
that does not exist would be refused by the coordinator, where nobody looks who wrote the file.
"""

from collections.abc import Iterator
from pathlib import Path

from contracts.profile import Community
from correlation.policy import UnknownThreshold, policy_from
from plumbing.communities import load
from plumbing.profile_text import BadProfile, ProfileText


def checked(folder: Path) -> dict[str, Community]:
    """Return the communities of a folder by port system; raises `BadProfile`."""
    communities = load(folder)
    faults = [
        fault
        for system, community in communities.items()
        for fault in _thresholds(folder / f"{system}.yaml", community)
    ]
    if faults:
        raise BadProfile(faults)
    return communities


def _thresholds(file: Path, community: Community) -> Iterator[str]:
    for name, value in community.policy.items():
        try:
            policy_from({name: value}, "")
        except UnknownThreshold as wrong:
            yield ProfileText(file).fault(("policy", name), f"policy: {wrong}")
