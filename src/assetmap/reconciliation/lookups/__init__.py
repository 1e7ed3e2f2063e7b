"""Look-ups: which boundaries hold a place, which held it, and what lies in one."""
