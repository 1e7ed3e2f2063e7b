"""Look-ups as the public contract writes them: one, many, and what lies in an area."""
