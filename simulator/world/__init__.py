"""The world with hidden truth: ships, berths, gates, yards and papers of the 21 port systems."""
