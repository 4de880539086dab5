"""What each system of a port says of the hidden world, when, and with which faults."""
