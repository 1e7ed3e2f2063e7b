"""What sketches of a stored neighbourhood say: now, and at an earlier day."""
