"""What accounts are granted: roles, over what, and for how long."""
