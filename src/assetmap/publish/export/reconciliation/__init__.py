"""A reconciliation as numbers, as a map and as a short table."""
