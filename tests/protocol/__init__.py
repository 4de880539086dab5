"""The protocol under random faults: the real decisions over simulated logs."""
