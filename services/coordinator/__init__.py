"""The coordinator: owns partitions, feeds their frames to the pure core, publishes what it says."""
