"""The vessel edge: calls, milestones, berth plans, windows, positions."""
